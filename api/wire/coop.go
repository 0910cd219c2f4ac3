package wire

import (
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/projections/directory"
)

// Coops is a page of co-operatives at a point.
type Coops struct {
	Point  Point  `json:"point"`
	Total  int    `json:"total"` // on all pages
	Offset int    `json:"offset"`
	Coops  []Coop `json:"coops"`
	Page   *Page  `json:"page,omitempty"`
}

// A Coop is one co-operative at a point.
type Coop struct {
	Key          string `json:"key"`
	Name         string `json:"name"`
	Status       string `json:"status" enum:"'' operating suspended inactive dissolving ended"` // "" before it is established
	Form         string `json:"form,omitempty" enum:"htx tht lhhtx"`
	Agricultural bool   `json:"agricultural"`
	Sector       string `json:"sector,omitempty"`
	Place        string `json:"place,omitempty"`
	PlaceName    string `json:"place_name,omitempty"`
	Law          string `json:"law,omitempty"`
	Registration string `json:"registration,omitempty"`
	TaxCode      string `json:"tax_code,omitempty"`
	Established  string `json:"established,omitempty"`
	Ended        string `json:"ended,omitempty"`
	Synthetic    bool   `json:"synthetic"`
}

// FromListing is a page; offset is where it begins.
func FromListing(l *directory.Listing, offset int) Coops {
	return Coops{Point: FromPoint(l.Point), Total: l.Total, Offset: offset, Coops: list(l.Coops, fromCoop)}
}

func fromCoop(c directory.Coop) Coop {
	s := c.State
	return Coop{
		Key: c.Subject.Key, Name: s.Name, Status: c.Status, Form: s.Form, Agricultural: s.Agricultural,
		Sector: s.Sector, Place: s.Place, PlaceName: c.PlaceName, Law: s.Law,
		Registration: s.Registration, TaxCode: s.TaxCode,
		Established: dayOf(s.Founding), Ended: dayOf(s.End), Synthetic: c.Synthetic,
	}
}

func dayOf(f *ledger.Fact) string {
	if f == nil {
		return ""
	}
	return f.Valid.String()
}

// A Card is one co-operative with everything said about it.
type Card struct {
	Point Point `json:"point"`
	Coop
	Members  *Count `json:"members,omitempty"` // the latest count
	Workers  *Count `json:"workers,omitempty"`
	Timeline []Line `json:"timeline"` // in the order of the ledger
}

// A Count is the latest count of members or workers.
type Count struct {
	Total    string `json:"total"`
	Official string `json:"official,omitempty"` // of members
	Regular  string `json:"regular,omitempty"`  // of workers
	On       string `json:"on"`
	Record   string `json:"record"`
}

// A Line is one record in a history, and what became of it.
type Line struct {
	Record
	// Stands says that what the record began still holds, perhaps in other
	// words; it is absent for a correction.
	Stands *bool `json:"stands,omitempty"`
	// HoldsFrom is the day from which it holds after corrections.
	HoldsFrom string `json:"holds_from,omitempty"`
	// StandsAs is the id of the record whose data stand, where that is a
	// correction of this one.
	StandsAs string `json:"stands_as,omitempty"`
	// CorrectedBy are the ids of the records that correct this one.
	CorrectedBy []string `json:"corrected_by,omitempty"`
	Late        bool     `json:"late"` // recorded more than 30 days after its valid day
}

// FromCard is a card.
func FromCard(c *directory.Card) Card {
	out := Card{Point: FromPoint(c.Point), Coop: fromCoop(c.Coop), Timeline: list(c.Said, fromLine)}
	if f := c.State.Members; f != nil {
		e := f.Event.(*coop.MembersCounted)
		out.Members = &Count{Total: number(e.Members()), Official: number(e.Official), On: dayOf(f), Record: idOf(f)}
	}
	if f := c.State.Workers; f != nil {
		e := f.Event.(*coop.WorkersCounted)
		out.Workers = &Count{Total: number(e.Workers()), Regular: number(e.Regular), On: dayOf(f), Record: idOf(f)}
	}
	return out
}

func fromLine(l directory.Line) Line {
	out := Line{Record: FromRecord(l.Record), Late: directory.IsLate(l.Record)}
	for _, r := range l.CorrectedBy {
		out.CorrectedBy = append(out.CorrectedBy, r.ID.String())
	}
	if l.Record.IsCorrection() {
		return out
	}
	stands := l.Fact != nil
	out.Stands = &stands
	if stands {
		out.HoldsFrom = l.Fact.Valid.String()
		if l.Fact.By != l.Record {
			out.StandsAs = idOf(l.Fact)
		}
	}
	return out
}

// Events is a page of records.
type Events struct {
	Point   Point    `json:"point"`
	Records []Record `json:"records"`
	// Next is the from of the next page; absent on the last.
	Next *int64 `json:"next,omitempty"`
	Page *Page  `json:"page,omitempty"`
}

// FromEvents is a page of records.
func FromEvents(e *directory.Events) Events {
	out := Events{Point: FromPoint(e.Point), Records: list(e.Records, FromRecord)}
	if e.Next >= 0 {
		next := int64(e.Next)
		out.Next = &next
	}
	return out
}

// An Event is one record with what corrects it.
type Event struct {
	Size        int64    `json:"size"` // of the ledger when it was asked
	Record      Record   `json:"record"`
	Chain       []Record `json:"chain"`        // what it corrects, newest first
	CorrectedBy []Record `json:"corrected_by"` // in order
}

// FromEvent is one record, what it corrects and what corrects it.
func FromEvent(size ledger.Position, r *ledger.Record, chain, by []*ledger.Record) Event {
	return Event{int64(size), FromRecord(r), list(chain, FromRecord), list(by, FromRecord)}
}
