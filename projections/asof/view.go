package asof

import (
	"cmp"
	"slices"
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// views are the registers asked for last, and what they are made of. Each part
// has a lock of its own, so that who waits for one is not in the way of who
// asks for another; the lock of the projection is never held while waiting.
type views struct {
	ordering sync.Mutex  // taken after the lock of the projection
	order    []*timeline // in order of subject; replaced, never changed in place

	snapshots *shared[ledger.Position, []*cachedSubject] // by size: the subjects, in order
	registers *shared[point, *register.Register]
	frames    *shared[point, *register.Register]
	atlases   *shared[int, *place.Atlas]   // by how many records about places
	plannings *shared[int, []*ledger.Fact] // by how many about plans and policies
	folded    *shared[[2]int, *planning]   // by how many records of those, and how many facts by the day
	openings  *shared[int, *ledger.Opened] // by how many about the ledger

	pause func() // called between two batches of a snapshot; tests set it
}

type point struct {
	n  ledger.Position
	on calendar.Day
}

// planning is the plans and policies that some facts give.
type planning struct {
	plans    []*plan.Plan
	policies []*ledger.Fact
}

func newViews() *views {
	return &views{
		snapshots: newShared[ledger.Position, []*cachedSubject](4),
		registers: newShared[point, *register.Register](8), frames: newShared[point, *register.Register](64),
		atlases: newShared[int, *place.Atlas](8), plannings: newShared[int, []*ledger.Fact](8), openings: newShared[int, *ledger.Opened](8),
		folded: newShared[[2]int, *planning](32),
		pause:  func() {},
	}
}

// At is the register that the first n records give on a day; n must not be
// beyond Size. It may be shared with others who ask for the same point. The
// first to ask for a size waits until every subject is gathered; others,
// Apply among them, go on meanwhile.
//
// Its subjects, their order and what counts in them are those of
// register.Fold. The histories inside a subject may know facts dated after the
// day, which Fold has cut off; whoever counts asks them for a day.
func (p *Projection) At(n ledger.Position, on calendar.Day) *register.Register {
	return p.views.registers.get(point{n, on}, func() *register.Register {
		r := *p.Frame(n, on)
		all := p.views.snapshots.get(n, func() []*cachedSubject { return p.snapshot(n) })
		r.Subjects = make([]*register.Subject, 0, len(all))
		for _, m := range all {
			if s := m.on(on); s != nil {
				r.Subjects = append(r.Subjects, s)
			}
		}
		return &r
	})
}

// Frame is At without subjects: the size, the day, the map, the plans and the
// policies, which is all that a question needs besides figures. It costs
// nothing that grows with the number of co-operatives.
func (p *Projection) Frame(n ledger.Position, on calendar.Day) *register.Register {
	v := p.views
	return v.frames.get(point{n, on}, func() *register.Register {
		places, papers, opening := p.general(n)
		r := &register.Register{Size: n, Day: on}
		r.Atlas = v.atlases.get(len(places), func() *place.Atlas { return place.NewAtlas(ledger.Effective(places)) })
		r.Opened = v.openings.get(len(opening), func() *ledger.Opened { return findOpening(opening) })
		facts := v.plannings.get(len(papers), func() []*ledger.Fact { return ledger.Effective(papers) })
		facts = factsUntil(facts, on)
		// days between two facts have the same plans: both counts together name the facts
		f := v.folded.get([2]int{len(papers), len(facts)}, func() *planning {
			f := &planning{}
			f.plans, f.policies = register.FoldPlans(facts, on)
			return f
		})
		r.Plans, r.Policies = f.plans, f.policies
		return r
	})
}

// general is the records below a size that are about everything.
func (p *Projection) general(n ledger.Position) (places, planning, opening []*ledger.Record) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return recordsBelow(p.lines.places, n), recordsBelow(p.lines.planning, n), recordsBelow(p.lines.opening, n)
}

func findOpening(records []*ledger.Record) *ledger.Opened {
	var last *ledger.Opened
	for _, f := range ledger.Effective(records) {
		if f.Root.Kind == ledger.KindOpened {
			last = f.Event.(*ledger.Opened)
		}
	}
	return last
}

// snapshotBatch is how many subjects a snapshot takes between two chances for
// Apply.
const snapshotBatch = 64

// snapshot is what the timelines give at a size. Records that are applied
// meanwhile are beyond it, so they change nothing in it.
func (p *Projection) snapshot(n ledger.Position) []*cachedSubject {
	order := p.orderedTimelines()
	all := make([]*cachedSubject, 0, len(order))
	for batch := range slices.Chunk(order, snapshotBatch) {
		all = p.gather(all, batch, n)
		// the lock is free here: a record can be applied between two batches
		p.views.pause()
	}
	return all
}

func (p *Projection) gather(all []*cachedSubject, lines []*timeline, n ledger.Position) []*cachedSubject {
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, l := range lines {
		if m := l.subjectAt(p.lines, n); m != nil && m.subject != nil {
			all = append(all, m)
		}
	}
	return all
}

// orderedTimelines is every timeline there is, in order of subject.
func (p *Projection) orderedTimelines() []*timeline {
	p.mu.RLock()
	defer p.mu.RUnlock()
	v := p.views
	v.ordering.Lock()
	defer v.ordering.Unlock()
	if unordered := p.lines.unordered; len(unordered) > 0 {
		p.lines.unordered = nil // its other readers come here too, one after the other
		v.order = slices.Concat(v.order, unordered)
		slices.SortFunc(v.order, func(a, b *timeline) int {
			return cmp.Or(cmp.Compare(a.id.Kind, b.id.Kind), cmp.Compare(a.id.Key, b.id.Key))
		})
	}
	return v.order
}
