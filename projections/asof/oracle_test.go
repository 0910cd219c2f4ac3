package asof_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// TestOracle walks both roads on random histories and holds the fast one to
// the slow one: every figure, every contribution with its reason and its
// facts, the plans and the policies, at random sizes and days, on the maps of
// random days, while the ledger grows. A failure prints the seed that makes it
// again. HTX_ORACLE_CASES is how many histories are walked.
func TestOracle(t *testing.T) {
	cases := os.Getenv("HTX_ORACLE_CASES")
	if cases == "" {
		cases = "800"
	}
	checks := flag.Lookup("rapid.checks")
	old := checks.Value.String()
	require.NoError(t, checks.Value.Set(cases))
	t.Cleanup(func() { checks.Value.Set(old) })
	rapid.Check(t, walkBothRoads)
}

func walkBothRoads(t *rapid.T) {
	s := newStory(t)
	for i := range 3 {
		s.say(fmt.Sprint("coop/c", i), coop.Established{
			Name: "HTX", Form: coop.HTX, Place: s.one("D1-0", "D1-1", "D2-0"), Agricultural: true, Sector: "trồng trọt",
			Law: s.one("", "2003", "2012"),
		}, calendar.DayOf(2021, 1, 1)+calendar.Day(s.n(300)))
	}
	w := &walk{story: s, fast: asof.New()}
	w.warm = s.n(2) // 0: never, 1: from the start, 2: in the middle
	for range rapid.IntRange(5, 90).Draw(t, "length") {
		s.step()
		w.follow()
		if s.n(11) == 0 {
			w.ask()
		}
	}
	w.follow()
	for range 4 {
		w.ask()
	}
	w.vintages()
	w.shifts()
}

// A walk is a story and the projection that follows it.
type walk struct {
	*story
	fast *asof.Projection
	warm int
}

// follow applies what the story has more.
func (w *walk) follow() {
	for at := w.fast.Size(); at < w.book.Size(); at++ {
		r := *w.book.At(at)
		require.NoError(w, w.fast.Apply(&r))
	}
	if w.warm == 1 || w.warm == 2 && w.book.Size() > 30 {
		require.NoError(w, w.fast.Warm(context.Background()))
	}
}

func (w *walk) question() (ledger.Position, indicator.Question) {
	n := w.book.Size()
	if w.yes() {
		n = ledger.Position(w.n(int(n)))
	}
	q := indicator.Question{Place: w.one("", "", "P", "D1", "D2", "D1-0", "D2-1", "X")}
	q.Valid = w.day()
	if w.n(9) == 0 {
		q.Valid += 800
	}
	if w.yes() {
		q.Map = w.day()
	}
	q.Scheme = w.one(coop.Schemes...)
	period := w.one("", calendar.CalendarYear, calendar.StatisticalYear, (q.Valid - calendar.Day(w.n(500))).String())
	var err error
	q.Period, err = calendar.PeriodEnding(period, q.Valid)
	require.NoError(w, err)
	return n, q
}

// ask asks one question of both roads.
func (w *walk) ask() {
	n, q := w.question()
	slow := register.Fold(w.records()[:n], q.Valid)
	wide := w.fast.At(n, q.Valid)
	w.same(slow, wide)
	figures, err := w.fast.Figures(n, q, indicator.All()...)
	for i, d := range indicator.All() {
		want, wantErr := indicator.Count(d, slow, q)
		if wantErr != nil {
			require.Error(w, err, "%s at %d, %v", d.Code, n, q)
			require.Equal(w, wantErr.Error(), err.Error())
			return
		}
		require.NoError(w, err)
		if !want.Same(figures[i]) {
			w.Fatalf("%s at size %d, question %+v, warm %d:\nfold  %s\nfast  %s", d.Code, n, q, w.warm, sum(want), sum(figures[i]))
		}
		got, err := indicator.Count(d, wide, q)
		require.NoError(w, err)
		require.Equal(w, told(want), told(got), "%s at size %d, question %+v", d.Code, n, q)
	}
}

// same holds a register to that of the fold in all but its facts.
func (w *walk) same(slow, fast *register.Register) {
	for _, r := range []*register.Register{fast, w.fast.Frame(slow.Size, slow.Day)} {
		require.Equal(w, slow.Size, r.Size)
		require.Equal(w, slow.Day, r.Day)
		require.Equal(w, slow.Opened, r.Opened)
		require.Equal(w, cited(slow.Policies), cited(r.Policies))
		require.Equal(w, cited(slow.Atlas.Facts), cited(r.Atlas.Facts))
		require.Len(w, r.Plans, len(slow.Plans))
		for i, p := range slow.Plans {
			require.Equal(w, p.Key, r.Plans[i].Key)
			require.Equal(w, cited(p.Deliveries), cited(r.Plans[i].Deliveries))
		}
	}
	require.Equal(w, named(slow), named(fast))
}

