package asof

import (
	"slices"

	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// SubjectsOf is every subject of a kind that a record among the first n ever
// named, in order of key, whether or not something of it still stands.
func (p *Projection) SubjectsOf(kind register.SubjectKind, n ledger.Position) []register.SubjectID {
	order := p.orderedTimelines()
	p.mu.RLock()
	defer p.mu.RUnlock()
	var ids []register.SubjectID
	for _, l := range order {
		if l.id.Kind == kind && l.touchesBelow(n) > 0 {
			ids = append(ids, l.id)
		}
	}
	return ids
}

// Touches is the positions from low up to, not including, high of the records
// that may have changed a subject, in order.
func (p *Projection) Touches(id register.SubjectID, low, high ledger.Position) []ledger.Position {
	p.mu.RLock()
	defer p.mu.RUnlock()
	l := p.lines.subjects[id]
	if l == nil {
		return nil
	}
	return slices.Clone(l.touches[l.touchesBelow(low):l.touchesBelow(high)])
}

// Subject is one subject as the first n records give it, uncut by any day, or
// nil if nothing of it stands. It may be shared with others who ask.
func (p *Projection) Subject(id register.SubjectID, n ledger.Position) *register.Subject {
	p.mu.RLock()
	defer p.mu.RUnlock()
	l := p.lines.subjects[id]
	if l == nil {
		return nil
	}
	m := l.subjectAt(p.lines, n)
	if m == nil {
		return nil
	}
	return m.subject
}
