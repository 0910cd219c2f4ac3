package place

import (
	"fmt"
	"slices"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// said makes facts of lines "stream, day, event", in the order given.
type said struct {
	code, day string
	event     ledger.Event
}

func facts(list ...said) []*ledger.Fact {
	var out []*ledger.Fact
	for i, s := range list {
		out = append(out, eventtest.Fact(ledger.Position(i+1), ledger.StreamOf("place", s.code), s.day, s.event))
	}
	return out
}

// country is a small synthetic map: a province p with districts d1 and d2 and
// their communes, and the merger and abolition of 1/7/2025 in small.
func country() []*ledger.Fact {
	return facts(
		said{"p", "2004-01-01", &Declared{Code: "p", Name: "Tỉnh P", Level: Province}},
		said{"d1", "2007-01-01", &Declared{Code: "d1", Name: "Huyện 1", Level: District, Parent: "p"}},
		said{"d2", "2007-01-01", &Declared{Code: "d2", Name: "Huyện 2", Level: District, Parent: "p"}},
		said{"x1", "2007-01-01", &Declared{Code: "x1", Name: "Xã 1", Level: Commune, Parent: "d1"}},
		said{"x2", "2007-01-01", &Declared{Code: "x2", Name: "Xã 2", Level: Commune, Parent: "d1"}},
		said{"x3", "2007-01-01", &Declared{Code: "x3", Name: "Xã 3", Level: Commune, Parent: "d2"}},
		said{"x2", "2020-01-01", &Renamed{Name: "Phường 2"}},
		said{"q", "2025-07-01", &Declared{Code: "q", Name: "Tỉnh Q", Level: Province}},
		said{"y", "2025-07-01", &Declared{Code: "y", Name: "Xã Y", Level: Commune, Parent: "q"}},
		said{"x1", "2025-07-01", &Merged{Into: "y"}},
		said{"x2", "2025-07-01", &Merged{Into: "y"}},
		said{"d1", "2025-07-01", &Abolished{}},
		said{"d2", "2025-07-01", &Abolished{}},
		said{"p", "2025-07-01", &Merged{Into: "q"}},
	)
}

func on(list []*ledger.Fact, day string) *Map { return NewAtlas(list).On(eventtest.Day(day)) }

func TestTheMapBeforeAndAfterTheMerger(t *testing.T) {
	before, after := on(country(), "2025-06-30"), on(country(), "2025-07-01")
	require.Equal(t, []string{"d1", "d2", "p", "x1", "x2", "x3"}, before.Codes())
	require.Equal(t, []string{"q", "x3", "y"}, after.Codes())

	require.Equal(t, "d1", before.Parent("x2"))
	require.Equal(t, "Phường 2", before.Name("x2"))
	require.Equal(t, "Xã 2", on(country(), "2019-12-31").Name("x2"))
	require.Equal(t, Commune, before.Level("x2"))
	require.Equal(t, []string{"x1", "x2"}, before.Children("d1"))

	require.Equal(t, "q", after.Parent("x3"), "an abolished parent is passed through, a merged one followed")
	require.Equal(t, []string{"x3", "y"}, after.Children("q"))
	require.False(t, after.Has("d1"))
	require.Equal(t, "Huyện 1", after.Name("d1"), "what is gone is still known")
	require.Empty(t, after.Parent("d1"))

	err := after.Require("d1")
	require.ErrorIs(t, err, ErrNotOnMap)
	require.Equal(t, "địa bàn d1 không có trên bản đồ hành chính ngày 01/07/2025", err.(interface{ Vi() string }).Vi())
	require.NoError(t, before.Require("d1"))
}

func TestSeatsAreCarriedForward(t *testing.T) {
	before, after := on(country(), "2025-06-30"), on(country(), "2025-07-01")
	for _, c := range []struct {
		m           *Map
		seat, lies  string
		within, not []string
	}{
		{before, "x1", "x1", []string{"x1", "d1", "p"}, []string{"x2", "d2", "q", "y"}},
		{after, "x1", "y", []string{"y", "q"}, []string{"x1", "d1", "p", "x3"}},
		{after, "d2", "q", []string{"q"}, []string{"y", "x3", "d2"}},
		{after, "p", "q", []string{"q"}, []string{"p", "y"}},
		{after, "x3", "x3", []string{"x3", "q"}, []string{"y"}},
		{before, "y", "", nil, []string{"y", "q", "p"}}, // younger than the map
		{after, "unknown", "", nil, []string{"q", "unknown"}},
	} {
		lies, ok := c.m.Resolve(c.seat)
		require.Equal(t, c.lies, lies, c.seat)
		require.Equal(t, c.lies != "", ok, c.seat)
		for _, place := range c.within {
			require.True(t, c.m.Within(c.seat, place), "%s in %s on %s", c.seat, place, c.m.Day())
		}
		for _, place := range c.not {
			require.False(t, c.m.Within(c.seat, place), "%s in %s on %s", c.seat, place, c.m.Day())
		}
	}
}

func TestSplitSeatsStayWithTheParent(t *testing.T) {
	list := append(country()[:6], facts(
		said{"x1a", "2024-01-01", &Declared{Code: "x1a", Name: "Xã 1A", Level: Commune, Parent: "d1"}},
		said{"x2a", "2024-01-01", &Declared{Code: "x2a", Name: "Xã 2A", Level: Commune, Parent: "d1"}},
		said{"x1", "2024-01-01", &Split{Into: []string{"x1a", "x2a"}}},
		said{"x2", "2024-01-01", &Split{Into: []string{"x2", "x2a"}}},
	)...)
	m := on(list, "2024-01-01")
	require.False(t, m.Has("x1"))
	require.True(t, m.Has("x2"), "in its own list")
	lies, ok := m.Resolve("x1")
	require.True(t, ok)
	require.Equal(t, "d1", lies)
	require.True(t, m.Within("x1", "d1"))
	require.False(t, m.Within("x1", "x1a"))
	require.True(t, m.Within("x2", "x2"))
}

func TestLateFactsMayGoInCircles(t *testing.T) {
	list := append(country()[:6], facts(
		said{"x1", "2024-01-01", &Merged{Into: "x2"}},
		said{"x2", "2024-01-01", &Merged{Into: "x1"}},
		said{"d1", "2024-01-01", &Moved{Parent: "d2"}},
		said{"d2", "2024-01-01", &Moved{Parent: "d1"}},
	)...)
	m := on(list, "2024-02-01")
	_, ok := m.Resolve("x1")
	require.False(t, ok)
	require.False(t, m.Within("x1", "p"))
	require.Equal(t, "", m.Parent("d1"), "one of the circle is at the top")
	require.True(t, m.Within("d2", "d1"))
	require.False(t, m.Within("d1", "d2"))
}

// What lies under a circle is not in it, and so not at the top.
func TestUnderACircle(t *testing.T) {
	list := append(country()[:6], facts(
		said{"d1", "2024-01-01", &Moved{Parent: "d2"}},
		said{"d2", "2024-01-01", &Moved{Parent: "d1"}},
		said{"a1", "2024-01-01", &Declared{Code: "a1", Name: "first by code", Level: Commune, Parent: "d2"}},
	)...)
	m := on(list, "2024-02-01")
	require.Equal(t, "d2", m.Parent("a1"))
	require.Equal(t, "d1", m.Parent("x1"))
	require.Equal(t, []string{"d1", "p"}, m.Children(""))
	require.True(t, m.Within("a1", "d1"))

	merged := append(country()[:6], facts(
		said{"d1", "2024-01-01", &Merged{Into: "d2"}},
		said{"d2", "2024-01-01", &Merged{Into: "d1"}},
	)...)
	m = on(merged, "2024-02-01")
	require.Equal(t, "p", m.Parent("x1"), "above the circle")
	require.True(t, m.Within("x3", "p"))
	require.Equal(t, []string{"p"}, m.Children(""))

	endless := append(merged, facts(said{"d1", "2010-01-01", &Moved{Parent: "d2"}})...)
	require.Equal(t, "", on(endless, "2024-02-01").Parent("x1"), "a circle from which no way leads up")
}

func TestOrphansChangeNothing(t *testing.T) {
	list := facts(
		said{"p", "2004-01-01", &Declared{Code: "p", Name: "P", Level: Province}},
		said{"p", "2003-01-01", &Renamed{Name: "before it is declared"}},
		said{"p", "2005-01-01", &Declared{Code: "p", Name: "again", Level: Province}},
		said{"q", "2005-01-01", &Declared{Code: "r", Name: "of another stream", Level: Province}},
		said{"p", "2006-01-01", &Abolished{}},
		said{"p", "2007-01-01", &Renamed{Name: "after its end"}},
	)
	a := NewAtlas(list)
	require.Len(t, a.Orphans, 4)
	require.Equal(t, "P", a.On(calendar.MaxDay).Name("p"))
	require.Len(t, a.Facts, 6)
	require.True(t, slices.IsSortedFunc(a.Facts, (*ledger.Fact).Compare))
	require.Empty(t, NewAtlas(nil).On(calendar.MaxDay).Codes())
}

// TestWithinIsWalkingUp holds the quick answer to the plain meaning: resolve
// the seat, then walk up the parents.
func TestWithinIsWalkingUp(t *testing.T) {
	codes := []string{"a", "b", "c", "d", "e", "f", "g"}
	code := rapid.SampledFrom(codes)
	event := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) ledger.Event {
			return &Declared{Code: code.Draw(t, "code"), Name: "x", Level: District, Parent: code.Draw(t, "parent")}
		}),
		rapid.Custom(func(t *rapid.T) ledger.Event { return &Moved{Parent: code.Draw(t, "parent")} }),
		rapid.Custom(func(t *rapid.T) ledger.Event { return &Merged{Into: code.Draw(t, "into")} }),
		rapid.Custom(func(t *rapid.T) ledger.Event {
			return &Split{Into: rapid.SliceOfNDistinct(code, 1, 3, rapid.ID[string]).Draw(t, "into")}
		}),
		rapid.Just[ledger.Event](&Abolished{}),
	)
	rapid.Check(t, func(t *rapid.T) {
		var list []said
		for _, c := range codes {
			list = append(list, said{c, "2000-01-01", &Declared{Code: c, Name: "x", Level: District, Parent: code.Draw(t, "parent")}})
		}
		for range rapid.IntRange(0, 8).Draw(t, "facts") {
			day := fmt.Sprintf("2001-01-%02d", rapid.IntRange(1, 9).Draw(t, "day"))
			list = append(list, said{code.Draw(t, "stream"), day, event.Draw(t, "event")})
		}
		m := on(facts(list...), fmt.Sprintf("2001-01-%02d", rapid.IntRange(1, 9).Draw(t, "on")))
		for _, seat := range codes {
			for _, place := range codes {
				require.Equal(t, walk(m, seat, place), m.Within(seat, place), "%s in %s", seat, place)
			}
		}
	})
}

