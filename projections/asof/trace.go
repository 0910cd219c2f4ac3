package asof

import (
	"cmp"
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// SubjectsOf is every subject of a kind that a record among the first n ever
// named, in order of key, whether or not something of it still stands.
func (p *Projection) SubjectsOf(kind register.SubjectKind, n ledger.Position) []register.SubjectID {
	p.mu.RLock()
	defer p.mu.RUnlock()
	var ids []register.SubjectID
	for id, l := range p.lines.lines {
		if id.Kind == kind && l.before(n) > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b register.SubjectID) int { return cmp.Compare(a.Key, b.Key) })
	return ids
}

// Touches is the positions from low up to, not including, high of the records
// that may have changed a subject, in order.
func (p *Projection) Touches(id register.SubjectID, low, high ledger.Position) []ledger.Position {
	p.mu.RLock()
	defer p.mu.RUnlock()
	l := p.lines.lines[id]
	if l == nil {
		return nil
	}
	return slices.Clone(l.touches[l.before(low):l.before(high)])
}

// Subject is one subject as the first n records give it, uncut by any day, or
// nil if nothing of it stands.
func (p *Projection) Subject(id register.SubjectID, n ledger.Position) *register.Subject {
	p.mu.RLock()
	defer p.mu.RUnlock()
	l := p.lines.lines[id]
	if l == nil || l.before(n) == 0 {
		return nil
	}
	return l.gather(p.lines, n).subject
}
