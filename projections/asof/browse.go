package asof

import (
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// About is the records, among the first n, of every stream in which a subject
// was ever named by one of them, in order: what a history of it shows.
func (p *Projection) About(id register.SubjectID, n ledger.Position) []*ledger.Record {
	p.mu.RLock()
	defer p.mu.RUnlock()
	l := p.lines.subjects[id]
	if l == nil {
		return nil
	}
	var records []*ledger.Record
	for _, s := range l.streams {
		of := p.lines.recordsAt(s, n)
		names := func(r *ledger.Record) bool { return slices.Contains(register.About(s, r.Event), id) }
		if slices.ContainsFunc(of, names) {
			records = append(records, of...)
		}
	}
	slices.SortFunc(records, func(a, b *ledger.Record) int { return int(a.Position - b.Position) })
	return records
}

// Synthetic reports whether any of the first n records is marked as made up.
func (p *Projection) Synthetic(n ledger.Position) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.synthetic > 0 && p.synthetic <= n
}
