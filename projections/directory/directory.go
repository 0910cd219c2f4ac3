// Package directory is what people browse: co-operatives as of a point, one
// co-operative's history, the records themselves, and requests.
//
// It answers for the point or the size that it is given. It may not know how long
// the ledger is by now, nor what a question was in words.
package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
)

// The statuses that a list of co-operatives can be narrowed to. All but
// Ended and Any are of the register at the point.
const (
	Registered = "registered"
	Operating  = "operating"
	Suspended  = string(coop.IdleSuspended)
	Inactive   = string(coop.IdleInactive)
	Dissolving = string(coop.IdleDissolving)
	Ended      = "ended"
	Any        = "any"
)

// Statuses lists them.
var Statuses = []string{Registered, Operating, Suspended, Inactive, Dissolving, Ended, Any}

// A Listing is a page of co-operatives at a point.
type Listing struct {
	Point  *answers.Point
	Coops  []Coop // in Vietnamese order of name
	Total  int    // how many match, on all pages
	Offset int    // how many stand before these
}

// A Coop is one co-operative at a point.
type Coop struct {
	State     *coop.Cooperative
	Status    string
	Subject   *register.Subject
	PlaceName string
	Synthetic bool
}

// A Filter narrows a listing. The zero Filter lists agricultural HTX on the
// register.
type Filter struct {
	Status string // one of Statuses; "" is Registered
	Search string // part of the name, key, tax code or registration; accents and case do not matter
	All    bool   // also groups, unions and what is not agricultural
	Offset int
	Limit  int // 0 is no limit
}

// A Directory lists from a history. It is safe for concurrent use.
type Directory struct {
	history answers.History

	mu    sync.Mutex
	size  ledger.Position // of known
	known []candidate     // what was last searched

	requests requestIndex
}

// New makes a directory.
func New(h answers.History) *Directory { return &Directory{history: h} }

// Coops lists the co-operatives at a point, under its place.
func (d *Directory) Coops(ctx context.Context, p *answers.Point, f Filter) (*Listing, error) {
	if f.Status == "" {
		f.Status = Registered
	}
	if err := ledger.OneOf("status", f.Status, Statuses...); err != nil {
		return nil, err
	}
	r := d.history.At(p.Size, p.Valid)
	area, err := p.AreaIn(r)
	if err != nil {
		return nil, err
	}
	l := &Listing{Point: p, Offset: f.Offset}
	want := spelling.Plain(f.Search)
	for _, s := range r.Subjects {
		if s.Kind != register.CoopSubject {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := describe(s, p.Valid)
		if !f.admits(c) || !area.Holds(c.State.Place, register.CoopSubject) || !matches(c.State, want) {
			continue
		}
		c.PlaceName = area.Map.Name(c.State.Place)
		l.Coops = append(l.Coops, c)
	}
	order(l.Coops)
	l.Total = len(l.Coops)
	l.Coops = pageOf(l.Coops, f.Offset, f.Limit)
	return l, nil
}

func describe(s *register.Subject, on calendar.Day) Coop {
	c := Coop{State: s.Coop.History.On(on), Subject: s}
	c.Status = StatusOf(c.State, on)
	c.Synthetic = c.State.Founding != nil && c.State.Founding.By.Synthetic()
	return c
}

// StatusOf is the one status of a co-operative on a day; "" before it is
// established.
func StatusOf(c *coop.Cooperative, on calendar.Day) string {
	switch {
	case c.Founding == nil:
		return ""
	case c.End != nil:
		return Ended
	}
	idle := c.IdleBy(on)
	if idle == nil {
		return Operating
	}
	return string(coop.IdlenessOf(idle))
}

// admits reports whether a co-operative has the status and the form that the filter asks for.
func (f Filter) admits(c Coop) bool {
	if c.Status == "" || !f.All && (c.State.Form != coop.HTX || !c.State.Agricultural) {
		return false
	}
	switch f.Status {
	case Any:
		return true
	case Registered:
		return c.Status != Ended
	}
	return c.Status == f.Status
}

func matches(c *coop.Cooperative, plain string) bool {
	if plain == "" {
		return true
	}
	for _, s := range []string{c.Name, c.Key, c.TaxCode, c.Registration} {
		if strings.Contains(spelling.Plain(s), plain) {
			return true
		}
	}
	return false
}

func order(list []Coop) {
	Order(list, func(c Coop) (name, key string) { return c.State.Name, c.Subject.Key })
}

// Order puts a list in the Vietnamese order of its names; where they are the
// same, in that of its keys.
func Order[T any](list []T, of func(T) (name, key string)) {
	names, keys := make([]string, len(list)), make([]string, len(list))
	for i, x := range list {
		names[i], keys[i] = of(x)
	}
	names = answers.SortKeys(names)
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(strings.Compare(names[a], names[b]), strings.Compare(keys[a], keys[b]), a-b)
	})
	unordered := slices.Clone(list)
	for i, at := range order {
		list[i] = unordered[at]
	}
}

func pageOf[T any](list []T, offset, limit int) []T {
	list = list[min(max(offset, 0), len(list)):]
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list
}
