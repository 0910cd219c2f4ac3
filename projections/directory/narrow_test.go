package directory

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

var told = []string{
	`{"key":"open","stream":"ledger/x","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"x.test","place":"tinh","title":"Thử"}}`,
	`{"key":"p0","stream":"place/tinh","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"tinh","level":"province","name":"Tỉnh"}}`,
	`{"key":"p1","stream":"place/dong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dong","level":"district","name":"Huyện Đông","parent":"tinh"}}`,
	`{"key":"p2","stream":"place/tay","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"tay","level":"district","name":"Huyện Tây","parent":"tinh"}}`,
	`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2022-03-14","actor":{"id":"can-bo","role":"officer","place":"dong"},"data":{"name":"HTX Ánh Dương","form":"htx","place":"dong","agricultural":true,"sector":"lúa"}}`,
	`{"key":"b","stream":"coop/b","kind":"coop.established/1","valid":"2022-05-02","data":{"name":"HTX Bình Minh","form":"htx","place":"tay","agricultural":true,"sector":"lúa"}}`,
	`{"key":"c","stream":"certificate/1","kind":"certificate.granted/1","valid":"2022-11-30","source":{"document":"Quyết định 7"},"data":{"coop":"a","scheme":"vietgap","group":"production"}}`,
	`{"key":"d","stream":"support/hc","kind":"support.fair-attended/1","valid":"2022-11-30","data":{"fair":"Hội chợ Mùa Thu","coops":["b"]}}`,
	`{"key":"e","stream":"certificate/1","kind":"ledger.retracted/1","corrects":{"key":"c","reason":"duplicate"},"data":{}}`,
}

func small(t *testing.T) worded {
	at, err := calendar.ParseInstant("2022-12-01T01:00:00Z")
	require.NoError(t, err)
	book, proj := register.NewBook(), asof.New()
	for _, c := range told {
		d, err := ledger.ParseDraft([]byte(c))
		require.NoError(t, err, c)
		v, err := book.Decide(d, at)
		require.NoError(t, err, c)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, proj.Apply(v.Record))
	}
	return worded{New(proj), answers.New(proj, func() calendar.Instant { return at })}
}

func TestEventsNarrowed(t *testing.T) {
	d := small(t)
	for name, c := range map[string]struct {
		query  answers.Query
		filter EventFilter
		want   []ledger.Position
	}{
		"all":                               {want: []ledger.Position{0, 1, 2, 3, 4, 5, 6, 7, 8}},
		"a role":                            {filter: EventFilter{Role: "officer"}, want: []ledger.Position{4}},
		"a place, with what was taken back": {answers.Query{Place: "dong"}, EventFilter{Here: true}, []ledger.Position{2, 4, 6, 8}},
		"another place, with its fair":      {answers.Query{Place: "tay"}, EventFilter{Here: true}, []ledger.Position{3, 5, 7}},
		"a name without accents":            {filter: EventFilter{Text: "anh duong"}, want: []ledger.Position{4, 6, 8}},
		"a paper":                           {filter: EventFilter{Text: "quyết định 7"}, want: []ledger.Position{6}},
		"a place and a text":                {answers.Query{Place: "dong"}, EventFilter{Here: true, Text: "VietGAP"}, []ledger.Position{6}},
		"nothing":                           {filter: EventFilter{Text: "không có"}},
		"backwards to the first":            {filter: EventFilter{Newest: true, Zero: true}, want: []ledger.Position{0}},
	} {
		e, err := d.Events(context.Background(), c.query, c.filter)
		require.NoError(t, err, name)
		var got []ledger.Position
		for _, r := range e.Records {
			got = append(got, r.Position)
		}
		require.Equal(t, c.want, got, name)
	}
	_, err := d.Events(context.Background(), answers.Query{Place: "khong-co"}, EventFilter{Here: true})
	require.Error(t, err)
}

func TestScanEndsAPage(t *testing.T) {
	d := small(t)
	e, err := d.Events(context.Background(), answers.Query{}, EventFilter{Text: "lúa", Scan: 5})
	require.NoError(t, err)
	require.Len(t, e.Records, 1)
	require.True(t, e.Cut)
	require.EqualValues(t, 5, e.Next)
	e, err = d.Events(context.Background(), answers.Query{}, EventFilter{Text: "lúa", Scan: 5, From: 5})
	require.NoError(t, err)
	require.Len(t, e.Records, 1)
	require.False(t, e.Cut)
	require.EqualValues(t, -1, e.Next)
}

func TestNamesAt(t *testing.T) {
	d := small(t)
	e, err := d.Events(context.Background(), answers.Query{AsOf: "1/1/2022"}, EventFilter{})
	require.NoError(t, err)
	coop, place := d.NamesAt(e.Point)
	require.Equal(t, "HTX Ánh Dương", coop("a"), "by the first name it had, where it was not there yet")
	require.Equal(t, "Huyện Tây", place("tay"))
	require.Empty(t, coop("z"))
	f, err := d.Events(context.Background(), answers.Query{}, EventFilter{})
	require.NoError(t, err)
	coop, _ = d.NamesAt(f.Point)
	require.Equal(t, "HTX Bình Minh", coop("b"))
	require.Empty(t, place("z"))
}

func TestLinesOfAPoint(t *testing.T) {
	d := small(t)
	e, err := d.Events(context.Background(), answers.Query{}, EventFilter{Kind: "certificate."})
	require.NoError(t, err)
	e2, err := d.Events(context.Background(), answers.Query{}, EventFilter{Corrections: true})
	require.NoError(t, err)
	lines := d.Lines(e.Point, append(e2.Records, e.Records...))
	require.Len(t, lines, 2)
	require.EqualValues(t, 8, lines[0].Record.Position)
	require.Empty(t, lines[0].CorrectedBy)
	require.Nil(t, lines[1].Fact, "it was taken back")
	require.Equal(t, e2.Records, lines[1].CorrectedBy)
	e, err = d.Events(context.Background(), answers.Query{Known: "@7"}, EventFilter{Kind: "certificate."})
	require.NoError(t, err)
	require.Empty(t, d.Lines(e.Point, e.Records)[0].CorrectedBy, "not yet")
	require.Equal(t, e2.Records[0], d.Lines(e.Point, e2.Records)[0].Record)
}
