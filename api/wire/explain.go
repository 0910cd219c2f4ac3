package wire

import (
	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// An Explanation is a figure with all that it came from.
type Explanation struct {
	Point      Point          `json:"point"`
	Figure     Figure         `json:"figure"`
	Counted    []Contribution `json:"counted"`
	NotCounted []Contribution `json:"not_counted"`
	WhyNot     *WhyNot        `json:"why_not,omitempty"`
	Page       *Page          `json:"page,omitempty"`
}

// A Contribution is one subject's entry: what it adds, or why it adds nothing.
type Contribution struct {
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
	Records     []Fact `json:"records,omitempty"`
}

// WhyNot is the answer for the one co-operative that was asked after.
type WhyNot struct {
	Coop    string         `json:"coop"`
	Name    string         `json:"name"`
	Counted bool           `json:"counted"`
	Entries []Contribution `json:"entries"`
}

// FromExplanation is an explanation.
func FromExplanation(e *answers.Explanation) Explanation {
	entry := func(c indicator.Contribution) Contribution { return contribution(e, c) }
	out := Explanation{
		Point: FromPoint(e.Point), Figure: FromFigure(e.Figure),
		Counted: list(e.Figure.In, entry), NotCounted: list(e.Figure.Out, entry),
	}
	if w := e.WhyNot; w != nil {
		out.WhyNot = &WhyNot{w.Coop.Key, SubjectName(w.Coop, e.Point.Valid), w.Counted, list(w.Entries, entry)}
	}
	return out
}

func contribution(e *answers.Explanation, c indicator.Contribution) Contribution {
	return Contribution{
		Subject: c.Subject.Key, SubjectKind: subjectKinds[c.Subject.Kind], Name: SubjectName(c.Subject, e.Point.Valid),
		Seat: c.Seat, SeatName: e.PlaceName(c.Seat),
		Numerator: number(c.Num), Denominator: number(c.Den),
		Expected: c.Expected, Reported: c.Reported, Carried: c.Carried,
		Reason: string(c.Why), ReasonVi: c.Why.Vi(),
		Records: list(c.By, func(f *ledger.Fact) Fact { return FromFact(f, e.Find) }),
	}
}

var subjectKinds = map[register.SubjectKind]string{
	register.CoopSubject: "coop", register.ProductSubject: "product", register.TrainingSubject: "training",
	register.FairSubject: "fair", register.ConferenceSubject: "conference",
}

// SubjectName is what people call a subject on a day, or, where it has no name
// yet, the name that it first gets; its key if there is none at all.
func SubjectName(s *register.Subject, on calendar.Day) string {
	name := ""
	switch s.Kind {
	case register.CoopSubject:
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
		name = register.SpecOf(f.Event).Called(f.Event)
	}
	return name
}

// Vintages are one indicator's figures as they became known.
type Vintages struct {
	Point    Point     `json:"point"`
	Code     string    `json:"code"`
	Vintages []Vintage `json:"vintages"`
	Page     *Page     `json:"page,omitempty"`
}

// A Vintage is the figure from one size on.
type Vintage struct {
	Size   int64  `json:"size"`
	Record Record `json:"record"` // at position size − 1: what changed it
	Figure Figure `json:"figure"`
}

// FromVintages are the vintages of the indicator with a code.
func FromVintages(v *answers.Vintages, code string) Vintages {
	return Vintages{Point: FromPoint(v.Point), Code: code, Vintages: list(v.Vintages, func(v answers.Vintage) Vintage {
		return Vintage{int64(v.Size), FromRecord(v.Record), FromFigure(v.Figure)}
	})}
}

// A Replay is the whole catalogue counted by both roads.
type Replay struct {
	Point       Point        `json:"point"`
	Records     int64        `json:"records"` // read, checked and folded
	Agrees      bool         `json:"agrees"`
	Figures     []Figure     `json:"figures"` // by the slow road
	Differences []Difference `json:"differences"`
	// FirstApart is a record at which the roads part; absent where they agree.
	FirstApart *Apart        `json:"first_apart,omitempty"`
	Digest     *DigestResult `json:"digest,omitempty"` // where a kept one was compared with
}

// An Apart is a record before which two roads agree, and the figure on which
// they do not after it.
type Apart struct {
	Record Record `json:"record"`
	Code   string `json:"code"`
}

// A DigestResult is what a comparison with a kept digest found.
type DigestResult struct {
	Same bool `json:"same"`
	// FirstRecord is the span of positions in which the first record lies that
	// is another one; absent where all are the same.
	FirstRecord *Span          `json:"first_record,omitempty"`
	Figures     []DigestFigure `json:"figures"`
}

// A Span is positions, both inside.
type Span struct {
	First int64 `json:"first"`
	Last  int64 `json:"last"`
}

// A DigestFigure is a figure that is another than in the digest.
type DigestFigure struct {
	Code   string `json:"code"`
	Member string `json:"member"`
	Was    string `json:"was"`
	Is     string `json:"is"`
}

// A Difference is a figure on which the roads disagree.
type Difference struct {
	Code string `json:"code"`
	Slow Figure `json:"slow"`
	Fast Figure `json:"fast"`
}

// FromReplay is a replay, with where the roads part and what a comparison with
// a digest found, if there is either.
func FromReplay(r *answers.Replay, apart *answers.Apart, digest *answers.DigestDifference) Replay {
	out := Replay{
		Point: FromPoint(r.Point), Records: int64(r.Records), Agrees: len(r.Differences) == 0,
		Figures: list(r.Figures, FromFigure),
		Differences: list(r.Differences, func(d answers.Disagreement) Difference {
			return Difference{d.Definition.Code, FromFigure(d.Slow), FromFigure(d.Fast)}
		}),
	}
	if apart != nil {
		out.FirstApart = &Apart{FromRecord(apart.Record), apart.Definition.Code}
	}
	if digest != nil {
		out.Digest = &DigestResult{Same: digest.Same(), Figures: list(digest.Figures, func(f answers.DigestFigure) DigestFigure { return DigestFigure(f) })}
		if digest.UpTo > 0 {
			out.Digest.FirstRecord = &Span{digest.After, digest.UpTo - 1}
		}
	}
	return out
}
