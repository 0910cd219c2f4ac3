// Package asof gives the register, and any figure, at any as-of point.
//
// A Projection takes the records of a ledger in order. It answers for every
// prefix and every day, and what it answers is what register.Fold and
// indicator.Count give for the same prefix: those are the meaning, this is the
// fast road, and oracle_test.go walks both on random histories.
//
// Two structures stand behind it. The timelines (view.go) know which streams
// are about which subject, so that a register at any size is gathered subject
// by subject and shares what did not change. The index (index.go) holds, for
// every figure, the points at which it changes, so that a sum at any size and
// day is a search and a short scan, whatever the size of the ledger. The index
// costs more to build than the timelines: it is built by Warm, or by the first
// question that needs every size, and from then on kept at the head by Apply.
// Until it is there the timelines answer.
package asof

import (
	"context"
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A Projection is safe for concurrent use; Apply excludes readers for the time
// of one record.
type Projection struct {
	mu        sync.RWMutex
	decoder   *register.Decoder
	records   []*ledger.Record
	synthetic ledger.Position // the first size with a record marked as made up; 0 for none
	lines     *timelines
	views     *views // have their own locks
	index     *index // has its own lock, taken after mu
	live      bool   // Apply keeps the index at the head
}

// New is the projection of the empty ledger.
func New() *Projection {
	p := &Projection{decoder: register.NewDecoder(), lines: newTimelines(), views: newViews()}
	p.index = newIndex(p.lines)
	return p
}

// Apply takes the next record, which others may hold too; it sets its Event if
// nobody has decoded it, and never changes it afterwards. A record that cannot follow, or whose kind is unknown, is an error; the projection then
// stays where it was, and whoever feeds it must stop.
func (p *Projection) Apply(r *ledger.Record) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Corrects != nil {
		// checked before the decoder takes the record: after an error the projection is where it
		// was
		if target := p.find(r.Corrects.ID); target != nil && target.Stream != r.Stream {
			return ledger.ErrOtherStream.With(target.Stream.String()).At("/stream")
		}
	}
	if err := p.decoder.Next(r); err != nil {
		return err
	}
	p.records = append(p.records, r)
	if p.synthetic == 0 && r.Synthetic() {
		p.synthetic = r.Position + 1
	}
	p.lines.add(r, ledger.RootOf(r, p.find))
	if p.live {
		p.index.extend(p.records[r.Position:])
	}
	return nil
}

// Size is the number of records applied.
func (p *Projection) Size() ledger.Position {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.decoder.Index.Size()
}

// Last is when the last record was taken.
func (p *Projection) Last() calendar.Instant {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.decoder.Index.Last()
}

// KnownAt is the number of records taken at or before an instant.
func (p *Projection) KnownAt(i calendar.Instant) ledger.Position {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.decoder.Index.KnownAt(i)
}

// Record is the record at a position, or nil beyond the head.
func (p *Projection) Record(at ledger.Position) *ledger.Record {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if at < 0 || at >= ledger.Position(len(p.records)) {
		return nil
	}
	return p.records[at]
}

// Find is the record with an id, or nil.
func (p *Projection) Find(id ledger.ID) *ledger.Record {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.find(id)
}

// find is Find for who holds mu.
func (p *Projection) find(id ledger.ID) *ledger.Record {
	if at, ok := p.decoder.Index.Find(id); ok {
		return p.records[at]
	}
	return nil
}

// Stream is the records of one stream among the first n, in order.
func (p *Projection) Stream(s ledger.Stream, n ledger.Position) []*ledger.Record {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.lines.recordsAt(s, n)
}

// Figures counts figures at the first n records, without their contributions
// (In and Out stay empty). A place that is not on the map is the only error.
func (p *Projection) Figures(n ledger.Position, q indicator.Question, defs ...*indicator.Definition) ([]*indicator.Figure, error) {
	a, err := p.newAsking(n, q)
	if err != nil {
		return nil, err
	}
	figures := make([]*indicator.Figure, len(defs))
	for i, d := range defs {
		if figures[i], err = a.figure(d); err != nil {
			return nil, err
		}
	}
	return figures, nil
}

// warmBatch is how many records Warm takes between two chances for others.
const warmBatch = 64

// Warm builds the index up to the head and has Apply keep it there. Questions
// are answered meanwhile. It ends early, with its error, when ctx is done; what
// it built stays, and it can be called again.
func (p *Projection) Warm(ctx context.Context) error {
	for !p.warm() {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.mu.RLock()
		missing := p.records[p.index.size():]
		p.index.extend(missing[:min(len(missing), warmBatch)])
		p.mu.RUnlock()
		// the last batch: the index is at the head unless a record came in between
		if len(missing) <= warmBatch {
			p.settle()
		}
	}
	return nil
}

// warm reports whether Apply keeps the index at the head. It keeps nobody waiting:
// questions that need the index ask it first.
func (p *Projection) warm() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.live
}

// settle makes the index live if it is at the head.
func (p *Projection) settle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.index.size() == ledger.Position(len(p.records)) {
		p.live = true
	}
}
