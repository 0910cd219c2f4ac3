package register_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

type ask = registertest.Ask

const commands = 60

// everything is every figure of a register at every kind of question, with
// every contribution, as one text: two registers that print the same are the
// same to any reader.
func everything(t testing.TB, r *register.Register, a ask) string {
	t.Helper()
	var b strings.Builder
	for _, d := range indicator.All() {
		f, err := indicator.Count(d, r, a.Question(t))
		if err != nil {
			fmt.Fprintf(&b, "%s: %v\n", d.Code, err)
			continue
		}
		fmt.Fprintf(&b, "%s: %s %v\n", d.Code, registertest.Print(f), f.Parts)
		for _, list := range [][]indicator.Contribution{f.In, f.Out} {
			for _, c := range list {
				fmt.Fprintf(&b, "  %d/%s %s %d/%d %s", c.Subject.Kind, c.Subject.Key, c.Seat, c.Num, c.Den, c.Why)
				for _, by := range c.By {
					fmt.Fprintf(&b, " %d", by.Root.Position)
				}
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

func pickAsk(t *rapid.T) ask {
	return ask{
		On:     rapid.SampledFrom(registertest.Days).Draw(t, "on"),
		Place:  rapid.SampledFrom([]string{"", "dak-nong", "cu-jut", "krong-no", "nam-da"}).Draw(t, "place"),
		Period: rapid.SampledFrom([]string{"year", "statistical-year", "2021-01-01"}).Draw(t, "period"),
		Scheme: rapid.SampledFrom([]string{"tt09-2017", "tt01-2020"}).Draw(t, "scheme"),
	}
}

func fold(t testing.TB, records []*ledger.Record, a ask) *register.Register {
	return register.Fold(records, registertest.Day(t, a.On))
}

// What was known at some moment never changes: the answer of a prefix is the
// same while it is all there is and when a reader meets it in a longer log.
func TestThePrefixStands(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Begin(rt)
		type answer struct {
			size ledger.Position
			ask  ask
			said string
		}
		var before []answer
		for range rapid.IntRange(1, commands).Draw(rt, "commands") {
			_ = h.Send(rt, h.Command(rt))
			if rapid.IntRange(0, 9).Draw(rt, "ask") == 0 {
				a := pickAsk(rt)
				before = append(before, answer{h.Book.Size(), a, everything(t, fold(t, h.Records(), a), a)})
			}
		}
		var again []*ledger.Record // as a reader decodes them, with eyes of its own
		d := register.NewDecoder()
		for _, r := range h.Records() {
			read, err := ledger.Decode(bytes.Clone(r.Bytes))
			require.NoError(rt, err)
			require.NoError(rt, d.Next(read))
			again = append(again, read)
		}
		for _, b := range before {
			require.Equal(rt, b.said, everything(t, fold(t, again[:b.size], b.ask), b.ask))
		}
	})
}

// The order of facts is (valid day, position) and nothing else: a fold of
// facts in any order of streams gives the same.
func TestOrderIsValidDayThenPosition(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, a := registertest.Random(rt, commands), pickAsk(rt)
		r := fold(t, h.Records(), a)
		require.True(rt, slices.IsSortedFunc(r.Facts, (*ledger.Fact).Compare))
		for _, s := range r.Subjects {
			if s.Coop == nil {
				continue
			}
			require.True(rt, slices.IsSortedFunc(s.Coop.History.Facts, (*ledger.Fact).Compare))
			require.True(rt, slices.IsSortedFunc(s.Coop.Support, (*ledger.Fact).Compare))
		}
		require.True(rt, slices.IsSortedFunc(r.Subjects, (*register.Subject).Compare))
		// Streams told one after another, not mixed, say the same.
		apart := h.Records()
		shuffle := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 371))
		rank := map[ledger.Stream]int{}
		for _, rec := range apart {
			if _, ok := rank[rec.Stream]; !ok {
				rank[rec.Stream] = shuffle.Int()
			}
		}
		slices.SortStableFunc(apart, func(x, y *ledger.Record) int { return rank[x.Stream] - rank[y.Stream] })
		require.Equal(rt, everything(t, r, a), everything(t, fold(t, apart, a), a))
	})
}

// Opening + established − ended ± re-scoped = closing, for any history, place
// and period, on any map.
func TestMovementIsAnIdentity(t *testing.T) {
	def, err := indicator.Find("coops.movement")
	require.NoError(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		h, a := registertest.Random(rt, commands), pickAsk(rt)
		a.Map = rapid.SampledFrom([]string{"", "2004-01-01", "2024-12-31"}).Draw(rt, "map")
		f, err := indicator.Count(def, fold(t, h.Records(), a), a.Question(t))
		if err != nil {
			require.ErrorIs(rt, err, place.ErrNotOnMap)
			return
		}
		require.True(rt, f.Holds(), "%v", f.Parts)
	})
}

