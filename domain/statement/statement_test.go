package statement

import (
	"strings"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
)

func n(i int64) *int64 { return &i }

const root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

func issued(size int64) *Issued {
	day := eventtest.Day("2023-12-31")
	return &Issued{
		Title: "Báo cáo ví dụ", Size: size, Valid: day, Map: day, Place: "dak-nong", Period: "year", Scheme: "tt09-2017",
		Figures: []Figure{
			{Indicator: "income.mean", Value: "10900/7", Numerator: n(10900), Denominator: n(7), Unit: "đồng", Expected: n(10), Reported: n(0), Target: "T06", Verdict: "no-data"},
			{Indicator: "members.total"},
		},
		Definitions: map[string]int64{"income.mean": 1, "members.total": 2},
		Root:        root,
	}
}

func TestKindsKeepTheirBytes(t *testing.T) {
	eventtest.Golden(t, Specs(), issued(1204), &Withdrawn{Reason: "in nhầm (ví dụ)"})
}

func TestCheckHoldsFiguresExact(t *testing.T) {
	require.NoError(t, issued(0).Check())
	for _, c := range []struct {
		change      func(*Issued)
		code, field string
	}{
		{func(e *Issued) { e.Size = -1 }, "negative", "/size"},
		{func(e *Issued) { e.Root = "AAAA" }, "statement-root", "/root"},
		{func(e *Issued) { e.Root = strings.Repeat("z", 44) }, "statement-root", "/root"},
		{func(e *Issued) { e.Figures = nil }, "required", "/figures"},
		{func(e *Issued) { e.Figures[0].Value = "21800/14" }, "statement-value", "/figures/0/value"},
		{func(e *Issued) { e.Figures[0].Value = "1557.14" }, "statement-value", "/figures/0/value"},
		{func(e *Issued) { e.Figures[0].Value = "1557" }, "statement-value", "/figures/0/value"},
		{func(e *Issued) { e.Figures[0].Value = "1/0" }, "statement-value", "/figures/0/value"},
		{func(e *Issued) { e.Figures[0].Denominator = n(0) }, "statement-value", "/figures/0/denominator"},
		{func(e *Issued) { e.Figures[1].Indicator = "workers.total" }, "statement-definition", "/figures/1/indicator"},
		{func(e *Issued) { e.Definitions["coops.idle"] = 1 }, "statement-unused-definition", "/definitions"},
		{func(e *Issued) { e.Definitions["members.total"] = -1 }, "statement-version", "/definitions"},
	} {
		e := issued(1204)
		c.change(e)
		f, ok := fault.Of(e.Check())
		require.True(t, ok, c.code)
		require.Equal(t, [2]string{c.code, c.field}, [2]string{f.Code, f.Field})
	}
}

var errOffMap = fault.Declare("test-off-map", fault.NotFound, "off the map", "không có trên bản đồ")

type world struct{ facts []*ledger.Fact }

func (w world) Statement(key string, on calendar.Day) *Statement { return Fold(key, w.facts, on) }
func (w world) OnMap(code string, _ calendar.Day) error {
	if code == "dak-nong" {
		return nil
	}
	return errOffMap
}

func TestIssuedOnceAndWithdrawnOnce(t *testing.T) {
	stream := ledger.StreamOf("statement", "s")
	issue := eventtest.Fact(1204, stream, "2024-01-05", issued(1204))
	withdraw := eventtest.Fact(1206, stream, "2024-02-01", &Withdrawn{Reason: "x"})
	require.NoError(t, Decide(world{}, "s", issue))
	require.ErrorIs(t, Decide(world{}, "s", withdraw), ErrUnknown)
	require.ErrorIs(t, Decide(world{}, "s", eventtest.Fact(1203, stream, "2024-01-05", issued(1204))), ErrSize)
	elsewhere := issued(1204)
	elsewhere.Place = "khong-co"
	require.ErrorIs(t, Decide(world{}, "s", eventtest.Fact(1204, stream, "2024-01-05", elsewhere)), errOffMap)

	w := world{[]*ledger.Fact{issue}}
	require.ErrorIs(t, Decide(w, "s", eventtest.Fact(1205, stream, "2024-01-01", issued(3))), ErrExists)
	require.NoError(t, Decide(w, "s", withdraw))
	require.True(t, w.Statement("s", calendar.MaxDay).Stands())
	require.False(t, w.Statement("s", eventtest.Day("2024-01-04")).Stands())

	w.facts = append(w.facts, withdraw)
	require.ErrorIs(t, Decide(w, "s", eventtest.Fact(1207, stream, "2024-03-01", &Withdrawn{Reason: "x"})), ErrWithdrawn)
	require.False(t, w.Statement("s", calendar.MaxDay).Stands())
	require.True(t, w.Statement("s", eventtest.Day("2024-01-31")).Stands())
}
