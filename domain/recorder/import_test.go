package recorder_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// many are commands of about size bytes each: co-operatives, with a count each.
func many(t testing.TB, n, size int) []*ledger.Draft {
	note := strings.Repeat("ạ", size/3+1) // of three bytes each: many bytes within the bound of a note
	var list []*ledger.Draft
	for i := range n {
		list = append(list,
			draft(t, `{"key":"e%d","stream":"coop/c%d","kind":"coop.established/1","valid":"2020-03-02","source":{"note":%q},"data":{"agricultural":true,"form":"htx","name":"HTX %d","place":"dak-nong","sector":"Trồng trọt","tax_code":"%010d"}}`, i, i, note, i, i),
			draft(t, `{"key":"m%d","stream":"coop/c%d","kind":"coop.members-counted/1","valid":"2023-05-01","source":{"note":%q},"data":{"official":%d}}`, i, i, note, i))
	}
	return list
}

// said is what records say, without when they were taken.
func said(records []*ledger.Record) []string {
	var list []string
	for _, r := range records {
		list = append(list, fmt.Sprint(r.Position, r.ID, r.Stream, r.Revision, r.Kind, r.Valid, string(r.Data)))
	}
	return list
}

// oneByOne is what a log holds that took the commands singly.
func oneByOne(t *testing.T, drafts []*ledger.Draft) []string {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	for _, d := range drafts {
		_, err := r.Record(background, d)
		require.NoError(t, err)
	}
	return said(read(t, log))
}

func TestAnImportIsRecordedInParts(t *testing.T) {
	log := ledgertest.Faulty(ledgertest.NewMemory(), ledgertest.FaultScript{})
	r := begun(t, log, newClock())
	before, _ := log.Calls()
	drafts := many(t, 120, 10_000) // about 2.4 MB
	var told []int
	res, err := r.Import(background, drafts, func(done, total int) {
		require.Equal(t, len(drafts), total)
		told = append(told, done)
	})
	require.NoError(t, err)
	after, _ := log.Calls()
	require.Equal(t, 3, after-before, "appends")
	require.Len(t, told, 3)
	require.Equal(t, len(drafts), told[2])
	require.Equal(t, recorder.ImportRecorded, res.Outcome)
	require.Equal(t, len(drafts), res.Recorded)
	require.Zero(t, res.Repeated)
	require.Equal(t, ledger.Position(3), res.First)
	require.Equal(t, ledger.Position(3+len(drafts)-1), res.Last)
	records := read(t, log)
	for i, got := range res.Results {
		require.Equal(t, records[3+i].Bytes, got.Record.Bytes)
	}
	require.Equal(t, oneByOne(t, drafts), said(records))
}

func TestTheSameImportAgainAddsNothing(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	drafts := many(t, 10, 10)
	_, err := r.Import(background, drafts[:7], nil)
	require.NoError(t, err)
	res, err := r.Import(background, drafts, nil)
	require.NoError(t, err)
	require.Equal(t, recorder.ImportRecorded, res.Outcome)
	require.Equal(t, 13, res.Recorded)
	require.Equal(t, 7, res.Repeated)
	require.Equal(t, ledger.Position(10), res.First)
	res, err = r.Import(background, drafts, nil)
	require.NoError(t, err)
	require.Equal(t, recorder.ImportRepeated, res.Outcome)
	require.Equal(t, 20, res.Repeated)
	require.Zero(t, res.Recorded)
	require.Len(t, read(t, log), 23)
	res, err = r.Import(background, nil, nil)
	require.NoError(t, err)
	require.Equal(t, recorder.ImportNotRecorded, res.Outcome)
}

func TestARefusedImportRecordsNothing(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	drafts := many(t, 120, 10_000)
	drafts[91] = draft(t, `{"key":"bad","stream":"coop/nowhere","kind":"coop.renamed/1","valid":"2023-01-01","data":{"name":"x"}}`)
	drafts[5] = draft(t, `{"key":"twice","stream":"coop/c0","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"HTX","place":"dak-nong","sector":"Trồng trọt"}}`)
	res, err := r.Import(background, drafts, nil)
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	require.Equal(t, recorder.ImportNotRecorded, res.Outcome)
	require.Len(t, read(t, log), 3)
	for i, got := range res.Results {
		switch i {
		case 5:
			require.ErrorIs(t, got.Err, coop.ErrExists)
		case 91:
			require.ErrorIs(t, got.Err, coop.ErrUnknown)
		default:
			require.NoError(t, got.Err)
		}
	}
}

