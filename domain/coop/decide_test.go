package coop

import (
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
)

// world has the co-operative a with a history, the co-operative b, which lives
// from 2020 to 2024, and the places x1 and x2, the latter from 2022 on.
type world struct{ facts []*ledger.Fact }

func (w world) Cooperative(key string, on calendar.Day) *Cooperative {
	switch key {
	case "a":
		return Fold("a", w.facts, on)
	case "b":
		b := ledger.StreamOf("coop", "b")
		return Fold("b", []*ledger.Fact{
			eventtest.Fact(50, b, "2020-01-01", founded()),
			eventtest.Fact(51, b, "2024-01-01", &Dissolved{Mode: "voluntary"}),
		}, on)
	}
	return &Cooperative{Key: key}
}

func (w world) PlaceOn(code string, on calendar.Day) bool {
	return code == "x1" || code == "x2" && on >= eventtest.Day("2022-01-01")
}

func TestDecide(t *testing.T) {
	establish := func(change func(*Established)) *Established {
		e := founded()
		change(e)
		return e
	}
	alive := []*ledger.Fact{fact(1, "2021-01-01", founded())}
	with := func(e ledger.Event) []*ledger.Fact { return append(alive[:1:1], fact(2, "2022-06-01", e)) }
	linked := &Linked{Contract: "1", Enterprise: "E"}
	lapsing := &Suspended{Until: new(calendar.Day)}
	*lapsing.Until = eventtest.Day("2022-09-01")
	june := eventtest.Day("2022-06-01")
	for name, c := range map[string]struct {
		before []*ledger.Fact
		day    string
		event  ledger.Event
		want   error
		field  string
	}{
		"founded":                       {nil, "2021-01-01", founded(), nil, ""},
		"founded twice":                 {alive, "2022-01-01", founded(), ErrExists, ""},
		"founded twice, earlier":        {alive, "2019-01-01", founded(), ErrExists, ""},
		"founded again after its end":   {with(&Left{To: "other"}), "2023-01-01", founded(), ErrExists, ""},
		"founded nowhere":               {nil, "2021-01-01", establish(func(e *Established) { e.Place = "x2" }), ErrPlace, "/data/place"},
		"a fact about nobody":           {nil, "2022-01-01", &Renamed{Name: "x"}, ErrUnknown, ""},
		"a fact before the foundation":  {alive, "2020-12-31", &Renamed{Name: "x"}, ErrNotYet, ""},
		"a fact on the end day":         {with(&Left{To: "other"}), "2022-06-01", &Renamed{Name: "x"}, errEnded, ""},
		"a late fact before the end":    {with(&Left{To: "other"}), "2022-05-31", &Renamed{Name: "x"}, nil, ""},
		"moved":                         {alive, "2022-01-01", &Relocated{Place: "x2"}, nil, ""},
		"moved to what is not yet":      {alive, "2021-12-31", &Relocated{Place: "x2"}, ErrPlace, "/data/place"},
		"identified":                    {alive, "2022-01-01", &Identified{TaxCode: "T-a"}, nil, ""},
		"suspended until its day":       {alive, "2022-06-01", &Suspended{Until: &june}, errUntil, "/data/until"},
		"suspended until later":         {alive, "2022-05-31", &Suspended{Until: &june}, nil, ""},
		"resumed":                       {with(&Suspended{}), "2022-07-01", &Resumed{}, nil, ""},
		"resumed, not idle":             {alive, "2022-07-01", &Resumed{}, ErrNotIdle, ""},
		"resumed, lapsed by itself":     {with(lapsing), "2022-09-01", &Resumed{}, ErrNotIdle, ""},
		"dissolving":                    {with(&Inactive{}), "2022-07-01", &Dissolving{}, nil, ""},
		"dissolving twice":              {with(&Dissolving{}), "2022-07-01", &Dissolving{}, errDissolving, ""},
		"dissolved":                     {alive, "2022-07-01", &Dissolved{Mode: "revoked"}, nil, ""},
		"dissolved twice":               {with(&Dissolved{Mode: "revoked"}), "2022-07-01", &Dissolved{Mode: "revoked"}, errEnded, ""},
		"merged":                        {alive, "2022-07-01", &Merged{Into: "b"}, nil, ""},
		"merged into itself":            {alive, "2022-07-01", &Merged{Into: "a"}, errSelf, "/data/into"},
		"merged into nobody":            {alive, "2022-07-01", &Merged{Into: "c"}, ErrUnknown, ""},
		"merged into the ended":         {alive, "2024-01-01", &Merged{Into: "b"}, errEnded, ""},
		"divided":                       {alive, "2022-07-01", &Divided{Into: []string{"a", "b"}}, nil, ""},
		"divided into nobody":           {alive, "2022-07-01", &Divided{Into: []string{"a", "c"}}, ErrUnknown, ""},
		"a year, final":                 {alive, "2022-12-31", &YearReported{Year: 2022, Basis: Actual}, nil, ""},
		"a year, known to the year":     {alive, "2022", &YearReported{Year: 2022, Basis: Actual}, nil, ""},
		"a year, final too early":       {alive, "2022-11-30", &YearReported{Year: 2022, Basis: Actual}, ErrYearDay, "/valid"},
		"a year, final too late":        {alive, "2023-01-15", &YearReported{Year: 2022, Basis: Actual}, ErrYearDay, "/valid"},
		"a year, estimated within it":   {alive, "2022-11-20", &YearReported{Year: 2022, Basis: Estimate}, nil, ""},
		"a year, estimated after it":    {alive, "2023-01-01", &YearReported{Year: 2022, Basis: Estimate}, ErrYearDay, "/valid"},
		"scored within the year":        {alive, "2022-11-20", &Scored{Year: 2022}, ErrYearDay, "/valid"},
		"scored":                        {alive, "2022-12-31", &Scored{Year: 2022}, nil, ""},
		"classed within the year":       {alive, "2022-11-20", &Classed{Year: 2022}, ErrYearDay, "/valid"},
		"classed":                       {alive, "2022-12-31", &Classed{Year: 2022}, nil, ""},
		"linked until its day":          {alive, "2022-06-01", &Linked{Contract: "1", Until: &june}, errUntil, "/data/until"},
		"unlinked":                      {with(linked), "2022-07-01", &Unlinked{Contract: "1"}, nil, ""},
		"unlinked, another contract":    {with(linked), "2022-07-01", &Unlinked{Contract: "2"}, errContract, "/data/contract"},
		"unlinked before it was linked": {with(linked), "2022-05-31", &Unlinked{Contract: "1"}, errContract, "/data/contract"},
	} {
		err := Decide(world{c.before}, "a", fact(9, c.day, c.event))
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
		f, ok := fault.Of(err)
		require.True(t, ok)
		require.Equal(t, c.field, f.Field, name)
	}
}

