package audit_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
)

// Fewer bytes than these no record has: the members that every record has, each
// with the shortest value that the form allows.
const shortestRecord = `{"data":{},"id":"00000000-0000-5000-8000-000000000000","kind":"a.b/1","position":0,` +
	`"recorded":"2023-12-05T02:11:09.123456Z","revision":0,"stream":"a/b"}`

// hostile is the beginning of a file with so many records announced and a
// checkpoint of so many.
func hostile(t *testing.T, records, size int64) []byte {
	t.Helper()
	s, b := small(t)
	at := bytes.Index(b, []byte("\nrecords ")) + 1
	head := string(b[:at])
	signed, err := s.journal.Latest()
	require.NoError(t, err)
	head = strings.Replace(head, fmt.Sprintf("\n%d\n", signed.Size), fmt.Sprintf("\n%d\n", size), 1)
	return []byte(head + fmt.Sprintf("records %d\n", records))
}

func TestRecordsThatCannotBeAreRefusedBeforeTheyAreRead(t *testing.T) {
	require.GreaterOrEqual(t, len(shortestRecord), 128, "minRecordLine")
	for name, c := range map[string]struct {
		records, size int64
		line          string
		lines         int // read before it is refused
	}{
		"more than the checkpoint covers":  {9, 8, shortestRecord, 0},
		"as many as no ledger has":         {1 << 40, 8, "", 0},
		"lines that are shorter":           {1 << 39, 1 << 40, "", 1},
		"lines that are shorter by little": {1 << 39, 1 << 40, shortestRecord[:127], 1},
	} {
		t.Run(name, func(t *testing.T) {
			head := hostile(t, c.records, c.size)
			body := &lines{line: c.line + "\n"}
			_, err := audit.ReadEvidence(io.MultiReader(bytes.NewReader(head), body))
			require.ErrorIs(t, err, audit.ErrEvidence)
			want := ": " + fmt.Sprintf("line %d ", bytes.Count(head, []byte("\n"))+c.lines)
			require.Contains(t, ": "+err.Error(), want)
		})
	}
}

// lines is a reader of one line again and again, 1<<20 times.
type lines struct {
	line string
	n    int
	rest string
}

func (l *lines) Read(b []byte) (int, error) {
	if l.rest == "" {
		if l.n++; l.n > 1<<20 {
			return 0, io.EOF
		}
		l.rest = l.line
	}
	n := copy(b, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// Reading holds no more than a small multiple of the bytes that were read, whatever
// their form.
func TestReadingCostsWhatIsRead(t *testing.T) {
	const sent = 16 << 20
	for name, line := range map[string]string{
		"empty lines": "", "the shortest records": shortestRecord, "one long line": strings.Repeat("x", 900_000),
	} {
		t.Run(name, func(t *testing.T) {
			head := hostile(t, 1<<39, 1<<40)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			e, err := audit.ReadEvidence(io.MultiReader(bytes.NewReader(head), io.LimitReader(&lines{line: line + "\n"}, sent)))
			runtime.ReadMemStats(&after)
			require.Error(t, err)
			require.Nil(t, e)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(4*sent))
		})
	}
}

// A ledger of any size is written from its store: what is held does not grow with
// it.
func TestEvidenceIsWrittenFromTheStore(t *testing.T) {
	s, honest := small(t)
	signed, err := s.journal.Entries()
	require.NoError(t, err)
	log := &shortened{Log: s.world.Log}
	e, err := audit.Gather(t.Context(), log, "s1", signed)
	require.NoError(t, err)
	require.Empty(t, e.Records)
	require.Equal(t, honest, written(t, e))

	require.ErrorIs(t, e.Write(t.Context(), gone{}), io.ErrClosedPipe)

	// A store that lost its end, or that fails, leaves a file without an end line.
	for name, failing := range map[string]*shortened{
		"shrunk": {Log: s.world.Log, stop: 5}, "away": {Log: s.world.Log, stop: 5, err: io.ErrUnexpectedEOF},
	} {
		log.Log = failing
		var b bytes.Buffer
		require.Error(t, e.Write(t.Context(), &b), name)
		require.NotContains(t, b.String(), "\nend ", name)
		log.Log = s.world.Log
	}
}

type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// A shortened log gives so many entries of another, and then its error.
type shortened struct {
	ledger.Log
	stop int // 0: all
	err  error
}

func (c *shortened) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		n := 0
		for e, err := range c.Log.Entries(ctx, from) {
			if c.stop > 0 && n == c.stop {
				if c.err != nil {
					yield(ledger.Entry{}, c.err)
				}
				return
			}
			n++
			if !yield(e, err) {
				return
			}
		}
	}
}
