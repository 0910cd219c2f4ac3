package audit_test

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

var errBroken = errors.New("broken on purpose")

// A memoryDisk is an audit.Disk that can fail, before or after it wrote.
type memoryDisk struct {
	files map[string][]byte
	fail  string // the call that fails
	after bool   // although it wrote
}

func newMemoryDisk() *memoryDisk { return &memoryDisk{files: map[string][]byte{}} }

func (d *memoryDisk) Names() ([]string, error) { return slices.Sorted(maps.Keys(d.files)), nil }

func (d *memoryDisk) Read(name string) ([]byte, bool, error) {
	b, ok := d.files[name]
	if !ok {
		return nil, false, fs.ErrNotExist
	}
	return bytes.Clone(b), true, nil
}

func (d *memoryDisk) write(call, name string, b []byte) error {
	if d.fail != call {
		d.files[name] = b
		return nil
	}
	if d.after {
		d.files[name] = b
	}
	return errBroken
}

func (d *memoryDisk) Create(name string, b []byte) error {
	if d.files[name] != nil {
		return fs.ErrExist
	}
	return d.write("create", name, b)
}

func (d *memoryDisk) Append(name string, at int64, b []byte) error {
	return d.write("append", name, append(bytes.Clone(d.files[name][:at]), b...))
}

func (d *memoryDisk) Replace(name string, b []byte) error { return d.write("replace", name, b) }

func (d *memoryDisk) Lock() (func(), error) {
	if d.fail == "lock" {
		return nil, audit.ErrBusy
	}
	return func() {}, nil
}

// A checkpoint that could not be written down is not given out; one that was
// written although the disk failed is the one that is given out next.
func TestWhatIsNotWrittenDownIsNotGivenOut(t *testing.T) {
	s := told(t)
	for _, after := range []bool{false, true} {
		disk := newMemoryDisk()
		_, err := audit.CreateKey(disk, random(1), origin)
		require.NoError(t, err)
		journal := audit.NewJournal(disk)
		disk.fail, disk.after = "append", after
		signed, err := journal.SignHead(s.view)
		require.ErrorIs(t, err, audit.ErrDisk)
		require.ErrorIs(t, err, errBroken)
		require.Nil(t, signed.Note)
		disk.fail = ""
		entries, err := journal.Entries()
		require.NoError(t, err)
		require.Equal(t, after, len(entries) == 1)
		signed, err = journal.SignHead(s.view)
		require.NoError(t, err)
		if after {
			require.Equal(t, entries[0], signed)
		}
		disk.fail = "lock"
		_, err = journal.SignHead(s.view)
		require.ErrorIs(t, err, audit.ErrBusy)
	}
	disk := newMemoryDisk()
	disk.fail = "create"
	_, err := audit.CreateKey(disk, random(1), origin)
	require.ErrorIs(t, err, audit.ErrDisk)
}

// A witness answers only what it has remembered; what it remembered without
// answering binds it all the same.
func TestAWitnessRemembersBeforeItAnswers(t *testing.T) {
	s := told(t)
	first := s.sign()
	for _, after := range []bool{false, true} {
		disk := newMemoryDisk()
		_, err := audit.NewWitness(disk, random(11), "test.example/w1")
		require.NoError(t, err)
		w, err := audit.OpenWitness(disk, s.key.Verifier())
		require.NoError(t, err)
		disk.fail, disk.after = "replace", after
		line, err := w.Cosign(s.request(0, first), noon)
		require.ErrorIs(t, err, audit.ErrDisk)
		require.Nil(t, line)
		disk.fail = ""
		_, err = w.Cosign(s.request(0, first), noon)
		if after {
			require.ErrorIs(t, err, audit.ErrWitnessOld)
			_, err = w.Cosign(s.request(first.Size, first), noon)
		}
		require.NoError(t, err)
	}
}