func TestLiving(t *testing.T) {
	w := world{}
	require.NoError(t, RequireLiving(w, "b", eventtest.Day("2020-01-01")))
	require.ErrorIs(t, RequireLiving(w, "b", eventtest.Day("2019-12-31")), ErrNotYet)
	require.ErrorIs(t, RequireLiving(w, "b", eventtest.Day("2024-01-01")), errEnded)
	require.ErrorIs(t, RequireLiving(w, "c", eventtest.Day("2024-01-01")), ErrUnknown)
}

func TestClash(t *testing.T) {
	life := func(key string, said ...any) *History {
		var facts []*ledger.Fact
		for i := 0; i < len(said); i += 2 {
			facts = append(facts, eventtest.Fact(ledger.Position(i), ledger.StreamOf("coop", key), said[i].(string), said[i+1].(ledger.Event)))
		}
		return NewHistory(key, facts)
	}
	with := func(code string) *Established {
		e := founded()
		e.TaxCode = code
		return e
	}
	nobody := life("a")
	other := life("b", "2020-01-01", with("1"), "2022-01-01", &Identified{TaxCode: "2"}, "2024-01-01", &Dissolved{Mode: "voluntary"})
	for name, c := range map[string]struct {
		before, after *History
		want          string
	}{
		"held at the same time":         {nobody, life("a", "2021-01-01", with("1")), "1"},
		"held only later":               {nobody, life("a", "2019-01-01", with("2")), "2"},
		"held until the day before":     {nobody, life("a", "2022-01-01", with("1")), ""},
		"given up before":               {nobody, life("a", "2019-01-01", with("1"), "2019-12-31", &Identified{TaxCode: "9"}), ""},
		"given up on the day":           {nobody, life("a", "2019-01-01", with("1"), "2020-01-01", &Identified{TaxCode: "9"}), ""},
		"given up a day late":           {nobody, life("a", "2019-01-01", with("1"), "2020-01-02", &Identified{TaxCode: "9"}), "1"},
		"ended before":                  {nobody, life("a", "2018-01-01", with("1"), "2019-06-01", &Left{To: "other"}), ""},
		"after the other's end":         {nobody, life("a", "2024-01-01", with("2")), ""},
		"on the other's last day":       {nobody, life("a", "2023-12-31", with("2")), "2"},
		"no code":                       {nobody, life("a", "2021-01-01", with("")), ""},
		"identified as the other":       {nobody, life("a", "2018-01-01", with("9"), "2021-12-31", &Identified{TaxCode: "1"}), "1"},
		"clashed before, no more":       {life("a", "2020-01-01", with("1")), life("a", "2020-06-01", with("1")), ""},
		"clashed before, longer by now": {life("a", "2021-01-01", with("1")), life("a", "2020-06-01", with("1")), "1"},
	} {
		code, clash := Clash(c.before, c.after, other)
		require.Equal(t, c.want, code, name)
		require.Equal(t, c.want != "", clash, name)
	}
}
