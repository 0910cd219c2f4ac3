package audit_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
)

// small is the smallest evidence: a map, a co-operative, a statement.
func small(t testing.TB) (*stage, []byte) {
	s := newStage(t)
	s.world.Tell(`@ 2023-02-01
coop/a coop.established/1 2020-03-01 {"place":"dak-mil"}`)
	a := s.ask()
	a.codes = []string{"coops.registered"}
	s.issue("s1", a)
	s.sign()
	return s, file(t, s.evidence("s1"))
}

// Every bit of a small evidence file, flipped, is found.
func TestEveryBitFlippedIsFound(t *testing.T) {
	s, b := small(t)
	o := s.trusting()
	require.True(t, verify(t, b, o).OK)
	for at := range b {
		for bit := range 8 {
			b[at] ^= 1 << bit
			report, err := audit.VerifyFile(bytes.NewReader(b), o)
			b[at] ^= 1 << bit
			if err != nil || report.OK || report.Failed != audit.StepFile {
				t.Fatalf("bit %d of byte %d: %v, %+v", bit, at, err, report)
			}
		}
	}
}

// And one whose finder repairs the hash of the end line as well, so that only
// what was signed can tell: every bit before the records' end, flipped, is
// still refused.
func TestEveryBitFlippedAndRepairedIsFound(t *testing.T) {
	s, b := small(t)
	o := s.trusting()
	end := bytes.LastIndexByte(b[:len(b)-1], '\n') + 1
	body := b[:end]
	e, err := audit.ReadEvidence(bytes.NewReader(b))
	require.NoError(t, err)
	for at := range body {
		for bit := range 8 {
			body[at] ^= 1 << bit
			report, err := audit.VerifyFile(bytes.NewReader(repaired(body, len(e.Records))), o)
			body[at] ^= 1 << bit
			if err != nil || report.OK {
				t.Fatalf("bit %d of byte %d: %v, %+v", bit, at, err, report)
			}
		}
	}
}

func TestEveryTruncationIsFound(t *testing.T) {
	s, b := small(t)
	for n := range b {
		require.False(t, verify(t, b[:n], s.trusting()).OK, "cut at %d", n)
	}
}

// A reader that fails is not a file that is wrong.
func TestAFailingReaderIsAnError(t *testing.T) {
	_, err := audit.VerifyFile(broken{}, audit.Options{})
	require.ErrorIs(t, err, os.ErrClosed)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, os.ErrClosed }

func TestLongLinesAreRefused(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("x", 1<<20), "htxledger evidence 1\norigin " + strings.Repeat("x", 9<<10) + "\n",
		"htxledger evidence 1\norigin a\nstatement 0\ndefinitions 9999999\n",
		"htxledger evidence 1\norigin a\nstatement 0\ndefinitions 0\nhandovers 0\nconsistency 64\n",
		"htxledger evidence 1\r\n", "htxledger evidence one\n", "htxledger evidence 01\n",
		"htxledger evidence 1\norigin a\nstatement 0\ndefinitions 2\nb@1\na@1\n",
		"htxledger evidence 1\norigin a\nstatement 0\ndefinitions 1\na@01\n",
	} {
		report := verify(t, []byte(text), audit.Options{})
		require.ErrorIs(t, report.Err, audit.ErrEvidence, "%.60q", text)
	}
}

// FuzzVerify holds that no file makes the verifier panic, that what is
// verified is the honest file, and that what was read is written the same.
func FuzzVerify(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(forged, "*.evidence"))
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, name := range files {
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(b, false)
		f.Add(b, true)
	}
	honest, err := os.ReadFile(filepath.Join(forged, "honest.evidence"))
	require.NoError(f, err)
	genuine, err := audit.ReadEvidence(bytes.NewReader(honest))
	require.NoError(f, err)
	key, err := os.ReadFile(filepath.Join(forged, "key.pub"))
	require.NoError(f, err)
	o := audit.Options{Keys: []string{strings.TrimSpace(string(key))}}
	f.Fuzz(func(t *testing.T, b []byte, mend bool) {
		if mend { // give what was mutated the hash that it must have
			end := bytes.LastIndexByte(bytes.TrimSuffix(b, []byte("\n")), '\n') + 1
			_, after, _ := bytes.Cut(b[:end], []byte("\nrecords "))
			b = repaired(b[:end], max(0, bytes.Count(after, []byte("\n"))-1))
		}
		e, err := audit.ReadEvidence(bytes.NewReader(b))
		if err != nil {
			return
		}
		require.Equal(t, b, file(t, e))
		// Insiders' forgeries among the seeds are signed with the key, so only
		// what carries the honest checkpoint is held to the honest records.
		if report := audit.Verify(e, o); report.OK && bytes.Equal(e.Checkpoint, genuine.Checkpoint) {
			require.Equal(t, genuine.Records, e.Records)
			require.Equal(t, genuine.Statement, e.Statement)
		}
	})
}
