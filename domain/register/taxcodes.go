package register

import (
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"maps"
	"slices"
	"strings"
)

// taxCodes is which co-operatives were ever said to hold which tax codes, with
// how many records say so, whether or not they stand.
type taxCodes struct {
	holders map[string]map[string]int // by code, then co-operative
	named   map[string]map[string]int // by co-operative, then code
}

func newTaxCodes() taxCodes {
	return taxCodes{map[string]map[string]int{}, map[string]map[string]int{}}
}

func (x taxCodes) count(r *ledger.Record, by int) {
	code := taxCode(r.Event)
	if code == "" {
		return
	}
	add := func(in map[string]map[string]int, a, b string) {
		if in[a] == nil {
			in[a] = map[string]int{}
		}
		if in[a][b] += by; in[a][b] == 0 {
			delete(in[a], b)
		}
	}
	add(x.holders, code, r.Stream.Key)
	add(x.named, r.Stream.Key, code)
}

// taxCode is the tax code that an event gives a co-operative, or "".
func taxCode(e ledger.Event) string {
	if e == nil {
		return ""
	}
	return strings.Join(SpecOf(e).NamedTexts(e, ledger.NamesTaxCode), "")
}

// rivals are the other co-operatives that were ever said to hold a code that
// one was, or a further code; by key.
func (x taxCodes) rivals(key, further string) []string {
	all := map[string]bool{}
	add := func(code string) {
		for rival := range x.holders[code] {
			if rival != key {
				all[rival] = true
			}
		}
	}
	add(further)
	for code := range x.named[key] {
		add(code)
	}
	return slices.Sorted(maps.Keys(all))
}

// keepsTaxCodes refuses a record after which a co-operative would hold a tax
// code on a day on which another living one holds it, and did not before. It
// looks at the world as the record leaves it, because a correction, also a
// retraction, can give back a code, or a life, that was thought to be over.
func (b *Book) keepsTaxCodes(r, root *ledger.Record) error {
	code := taxCode(r.Event)
	if r.Stream.Family != "coop" || code == "" && !r.IsCorrection() {
		return nil
	}
	key := r.Stream.Key
	rivals := b.codes.rivals(key, code)
	if len(rivals) == 0 {
		return nil
	}
	before, after := b.life(key), coop.NewHistory(key, b.factsAfter(r, root))
	for _, rival := range rivals {
		if taken, clash := coop.Clash(before, after, b.life(rival)); clash {
			return coop.ErrTaxCode.With(taken, rival).At(placeOfCode(r, taken))
		}
	}
	return nil
}

func (b *Book) life(key string) *coop.History {
	return coop.NewHistory(key, b.Facts(ledger.StreamOf("coop", key)))
}

// factsAfter are the facts of a record's stream as it would leave them.
func (b *Book) factsAfter(r, root *ledger.Record) []*ledger.Fact {
	s := b.streams[r.Stream]
	if s == nil {
		s = &stream{}
	}
	thread := s.resolve(b.Find)
	thread.Add(r, root)
	defer thread.Drop()
	return thread.Facts()
}

// placeOfCode is the member of a command that is to blame for a clash.
func placeOfCode(r *ledger.Record, code string) string {
	switch {
	case taxCode(r.Event) == code:
		return "/data/tax_code"
	case r.IsCorrection():
		return "/corrects"
	}
	return "/data"
}
