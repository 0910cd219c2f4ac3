package vi

import (
	"math/big"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// Synthetic is the sentence that every page and table with made-up records
// carries.
const Synthetic = "Có số liệu mô phỏng: một phần bản ghi do chương trình tạo ra để minh họa, không phải số liệu thật."

// Day is dd/mm/yyyy, or "".
func Day(d calendar.Day) string { return d.Vi() }

// Instant is dd/mm/yyyy hh:mm:ss in Việt Nam, or "".
func Instant(i calendar.Instant) string { return i.Vi() }

// AsOf is the sentence that names an answer's point: the valid day, what was
// known, and the size of the prefix that it was counted from.
func AsOf(p *answers.Point) string {
	return "Số liệu tại ngày " + Day(p.Valid) + ", theo hồ sơ ghi nhận đến " + KnownUntil(p) +
		" (cỡ sổ " + Integer(p.Size) + ")"
}

// KnownUntil says until when the records of a point were taken: "hiện tại" for now.
func KnownUntil(p *answers.Point) string {
	typed := p.Known.String()
	if typed == "" {
		return "hiện tại"
	}
	if d, err := calendar.ParseTyped(typed); err == nil {
		return Day(d)
	}
	if i, err := calendar.ParseInstant(typed); err == nil {
		return Instant(i)
	}
	return Instant(p.LastRecorded) // a size: when its last record was taken
}

// JudgedOn says on which day a plan was judged, where not on the day
// asked; otherwise "".
func JudgedOn(t *answers.Targets) string {
	if t.JudgedOn == t.Day {
		return ""
	}
	return "Đánh giá tại ngày " + Day(t.JudgedOn) + " (hết năm kế hoạch)"
}

// NotJudged says why nothing of a plan is judged, or "".
func NotJudged(t *answers.Targets) string {
	if !t.Elsewhere {
		return ""
	}
	return "Không đánh giá: kế hoạch này là của " + t.PlanPlace + ", không phải của " + t.Judged.PlaceName +
		"; dưới đây chỉ là số liệu của địa bàn được hỏi"
}

// LatePapers says how many of the papers a figure counts came after the
// deadline: 3 báo cáo nộp muộn. It is "" for none.
func LatePapers(f *indicator.Figure) string {
	for _, p := range f.Parts {
		if p.Name == indicator.LatePart && p.Num > 0 {
			return Integer(p.Num) + " " + string(f.Definition.Unit) + " nộp muộn"
		}
	}
	return ""
}

// Area names the place of a point, on its map.
func Area(p *answers.Point) string {
	if p.Map == p.Valid || p.Map.IsZero() {
		return p.PlaceName
	}
	return p.PlaceName + " (theo bản đồ ngày " + Day(p.Map) + ")"
}

// Period is the span that flows are counted in.
func Period(p calendar.Period) string { return "từ " + Day(p.First) + " đến " + Day(p.Last) }

var symbols = map[plan.Code]string{
	plan.Met: "●", plan.Within: "▬", plan.Exceeded: "▲", plan.Near: "◐", plan.Missed: "▽",
	plan.NoData: "?", plan.NotApplicable: "–",
}

// Symbol is the shape of a verdict, which tells it without colour.
func Symbol(c plan.Code) string { return symbols[c] }

// Verdict is the shape and the word: ◐ Gần đạt.
func Verdict(c plan.Code) string { return Symbol(c) + " " + c.Word() }

// MissingToGoal is the amount missing to a goal: còn thiếu 2 HTX, còn thiếu 12,5 triệu
// đồng; "" where nothing is.
func MissingToGoal(v plan.Verdict, unit string) string {
	if v.Missing != 0 && unit == string(indicator.Dong) {
		return "còn thiếu " + Money(new(big.Rat).SetInt64(v.Missing))
	}
	return v.Vi
}

// MissingToTarget is Missing for a target as it stands in a plan. One that asks for
// several things to be done is short of things.
func MissingToTarget(v plan.Verdict, t plan.TargetRow) string {
	words := MissingToGoal(v, t.Unit)
	if words != "" && len(t.Also) > 0 && t.Rule == plan.Done {
		return words + " việc"
	}
	return words
}

// Coverage says how many reported of those that should have: 195/211 HTX đã
// báo cáo. It is "" for a figure that rests on no reports.
func Coverage(f *indicator.Figure) string {
	if !f.Definition.Covered {
		return ""
	}
	return Integer(f.Reported) + "/" + Integer(f.Expected) + " HTX đã báo cáo"
}

// CarriedOver says how many are answered for by the year before, or "".
func CarriedOver(f *indicator.Figure) string {
	if f.Carried == 0 {
		return ""
	}
	return "trong đó " + Integer(f.Carried) + " HTX lấy theo năm trước"
}

// Goal is the goal of a target: khoảng 218 HTX, 14 đến 17 HTX, tối thiểu 3.
func Goal(g plan.Goal) string {
	if g.Rule == plan.Done {
		return "hoàn thành"
	}
	if g.Low == nil {
		return ""
	}
	low := amount(*g.Low, g.Unit)
	if g.High != nil {
		low = Integer(*g.Low) + " đến " + amount(*g.High, g.Unit)
	}
	return Comparator(g.Rule) + low
}

// Comparator is the word before the number of a goal, with a space behind it:
// "khoảng "; "" where the number stands alone.
func Comparator(r plan.Rule) string {
	switch r {
	case plan.AtLeast, plan.AtLeastFromTo:
		return "ít nhất "
	case plan.About:
		return "khoảng "
	case plan.Strive:
		return "phấn đấu "
	}
	return ""
}

// Due is a deadline as the paper prints it, or NoData where it names none.
func Due(d plan.Due) string {
	if d.IsZero() {
		return NoData
	}
	return d.Vi()
}

// Tolerance is a share in hundredths of a percent: 500 is ± 5 %.
func Tolerance(permyriad int64) string { return "± " + Share(permyriad) }

// Share is hundredths of a percent: 9000 is 90 %, 250 is 2,5 %.
func Share(permyriad int64) string {
	return trimZeros(Decimal(big.NewRat(permyriad, 100), 2), 0) + " %"
}

var statuses = map[string]string{
	directory.Registered: "đang đăng ký", directory.Operating: "đang hoạt động", directory.Suspended: "tạm ngừng",
	directory.Inactive: "ngừng hoạt động", directory.Dissolving: "chờ giải thể", directory.Ended: "đã chấm dứt",
	directory.Any: "tất cả", "": "chưa thành lập",
}

// Status is a status of directory.Statuses in words.
func Status(s string) string { return statuses[s] }

// Form is the form of an organisation in words.
func Form(form string) string { return coop.Forms.Of(form) }

var parts = map[string]string{
	"opening": "đầu kỳ", "established": "thành lập mới", "ended": "chấm dứt", "rescoped": "chuyển phạm vi", "closing": "cuối kỳ",
	"on-time": "đúng hạn", "late": "nộp muộn", "missing": "còn thiếu", "pending": "chưa đến hạn",
}

// Part is the name of a term of a figure made of others; a name that it
// is unknown comes back unchanged.
func Part(name string) string {
	if word, ok := parts[name]; ok {
		return word
	}
	return name
}

var reasons = map[string]string{
	"typo": "ghi nhầm", "late": "báo cáo muộn", "source-changed": "hồ sơ gốc thay đổi", "duplicate": "trùng", "other": "khác",
}

// Reason is why a correction was made, in words.
func Reason(code string) string { return reasons[code] }

var roles = map[string]string{
	"officer": "cán bộ địa bàn", "alliance": "liên minh HTX", "auditor": "kiểm tra", "analyst": "phân tích",
	"admin": "quản trị", "system": "hệ thống",
}

// Role is a role of ledger.Roles in words.
func Role(role string) string { return roles[role] }

// Source is the paper a record stands on, in one line; "" for none.
func Source(s *ledger.Source) string {
	if s == nil {
		return ""
	}
	line := s.Document
	for _, part := range []struct{ before, text string }{
		{" ", StatedDay(s.Issued)}, {" của ", s.Issuer}, {", trang tính ", s.Sheet}, {", dòng ", row(s.Row)},
	} {
		if part.text != "" {
			line += part.before + part.text
		}
	}
	return strings.TrimLeft(line, " ,")
}

// StatedDay is a day with the word for its precision: ngày 05/12/2023, tháng
// 12/2023, năm 2023; "" for none.
func StatedDay(s calendar.Stated) string {
	if s.IsZero() {
		return ""
	}
	return [...]string{calendar.ToTheDay: "ngày ", calendar.ToTheMonth: "tháng ", calendar.ToTheYear: "năm "}[s.Precision] + s.Vi()
}

func row(n int64) string {
	if n == 0 {
		return ""
	}
	return Integer(n)
}
