package coop

import (
	"fmt"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func fact(position ledger.Position, day string, e ledger.Event) *ledger.Fact {
	return eventtest.Fact(position, ledger.StreamOf("coop", "a"), day, e)
}

func founded() *Established {
	return &Established{Name: "HTX A", Form: HTX, Place: "x1", Agricultural: true, Sector: "Trồng trọt", Law: "2012"}
}

// story makes facts of events, one a month from 1/2023 on.
func story(events ...ledger.Event) []*ledger.Fact {
	var facts []*ledger.Fact
	for i, e := range events {
		facts = append(facts, fact(ledger.Position(i), fmt.Sprintf("2023-%02d-01", i+1), e))
	}
	return facts
}

func endOf(events ...ledger.Event) *Cooperative {
	return Fold("a", story(events...), eventtest.Day("2023-12-31"))
}

func TestTheLifeOfACooperative(t *testing.T) {
	day := eventtest.Day("2023-12-31")
	soon, later := eventtest.Day("2023-12-31"), eventtest.Day("2024-01-01")
	for name, c := range map[string]struct {
		events                         []ledger.Event
		registered, operating, counted bool
	}{
		"nobody":                       {nil, false, false, false},
		"founded":                      {[]ledger.Event{founded()}, true, true, true},
		"a co-operative group":         {[]ledger.Event{&Established{Form: THT, Agricultural: true}}, true, true, false},
		"not agricultural":             {[]ledger.Event{&Established{Form: HTX}}, true, true, false},
		"re-sectored out":              {[]ledger.Event{founded(), &Resectored{Sector: "Vận tải"}}, true, true, false},
		"re-sectored in":               {[]ledger.Event{&Established{Form: HTX}, &Resectored{Agricultural: true, Sector: "Lúa"}}, true, true, true},
		"suspended":                    {[]ledger.Event{founded(), &Suspended{}}, true, false, true},
		"suspended until tomorrow":     {[]ledger.Event{founded(), &Suspended{Until: &later}}, true, false, true},
		"suspended until today":        {[]ledger.Event{founded(), &Suspended{Until: &soon}}, true, true, true},
		"inactive, suspension lapsed":  {[]ledger.Event{founded(), &Suspended{Until: &soon}, &Inactive{}}, true, false, true},
		"resumed from all three":       {[]ledger.Event{founded(), &Suspended{}, &Inactive{}, &Dissolving{}, &Resumed{}}, true, true, true},
		"dissolving":                   {[]ledger.Event{founded(), &Dissolving{}}, true, false, true},
		"dissolved":                    {[]ledger.Event{founded(), &Dissolving{}, &Dissolved{Mode: "voluntary"}}, false, false, false},
		"merged away":                  {[]ledger.Event{founded(), &Merged{Into: "b"}}, false, false, false},
		"left":                         {[]ledger.Event{founded(), &Left{To: "enterprise"}}, false, false, false},
		"divided away":                 {[]ledger.Event{founded(), &Divided{Into: []string{"b", "c"}}}, false, false, false},
		"split, in its own list":       {[]ledger.Event{founded(), &Divided{Into: []string{"a", "b"}}}, true, true, true},
		"founded a second time":        {[]ledger.Event{founded(), &Dissolved{Mode: "voluntary"}, founded()}, false, false, false},
		"a fact before the foundation": {[]ledger.Event{&Suspended{}, founded()}, true, true, true},
	} {
		got := endOf(c.events...)
		require.Equal(t, c.registered, got.IsRegistered(), name)
		require.Equal(t, c.operating, got.OperatesOn(day), name)
		require.Equal(t, c.counted, got.CountsAsHTX(), name)
	}
}

func TestOnItsEndDayItIsOut(t *testing.T) {
	h := NewHistory("a", story(founded(), &Dissolved{Mode: "voluntary"}, &Renamed{Name: "too late"}))
	require.True(t, h.On(eventtest.Day("2023-01-31")).IsRegistered())
	require.False(t, h.On(eventtest.Day("2023-02-01")).IsRegistered())
	require.False(t, h.On(eventtest.Day("2022-12-31")).IsRegistered())
	require.Len(t, h.Orphans, 1)
	require.Equal(t, "HTX A", h.On(calendar.MaxDay).Name)
}

func TestUnconverted(t *testing.T) {
	old := founded()
	old.Law = "2003"
	require.False(t, endOf(founded()).AwaitsConversion())
	require.True(t, endOf(old).AwaitsConversion())
	require.False(t, endOf(old, &Reorganised{Law: "2012"}).AwaitsConversion())
}

func TestIdentifiersAddUp(t *testing.T) {
	c := endOf(founded(), &Identified{Registration: "R1"}, &Identified{TaxCode: "T1"}, &Relocated{Place: "x2"}, &Renamed{Name: "HTX B"})
	require.Equal(t, [4]string{"R1", "T1", "x2", "HTX B"}, [4]string{c.Registration, c.TaxCode, c.Place, c.Name})
	require.Equal(t, ledger.Position(2), c.Codified.Root.Position)
	require.Equal(t, ledger.Position(3), c.Seated.Root.Position)
}

func TestWhichReportCounts(t *testing.T) {
	report := func(position ledger.Position, day, basis string, year, revenue int64) *ledger.Fact {
		return fact(position, day, &YearReported{Year: year, Basis: basis, Revenue: revenue})
	}
	founding := fact(0, "2020-01-01", founded())
	for name, c := range map[string]struct {
		reports []*ledger.Fact
		want    int64 // revenue; -1 for none
	}{
		"none":                     {nil, -1},
		"of another year":          {[]*ledger.Fact{report(1, "2022-12-31", Actual, 2022, 5)}, -1},
		"an estimate":              {[]*ledger.Fact{report(1, "2023-11-20", Estimate, 2023, 5)}, 5},
		"the later estimate":       {[]*ledger.Fact{report(1, "2023-06-30", Estimate, 2023, 5), report(2, "2023-11-20", Estimate, 2023, 6)}, 6},
		"actual beats estimate":    {[]*ledger.Fact{report(1, "2023-12-31", Actual, 2023, 5), report(2, "2023-12-31", Estimate, 2023, 6)}, 5},
		"actual after estimate":    {[]*ledger.Fact{report(1, "2023-11-20", Estimate, 2023, 6), report(2, "2023-12-31", Actual, 2023, 5)}, 5},
		"the later of two actuals": {[]*ledger.Fact{report(1, "2023-12-31", Actual, 2023, 5), report(2, "2023-12-31", Actual, 2023, 7)}, 7},
	} {
		got := Fold("a", append([]*ledger.Fact{founding}, c.reports...), calendar.MaxDay).Report(2023)
		if c.want < 0 {
			require.Nil(t, got, name)
			continue
		}
		require.Equal(t, c.want, got.Event.(*YearReported).Revenue, name)
	}
}

func TestLatestScoreAndClassOfAScheme(t *testing.T) {
	c := endOf(founded(),
		&Scored{Year: 2022, Scheme: "tt09-2017", PointsHundredths: 1}, &Scored{Year: 2022, Scheme: "tt09-2017", PointsHundredths: 2},
		&Scored{Year: 2022, Scheme: "tt01-2020", PointsHundredths: 3},
		&Classed{Year: 2022, Scheme: "tt09-2017", Class: "weak"}, &Classed{Year: 2022, Scheme: "tt09-2017", Class: "good"})
	require.Equal(t, int64(2), c.Score(2022, "tt09-2017").Event.(*Scored).PointsHundredths)
	require.Equal(t, int64(3), c.Score(2022, "tt01-2020").Event.(*Scored).PointsHundredths)
	require.Equal(t, "good", c.Class(2022, "tt09-2017").Event.(*Classed).Class)
	require.Nil(t, c.Class(2022, "tt01-2020"))
	require.Nil(t, c.Score(2021, "tt09-2017"))
}

func TestContracts(t *testing.T) {
	end := eventtest.Day("2023-06-15")
	h := NewHistory("a", story(founded(),
		&Linked{Contract: "1", Enterprise: "E"}, &Linked{Contract: "2", Enterprise: "F", Until: &end},
		&Unlinked{Contract: "1"}, &Linked{Contract: "2", Enterprise: "G", Until: &end}))
	contract := func(day string) string {
		d := eventtest.Day(day)
		f := h.On(d).LinkInForce(d)
		if f == nil {
			return ""
		}
		return f.Event.(*Linked).Enterprise
	}
	require.Equal(t, "", contract("2023-01-31"))
	require.Equal(t, "E", contract("2023-03-31"))
	require.Equal(t, "F", contract("2023-04-01"), "contract 1 ended")
	require.Equal(t, "G", contract("2023-06-14"), "the newest of a number replaces")
	require.Equal(t, "", contract("2023-06-15"), "the first day out")
}

func TestCountsAndTheirDefaults(t *testing.T) {
	require.Equal(t, int64(21), (&MembersCounted{Official: 21}).Members())
	require.Equal(t, int64(26), (&MembersCounted{Official: 21, Associate: n(5)}).Members())
	require.Equal(t, int64(9), (&WorkersCounted{Regular: 9}).Workers())
	require.Equal(t, int64(30), (&WorkersCounted{Regular: 9, Total: n(30)}).Workers())
	_, ok := endOf(founded()).OfficialMembers()
	require.False(t, ok, "nobody counted is not zero")
	official, ok := endOf(founded(), &MembersCounted{Official: 0}).OfficialMembers()
	require.True(t, ok)
	require.Zero(t, official)
}

// anything draws a fact of any kind that moves the state.
var anything = rapid.OneOf(
	rapid.SampledFrom([]ledger.Event{
		founded(), &Renamed{Name: "B"}, &Relocated{Place: "x2"}, &Resectored{Sector: "Vận tải"}, &Resectored{Agricultural: true, Sector: "Lúa"},
		&Identified{TaxCode: "T1"}, &Suspended{}, &Resumed{}, &Inactive{}, &Dissolving{}, &Reorganised{Law: "2012"},
		&MembersCounted{Official: 7}, &WorkersCounted{Regular: 3}, &Linked{Contract: "1", Enterprise: "E"},
		&Linked{Contract: "2", Enterprise: "F"}, &Unlinked{Contract: "1"}, &Divided{Into: []string{"a", "b"}},
		&YearReported{Year: 2000, Basis: Actual}, &YearReported{Year: 2000, Basis: Estimate, Revenue: 4},
		&Scored{Year: 2000, Scheme: "tt09-2017"}, &Classed{Year: 2000, Class: "good", Scheme: "tt09-2017"},
	}),
	rapid.SampledFrom([]ledger.Event{&Dissolved{Mode: "voluntary"}, &Merged{Into: "b"}, &Left{To: "other"}, &Divided{Into: []string{"b"}}}),
)

func life(t *rapid.T) []*ledger.Fact {
	facts := []*ledger.Fact{}
	day := 1
	for i := range rapid.IntRange(0, 25).Draw(t, "facts") {
		day += rapid.IntRange(0, 1).Draw(t, "later")
		e := ledger.Event(founded())
		if i > 0 || rapid.IntRange(0, 4).Draw(t, "founded late") == 0 {
			e = anything.Draw(t, "event")
		}
		facts = append(facts, fact(ledger.Position(i), fmt.Sprintf("2001-01-%02d", day), e))
	}
	return facts
}

// TestHistoryIsTheFold holds every state of a history, after all of it is
// made, to the state folded on that day alone: no later fact reaches back.
func TestHistoryIsTheFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := life(t)
		h := NewHistory("a", facts)
		for d := eventtest.Day("2000-12-31"); d < eventtest.Day("2001-01-31"); d++ {
			want, got := Fold("a", facts, d), h.On(d)
			if want.Founding == nil {
				require.False(t, got.IsRegistered())
				require.Nil(t, got.Founding)
				continue
			}
			require.Equal(t, fmt.Sprintf("%+v", want), fmt.Sprintf("%+v", got), "on %s", d)
		}
	})
}