func named(r *register.Register) []string {
	var list []string
	for _, s := range r.Subjects {
		list = append(list, fmt.Sprint(s.Kind, " ", s.Key))
	}
	return list
}

// sum is a figure without its contributions.
func sum(f *indicator.Figure) string {
	return fmt.Sprintf("%d/%d, %d of %d reported, %d carried, no data %v, parts %v", f.Num, f.Den, f.Reported, f.Expected, f.Carried, f.NoData, f.Parts)
}

// told is the contributions of a figure: who, how much, why not, by which
// records.
func told(f *indicator.Figure) string {
	var b strings.Builder
	for _, list := range [][]indicator.Contribution{f.In, f.Out} {
		for _, c := range list {
			fmt.Fprintf(&b, "%d %s at %q: %d/%d %d of %d, carried %d, %s %v\n",
				c.Subject.Kind, c.Subject.Key, c.Seat, c.Num, c.Den, c.Reported, c.Expected, c.Carried, c.Why, cited(c.By))
		}
		b.WriteString("--\n")
	}
	return b.String()
}

func cited(facts []*ledger.Fact) string {
	var b strings.Builder
	for _, f := range facts {
		fmt.Fprintf(&b, "%d by %d on %s; ", f.Root.Position, f.By.Position, f.Valid)
	}
	return b.String()
}

// vintages holds Changed to counting at every size.
func (w *walk) vintages() {
	n, q := w.question()
	d := indicator.All()[w.n(len(indicator.All())-1)]
	var want []ledger.Position
	var last *indicator.Figure
	var told []*indicator.Figure
	records := w.records()
	for size := ledger.Position(1); size <= n; size++ {
		f, err := indicator.Count(d, register.Fold(records[:size], q.Valid), q)
		if err == nil && (last == nil || !last.Same(f)) {
			want, last, told = append(want, size), f, append(told, f)
		}
	}
	got, err := w.fast.ChangedSizes(context.Background(), n, q, d)
	require.NoError(w, err)
	require.Equal(w, want, got, "%s at size %d, question %+v", d.Code, n, q)
	turns, err := w.fast.Turns(context.Background(), n, q, d)
	require.NoError(w, err)
	for i, turn := range turns {
		require.Equal(w, sum(told[i]), sum(turn.Figure), "%s at size %d, question %+v", d.Code, turn.Size, q)
	}
	most := w.n(len(want) + 1)
	newest, more, err := w.fast.LastChanges(context.Background(), n, q, d, most)
	require.NoError(w, err)
	require.Equal(w, len(want) > most, more)
	require.Equal(w, append([]ledger.Position{}, want[max(len(want)-most, 0):]...), append([]ledger.Position{}, newest...), "the newest %d", most)
}

// shifts holds Shifts to judging every subject before and after every record, on
// the map of the last.
func (w *walk) shifts() {
	n, q := w.question()
	low := ledger.Position(w.n(int(n)))
	records := w.records()
	area, err := q.AreaIn(register.Fold(records[:n], q.Valid))
	if err != nil {
		return // the place is on no map
	}
	low = max(low, n-25) // each of them is folded
	got := map[*indicator.Definition]map[ledger.Position]asof.Shift{}
	for _, d := range indicator.All() {
		if shifts, ok := w.fast.Shifts(d, q, area, low, n); ok {
			got[d] = shifts
		}
	}
	before := register.Fold(records[:low], q.Valid)
	for at := low; at < n; at++ {
		after := register.Fold(records[:at+1], q.Valid)
		for d, shifts := range got {
			was, is := judged(d, before, q, area), judged(d, after, q, area)
			want := asof.Shift{Num: is.Num - was.Num, Den: is.Den - was.Den}
			require.Equal(w, want, shifts[at], "%s by record %d, question %+v", d.Code, at, q)
		}
		before = after
	}
}

// judged is what the subjects of a register come to in an area.
func judged(d *indicator.Definition, r *register.Register, q indicator.Question, area indicator.Area) (total asof.Shift) {
	q.Period.Last = min(q.Period.Last, q.Valid)
	for _, s := range r.Subjects {
		if s.Kind != d.Over {
			continue
		}
		d.Judge(s, &q.Point, func(e indicator.Entry) {
			if area.Holds(e.Seat, d.Over) {
				total.Num, total.Den = total.Num+e.Num, total.Den+e.Den
			}
		})
	}
	return total
}
