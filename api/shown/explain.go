package shown

import (
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"slices"
)

// An Explanation is a figure with its sources.
type Explanation struct {
	Point      point          `json:"point"`
	Figure     Figure         `json:"figure"`
	Counted    []contribution `json:"counted"`
	NotCounted []contribution `json:"not_counted"`
	WhyNot     *whyNot        `json:"why_not,omitempty"`
	Page       *Page          `json:"page,omitempty"`
}

// A contribution is a subject's entry: the amount it adds, or the reason why it adds nothing.
type contribution struct {
	Subject     string `json:"subject"` // key
	SubjectKind string `json:"subject_kind" enum:"coop product training fair conference"`
	Name        string `json:"name"`
	Seat        string `json:"seat,omitempty"` // the place at which it counts
	SeatName    string `json:"seat_name,omitempty"`
	Numerator   string `json:"numerator" pattern:"^-?[0-9]+$"`
	Denominator string `json:"denominator" pattern:"^-?[0-9]+$"`
	Expected    int64  `json:"expected,omitempty"`
	Reported    int64  `json:"reported,omitempty"`
	Carried     int64  `json:"carried,omitempty"`
	Reason      string `json:"reason,omitempty"` // why the numerator is 0
	ReasonVi    string `json:"reason_vi,omitempty"`
	Records     []fact `json:"records,omitempty"`
}

// whyNot is the answer for the one co-operative asked after.
type whyNot struct {
	Coop    string         `json:"coop"`
	Name    string         `json:"name"`
	Counted bool           `json:"counted"`
	Entries []contribution `json:"entries"`
}

// fromExplanation is an explanation.
func fromExplanation(e *answers.Explanation, page *Page) Explanation {
	entry := func(c indicator.Contribution) contribution { return fromContribution(e, c) }
	out := Explanation{
		Page: page, Point: fromPoint(e.Point), Figure: fromFigure(e.Figure),
		Counted: mapList(e.Figure.In, entry), NotCounted: mapList(e.Figure.Out, entry),
	}
	if w := e.WhyNot; w != nil {
		out.WhyNot = &whyNot{w.Coop.Key, SubjectName(w.Coop, e.Point.Valid), w.Counted, mapList(w.Entries, entry)}
	}
	return out
}

func fromContribution(e *answers.Explanation, c indicator.Contribution) contribution {
	return contribution{
		Subject: c.Subject.Key, SubjectKind: subjectKinds[c.Subject.Kind], Name: SubjectName(c.Subject, e.Point.Valid),
		Seat: c.Seat, SeatName: e.PlaceName(c.Seat),
		Numerator: numberText(c.Num), Denominator: numberText(c.Den),
		Expected: c.Expected, Reported: c.Reported, Carried: c.Carried,
		Reason: string(c.Why), ReasonVi: c.Why.Vi(),
		Records: mapList(c.By, func(f *ledger.Fact) fact { return fromFact(f, e.Find) }),
	}
}

var subjectKinds = map[register.SubjectKind]string{
	register.CoopSubject: "coop", register.ProductSubject: "product", register.TrainingSubject: "training",
	register.FairSubject: "fair", register.ConferenceSubject: "conference",
}

// SubjectName is the name of a subject on a day, or, before it has a name,
// its first name; its key without any name.
func SubjectName(s *register.Subject, on calendar.Day) string {
	name := ""
	switch s.Kind {
	case register.CoopSubject:
		// A name holds from a day on; products and events have one for good.
		name = coopName(s.Coop.History, on)
	case register.ProductSubject:
		name = productName(s.Product)
	default:
		name = eventName(s.Facts)
	}
	if name == "" {
		return s.Key
	}
	return name
}

func coopName(h *coop.History, on calendar.Day) string {
	if name := h.On(on).Name; name != "" {
		return name
	}
	for _, f := range h.Facts {
		if e, ok := f.Event.(*coop.Established); ok {
			return e.Name
		}
	}
	return ""
}

func productName(h *ocop.History) (name string) {
	for _, f := range h.Facts {
		if e, ok := f.Event.(*ocop.Rated); ok {
			name = e.Name
		}
	}
	return name
}

func eventName(facts []*ledger.Fact) (name string) {
	for _, f := range facts {
		name = register.SpecOf(f.Event).SubjectName(f.Event)
	}
	return name
}

// Vintages are one indicator's figures as they became known.
type Vintages struct {
	Point    point     `json:"point"`
	Code     string    `json:"code"`
	Vintages []vintage `json:"vintages"`
	Page     *Page     `json:"page,omitempty"`
}

// A vintage is the figure from one size on.
type vintage struct {
	Size   int64  `json:"size"`
	Record Record `json:"record"` // at position size − 1: what changed it
	Figure Figure `json:"figure"`
}

// fromVintages are the vintages of one indicator.
func fromVintages(v *answers.Vintages, page *Page) Vintages {
	return Vintages{Page: page, Point: fromPoint(v.Point), Code: v.Definition.Code, Vintages: mapList(v.Vintages, func(v answers.Vintage) vintage {
		return vintage{int64(v.Size), fromRecord(v.Record), fromFigure(v.Figure)}
	})}
}

// A Replay is the whole catalogue counted by both roads.
type replay struct {
	Point       point        `json:"point"`
	Records     int64        `json:"records"` // read, checked and folded
	Agrees      bool         `json:"agrees"`
	Figures     []Figure     `json:"figures"` // by the slow road
	Differences []difference `json:"differences"`
	// FirstApart is a record at which the roads part; absent where they agree.
	FirstApart *apart        `json:"first_apart,omitempty"`
	Digest     *digestResult `json:"digest,omitempty"` // where a kept one was compared with
}

