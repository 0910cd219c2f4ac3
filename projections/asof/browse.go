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
	named := map[ledger.Stream]bool{}
	for _, r := range p.records[:n] {
		if slices.Contains(register.About(r.Stream, r.Event), id) {
			named[r.Stream] = true
		}
	}
	var records []*ledger.Record
	for s := range named {
		for _, r := range p.streams[s] {
			if r.Position < n {
				records = append(records, r)
			}
		}
	}
	slices.SortFunc(records, func(a, b *ledger.Record) int { return int(a.Position - b.Position) })
	return records
}

// Synthetic reports whether any of the first n records is marked as made up.
func (p *Projection) Synthetic(n ledger.Position) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return slices.ContainsFunc(p.records[:n], (*ledger.Record).Synthetic)
}
