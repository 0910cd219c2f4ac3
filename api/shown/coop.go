package shown

import (
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/projections/directory"
)

// Coops is a page of co-operatives at a point.
type Coops struct {
	Point  point  `json:"point"`
	Total  int    `json:"total"` // on all pages
	Offset int    `json:"offset"`
	Coops  []Coop `json:"coops"`
	Page   *Page  `json:"page,omitempty"`
}

// A Coop is a co-operative at a point.
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

// fromListing is a page; offset is where it begins.
func fromListing(l *directory.Listing, page *Page) Coops {
	return Coops{Page: page, Point: fromPoint(l.Point), Total: l.Total, Offset: l.Offset, Coops: mapList(l.Coops, fromCoop)}
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

// A Card is a co-operative with everything said about it.
type Card struct {
	Point point `json:"point"`
	Coop
	Members  *count `json:"members,omitempty"` // the latest count
	Workers  *count `json:"workers,omitempty"`
	Timeline []line `json:"timeline"` // in the order of the ledger
}

// A count is the latest count of members or workers.
type count struct {
	Total    string `json:"total"`
	Official string `json:"official,omitempty"` // of members
	Regular  string `json:"regular,omitempty"`  // of workers
	On       string `json:"on"`
	Record   string `json:"record"`
}

// A line is a record in a history, and what became of it.
type line struct {
	Record
	// Stands says that the fact begun by the record still holds, perhaps in other
	// words; absent for a correction.
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

// fromCard is a card.
func fromCard(c *directory.Card) Card {
	out := Card{Point: fromPoint(c.Point), Coop: fromCoop(c.Coop), Timeline: mapList(c.Said, fromLine)}
	if f := c.State.Members; f != nil {
		e := f.Event.(*coop.MembersCounted)
		out.Members = &count{Total: numberText(e.Members()), Official: numberText(e.Official), On: dayOf(f), Record: idOf(f)}
	}
	if f := c.State.Workers; f != nil {
		e := f.Event.(*coop.WorkersCounted)
		out.Workers = &count{Total: numberText(e.Workers()), Regular: numberText(e.Regular), On: dayOf(f), Record: idOf(f)}
	}
	return out
}

// fromLine is a record of a history as JSON, with what became of the fact that the
// record began.
func fromLine(l directory.Line) line {
	out := line{Record: fromRecord(l.Record), Late: directory.IsLate(l.Record)}
	for _, r := range l.CorrectedBy {
		out.CorrectedBy = append(out.CorrectedBy, r.ID.String())
	}
	// A correction begins no fact of its own: its target says what stands.
	if l.Record.IsCorrection() {
		return out
	}
	stands := l.Fact != nil
	out.Stands = &stands
	if stands {
		out.HoldsFrom = l.Fact.Valid.String()
		// The data that stand are of a correction: its id is where to look.
		if l.Fact.By != l.Record {
			out.StandsAs = idOf(l.Fact)
		}
	}
	return out
}

// Events is a page of records.
type Events struct {
	Point   point    `json:"point"`
	Records []Record `json:"records"`
	// Next is the from of the next page; absent on the last.
	Next *int64 `json:"next,omitempty"`
	Page *Page  `json:"page,omitempty"`
}

// fromEvents is a page of records.
func fromEvents(e *directory.Events, page *Page) Events {
	out := Events{Page: page, Point: fromPoint(e.Point), Records: mapList(e.Records, fromRecord)}
	if e.Next >= 0 {
		next := int64(e.Next)
		out.Next = &next
	}
	return out
}

// An Event is a record with what corrects it.
type Event struct {
	Size        int64    `json:"size"` // of the ledger when it was asked
	Record      Record   `json:"record"`
	Chain       []Record `json:"chain"`        // what it corrects, newest first
	CorrectedBy []Record `json:"corrected_by"` // in order
}

// FromEvent is the reply about one record, with the records before and after it in its chain of corrections.
func FromEvent(size ledger.Position, r *ledger.Record, chain, by []*ledger.Record) Event {
	return Event{int64(size), fromRecord(r), mapList(chain, fromRecord), mapList(by, fromRecord)}
}

// coopTable is a row a co-operative.
func coopTable(l *directory.Listing) *Table {
	t := NewTable("Hợp tác xã", "Danh sách hợp tác xã",
		column("key", "Khóa"), column("name", "Tên"), column("form", "Loại hình"),
		column("status", "Tình trạng"), column("coop_place", "Mã địa bàn"), column("place_name", "Địa bàn"),
		column("sector", "Ngành nghề"), column("agricultural", "Nông nghiệp"), column("law", "Luật"),
		column("registration", "Số đăng ký"), column("tax_code", "Mã số thuế"), column("synthetic_record", "Mô phỏng")).At(l.Point)
	for _, c := range l.Coops {
		s := c.State
		t.Add(WordsCell(s.Key), WordsCell(s.Name), NamedCode(s.Form, vi.Form(s.Form)), NamedCode(c.Status, vi.Status(c.Status)), WordsCell(s.Place), WordsCell(c.PlaceName),
			WordsCell(s.Sector), FlagCell(s.Agricultural), WordsCell(s.Law), WordsCell(s.Registration), WordsCell(s.TaxCode), FlagCell(c.Synthetic))
	}
	return t
}

// cardTable is each record about one co-operative.
func cardTable(c *directory.Card) *Table {
	t := NewTable("Lịch sử", "Mọi bản ghi về "+c.State.Name,
		column("position", "Bản ghi"), column("recorded", "Ghi lúc"), column("valid", "Hiệu lực"),
		column("kind", "Loại"), column("stream", "Luồng"), column("stands", "Còn giá trị"),
		column("corrected_by", "Đính chính bởi"), column("document", "Văn bản"), column("data", "Nội dung")).At(c.Point)
	for _, l := range c.Said {
		r := l.Record
		t.Add(WholeCell(r.Position), instantCell(r.Recorded), validCell(r), WordsCell(string(r.Kind)), WordsCell(r.Stream.String()),
			FlagCell(l.Fact != nil), correctionsCell(l.CorrectedBy), WordsCell(vi.Source(r.Source)), WordsCell(string(r.Data)))
	}
	return t
}

// correctionsCell are where the corrections of a record stand: @12 @40.
func correctionsCell(records []*ledger.Record) Cell {
	list := strings.Fields(positionsCell(records).Program)
	for i := range list {
		list[i] = "@" + list[i]
	}
	return WordsCell(strings.Join(list, " "))
}

func validCell(r *ledger.Record) Cell { return NamedCode(r.Valid.String(), r.Valid.Vi()) }

// recordTable is a row a record.
func recordTable(e *directory.Events) *Table {
	t := NewTable("Bản ghi", "Các bản ghi của sổ",
		column("position", "Bản ghi"), column("recorded", "Ghi lúc"), column("id", "Mã bản ghi"),
		column("stream", "Luồng"), column("revision", "Thứ tự trong luồng"), column("kind", "Loại"),
		column("valid", "Hiệu lực"), column("actor", "Người ghi"), column("corrects", "Đính chính cho"),
		column("document", "Văn bản"), column("synthetic_record", "Mô phỏng"), column("data", "Nội dung"))
	for _, r := range e.Records {
		actor, corrects := "", ""
		if r.Actor != nil {
			actor = r.Actor.ID
		}
		if r.Corrects != nil {
			corrects = r.Corrects.ID.String()
		}
		t.Add(WholeCell(r.Position), instantCell(r.Recorded), WordsCell(r.ID.String()), WordsCell(r.Stream.String()), WholeCell(r.Revision), WordsCell(string(r.Kind)),
			validCell(r), WordsCell(actor), WordsCell(corrects), WordsCell(vi.Source(r.Source)), FlagCell(r.Synthetic()), WordsCell(string(r.Data)))
	}
	return t
}