func TestOrphansAreWhatApplyRefuses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		facts := life(t)
		c := Cooperative{Key: "a"}
		var orphans []*ledger.Fact
		for _, f := range facts {
			before := fmt.Sprintf("%+v", c)
			if !c.Apply(f) {
				orphans = append(orphans, f)
				require.Equal(t, before, fmt.Sprintf("%+v", c), "an orphan changes nothing")
			}
		}
		require.Equal(t, orphans, NewHistory("a", facts).Orphans)
	})
}

// TestStatesDoNotShareTheirLists lets two states grow out of one.
func TestStatesDoNotShareTheirLists(t *testing.T) {
	for _, e := range []ledger.Event{
		&YearReported{Year: 2023}, &Scored{Year: 2023}, &Classed{Year: 2023}, &Linked{Contract: "5", Enterprise: "E"},
	} {
		base := endOf(founded(),
			&YearReported{Year: 1}, &YearReported{Year: 2}, &YearReported{Year: 3}, &Scored{Year: 1}, &Scored{Year: 2}, &Scored{Year: 3},
			&Classed{Year: 1}, &Classed{Year: 2}, &Classed{Year: 3}, &Linked{Contract: "1"}, &Linked{Contract: "2"})
		one, other := *base, *base
		first, second := fact(90, "2024-01-01", e), fact(91, "2024-01-01", e)
		require.True(t, one.Apply(first))
		require.True(t, other.Apply(second))
		last := func(c Cooperative) [4]*ledger.Fact {
			return [4]*ledger.Fact{c.Reports[len(c.Reports)-1], c.Scores[len(c.Scores)-1], c.Classes[len(c.Classes)-1], c.Links[len(c.Links)-1]}
		}
		require.Contains(t, last(one), first)
		require.NotContains(t, last(one), second)
		require.Contains(t, last(other), second)
	}
}

// Fold is the plain meaning of a History: it applies the facts that are valid on or before a day. Facts come in the
// order of ledger.Fact.Compare.
func Fold(key string, facts []*ledger.Fact, on calendar.Day) *Cooperative {
	c := &Cooperative{Key: key}
	for _, f := range facts {
		if f.Valid.Day > on {
			break
		}
		c.Apply(f)
	}
	return c
}
