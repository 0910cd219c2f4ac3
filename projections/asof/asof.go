// Package asof gives the register, and any figure, at any as-of point.
//
// A Projection takes the records of a ledger in order. It answers for every
// prefix and every day, and what it answers is what register.Fold and
// indicator.Count give for the same prefix: those are the meaning, this is the
// fast road, and oracle_test.go walks both on random histories.
package asof

import (
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A Projection is safe for concurrent use; Apply excludes readers for the time
// of one record.
type Projection struct {
	mu      sync.RWMutex
	decoder *register.Decoder
	records []*ledger.Record
	streams map[ledger.Stream][]*ledger.Record
}

// New is the projection of the empty ledger.
func New() *Projection {
	return &Projection{decoder: register.NewDecoder(), streams: map[ledger.Stream][]*ledger.Record{}}
}

// Apply takes the next record. A record that cannot follow, or whose kind is
// unknown, is an error; the projection then stays where it was, and whoever
// feeds it must stop.
func (p *Projection) Apply(r *ledger.Record) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.decoder.Next(r); err != nil {
		return err
	}
	p.records = append(p.records, r)
	p.streams[r.Stream] = append(p.streams[r.Stream], r)
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
	if at, ok := p.decoder.Index.Find(id); ok {
		return p.records[at]
	}
	return nil
}

// Stream is the records of one stream among the first n, in order.
func (p *Projection) Stream(s ledger.Stream, n ledger.Position) []*ledger.Record {
	p.mu.RLock()
	defer p.mu.RUnlock()
	of := p.streams[s]
	for len(of) > 0 && of[len(of)-1].Position >= n {
		of = of[:len(of)-1]
	}
	return of[:len(of):len(of)]
}

// At is the register that the first n records give on a day; n must not be
// beyond Size.
func (p *Projection) At(n ledger.Position, on calendar.Day) *register.Register {
	p.mu.RLock()
	prefix := p.records[:n]
	p.mu.RUnlock()
	return register.Fold(prefix, on)
}

// Figures counts figures at the first n records, without their contributions
// (In and Out stay empty). A place that is not on the map is the only error.
func (p *Projection) Figures(n ledger.Position, q indicator.Question, defs ...*indicator.Definition) ([]*indicator.Figure, error) {
	r := p.At(n, q.Valid)
	var figures []*indicator.Figure
	for _, d := range defs {
		f, err := indicator.Count(d, r, q)
		if err != nil {
			return nil, err
		}
		f.In, f.Out = nil, nil
		figures = append(figures, f)
	}
	return figures, nil
}

// Changed lists the sizes, up to n, at which a figure changed: after record
// size-1 it was another than before, in value, parts or coverage.
func (p *Projection) Changed(n ledger.Position, q indicator.Question, d *indicator.Definition) ([]ledger.Position, error) {
	var sizes []ledger.Position
	var last *indicator.Figure
	for size := ledger.Position(1); size <= n; size++ {
		f, err := p.Figures(size, q, d)
		if err != nil {
			continue // the place is not yet on the map
		}
		if last == nil || !last.Same(f[0]) {
			sizes = append(sizes, size)
			last = f[0]
		}
	}
	return sizes, nil
}
