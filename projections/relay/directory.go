package relay

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"htxledger/domain/durable"
	"htxledger/domain/ledger"
)

// A Directory keeps positions in a directory, which it makes with mode 0700 when
// first needed: for each target a file of its mark, a lock, and a parked file
// once something is parked, all with mode 0600 and named by the SHA-256 of the
// target's name.
type Directory string

var _ Positions = Directory("")

// path is where a file of a target is.
func (d Directory) path(target, ending string) string {
	sum := sha256.Sum256([]byte(target))
	return filepath.Join(string(d), hex.EncodeToString(sum[:8])+ending)
}

// ParkedFile is where records parked for a target are kept: one JSON object a
// line, with the target, the position, the time (UTC), the reason and the
// record, whose canonical bytes stand in the line verbatim.
func (d Directory) ParkedFile(target string) string { return d.path(target, ".parked") }

// Parked counts the records that were set aside for a target.
func (d Directory) Parked(target string) (int64, error) {
	f, err := os.Open(d.ParkedFile(target))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, ErrFiles.With(target).Because(err)
	}
	defer f.Close()
	var n int64
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF):
			return n, nil
		case err != nil:
			return n, ErrFiles.With(target).Because(err)
		case json.Valid(line): // one that was cut short is there again, whole
			n++
		}
	}
}

// Take is Positions'.
func (d Directory) Take(target string) (Place, error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, ErrFiles.With(target).Because(err)
	}
	dir, err := durable.OpenDir(string(d))
	if err != nil {
		return nil, ErrFiles.With(target).Because(err)
	}
	release, err := dir.Lock(filepath.Base(d.path(target, ".lock")), 0)
	switch {
	case errors.Is(err, durable.ErrHeld):
		return nil, errors.Join(ErrBusy.With(target).Because(err), dir.Close())
	case err != nil:
		return nil, errors.Join(ErrFiles.With(target).Because(err), dir.Close())
	}
	return &files{d, target, dir, release}, nil
}

// Look is Positions'.
func (d Directory) Look(target string) (Mark, error) {
	b, err := os.ReadFile(d.path(target, ".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return Mark{}, nil
	}
	if err != nil {
		return Mark{}, ErrFiles.With(target).Because(err)
	}
	m, err := readMark(b, target)
	if err != nil {
		return Mark{}, ErrMark.With(target, filepath.Base(d.path(target, ".json"))).Because(err)
	}
	return m, nil
}

// markFile is the form of a mark on disk.
type markFile struct {
	Target string          `json:"target"`
	Next   ledger.Position `json:"next"`
	Last   ledger.ID       `json:"last,omitzero"`
	Sum    string          `json:"sha256,omitempty"`
}

func writeMark(m Mark, target string) ([]byte, error) {
	f := markFile{Target: target, Next: m.Next, Last: m.Last}
	if m.Next > 0 {
		f.Sum = hex.EncodeToString(m.Sum[:])
	}
	b, err := json.Marshal(f)
	return append(b, '\n'), err
}

// readMark reads what writeMark wrote, and nothing else.
func readMark(b []byte, target string) (Mark, error) {
	var f markFile
	if err := json.Unmarshal(b, &f); err != nil {
		return Mark{}, err
	}
	m := Mark{Next: f.Next, Last: f.Last}
	sum, err := hex.DecodeString(f.Sum)
	if err != nil {
		return Mark{}, err
	}
	copy(m.Sum[:], sum)
	again, err := writeMark(m, target)
	if err == nil && (!bytes.Equal(again, b) || (m.Next == 0) != m.Last.IsZero() || m.Next < 0) {
		err = errors.New("not in the form in which it is written")
	}
	return m, err
}

// files are the place of one target.
type files struct {
	dir     Directory
	target  string
	durable *durable.Dir
	release func() // of the lock
}

func (p *files) Load() (Mark, error) { return p.dir.Look(p.target) }

// Save replaces the file of the mark.
func (p *files) Save(m Mark) error {
	b, err := writeMark(m, p.target)
	if err != nil {
		return ErrFiles.With(p.target).Because(err)
	}
	if err := p.durable.Replace(filepath.Base(p.dir.path(p.target, ".json")), b); err != nil {
		return ErrFiles.With(p.target).Because(err)
	}
	return nil
}

// Park adds a line to the parked file. A line cut short is closed
// first, so that it spoils no other.
func (p *files) Park(parked Parked) error {
	path := p.dir.ParkedFile(p.target)
	there, whole, size, err := p.findParked(path, parked.Record.Position)
	if err != nil || there {
		return err
	}
	line, err := parkedLine(p.target, parked)
	if err != nil {
		return ErrFiles.With(p.target).Because(err)
	}
	if !whole {
		line = append([]byte("\n"), line...)
	}
	if err := p.durable.Append(filepath.Base(path), size, line); err != nil {
		return ErrFiles.With(p.target).Because(err)
	}
	return nil
}

// findParked tells whether a position has a whole line in the parked file, whether
// the file ends with a whole line, and its size.
func (p *files) findParked(path string, at ledger.Position) (there, whole bool, size int64, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, true, 0, nil
	}
	if err != nil {
		return false, false, 0, ErrFiles.With(p.target).Because(err)
	}
	defer f.Close()
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		size += int64(len(line))
		if errors.Is(err, io.EOF) {
			return there, len(line) == 0, size, nil
		}
		if err != nil {
			return false, false, 0, ErrFiles.With(p.target).Because(err)
		}
		var of struct {
			Position *ledger.Position `json:"position"`
		}
		if json.Unmarshal(line, &of) == nil && of.Position != nil && *of.Position == at {
			there = true
		}
	}
}

// parkedLine is the line of a parked record. The record's bytes are put in as they
// are: encoding them again could change them.
func parkedLine(target string, p Parked) ([]byte, error) {
	head, err := json.Marshal(struct {
		Target   string          `json:"target"`
		Position ledger.Position `json:"position"`
		Parked   time.Time       `json:"parked"`
		Reason   string          `json:"reason"`
	}{target, p.Record.Position, p.When.UTC(), strings.ToValidUTF8(p.Reason, "\ufffd")})
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "%s,\"record\":%s}\n", head[:len(head)-1], p.Record.Bytes), nil
}

func (p *files) Close() error {
	p.release()
	return p.durable.Close()
}
