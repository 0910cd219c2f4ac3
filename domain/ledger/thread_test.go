package ledger

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
)

// A threadWorld is two streams in one ledger whose records are drawn at random:
// facts in any order of days, corrections of them and of corrections, and now and
// then one that names a record of the other stream, which no command can.
type threadWorld struct {
	*rapid.T
	records []*Record
	threads map[Stream]*Thread
}

var threadStreams = []Stream{{"coop", "a"}, {"coop", "b"}}

func newThreadWorld(t *rapid.T) *threadWorld {
	w := &threadWorld{T: t, threads: map[Stream]*Thread{}}
	for _, s := range threadStreams {
		w.threads[s] = &Thread{}
	}
	return w
}

func (w *threadWorld) find(id ID) *Record {
	at := slices.IndexFunc(w.records, func(r *Record) bool { return r.ID == id })
	return w.records[at]
}

func (w *threadWorld) stream(s Stream, size Position) []*Record {
	var of []*Record
	for _, r := range w.records[:size] {
		if r.Stream == s {
			of = append(of, r)
		}
	}
	return of
}

// next draws the next record.
func (w *threadWorld) next() *Record {
	at := Position(len(w.records))
	r := &Record{Position: at, ID: IDOf(fmt.Sprint(at)), Stream: rapid.SampledFrom(threadStreams).Draw(w.T, "stream"), Kind: "coop.renamed/1"}
	day := calendar.OnDay(calendar.DayOf(2022, 1, 1) + calendar.Day(rapid.IntRange(0, 5).Draw(w.T, "day")))
	targets := w.stream(r.Stream, at)
	if rapid.IntRange(0, 19).Draw(w.T, "across") == 0 {
		targets = w.records
	}
	what := rapid.IntRange(0, 4).Draw(w.T, "what")
	if what < 2 || len(targets) == 0 {
		r.Valid = day
		return r
	}
	r.Corrects = &Corrects{ID: rapid.SampledFrom(targets).Draw(w.T, "target").ID}
	switch what {
	case 2:
		r.Kind = KindRetracted
	case 3:
		r.Kind = KindRestated
	default:
		r.Kind, r.Valid = KindRestated, day
	}
	return r
}

// step adds a record, or takes the last one back.
func (w *threadWorld) step() {
	if n := len(w.records) - 1; n >= 0 && rapid.IntRange(0, 5).Draw(w.T, "drop") == 0 {
		r := w.records[n]
		was, is := w.threads[r.Stream].ChangeBy(r)
		gotWas, gotIs := w.threads[r.Stream].Drop()
		require.Same(w, was, gotWas)
		require.Same(w, is, gotIs)
		w.records = w.records[:n]
		return
	}
	r := w.next()
	w.records = append(w.records, r)
	th := w.threads[r.Stream]
	was, is := th.Add(r, RootOf(r, w.find))
	if was != nil && is != nil && was.By == is.By {
		require.Same(w, was, is, "a correction that decides nothing makes no fact")
	}
	gotWas, gotIs := th.ChangeBy(r)
	require.Same(w, was, gotWas)
	require.Same(w, is, gotIs)
}

// check holds every thread, at every size, to Effective, and the changes of its
// records to what they make of the facts before them.
func (w *threadWorld) check() {
	for s, th := range w.threads {
		for size := range Position(len(w.records) + 1) {
			records := w.stream(s, size)
			require.Equal(w, values(records), values(th.Records(size)))
			require.Equal(w, values(Effective(records)), values(th.FactsAt(size)), "size %d", size)
		}
		all := w.stream(s, Position(len(w.records)))
		require.Equal(w, values(Effective(all)), values(th.Facts()))
		for _, r := range all {
			was, is := th.ChangeBy(r)
			before, after := th.FactsAt(r.Position), th.FactsAt(r.Position+1)
			require.True(w, slices.Equal(after, ReplaceFact(before, was, is)), "record %d", r.Position)
			if was != nil {
				require.Contains(w, before, was, "facts are the same ones at every size")
			}
			if !r.IsCorrection() {
				at := slices.IndexFunc(th.Facts(), func(f *Fact) bool { return f.Root == r })
				if f := th.FactOf(r); at < 0 {
					require.Nil(w, f)
				} else {
					require.Same(w, th.Facts()[at], f)
				}
			}
		}
	}
}

// values is a list by what its pointers point to.
func values[T any](list []*T) []T {
	all := []T{}
	for _, p := range list {
		all = append(all, *p)
	}
	return all
}

// A thread that grows, and from which records are taken back, knows at every
// size what the slow resolution of the records below it gives, and what it gave
// out before stays as it was.
func TestAThreadIsTheEffectiveFactsOfEveryPrefix(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newThreadWorld(rt)
		type given struct{ list, copied []*Fact }
		var before []given
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			w.step()
			w.check()
			for _, th := range w.threads {
				before = append(before, given{th.Facts(), slices.Clone(th.Facts())})
			}
			for _, g := range before {
				require.Equal(rt, g.copied, g.list)
			}
		}
	})
}

// A late fact, two corrections of one record and the end of the second, by hand.
func TestAThreadAtItsSizes(t *testing.T) {
	s := Stream{"coop", "a"}
	record := func(at Position, kind Kind, day int, corrects string) *Record {
		r := &Record{Position: at, ID: IDOf(fmt.Sprint(at)), Stream: s, Kind: kind}
		if day > 0 {
			r.Valid = calendar.OnDay(calendar.DayOf(2022, 1, day))
		}
		if corrects != "" {
			r.Corrects = &Corrects{ID: IDOf(corrects)}
		}
		return r
	}
	first := record(0, "coop.renamed/1", 9, "")
	late := record(2, "coop.renamed/1", 3, "")
	restated := record(4, KindRestated, 1, "0")
	retracted := record(5, KindRetracted, 0, "0")
	back := record(7, KindRetracted, 0, "5")
	th := &Thread{}
	for _, r := range []*Record{first, late} {
		th.Add(r, r)
	}
	for _, r := range []*Record{restated, retracted, back} {
		th.Add(r, first)
	}
	by := func(size Position) (list []Position) {
		for _, f := range th.FactsAt(size) {
			list = append(list, f.By.Position)
		}
		return list
	}
	require.Equal(t, [][]Position{nil, {0}, {0}, {2, 0}, {2, 0}, {4, 2}, {2}, {2}, {4, 2}},
		[][]Position{by(0), by(1), by(2), by(3), by(4), by(5), by(6), by(7), by(8)})
	was, is := th.Drop()
	require.Nil(t, was)
	require.Equal(t, Position(4), is.By.Position)
	require.Nil(t, th.FactOf(first))
}

// A record is added to a long thread at the cost of the facts it changes, not of the thread's length.
func BenchmarkThread(b *testing.B) {
	for b.Loop() {
		th := &Thread{}
		for i := range Position(10_000) {
			r := &Record{Position: i, Kind: "coop.renamed/1", Valid: calendar.OnDay(calendar.DayOf(2022, 1, 1) + calendar.Day(i/10))}
			th.Add(r, r)
		}
	}
}