// Whatever happens at whichever part, the same import completes it, and the
// ledger is then as if it had been recorded one by one.
func TestACutImportIsCompletedByTheSame(t *testing.T) {
	drafts := many(t, 120, 10_000)
	whole := oneByOne(t, drafts)
	const first = 2 // the append that begins the import
	for part := range 3 {
		for name, failure := range map[string]ledgertest.Failure{
			"refused": {Refuse: true},
			"full":    {Refuse: true, Err: ledger.ErrStorageFull},
			"dropped": {Drop: true},
			"lost":    {Lose: true},
		} {
			t.Run(fmt.Sprintf("part %d %s", part, name), func(t *testing.T) {
				memory := ledgertest.NewMemory()
				log := ledgertest.Faulty(memory, ledgertest.FaultScript{Appends: map[int]ledgertest.Failure{first + part: failure}})
				c := newClock()
				r := begun(t, log, c)
				res, err := r.Import(background, drafts, nil)
				if failure.Refuse {
					require.Error(t, err)
					cut(t, part, res, err)
				} else {
					require.NoError(t, err, "the recorder reads back and goes on")
				}
				r.Close()
				again := open(t, memory, c.now)
				_, err = again.Import(background, drafts, nil)
				require.NoError(t, err)
				require.Equal(t, whole, said(read(t, memory)))
			})
		}
	}
}

func cut(t *testing.T, part int, res recorder.ImportResult, err error) {
	if part == 0 {
		require.Equal(t, recorder.ImportNotRecorded, res.Outcome)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		require.Zero(t, res.Recorded)
		return
	}
	require.Equal(t, recorder.ImportPartial, res.Outcome)
	require.ErrorIs(t, err, recorder.ErrImportCut)
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err), "which asks to send it again")
	require.NotZero(t, res.Recorded)
	f, ok := fault.Of(err)
	require.True(t, ok)
	require.Contains(t, f.Vi(), fmt.Sprintf("đã ghi %d trong 240 lệnh", res.Recorded))
}

// A process that dies between parts leaves whole parts; its caller may also
// give up there.
func TestAnImportGivenUpBetweenPartsIsCompletedByTheSame(t *testing.T) {
	drafts := many(t, 120, 10_000)
	log := ledgertest.NewMemory()
	c := newClock()
	r := begun(t, log, c)
	ctx, cancel := context.WithCancel(background)
	res, err := r.Import(ctx, drafts, func(done, total int) { cancel() })
	require.ErrorIs(t, err, recorder.ErrImportCut)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, recorder.ImportPartial, res.Outcome)
	require.Len(t, read(t, log), 3+res.Recorded)
	res, err = r.Import(background, drafts, nil)
	require.NoError(t, err)
	require.NotZero(t, res.Repeated)
	require.Equal(t, oneByOne(t, drafts), said(read(t, log)))
}

// Somebody may record between the parts what makes a later part impossible.
func TestAnImportThatOthersCrossSaysWhichCommand(t *testing.T) {
	drafts := many(t, 120, 10_000)
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	crossed := false
	res, err := r.Import(background, drafts, func(done, total int) {
		if !crossed {
			crossed = true
			_, err := r.Record(background, draft(t, `{"key":"other","stream":"coop/other","kind":"coop.established/1","valid":"2020-03-02","data":{"agricultural":true,"form":"htx","name":"HTX","place":"dak-nong","sector":"Trồng trọt","tax_code":"0000000059"}}`))
			require.NoError(t, err)
		}
	})
	require.ErrorIs(t, err, recorder.ErrImportCut)
	require.Equal(t, recorder.ImportPartial, res.Outcome)
	require.ErrorIs(t, res.Results[118].Err, coop.ErrTaxCode)
}

// fromSheet marks commands as the rows of a file.
func fromSheet(drafts []*ledger.Draft, sheet, digit string) []*ledger.Draft {
	var list []*ledger.Draft
	for i, d := range drafts {
		own := *d
		own.Source = &ledger.Source{Sheet: sheet, SHA256: strings.Repeat(digit, 64), Row: int64(i + 2)}
		list = append(list, &own)
	}
	return list
}

