package register

import (
	"fmt"
	"maps"
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/request"
)

// What stands at the head of a book, for a permission to be judged by.

// Opening is the opening of the ledger, or nil in the empty prefix.
func (b *Book) Opening() *ledger.Opened {
	if len(b.records) == 0 {
		return nil
	}
	return b.records[0].Event.(*ledger.Opened)
}

// Fact is what a record that is no correction says after all corrections, or
// nil if it is taken back.
func (b *Book) Fact(root *ledger.Record) *ledger.Fact {
	return b.streams[root.Stream].resolve(b.Find).FactOf(root)
}

// Root is the record that r is about in the end: r itself, or the record that
// its chain of corrections begins with. It is nil where that is not recorded.
func (b *Book) Root(r *ledger.Record) *ledger.Record { return ledger.RootOf(r, b.Find) }

// Cooperative is the state of a co-operative at the end of a day; it is never
// nil.
func (b *Book) Cooperative(key string, on calendar.Day) *coop.Cooperative {
	return (&world{Book: b}).Cooperative(key, on)
}

// Plan is the state of a plan at the end of a day; it is never nil.
func (b *Book) Plan(key string, on calendar.Day) *plan.Plan { return (&world{Book: b}).Plan(key, on) }

// Plans are the states at the end of a day of the plans that are adopted by
// then, in order of key.
func (b *Book) Plans(on calendar.Day) []*plan.Plan {
	byKey := map[string]*plan.Plan{}
	for s := range b.streams {
		if s.Family != "plan" {
			continue
		}
		if p := b.Plan(s.Key, on); p.Adoption != nil {
			byKey[s.Key] = p
		}
	}
	var plans []*plan.Plan
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		plans = append(plans, byKey[key])
	}
	return plans
}

// OpenRequest is the request with a key that waits for an approval, or the
// fault why there is none.
func (b *Book) OpenRequest(key string) (*request.Request, error) {
	return request.Open(&world{Book: b}, key)
}

// HasRequest reports whether a request with a key was ever made, or its key of
// approval used.
func (b *Book) HasRequest(key string) bool {
	return len(b.Facts(ledger.StreamOf("request", key))) > 0 || b.Find(ledger.IDOf(request.CommandKey(key))) != nil
}

// Atlas is the map of every day. It is made anew when a record about a place
// came or went since the last call.
func (b *Book) Atlas() *place.Atlas {
	if b.atlas == nil {
		var facts []*ledger.Fact
		for s := range b.streams {
			if s.Family == "place" {
				facts = append(facts, b.Facts(s)...)
			}
		}
		b.atlas = place.NewAtlas(facts)
	}
	return b.atlas
}

// Suppose decides a command as if its key were new and approved nothing, and
// calls look while its record stands in the book, which is afterwards as before.
// The error is that of the decision or of look.
func (b *Book) Suppose(d *ledger.Draft, look func(*ledger.Record) error) error {
	trial := *d
	for n := b.Size(); ; n++ { // a key that nobody used
		if trial.Key = fmt.Sprintf("trial/%d", n); b.Find(ledger.IDOf(trial.Key)) == nil {
			break
		}
	}
	r, err := b.decideNew(&trial, b.Index().Last())
	if err != nil {
		return err
	}
	if err := b.Add(r); err != nil {
		return err
	}
	defer b.Back(r.Position)
	return look(r)
}