// The province is the sum of its districts and a district of its communes, for
// what is counted at a seat.
func TestTheWholeIsTheSumOfItsPlaces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, a := registertest.Random(rt, commands), pickAsk(rt)
		r := fold(t, h.Records(), a)
		for _, d := range indicator.All() {
			if d.IsComposed() || d.Over != register.CoopSubject {
				continue
			}
			count := func(place string) *indicator.Figure {
				a.Place = place
				f, err := indicator.Count(d, r, a.Question(t))
				require.NoError(rt, err)
				return f
			}
			whole, sum := count("dak-nong"), [5]int64{}
			for _, district := range r.Atlas.On(r.Day).Children("dak-nong") {
				f := count(district)
				for i, n := range []int64{f.Num, f.Den, f.Expected, f.Reported, f.Carried} {
					sum[i] += n
				}
			}
			if !d.Ratio {
				sum[1] = 1
			}
			require.Equal(rt, [5]int64{whole.Num, whole.Den, whole.Expected, whole.Reported, whole.Carried}, sum, d.Code)
		}
	})
}

// An explanation adds up: what is in makes the numerator, all together the
// denominator and the coverage; what is out adds nothing and says why; every
// subject is there, and what is in stands on facts.
func TestExplanationsAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, a := registertest.Random(rt, commands), pickAsk(rt)
		r := fold(t, h.Records(), a)
		for _, d := range indicator.All() {
			if d.IsComposed() {
				continue
			}
			f, err := indicator.Count(d, r, a.Question(t))
			if err != nil {
				require.ErrorIs(rt, err, place.ErrNotOnMap)
				return
			}
			var num, den, expected, reported int64
			seen := map[*register.Subject]bool{}
			for _, c := range f.In {
				require.Empty(rt, c.Why, d.Code)
				require.NotEmpty(rt, c.By, "%s %s counts without a fact", d.Code, c.Subject.Key)
				num += c.Num
			}
			for _, c := range f.Out {
				require.Zero(rt, c.Num, d.Code)
				require.NotEmpty(rt, c.Why.Vi(), "%s: %q", d.Code, c.Why)
			}
			for _, c := range slices.Concat(f.In, f.Out) {
				seen[c.Subject] = true
				den, expected, reported = den+c.Den, expected+c.Expected, reported+c.Reported
				require.Contains(rt, r.Subjects, c.Subject)
			}
			if !d.Ratio {
				den = 1
			}
			require.Equal(rt, [4]int64{f.Num, f.Den, f.Expected, f.Reported}, [4]int64{num, den, expected, reported}, d.Code)
			require.LessOrEqual(rt, f.Reported, f.Expected, d.Code)
			for _, s := range r.Subjects {
				require.Equal(rt, s.Kind == d.Over, seen[s], "%s %s", d.Code, s.Key)
			}
		}
	})
}

// Whatever is sent, Decide answers; and what it accepts, Add accepts (Send
// fails the test otherwise). A refusal is a fault with a code.
func TestDecideAlwaysAnswers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Begin(rt)
		for range rapid.IntRange(1, commands).Draw(rt, "commands") {
			if err := h.Send(rt, h.Command(rt)); err != nil {
				_, ok := fault.Of(err)
				require.True(rt, ok, "%v", err)
			}
		}
	})
}

// state is what a book answers, as one text.
func state(t testing.TB, h *registertest.History) string {
	b := h.Book
	said := fmt.Sprintln(b.Size(), b.Index().Last())
	for _, a := range []ask{{On: "2022-12-31"}, {On: "2023-12-31", Place: "krong-no"}} {
		said += everything(t, fold(t, h.Records(), a), a)
	}
	for _, f := range []string{"coop/a", "coop/b", "support/s", "ocop/p", "place/nam-da"} {
		s, err := ledger.ParseStream(f)
		require.NoError(t, err)
		said += fmt.Sprintln(f, b.Index().Length(s), len(b.Facts(s)))
	}
	return said
}