func TestTheSameRowsInAnotherFileAreTheSameCommands(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	drafts := many(t, 5, 1)
	first := fromSheet(drafts[:8], "a.csv", "a")
	first[0].Actor = &ledger.Actor{ID: "can-bo-1", Role: "officer"}
	_, err := r.Import(background, first, nil)
	require.NoError(t, err)
	second := fromSheet(append([]*ledger.Draft{drafts[8]}, append(drafts[:8:8], drafts[9])...), "b.csv", "b")
	second[1].Actor = &ledger.Actor{ID: "can-bo-2", Role: "officer"}
	dry, err := r.TryImport(background, second)
	require.NoError(t, err)
	for i, got := range dry {
		require.Equal(t, i > 0 && i < 9, got.Repeated)
	}
	require.Len(t, read(t, log), 11, "a dry run writes nothing")
	res, err := r.Import(background, second, nil)
	require.NoError(t, err)
	require.Equal(t, 2, res.Recorded)
	require.Equal(t, 8, res.Repeated)
	for i, got := range res.Results[1:9] {
		require.True(t, got.Repeated)
		require.Equal(t, "a.csv", got.Record.Source.Sheet, "the first file stays the source")
		require.Equal(t, int64(i+2), got.Record.Source.Row)
	}
	require.Equal(t, "b.csv", res.Results[0].Record.Source.Sheet)
}

// Only the file, the row and the actor may differ.
func TestAKeyFromAFileStillMeansOneThing(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	base := fromSheet([]*ledger.Draft{count(t, "k")}, "a.csv", "a")
	_, err := r.Import(background, base, nil)
	require.NoError(t, err)
	for name, change := range map[string]func(*ledger.Draft){
		"data":     func(d *ledger.Draft) { d.Data = []byte(`{"official":22}`) },
		"document": func(d *ledger.Draft) { d.Source.Document = "Quyết định 1" },
		"note":     func(d *ledger.Draft) { d.Source.Note = "x" },
		"no file":  func(d *ledger.Draft) { d.Source = &ledger.Source{Sheet: "b.csv"} },
		"source":   func(d *ledger.Draft) { d.Source = nil },
	} {
		d := fromSheet([]*ledger.Draft{count(t, "k")}, "b.csv", "b")[0]
		change(d)
		res, err := r.Import(background, []*ledger.Draft{d}, nil)
		require.ErrorIs(t, err, ledger.ErrKeyReused, name)
		require.Equal(t, recorder.ImportNotRecorded, res.Outcome, name)
	}
	require.Len(t, read(t, log), 4)
}

// exported are the bytes of a log, line by line.
func exported(t *testing.T, log ledger.Log) [][]byte {
	entries, err := ledgertest.Collect(background, log, 0)
	require.NoError(t, err)
	var lines [][]byte
	for _, e := range entries {
		lines = append(lines, e.Bytes)
	}
	return lines
}

func linesOf(lines [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, b := range lines {
			if !yield(b, nil) {
				return
			}
		}
	}
}

// history is an export of more than two parts, with a correction in it.
func history(t *testing.T) [][]byte {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	_, err := r.Import(background, many(t, 120, 10_000), nil)
	require.NoError(t, err)
	_, err = r.Record(background, draft(t, `{"key":"fix","stream":"coop/c1","kind":"ledger.restated/1","corrects":{"key":"m1","reason":"typo"},"data":{"official":7}}`))
	require.NoError(t, err)
	return exported(t, log)
}

func TestARestoredLedgerHasTheSameBytes(t *testing.T) {
	lines := history(t)
	for name, failures := range map[string]map[int]ledgertest.Failure{
		"sound":   nil,
		"dropped": {2: {Drop: true}, 3: {Drop: true}},
		"lost":    {1: {Lose: true}, 3: {Lose: true}},
	} {
		log := ledgertest.NewMemory()
		done := 0
		size, err := recorder.Restore(background, ledgertest.Faulty(log, ledgertest.FaultScript{Appends: failures}), linesOf(lines),
			func(at, total int) { require.Equal(t, len(lines), total); done = at })
		require.NoError(t, err, name)
		require.Equal(t, ledger.Position(len(lines)), size)
		require.Equal(t, len(lines), done)
		require.Equal(t, lines, exported(t, log), name)
		_, err = register.ReadAll(background, log, -1)
		require.NoError(t, err)
	}
}

