package statement

import (
	"strings"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
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
			{Indicator: "income.mean", Value: "10900/7", Numerator: n(21800), Denominator: n(14), Unit: "đồng", Expected: n(10), Reported: n(2), Carried: n(0), Parts: []Part{{"mẫu", 0}}},
			{Indicator: "members.total", Unit: "thành viên", Expected: n(10), Reported: n(0)},
		},
		Definitions: map[string]int64{"income.mean": 1, "members.total": 2},
		Root:        root,
	}
}

func TestKindsKeepTheirBytes(t *testing.T) {
	eventtest.Golden(t, Specs(), issued(1204), underRule(2), &Withdrawn{Reason: "in nhầm (ví dụ)"})
}

// underRule is a statement of version 2.
func underRule(duties int64) *Issued {
	e := issued(1204)
	e.Duties = duties
	return e
}

// Only version 2 names a rule of duties, and only one that version 1 does not
// have. A rule that nobody knows yet is read, so that a verifier can say that.
func TestTheRuleOfDutiesTellsTheVersions(t *testing.T) {
	require.EqualValues(t, 1, issued(0).Rule())
	require.EqualValues(t, 2, underRule(2).Rule())
	require.NoError(t, underRule(3).Check())
	for _, c := range []struct {
		kind         ledger.Kind
		member, code string
	}{
		{KindIssued1, `"duties":2,`, "json-unknown-member"},
		{KindIssued1, `"duties":0,`, "json-empty"},
		{KindIssued2, ``, "json-missing-member"},
		{KindIssued2, `"duties":0,`, "json-empty"},
		{KindIssued2, `"duties":1,`, "statement-duties"},
		{KindIssued2, `"duties":-2,`, "statement-duties"},
	} {
		b, err := canonical.Marshal(issued(1204))
		require.NoError(t, err)
		eventtest.RequireRefused(t, Specs(), c.kind, strings.Replace(string(b), `"figures":`, c.member+`"figures":`, 1), c.code, "/data/duties")
	}
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
		{func(e *Issued) { e.Period = "2023" }, "period", "/period"},
		{func(e *Issued) { e.Period = "1/1/2023" }, "period", "/period"},
		{func(e *Issued) { e.Period = "2024-01-01" }, "period", "/period"},
		{func(e *Issued) { e.Scheme = "" }, "required", "/scheme"},
		{func(e *Issued) { e.Figures[0].Value = "" }, "statement-value", "/figures/0/value"},
		{func(e *Issued) { e.Figures[0].Numerator = nil }, "statement-value", "/figures/0/value"},
		{func(e *Issued) { e.Figures[1].Denominator = n(1) }, "statement-value", "/figures/1/value"},
		{func(e *Issued) { e.Figures[1].Unit = "" }, "required", "/figures/1/unit"},
		{func(e *Issued) { e.Figures[0].Carried = n(-1) }, "negative", "/figures/0/carried"},
		{func(e *Issued) { e.Figures[0].Parts[0].Name = "" }, "required", "/figures/0/parts/0/name"},
		{func(e *Issued) { e.Figures = append(e.Figures, e.Figures[1]) }, "statement-figure-twice", "/figures/2/indicator"},
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

var stream = ledger.StreamOf("statement", "s")

// fact is a fact that the alliance recorded.
func fact(at ledger.Position, day string, e ledger.Event) *ledger.Fact {
	f := eventtest.Fact(at, stream, day, e)
	f.By.Actor = &ledger.Actor{ID: "lmhtx", Role: "alliance"}
	return f
}

func TestOnlySomeMayIssue(t *testing.T) {
	for role, want := range map[string]bool{"alliance": true, "admin": true, "officer": false, "auditor": false, "analyst": false, "system": false} {
		f := fact(1204, "2024-01-05", issued(1204))
		f.By.Actor.Role = role
		require.Equal(t, want, Decide(world{}, "s", f) == nil, role)
	}
	f := fact(1204, "2024-01-05", issued(1204))
	f.By.Actor = nil
	require.ErrorIs(t, Decide(world{}, "s", f), ErrIssuer)
}

func TestAStatementIsNeverRestated(t *testing.T) {
	f := fact(1205, "2024-01-05", issued(1204))
	f.Root = fact(1204, "2024-01-05", issued(1204)).Root
	require.ErrorIs(t, Decide(world{}, "s", f), ErrRestated)
}

func TestIssuedOnceAndWithdrawnOnce(t *testing.T) {
	issue := fact(1204, "2024-01-05", issued(1204))
	withdraw := fact(1206, "2024-02-01", &Withdrawn{Reason: "x"})
	require.NoError(t, Decide(world{}, "s", issue))
	require.ErrorIs(t, Decide(world{}, "s", withdraw), errUnknown)
	require.ErrorIs(t, Decide(world{}, "s", fact(1203, "2024-01-05", issued(1204))), ErrSize)
	elsewhere := issued(1204)
	elsewhere.Place = "khong-co"
	require.ErrorIs(t, Decide(world{}, "s", fact(1204, "2024-01-05", elsewhere)), errOffMap)

	w := world{[]*ledger.Fact{issue}}
	require.ErrorIs(t, Decide(w, "s", fact(1205, "2024-01-01", issued(3))), ErrExists)
	require.NoError(t, Decide(w, "s", withdraw))
	require.True(t, w.Statement("s", calendar.MaxDay).Stands())
	require.False(t, w.Statement("s", eventtest.Day("2024-01-04")).Stands())

	w.facts = append(w.facts, withdraw)
	require.ErrorIs(t, Decide(w, "s", fact(1207, "2024-03-01", &Withdrawn{Reason: "x"})), errWithdrawn)
	require.False(t, w.Statement("s", calendar.MaxDay).Stands())
	require.True(t, w.Statement("s", eventtest.Day("2024-01-31")).Stands())
}

// Who issued a statement withdraws it, whatever their role is called, and so
// does an admin; a colleague does not.
func TestOnlyTheIssuerOrAnAdminWithdraws(t *testing.T) {
	w := world{[]*ledger.Fact{fact(1204, "2024-01-05", issued(1204))}}
	for _, c := range []struct {
		by   ledger.Actor
		want error
	}{
		{ledger.Actor{ID: "lmhtx", Role: "alliance"}, nil},
		{ledger.Actor{ID: "lmhtx", Role: "admin"}, nil},
		{ledger.Actor{ID: "quan-tri", Role: "admin"}, nil},
		{ledger.Actor{ID: "dong-nghiep", Role: "alliance"}, ErrNotIssuer},
		{ledger.Actor{ID: "lmhtx", Role: "officer"}, ErrIssuer},
	} {
		f := fact(1206, "2024-02-01", &Withdrawn{Reason: "x"})
		f.By.Actor = &c.by
		require.ErrorIs(t, Decide(w, "s", f), c.want, "%v", c.by)
	}
}

// Fold is the plain meaning of a History: it applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Statement {
	s := &Statement{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		s.Apply(f)
	}
	return s
}
