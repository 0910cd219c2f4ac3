package indicator

import (
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
)

// ErrUnknown is raised for a code that no definition has.
var ErrUnknown = fault.Declare("indicator-unknown", fault.NotFound,
	`there is no indicator %s%s ("htxledger ask" lists every code)`,
	`không có chỉ tiêu %s%s; mọi mã có trong danh mục chỉ tiêu (docs/indicators.md)`)

// A Point is the moment that a definition judges: the last day, the period
// that ends with it, and the classification scheme in which classes are asked.
type Point struct {
	Valid  calendar.Day
	Period calendar.Period
	Scheme string
}

// An Entry is what one subject adds to a figure, or why it adds nothing.
type Entry struct {
	Seat     string // the place at which it counts; "" for what has none
	Num, Den int64
	// Expected and Reported are 1 where a report is due and was made.
	Expected, Reported int64
	// Carried is 1 where the year before answers for a year without an answer.
	Carried int64
	Why     Reason         // why Num is 0 although the subject was looked at
	By      []*ledger.Fact // the facts that say so
}

// A Unit is what a figure counts.
type Unit string

// The units, as Vietnamese readers see them.
const (
	Coops       Unit = "HTX"
	Members     Unit = "thành viên"
	Workers     Unit = "người"
	Dong        Unit = "đồng"
	Share       Unit = "%"
	Products    Unit = "sản phẩm"
	Models      Unit = "mô hình"
	Classes     Unit = "lớp"
	Attendances Unit = "lượt"
	Fairs       Unit = "hội chợ"
	Conferences Unit = "hội nghị"
	Papers      Unit = "văn bản"
	Reports     Unit = "báo cáo"
)

// A Definition is the meaning of one indicator.
type Definition struct {
	Code    string
	Version int
	Name    string // in Vietnamese
	English string
	Unit    Unit
	// Ratio says that the value is Σ Num ÷ Σ Den; otherwise it is Σ Num.
	Ratio bool
	// Covered says that the figure rests on reports, so that it has a coverage
	// and is no data without any (DESIGN §6, ruling 10).
	Covered bool
	// Flow says that it counts within the period.
	Flow bool
	// Schemed says that the answer depends on the classification scheme.
	Schemed bool
	// Overall says that it is counted only for the ledger's own place as a whole:
	// what it counts has no seat that a part of it could claim. Asked of a part
	// it is no data, never 0.
	Overall bool
	// ToZero says that a plan which wants it "done" wants none left (xử lý dứt
	// điểm), where of other things it wants at least one.
	ToZero bool
	// Variants are the same question over other denominators, by the word that
	// a policy chooses: registered, operating, classified.
	Variants []Variant
	// Over is the kind of subject that it is counted over.
	Over register.SubjectKind

	judge   func(s *register.Subject, p *Point, emit func(Entry))
	compose func(d *Definition, r *register.Register, q Question) (*Figure, error) // made of other figures, or of a plan
	papers  func(f *Figure, p *plan.Plan, on calendar.Day)                         // of those made of a plan
}

// A Variant is a definition that differs only in its denominator.
type Variant struct{ Word, Code string }

// IsComposed reports whether the figure is made of others and judges nothing
// itself.
func (d *Definition) IsComposed() bool { return d.compose != nil }

// Judge emits what one subject of the kind Over adds to the figure at a point,
// or why it adds nothing. It is pure.
func (d *Definition) Judge(s *register.Subject, p *Point, emit func(Entry)) { d.judge(s, p, emit) }

// All lists the definitions in the order of the catalogue.
func All() []*Definition { return slices.Clone(catalogue) }

// Codes lists the codes of All.
func Codes() []string {
	codes := make([]string, len(catalogue))
	for i, d := range catalogue {
		codes[i] = d.Code
	}
	return codes
}

// Find gives the definition with a code. Where there is none the fault names
// the nearest code, if one is near, and how to list them.
func Find(code string) (*Definition, error) {
	for _, d := range catalogue {
		if d.Code == code {
			return d, nil
		}
	}
	near := fault.Text{}
	if best := nearestCode(code); best != "" {
		near = fault.Text{English: "; close to it: " + best, Vietnamese: "; gần giống: " + best}
	}
	return nil, ErrUnknown.With(code, near)
}

// nearestCode is the code that somebody may have meant: one that holds what was
// typed, or else the one with the fewest letters other, at most one in three;
// "" if there is none.
func nearestCode(code string) string {
	best, least := "", len(code)/3+1
	for _, d := range catalogue {
		n := spelling.Distance(code, d.Code)
		if len(code) >= 4 && strings.Contains(d.Code, code) {
			n = 0
		}
		if n < least {
			best, least = d.Code, n
		}
	}
	return best
}
