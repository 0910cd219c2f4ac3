package directory

import (
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
)

// A Match is a co-operative that somebody may have meant.
type Match struct {
	Coop
	// Exact says that its key, tax code, registration or whole name was typed.
	Exact bool
	// Former is the other name that was typed, where it is not the one of the
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
// it had before; a key names one. It looks at the whole ledger at a point, whatever the place,
// form or status, and also at those that are established only later. Where
// nothing holds every word, it offers what is most like them.
func (d *Directory) Find(p *answers.Point, typed string, limit int) *Found {
	f := &Found{}
	words := strings.Fields(spelling.Plain(strings.NewReplacer("-", " ", ".", " ").Replace(typed)))
	if len(words) == 0 {
		return f
	}
	if only := d.byKey(p, typed); only != nil {
		f.Matches, f.Total = []Match{*only}, 1
		return f
	}
	all, plain := d.candidates(p), spelling.Plain(typed)
	for _, c := range all {
		if m, ok := c.match(plain, words); ok {
			f.Matches = append(f.Matches, m.on(p.Valid))
		}
	}
	if f.Near = len(f.Matches) == 0; f.Near {
		f.Matches = nearest(all, words, p.Valid)
	}
	if !f.Near {
		orderMatches(f.Matches)
	}
	f.Total = len(f.Matches)
	f.Matches = pageOf(f.Matches, 0, limit)
	atlas := d.history.Frame(p.Size, p.Valid).Atlas.On(p.Map)
	for i := range f.Matches {
		f.Matches[i].PlaceName = atlas.Name(f.Matches[i].State.Place)
	}
	return f
}

// byKey is the one co-operative with a key, or nil.
func (d *Directory) byKey(p *answers.Point, key string) *Match {
	s := d.history.Subject(register.SubjectID{Kind: register.CoopSubject, Key: strings.TrimSpace(key)}, p.Size)
	if s == nil || len(s.Coop.History.Facts) == 0 {
		return nil
	}
	m := matched{subject: s, exact: true}.on(p.Valid)
	m.PlaceName = d.history.Frame(p.Size, p.Valid).Atlas.On(p.Map).Name(m.State.Place)
	return &m
}

// A candidate is a co-operative with everything that it was ever called by, as
// known at a size, made ready to be searched.
type candidate struct {
	subject *register.Subject
	names   []string // as written
	plain   []string // the same without accents
	codes   []string // keys, tax codes, registrations, without accents
}

// candidates are those known at a point. The last list is kept: most searches are
// of the same size.
func (d *Directory) candidates(p *answers.Point) []candidate {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.known != nil && d.size == p.Size {
		return d.known
	}
	list := []candidate{}
	for _, id := range d.history.SubjectsOf(register.CoopSubject, p.Size) {
		if s := d.history.Subject(id, p.Size); s != nil && len(s.Coop.History.Facts) > 0 {
			list = append(list, candidateOf(s))
		}
	}
	d.size, d.known = p.Size, list
	return list
}

// candidateOf collects every name and code that the facts of a co-operative ever gave it, without
// accents.
func candidateOf(s *register.Subject) candidate {
	c := candidate{subject: s, codes: []string{spelling.Plain(s.Key)}}
	code := func(list ...string) {
		for _, x := range list {
			if x != "" && !slices.Contains(c.codes, spelling.Plain(x)) {
				c.codes = append(c.codes, spelling.Plain(x))
			}
		}
	}
	for _, f := range s.Coop.History.Facts {
		spec := register.SpecOf(f.Event)
		code(spec.NamedTexts(f.Event, ledger.NamesTaxCode)...)
		code(spec.NamedTexts(f.Event, ledger.NamesCode)...)
		if name := spec.SubjectName(f.Event); name != "" && !slices.Contains(c.names, name) {
			c.names, c.plain = append(c.names, name), append(c.plain, spelling.Plain(name))
		}
	}
	return c
}

// A matched is a candidate that was found, and by what.
type matched struct {
	subject *register.Subject
	exact   bool
	name    string // the name that was typed; "" for a code
}

// match reports whether all that was typed is in a code or in one of the names;
// what is typed in full goes before what is typed in part.
func (c *candidate) match(typed string, words []string) (matched, bool) {
	if slices.Contains(c.codes, typed) {
		return matched{c.subject, true, ""}, true
	}
	if at := slices.Index(c.plain, typed); at >= 0 {
		return matched{c.subject, true, c.names[at]}, true
	}
	for at := len(c.plain) - 1; at >= 0; at-- { // the newest first
		if containsAll(c.plain[at], words) {
			return matched{c.subject, false, c.names[at]}, true
		}
	}
	in := slices.ContainsFunc(c.codes, func(code string) bool { return strings.Contains(code, typed) })
	return matched{c.subject, false, ""}, in
}

// on is a match as it is on a day, or, where it is established only later, as it
// is then.
func (m matched) on(day calendar.Day) Match {
	out := Match{Coop: describe(m.subject, day), Exact: m.exact}
	if out.Status == "" {
		if later := m.subject.Coop.History.On(calendar.MaxDay); later.Founding != nil {
			out.Founded = later.Founding.Valid.Day
			out.State = m.subject.Coop.History.On(out.Founded)
		}
	}
	if m.name != "" && m.name != out.State.Name {
		out.Former = m.name
	}
	return out
}

func containsAll(plain string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(plain, w) })
}

// nearest are those whose name or key has at least half of its pairs of letters
// in common with what was typed, the likest first.
func nearest(all []candidate, words []string, on calendar.Day) []Match {
	want := letterPairs(strings.Join(words, " "))
	type scored struct {
		matched
		common, of int
	}
	var list []scored
	for _, c := range all {
		best := scored{matched{subject: c.subject}, 0, 1}
		for at, text := range append([]string{strings.ReplaceAll(c.codes[0], "-", " ")}, c.plain...) {
			got := letterPairs(text)
			if n := countShared(want, got); n*best.of > best.common*(len(want)+len(got)) {
				best.common, best.of = n, len(want)+len(got)
				if best.name = ""; at > 0 {
					best.name = c.names[at-1]
				}
			}
		}
		// half of the pairs of both texts together
		if 4*best.common >= best.of {
			list = append(list, best)
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return b.common*a.of - a.common*b.of })
	out := make([]Match, len(list))
	for i, x := range list {
		out[i] = x.on(on)
	}
	return out
}

// letterPairs are the pairs of neighbouring letters of a text, sorted. What the names
// of all co-operatives begin with is left out: it would make all of them alike.
func letterPairs(plain string) []string {
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

// countShared is how many members two sorted lists have in common.
func countShared(a, b []string) (n int) {
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