// Back restores a book exactly: what it answered then, and what it decides.
func TestBackRestores(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Random(rt, commands)
		size, before := h.Book.Size(), state(t, h)
		drafts := slices.Clone(h.Drafts)
		for range rapid.IntRange(1, 20).Draw(rt, "more") {
			_ = h.Send(rt, h.Command(rt))
		}
		h.Book.Back(size)
		h.Drafts = drafts
		require.Equal(rt, before, state(t, h))
		fresh := register.NewBook()
		for _, r := range h.Records() {
			require.NoError(rt, fresh.Add(r))
		}
		for range 10 {
			d, err := ledger.ParseDraft([]byte(h.Command(rt)))
			require.NoError(rt, err)
			at := h.Book.Index().Last() + 1
			was, errWas := h.Book.Decide(d, at)
			is, errIs := fresh.Decide(d, at)
			require.Equal(rt, fmt.Sprint(errIs), fmt.Sprint(errWas))
			if errIs == nil {
				require.Equal(rt, is.Record.Bytes, was.Record.Bytes)
			}
		}
	})
}

func TestARepeatedCommandRecordsOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Random(rt, commands)
		size := h.Book.Size()
		for _, d := range h.Drafts {
			v, err := h.Book.Decide(d, h.Book.Index().Last()+1)
			require.NoError(rt, err)
			require.True(rt, v.Repeated)
			require.Equal(rt, ledger.IDOf(d.Key), v.Record.ID)
		}
		require.Equal(rt, size, h.Book.Size())
	})
}

// A restatement that says the same again changes no figure.
func TestTheSameRestatedChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h, a := registertest.Random(rt, commands), pickAsk(rt)
		before := everything(t, fold(t, h.Records(), a), a)
		done := 0
		for _, f := range ledger.Effective(h.Records()) {
			if f.Root.Kind == ledger.KindOpened || rapid.Bool().Draw(rt, "pass") {
				continue
			}
			done++
			err := h.Send(rt, fmt.Sprintf(`{"key":"same-%d","stream":%q,"kind":"ledger.restated/1","corrects":{"id":%q,"reason":"other"},"data":%s}`,
				done, f.Root.Stream, f.By.ID, f.By.Data))
			_ = err // what can no longer be said, such as a fact now outside a life, may be refused
		}
		require.Equal(rt, before, everything(t, fold(t, h.Records(), a), a))
	})
}

// The four corners: valid then or later, known then or later.
func TestFourCorners(t *testing.T) {
	w := registertest.New(t).Tell(`
@ 2023-01-10
coop/a coop.established/1 2020-03-01 {}
#n coop/a coop.members-counted/1 2023-06-01 {"official":20}
@ 2023-11-20
coop/a coop.members-counted/1 2023-11-15 {"official":25}
@ 2024-01-15
restate #n {"official":12}`)
	for _, c := range []struct{ on, known, want string }{
		{"2023-10-31", "2023-10-31", "20 [1 of 1]"},
		{"2023-10-31", "2024-01-31", "12 [1 of 1]"},
		{"2023-12-31", "2023-10-31", "20 [1 of 1]"},
		{"2023-12-31", "2024-01-31", "25 [1 of 1]"},
	} {
		require.Equal(t, c.want, w.Says("members.total", ask{On: c.on, Known: c.known}), "%+v", c)
	}
}

func TestFoldOfNothing(t *testing.T) {
	r := register.Fold(nil, calendar.DayOf(2023, 12, 31))
	require.Nil(t, r.Opened)
	require.Empty(t, r.Subjects)
	_, err := indicator.Count(indicator.All()[0], r, ask{On: "2023-12-31"}.Question(t))
	require.ErrorIs(t, err, indicator.ErrNoPlace)
}

// The random histories are worth testing on: every kind that they try is
// accepted somewhere, corrections too, and something is refused.
func TestRandomHistoriesAreRich(t *testing.T) {
	kinds, refused := map[ledger.Kind]int{}, 0
	histories := rapid.Custom(func(rt *rapid.T) *registertest.History { return registertest.Random(rt, commands) })
	for seed := range 150 {
		h := histories.Example(seed)
		refused += h.Refused
		for _, d := range h.Drafts {
			kinds[d.Kind]++
		}
	}
	require.Positive(t, refused)
	for _, k := range []ledger.Kind{"coop.established/1", "coop.relocated/1", "coop.resectored/1", "coop.suspended/1", "coop.inactive/1",
		"coop.resumed/1", "coop.dissolving/1", "coop.dissolved/1", "coop.merged/1", "coop.divided/1", "coop.members-counted/1",
		"coop.workers-counted/1", "coop.year-reported/1", "coop.scored/1", "coop.classed/1", "coop.linked/1", "coop.identified/1",
		"certificate.granted/1", "ocop.rated/1", "support.given/1", "support.model-recognised/1", "training.held/1",
		"place.merged/1", "place.moved/1", ledger.KindRestated, ledger.KindRetracted} {
		require.Positive(t, kinds[k], k)
	}
}
