package ledger

import (
	"cmp"
	"slices"

	"htxledger/domain/calendar"
)

// The kinds that belong to the ledger itself.
const (
	KindOpened        Kind = "ledger.opened/1"
	KindKeyAnnounced  Kind = "ledger.key-announced/1"
	KindKeyAnnounced2 Kind = "ledger.key-announced/2"
	KindKeyVoided     Kind = "ledger.key-voided/1"
	KindRecovered     Kind = "ledger.recovered/1"
	KindRestated      Kind = "ledger.restated/1"
	KindRetracted     Kind = "ledger.retracted/1"
)

// IsCorrection reports whether r is a restatement or a retraction.
func (r *Record) IsCorrection() bool { return r.Kind == KindRestated || r.Kind == KindRetracted }

// A Fact is what a record says once its corrections are resolved. Facts are
// immutable and may be shared.
type Fact struct {
	Root  *Record         // the record that first said it: its stream, kind and place in the order
	By    *Record         // the record whose data stand: Root, or the restatement that decides
	Valid calendar.Stated // the day from which it holds, after corrections
	Event Event           // the decoded data of By
}

// Compare orders facts: by valid day, then by the position of the first
// record. It is the order in which a stream is folded.
func (f *Fact) Compare(g *Fact) int {
	return cmp.Or(cmp.Compare(f.Valid.Day, g.Valid.Day), cmp.Compare(f.Root.Position, g.Root.Position))
}

// Effective resolves the corrections of a prefix, or of whole streams of one:
// it gives the facts that stand, in the order of Fact.Compare. Records must
// come in the order of their positions. A correction of a record that is not
// among them is ignored.
func Effective(records []*Record) []*Fact {
	if !slices.ContainsFunc(records, (*Record).IsCorrection) {
		return uncorrectedFacts(records)
	}
	r := resolver{byID: make(map[ID]*Record, len(records)), about: map[ID][]*Record{}}
	for _, rec := range records {
		r.byID[rec.ID] = rec
		if rec.IsCorrection() {
			r.about[rec.Corrects.ID] = append(r.about[rec.Corrects.ID], rec)
		}
	}
	var facts []*Fact
	for _, rec := range records {
		if rec.IsCorrection() {
			continue
		}
		if by := r.decider(rec); by != nil {
			facts = append(facts, &Fact{Root: rec, By: by, Valid: r.valid(by), Event: by.Event})
		}
	}
	slices.SortFunc(facts, (*Fact).Compare)
	return facts
}

// uncorrectedFacts is Effective where nothing is corrected, as in most streams.
func uncorrectedFacts(records []*Record) []*Fact {
	if len(records) == 0 {
		return nil
	}
	made, facts := make([]Fact, len(records)), make([]*Fact, len(records))
	for i, rec := range records {
		made[i] = Fact{Root: rec, By: rec, Valid: rec.Valid, Event: rec.Event}
		facts[i] = &made[i]
	}
	slices.SortFunc(facts, (*Fact).Compare)
	return facts
}

// A resolver finds the record that decides what another says.
type resolver struct {
	byID  map[ID]*Record
	about map[ID][]*Record // corrections of a record, oldest first
}

// RetractionOf is the retraction by which a record of some streams, whose records
// come in order, does not stand; nil if it stands.
func RetractionOf(rec *Record, records []*Record) *Record {
	r := resolver{about: map[ID][]*Record{}}
	for _, c := range records {
		if c.IsCorrection() {
			r.about[c.Corrects.ID] = append(r.about[c.Corrects.ID], c)
		}
	}
	if last := r.lastWord(rec); last != rec && last.Kind == KindRetracted {
		return last
	}
	return nil
}

// decider is the record whose content decides what t says, or nil if t is
// taken back.
func (r *resolver) decider(t *Record) *Record {
	last := r.lastWord(t)
	if last != t && last.Kind == KindRetracted {
		return nil
	}
	return last
}

// lastWord is what the last standing correction of t comes to: the restatement
// whose data stand, the retraction that takes t back, or t itself where nothing
// corrects it. Corrections come after what they correct, so it ends.
func (r *resolver) lastWord(t *Record) *Record {
	for _, c := range slices.Backward(r.about[t.ID]) {
		// A correction that is itself taken back leaves the word to the one before it.
		if by := r.decider(c); by != nil {
			return by
		}
	}
	return t
}

// valid is the day a record states: its own, or, in a restatement without
// one, that of the record it corrects.
func (r *resolver) valid(rec *Record) calendar.Stated {
	for rec.Valid.IsZero() && rec.Corrects != nil && r.byID[rec.Corrects.ID] != nil {
		rec = r.byID[rec.Corrects.ID]
	}
	return rec.Valid
}

// RootOf follows corrections to the first record that they are about.
func RootOf(rec *Record, find func(ID) *Record) *Record {
	for rec != nil && rec.Corrects != nil {
		rec = find(rec.Corrects.ID)
	}
	return rec
}