func walk(m *Map, seat, place string) bool {
	at, ok := m.Resolve(seat)
	for ok && at != "" {
		if at == place {
			return m.Has(place)
		}
		at = m.Parent(at)
	}
	return false
}

type world struct{ atlas *Atlas }

func (w world) Place(code string, day calendar.Day) *Place {
	p, _ := w.atlas.On(day).Place(code)
	return &p
}

func TestDecide(t *testing.T) {
	w := world{NewAtlas(country())}
	for name, c := range map[string]struct {
		said
		want error
	}{
		"a new commune":             {said{"x4", "2010-01-01", &Declared{Code: "x4", Name: "x", Level: Commune, Parent: "d1"}}, nil},
		"a commune of a province":   {said{"x4", "2010-01-01", &Declared{Code: "x4", Name: "x", Level: Commune, Parent: "p"}}, nil},
		"declared twice":            {said{"d1", "2010-01-01", &Declared{Code: "d1", Name: "x", Level: District, Parent: "p"}}, errExists},
		"declared twice, earlier":   {said{"q", "2000-01-01", &Declared{Code: "q", Name: "x", Level: Province}}, errExists},
		"gone, declared again":      {said{"d1", "2026-01-01", &Declared{Code: "d1", Name: "x", Level: District, Parent: "q"}}, errExists},
		"under another key":         {said{"x4", "2010-01-01", &Declared{Code: "x5", Name: "x", Level: Commune, Parent: "d1"}}, errCode},
		"under an unknown parent":   {said{"x4", "2010-01-01", &Declared{Code: "x4", Name: "x", Level: Commune, Parent: "d9"}}, ErrNotOnMap},
		"under a parent not yet":    {said{"x4", "2006-01-01", &Declared{Code: "x4", Name: "x", Level: Commune, Parent: "d1"}}, ErrNotOnMap},
		"under a parent gone":       {said{"x4", "2025-07-01", &Declared{Code: "x4", Name: "x", Level: Commune, Parent: "d1"}}, ErrNotOnMap},
		"a district in a district":  {said{"d4", "2010-01-01", &Declared{Code: "d4", Name: "x", Level: District, Parent: "d1"}}, errParentLevel},
		"a district in a commune":   {said{"d4", "2010-01-01", &Declared{Code: "d4", Name: "x", Level: District, Parent: "x1"}}, errParentLevel},
		"moved":                     {said{"x1", "2010-01-01", &Moved{Parent: "d2"}}, nil},
		"moved below its level":     {said{"d1", "2010-01-01", &Moved{Parent: "x3"}}, errParentLevel},
		"moved to nowhere":          {said{"d1", "2010-01-01", &Moved{Parent: "p9"}}, ErrNotOnMap},
		"merged":                    {said{"x1", "2010-01-01", &Merged{Into: "x2"}}, nil},
		"merged into itself":        {said{"x1", "2010-01-01", &Merged{Into: "x1"}}, errInto},
		"merged into the unknown":   {said{"x1", "2010-01-01", &Merged{Into: "x9"}}, ErrNotOnMap},
		"merged into what is later": {said{"x3", "2010-01-01", &Merged{Into: "y"}}, ErrNotOnMap},
		"merged into its commune":   {said{"d1", "2010-01-01", &Merged{Into: "x1"}}, errNarrower},
		"merged twice":              {said{"x1", "2025-08-01", &Merged{Into: "y"}}, errGone},
		"abolished":                 {said{"x1", "2010-01-01", &Abolished{}}, nil},
		"split":                     {said{"x1", "2010-01-01", &Split{Into: []string{"x1", "x2"}}}, nil},
		"split into itself":         {said{"x1", "2010-01-01", &Split{Into: []string{"x1"}}}, errInto},
		"split into the unknown":    {said{"x1", "2010-01-01", &Split{Into: []string{"x1", "x9"}}}, ErrNotOnMap},
		"renamed":                   {said{"x1", "2010-01-01", &Renamed{Name: "x"}}, nil},
		"renamed before it is":      {said{"x1", "2006-01-01", &Renamed{Name: "x"}}, ErrNotOnMap},
		"renamed, gone":             {said{"x1", "2025-07-01", &Renamed{Name: "x"}}, errGone},
		"renamed, unknown":          {said{"x9", "2010-01-01", &Renamed{Name: "x"}}, ErrNotOnMap},
	} {
		err := Decide(w, c.code, facts(c.said)[0])
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
	}
}

// BenchmarkWithin asks where a seat lies on a map of a country's size: 34
// provinces and about 3,300 communes.
func BenchmarkWithin(b *testing.B) {
	var list []said
	for p := range 34 {
		province := fmt.Sprintf("p%d", p)
		list = append(list, said{province, "2000-01-01", &Declared{Code: province, Name: "x", Level: Province}})
		for c := range 97 {
			code := fmt.Sprintf("%s-%d", province, c)
			list = append(list, said{code, "2000-01-01", &Declared{Code: code, Name: "x", Level: Commune, Parent: province}})
		}
	}
	a := NewAtlas(facts(list...))
	day := eventtest.Day("2001-01-01")
	for b.Loop() {
		if !a.On(day).Within("p33-96", "p33") {
			b.Fatal("not within")
		}
	}
}