func TestABadLineRestoresNothing(t *testing.T) {
	lines := history(t)
	broken := errors.New("broken pipe")
	change := func(f func(l [][]byte) [][]byte) iter.Seq2[[]byte, error] {
		return linesOf(f(append([][]byte(nil), lines...)))
	}
	at := func(i int, b []byte) func(l [][]byte) [][]byte {
		return func(l [][]byte) [][]byte { l[i] = b; return l }
	}
	for name, c := range map[string]struct {
		lines iter.Seq2[[]byte, error]
		want  error
	}{
		"nothing":          {linesOf(nil), recorder.ErrRestoreEmpty},
		"a line missing":   {change(func(l [][]byte) [][]byte { return append(l[:50], l[51:]...) }), recorder.ErrRestoreLine},
		"the first":        {change(func(l [][]byte) [][]byte { return l[1:] }), recorder.ErrRestoreFirst},
		"two in disorder":  {change(func(l [][]byte) [][]byte { l[7], l[8] = l[8], l[7]; return l }), recorder.ErrRestoreLine},
		"the same twice":   {change(func(l [][]byte) [][]byte { return append(l, l[len(l)-1]) }), recorder.ErrRestoreLine},
		"a space":          {change(at(100, append([]byte(" "), lines[100]...))), recorder.ErrRestoreLine},
		"a line end":       {change(at(100, append(bytes.Clone(lines[100]), '\n'))), recorder.ErrRestoreLine},
		"blank":            {change(at(100, nil)), recorder.ErrRestoreLine},
		"cut":              {change(at(len(lines)-1, lines[len(lines)-1][:40])), recorder.ErrRestoreLine},
		"a revision":       {change(at(120, bytes.Replace(lines[120], []byte(`"revision":`), []byte(`"revision":9`), 1))), recorder.ErrRestoreLine},
		"a member unknown": {change(at(4, bytes.Replace(lines[4], []byte(`"official":0`), []byte(`"official":0,"other":1`), 1))), recorder.ErrRestoreLine},
		"an unknown kind":  {change(at(3, bytes.Replace(lines[3], []byte(`established/1`), []byte(`established/9`), 1))), register.ErrKindUnknown},
		"unreadable": {func(yield func([]byte, error) bool) {
			_ = yield(lines[0], nil) && yield(nil, broken)
		}, broken},
	} {
		log := ledgertest.NewMemory()
		_, err := recorder.Restore(background, log, c.lines, nil)
		require.ErrorIs(t, err, c.want, name)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), name)
		require.Empty(t, exported(t, log), name)
	}
}

func TestABadLineIsNamedInVietnamese(t *testing.T) {
	lines := history(t)
	lines[3] = append([]byte(" "), lines[3]...)
	_, err := recorder.Restore(background, ledgertest.NewMemory(), linesOf(lines), nil)
	f, ok := fault.Of(err)
	require.True(t, ok)
	require.Equal(t, "dòng 4 không phải là bản ghi kế tiếp của sổ cái: có khoảng trắng giữa các thành phần tại byte 0", f.Vi())
	require.Contains(t, f.En(), "line 4 is not the next record of a ledger: there is white space")
}

func TestOnlyAnEmptyLogIsRestored(t *testing.T) {
	log := ledgertest.NewMemory()
	begun(t, log, newClock())
	before := exported(t, log)
	_, err := recorder.Restore(background, log, linesOf(before), nil)
	require.ErrorIs(t, err, ledger.ErrNotEmpty)
	require.Equal(t, before, exported(t, log))
}

// A source that changes between the two passes is found out; what was written
// by then stays, and the error says so.
func TestALaterPassMustReadTheSame(t *testing.T) {
	lines := history(t)
	passes := 0
	shorter := func(yield func([]byte, error) bool) {
		passes++
		for i, b := range lines {
			if passes == 2 && i == len(lines)-1 || !yield(b, nil) {
				return
			}
		}
	}
	_, err := recorder.Restore(background, ledgertest.NewMemory(), shorter, nil)
	require.ErrorIs(t, err, recorder.ErrRestoreChanged)
	require.Equal(t, ledger.Unknown, ledger.OutcomeOf(err))
}

func TestARestoreThatIsCutSaysWhere(t *testing.T) {
	lines := history(t)
	for at, want := range map[int]ledger.Outcome{1: ledger.NotRecorded, 2: ledger.Unknown} {
		log := ledgertest.NewMemory()
		faulty := ledgertest.Faulty(log, ledgertest.FaultScript{Appends: map[int]ledgertest.Failure{at: {Refuse: true, Err: ledger.ErrStorageFull}}})
		size, err := recorder.Restore(background, faulty, linesOf(lines), nil)
		require.ErrorIs(t, err, ledger.ErrStorageFull)
		require.Equal(t, want, ledger.OutcomeOf(err))
		require.Len(t, exported(t, log), int(size))
	}
}

// Checking a whole import at once must cost as much a command for many as for
// few.
func BenchmarkTryImport(b *testing.B) {
	for _, n := range []int{2_500, 5_000, 10_000, 20_000} {
		b.Run(fmt.Sprint(2*n), func(b *testing.B) {
			r := begun(b, ledgertest.NewMemory(), newClock())
			drafts := many(b, n, 10)
			for b.Loop() {
				_, err := r.Try(background, drafts...)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(drafts)), "ns/command")
		})
	}
}
