package training

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Programmes that sessions are counted under.
const (
	Plan            = "plan"              // the province's plan of the year
	RawMaterialZone = "raw-material-zone" // vùng nguyên liệu đạt chuẩn
	Director        = "director"          // đào tạo nghề giám đốc HTX
	Other           = "other"
)

// Programmes are the programmes that a session may belong to.
var Programmes = ledger.Words{
	{Plan, "theo kế hoạch của tỉnh"}, {RawMaterialZone, "vùng nguyên liệu đạt chuẩn"},
	{Director, "đào tạo nghề giám đốc HTX"}, {Other, "chương trình khác"},
}

// Held is training.held/1: one session (lớp), dated its last day.
type Held struct {
	Title       string `json:"title" text:"name" names:"self" vi:"Tên lớp"`
	Programme   string `json:"programme" text:"key" vi:"Chương trình"`
	Place       string `json:"place,omitempty" text:"key" names:"site" vi:"Mã địa bàn"`
	Organiser   string `json:"organiser,omitempty" text:"name" vi:"Đơn vị tổ chức"` // an office, never a person
	Attendances int64  `json:"attendances" most:"100000" vi:"Số lượt người" unit:"lượt người"`
	Women       *int64 `json:"women,omitempty" most:"100000" vi:"Số nữ" unit:"người"`         // of the attendances
	Days        *int64 `json:"days,omitempty" least:"1" most:"1000" vi:"Số ngày" unit:"ngày"` // how long it took, at least 1
}

// EventKind is training.held/1.
func (Held) EventKind() ledger.Kind { return "training.held/1" }

// Specs are the kinds of this family.
func Specs() []ledger.Spec {
	return []ledger.Spec{
		ledger.Specify(ledger.Row[Held]{
			Name: fault.Text{English: "held", Vietnamese: "lớp tập huấn"}, Sentence: "lớp “{title}” ({programme})[ tại {place}], {attendances} lượt học viên[, trong đó {women} nữ]",
			Single: true, Separate: true, Words: map[string]ledger.Words{"programme": Programmes},
			Form: &ledger.Form{
				Name: "training", Title: "Lớp tập huấn, đào tạo", Day: []string{"Ngày kết thúc", "ngày bế giảng"},
				Stream: ledger.FormColumn{Name: "class", Heading: "Mã lớp"}, Prefix: "lop-", Distinct: []string{"title", "programme", "place"},
				Headings: map[string][]string{
					"title": {"nội dung", "tên lớp tập huấn"}, "place": {"địa bàn"}, "organiser": {"cơ quan tổ chức"},
					"attendances": {"số học viên", "lượt người tham dự"}, "women": {"trong đó nữ", "nữ"},
				},
				Typed: map[string][]string{
					Plan: {"kế hoạch", "theo kế hoạch"}, RawMaterialZone: {"vùng nguyên liệu", "vùng nguyên liệu đạt chuẩn"},
					Director: {"giám đốc HTX", "nghề giám đốc HTX"}, Other: {"khác"},
				},
			},
			Same: func(e *Held, day calendar.Day) ledger.Sameness {
				return ledger.Anywhere(ledger.Caseless(e.Title), e.Programme, e.Place, day)
			},
		}),
	}
}

// Check wants a title, a programme and counts that can be.
func (e Held) Check() error {
	if err := cmp.Or(
		ledger.Require("/title", e.Title),
		Programmes.Check("/programme", e.Programme),
		ledger.NotNegative("/attendances", e.Attendances),
		ledger.OptionalNotNegative("/women", e.Women),
	); err != nil {
		return err
	}
	switch {
	case e.Women != nil && *e.Women > e.Attendances:
		return errWomen.With(*e.Women, e.Attendances).At("/women")
	case e.Days != nil && *e.Days < 1:
		return errDays.With(*e.Days).At("/days")
	case e.Place != "":
		return ledger.RequireKey("/place", e.Place)
	}
	return nil
}