// An apart is a record before which two roads agree, and the figure on which
// they do not after it.
type apart struct {
	Record Record `json:"record"`
	Code   string `json:"code"`
}

// A digestResult is the result of a comparison with a kept digest.
type digestResult struct {
	Same bool `json:"same"`
	// FirstRecord is the span of positions in which the first record lies that
	// is another one; absent where all are the same.
	FirstRecord *span          `json:"first_record,omitempty"`
	Figures     []digestFigure `json:"figures"`
}

// A span is positions, both inside.
type span struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// A digestFigure is a figure that is another than in the digest.
type digestFigure struct {
	Code   string `json:"code"`
	Member string `json:"member"`
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// A difference is a figure on which the roads disagree.
type difference struct {
	Code string `json:"code"`
	Slow Figure `json:"slow"`
	Fast Figure `json:"fast"`
}

// fromReplay is a replay, with where the roads part and what a comparison with
// a digest found, if there is either.
func fromReplay(r *answers.Replay, parted *answers.Apart, digest *answers.DigestDifference) replay {
	out := replay{
		Point: fromPoint(r.Point), Records: int64(r.Records), Agrees: len(r.Differences) == 0,
		Figures: mapList(r.Figures, fromFigure),
		Differences: mapList(r.Differences, func(d answers.Disagreement) difference {
			return difference{d.Definition.Code, fromFigure(d.Slow), fromFigure(d.Fast)}
		}),
	}
	if parted != nil {
		out.FirstApart = &apart{fromRecord(parted.Record), parted.Definition.Code}
	}
	if digest != nil {
		out.Digest = &digestResult{Same: digest.Same(), Figures: mapList(digest.Figures, func(f answers.DigestFigure) digestFigure { return digestFigure(f) })}
		if digest.UpTo > 0 {
			out.Digest.FirstRecord = &span{digest.After, digest.UpTo - 1}
		}
	}
	return out
}

// vintageTable is a row for each size at which a figure changed.
func vintageTable(v *answers.Vintages) *Table {
	t := NewTable("Các lần thay đổi", "Các lần thay đổi", withFigure(
		column("code", "Mã"), column("at_size", "Cỡ sổ"), column("recorded", "Ghi lúc"),
		column("position", "Bản ghi"), column("kind", "Loại"), column("stream", "Luồng"))...).At(v.Point)
	for _, x := range v.Vintages {
		r := x.Record
		first := []Cell{WordsCell(x.Figure.Definition.Code), WholeCell(x.Size), instantCell(r.Recorded), WholeCell(r.Position), WordsCell(string(r.Kind)), WordsCell(r.Stream.String())}
		t.Add(append(first, figureCells(x.Figure)...)...)
	}
	return t
}

// explanationTable is a row for each entry of a figure and each fact behind it.
func explanationTable(e *answers.Explanation) *Table {
	t := NewTable("Giải trình", "Giải trình: "+e.Figure.Definition.Name,
		column("code", "Mã"), column("key", "Khóa"), column("name", "Tên"),
		column("counted", "Được tính"), column("reason", "Lý do không tính"),
		column("numerator", "Tử số"), column("denominator", "Mẫu số"), column("position", "Bản ghi"),
		column("kind", "Loại"), column("valid", "Hiệu lực"), column("document", "Văn bản"),
		column("synthetic_record", "Mô phỏng")).At(e.Point)
	// Asked about one co-operative, the table is about it alone.
	if e.WhyNot != nil {
		for _, c := range e.WhyNot.Entries {
			t.addEntry(e, c)
		}
		return t
	}
	for _, c := range slices.Concat(e.Figure.In, e.Figure.Out) {
		t.addEntry(e, c)
	}
	return t
}

// addEntry adds a row for each fact behind an entry, or a single row where no fact is.
func (t *Table) addEntry(e *answers.Explanation, c indicator.Contribution) {
	first := []Cell{
		WordsCell(e.Figure.Definition.Code), WordsCell(c.Subject.Key), WordsCell(SubjectName(c.Subject, e.Point.Valid)),
		FlagCell(c.Why == ""), NamedCode(string(c.Why), c.Why.Vi()), WholeCell(c.Num), WholeCell(c.Den),
	}
	if len(c.By) == 0 {
		t.Add(append(first, make([]Cell, 5)...)...)
	}
	for _, f := range c.By {
		// The capacity is cut so that each row gets an array of its own.
		t.Add(append(first[:len(first):len(first)], WholeCell(f.By.Position), WordsCell(string(f.Root.Kind)),
			NamedCode(f.Valid.String(), f.Valid.Vi()), WordsCell(vi.Source(f.By.Source)), FlagCell(f.By.Synthetic()))...)
	}
}

// replayTable is each figure of a replay, and whether the live answer is the same.
func replayTable(x *answers.Replay) *Table {
	t := NewTable("Tính lại", "Tính lại từ bản ghi đầu tiên", withFigure(column("code", "Mã"), column("same", "Khớp"))...).At(x.Point)
	apart := map[*indicator.Figure]bool{}
	for _, d := range x.Differences {
		apart[d.Slow] = true
	}
	for _, f := range x.Figures {
		t.Add(append([]Cell{WordsCell(f.Definition.Code), FlagCell(!apart[f])}, figureCells(f)...)...)
	}
	return t
}
