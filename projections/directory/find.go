package directory

import (
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// A Match is a co-operative that somebody may have meant.
type Match struct {
	Coop
	// Exact says that its key, tax code, registration or whole name was typed.
	Exact bool
	// Former is the earlier name that was typed, where it is not the one of the
	// day; Founded is when it is established, where that is after the day.
	Former  string
	Founded calendar.Day
}

// Found are the co-operatives that somebody may have meant, the likeliest first.
type Found struct {
	Matches []Match
	Total   int // how many there are, with those left off
	// Near says that nothing holds all that was typed, and that these are only
	// like it.
	Near bool
}

// Only is the one co-operative that was typed out in full; nil where there is
// none, or more than one.
func (f *Found) Only() *Match {
	if f.Near || len(f.Matches) == 0 || !f.Matches[0].Exact || len(f.Matches) > 1 && f.Matches[1].Exact {
		return nil
	}
	return &f.Matches[0]
}

// Find looks for co-operatives by what somebody typed: a key, a tax code, a
// registration or words of a name, with or without accents, also of a name that
// it had before. It looks at the whole ledger at a point, whatever the place,
// form or status, and also at those that are established only later. Where
// nothing holds every word, it offers what is most like them.
func (d *Directory) Find(p *answers.Point, typed string, limit int) *Found {
	f := &Found{}
	words := strings.Fields(Plain(strings.NewReplacer("-", " ", ".", " ").Replace(typed)))
	if len(words) == 0 {
		return f
	}
	all := d.candidates(p)
	for _, c := range all {
		if c.holds(Plain(typed), words) {
			f.Matches = append(f.Matches, c.Match)
		}
	}
	if f.Near = len(f.Matches) == 0; f.Near {
		f.Matches = nearest(all, words)
	}
	if !f.Near {
		orderMatches(f.Matches)
	}
	f.Total = len(f.Matches)
	f.Matches = page(f.Matches, 0, limit)
	atlas := d.service.Projection().Frame(p.Size, p.Valid).Atlas.On(p.Map)
	for i := range f.Matches {
		f.Matches[i].PlaceName = atlas.Name(f.Matches[i].State.Place)
	}
	return f
}

// A candidate is a co-operative with everything that it can be called by.
type candidate struct {
	Match
	names []string // that of the day first
	codes []string // key, tax code, registration
}

func (d *Directory) candidates(p *answers.Point) []candidate {
	proj := d.service.Projection()
	var list []candidate
	for _, id := range proj.SubjectsOf(register.CoopSubject, p.Size) {
		s := proj.Subject(id, p.Size)
		if s == nil || len(s.Coop.History.Facts) == 0 {
			continue
		}
		list = append(list, candidateOf(s, p.Valid))
	}
	return list
}

func candidateOf(s *register.Subject, on calendar.Day) candidate {
	c := candidate{Match: Match{Coop: describe(s, on)}}
	if c.Status == "" {
		if later := s.Coop.History.On(calendar.MaxDay); later.Founding != nil {
			c.Founded = later.Founding.Valid.Day
			first := *s.Coop.History.On(c.Founded)
			c.State = &first
		}
	}
	c.names = append(c.names, c.State.Name)
	for _, f := range s.Coop.History.Facts {
		if name := nameIn(f); name != "" && !slices.Contains(c.names, name) {
			c.names = append(c.names, name)
		}
	}
	c.codes = []string{c.State.Key, c.State.TaxCode, c.State.Registration}
	return c
}

func nameIn(f *ledger.Fact) string {
	switch e := f.Event.(type) {
	case *coop.Established:
		return e.Name
	case *coop.Renamed:
		return e.Name
	}
	return ""
}

// holds reports whether all that was typed is in a code or in one of the names,
// and notes how.
func (c *candidate) holds(typed string, words []string) bool {
	for _, code := range c.codes {
		if code != "" && Plain(code) == typed {
			c.Exact = true
			return true
		}
	}
	for i, name := range c.names {
		plain := Plain(name)
		if !containsAll(plain, words) {
			continue
		}
		c.Exact = plain == typed
		if i > 0 {
			c.Former = name
		}
		return true
	}
	return slices.ContainsFunc(c.codes, func(code string) bool { return code != "" && strings.Contains(Plain(code), typed) })
}

func containsAll(plain string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(plain, w) })
}

// nearest are those whose name or key has at least half of its pairs of letters
// in common with what was typed, the likest first.
func nearest(all []candidate, words []string) []Match {
	want := pairs(strings.Join(words, " "))
	type scored struct {
		Match
		common, of int
	}
	var list []scored
	for _, c := range all {
		best := scored{Match: c.Match, of: 1}
		for _, text := range append([]string{strings.ReplaceAll(c.State.Key, "-", " ")}, c.names...) {
			got := pairs(Plain(text))
			if n := shared(want, got); n*best.of > best.common*(len(want)+len(got)) {
				best.common, best.of = n, len(want)+len(got)
			}
		}
		if 4*best.common >= best.of {
			list = append(list, best)
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return b.common*a.of - a.common*b.of })
	out := make([]Match, len(list))
	for i, x := range list {
		out[i] = x.Match
	}
	return out
}

// pairs are the pairs of neighbouring letters of a text, sorted. What the names
// of all co-operatives begin with is left out: it would make all of them alike.
func pairs(plain string) []string {
	var list []string
	for _, w := range strings.Fields(plain) {
		if slices.Contains(everyday, w) {
			continue
		}
		letters := []rune(w)
		for i := range letters[:max(len(letters)-1, 0)] {
			list = append(list, string(letters[i:i+2]))
		}
	}
	slices.Sort(list)
	return list
}

var everyday = []string{"htx", "hop", "tac", "xa", "nong", "nghiep", "dich", "vu"}

// shared is how many members two sorted lists have in common.
func shared(a, b []string) (n int) {
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			n, a, b = n+1, a[1:], b[1:]
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return n
}

// orderMatches puts what was typed out in full first, and then keeps to the
// order of names.
func orderMatches(list []Match) {
	coops, at := make([]Coop, len(list)), make(map[*register.Subject]Match, len(list))
	for i, m := range list {
		coops[i], at[m.Subject] = m.Coop, m
	}
	order(coops)
	for i, c := range coops {
		list[i] = at[c.Subject]
	}
	slices.SortStableFunc(list, func(a, b Match) int {
		switch {
		case a.Exact == b.Exact:
			return 0
		case a.Exact:
			return -1
		}
		return 1
	})
}
