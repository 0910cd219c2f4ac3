package shown

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/assessment"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const opening = `{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01",` +
	`"data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`

// A world is the demo ledger, answered from.
type world struct {
	log     *ledgertest.Memory
	answers answerstest.Asker
	browse  answerstest.Browser
}

func demoWorld(t *testing.T) *world {
	t.Helper()
	book, proj := register.NewBook(), asof.New()
	w := &world{log: ledgertest.NewMemory()}
	take := func(command, recorded string) {
		at, err := calendar.ParseInstant(recorded)
		require.NoError(t, err)
		draft, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err, command)
		v, err := book.Decide(draft, at)
		require.NoError(t, err, command)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, w.log.Append(context.Background(), v.Record.Position, register.EntryOf(v.Record)))
		require.NoError(t, proj.Apply(v.Record))
	}
	take(opening, "2022-12-01T00:59:00.000000Z")
	for _, c := range demo.Commands(demo.Seed) {
		take(string(c.Command), c.Recorded)
	}
	now, err := calendar.ParseInstant("2026-11-23T03:00:00Z")
	require.NoError(t, err)
	w.answers = answerstest.New(proj, func() calendar.Instant { return now })
	w.browse = w.answers.Directory()
	return w
}

func golden(t *testing.T, name string, a Answer) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, a.WriteJSON(&b))
	file := filepath.Join("testdata", name+".json")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, b.Bytes(), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

// Every answer about the demo ledger, byte for byte.
func TestAnswers(t *testing.T) {
	w := demoWorld(t)
	q := answers.Query{AsOf: "31/12/2023", Known: "2024-02-20"}

	t.Run("indicators", func(t *testing.T) {
		f, err := w.answers.Indicators(q)
		require.NoError(t, err)
		golden(t, "indicators", ShowIndicators(f))
	})
	t.Run("targets", func(t *testing.T) {
		x, err := w.answers.Targets(q)
		require.NoError(t, err)
		golden(t, "targets", ShowTargets(x))
	})
	t.Run("explain", func(t *testing.T) {
		q := q
		q.Place = "krong-no"
		for code, why := range map[string]string{"coops.established": "", "ocop.coops.recognised": "", "trade.fairs": "", "linked.share": "htx-nong-nghiep-buon-choah"} {
			e, err := w.answers.Explain(context.Background(), q, code, why)
			require.NoError(t, err)
			e.Figure.In, e.Figure.Out = e.Figure.In[:min(2, len(e.Figure.In))], e.Figure.Out[:min(2, len(e.Figure.Out))]
			golden(t, "explain-"+code, ShowExplanation(e))
		}
	})
	t.Run("vintages", func(t *testing.T) {
		q := q
		q.Known = "@600" // the slow road counts every size
		v, err := w.answers.Vintages(context.Background(), q, "coops.established")
		require.NoError(t, err)
		golden(t, "vintages", ShowVintages(v))
	})
	t.Run("problems", func(t *testing.T) {
		p, err := w.answers.Problems(context.Background(), q)
		require.NoError(t, err)
		require.Empty(t, p.Problems, "the demo adds up")
		said := &ledger.Fact{By: &ledger.Record{ID: ledger.IDOf("a")}}
		p.Problems = []assessment.Problem{{Code: "orphan", Severity: assessment.Notice, Subject: "coop/a", Vi: "vi", En: "en", By: []*ledger.Fact{said}}}
		golden(t, "problems", ShowProblems(p))
	})
	t.Run("coops", func(t *testing.T) {
		l, err := w.browse.Coops(context.Background(), q, directory.Filter{Search: "nam da", Limit: 5})
		require.NoError(t, err)
		golden(t, "coops", ShowCoops(l))
	})
	t.Run("card", func(t *testing.T) {
		c, err := w.browse.Card(q, "htx-nong-nghiep-buon-choah")
		require.NoError(t, err)
		golden(t, "card", ShowCard(c))
	})
	t.Run("events", func(t *testing.T) {
		e, err := w.browse.Events(context.Background(), q, directory.EventFilter{Corrections: true, Limit: 3})
		require.NoError(t, err)
		golden(t, "events", ShowEvents(e))
	})
	t.Run("plans", func(t *testing.T) {
		p, err := w.answers.Resolve(q)
		require.NoError(t, err)
		plans := w.answers.Plans(p.Size, p.Valid)
		golden(t, "plans", ShowPlans(p, plans))
		golden(t, "plan", ShowPlan(p, plans[0]))
		golden(t, "lint", ShowLint(p, plans[0]))
	})
	t.Run("replay", func(t *testing.T) {
		r, err := w.answers.Replay(context.Background(), w.log, q, nil)
		require.NoError(t, err)
		golden(t, "replay", ShowReplay(r, nil, nil))
	})
}

// A correction of a correction shows every record behind what stands.
func TestChain(t *testing.T) {
	book := register.NewBook()
	var records []*ledger.Record
	for _, c := range []string{
		opening,
		`{"key":"p","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`,
		`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"HTX A","form":"htx","place":"dak-nong","agricultural":true,"sector":"trồng trọt"}}`,
		`{"key":"b","stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-02-02","data":{"official":21}}`,
		`{"key":"c","stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"b","reason":"typo"},"data":{"official":12}}`,
		`{"key":"d","stream":"coop/a","kind":"ledger.restated/1","valid":"2023-02-03","corrects":{"key":"c","reason":"typo","note":"n"},"data":{"official":13}}`,
	} {
		d, err := ledger.ParseDraft([]byte(c))
		require.NoError(t, err)
		v, err := book.Decide(d, calendar.EndOf(calendar.DayOf(2023, 3, 1)))
		require.NoError(t, err)
		require.NoError(t, book.Add(v.Record))
		records = append(records, v.Record)
	}
	find := func(id ledger.ID) *ledger.Record {
		for _, r := range records {
			if r.ID == id {
				return r
			}
		}
		return nil
	}
	facts := ledger.Effective(records)
	golden(t, "fact-chain", Show(func() any { return fromFact(facts[len(facts)-1], find) }))
}

func TestReceipt(t *testing.T) {
	r := &ledger.Record{Position: 7, ID: ledger.IDOf("a"), Stream: ledger.StreamOf("coop", "a"), Revision: 2, Recorded: 1}
	golden(t, "receipt", Show(func() any {
		return FromResults([]recorder.Result{{Record: r}, {Record: &ledger.Record{Position: 3, Stream: ledger.StreamOf("coop", "b"), ID: ledger.IDOf("b"), Recorded: 1}, Repeated: true}}, false)
	}))
}

func TestProblems(t *testing.T) {
	refused := ledger.ErrNegative.With(-1).At("/data/official")
	for name, p := range map[string]Problem{
		"one":      FromError(ledger.NotWritten(refused)),
		"batch":    FromRefused(ledger.NotWritten(recorder.ErrRefused.With(1, 2)), []recorder.Result{{}, {Err: refused}}),
		"unknown":  FromError(ledger.ErrStorageFailed),
		"reading":  FromError(ledger.ErrStorageFailed).ForQuestion(),
		"full":     FromError(ledger.NotWritten(ledger.ErrStorageFull)),
		"internal": FromError(os.ErrClosed),
	} {
		t.Run(name, func(t *testing.T) { golden(t, "problem-"+name, Show(func() any { return p })) })
	}
	require.NotContains(t, FromError(os.ErrClosed).Detail, "closed", "the cause of an internal error stays inside")
}

// Every kind of fault has a title in Vietnamese.
func TestTitles(t *testing.T) {
	for _, f := range fault.Declarations() {
		require.NotEmpty(t, FromError(f).Title, f.Code)
	}
}

// Lists are [] and numbers that are measured are strings.
func TestShape(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, ShowCoops(&directory.Listing{Point: &answers.Point{}}).WriteJSON(&b))
	require.Contains(t, b.String(), `"coops": []`)
	for _, name := range []string{"targets", "indicators", "card", "explain-coops.established"} {
		file, err := os.ReadFile(filepath.Join("testdata", name+".json"))
		require.NoError(t, err)
		require.NotContains(t, string(file), "null")
		require.False(t, strings.Contains(string(file), `\u003`), "text is not escaped for HTML")
	}
}
