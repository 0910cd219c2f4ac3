package report

import (
	"fmt"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/plan"
)

// The order in which verdicts are counted up.
var verdicts = []plan.Code{plan.Exceeded, plan.Met, plan.Within, plan.Near, plan.Missed, plan.NoData, plan.NotApplicable}

// body is the text of a report: the targets reached, the targets missed, and the sources of the
// numbers come from.
func (d *Document) body() []Block {
	t := d.Targets
	var b []Block
	say := func(style Style, text string) {
		if text != "" {
			b = append(b, Block{style, text})
		}
	}
	say(Mark, d.Synthetic)
	say(Mark, endSentence(vi.NotJudged(t)))
	say(Text, "Thực hiện "+planName(t.Plan)+" (“"+t.Plan.Head().Title+"”), "+d.who+"kết quả như sau:")
	say(Heading, "I. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU")
	say(Text, d.countVerdicts("chỉ tiêu", targetCodes(t.Targets), targetsLabel))
	b = append(b, d.targetLists()...)
	say(Heading, "II. KẾT QUẢ THỰC HIỆN CÁC NHIỆM VỤ")
	say(Text, d.countVerdicts("nhiệm vụ", taskCodes(t.Tasks), tasksLabel))
	b = append(b, taskLists(t.Tasks)...)
	say(Heading, "III. CĂN CỨ CỦA SỐ LIỆU")
	for _, line := range d.grounds() {
		say(Item, line)
	}
	return b
}

func endSentence(s string) string {
	if s == "" {
		return ""
	}
	return s + "."
}

func targetCodes(lines []assessment.Line) (codes []plan.Code) {
	for _, l := range lines {
		codes = append(codes, l.Verdict.Code)
	}
	return codes
}

func taskCodes(lines []assessment.TaskLine) (codes []plan.Code) {
	for _, l := range lines {
		codes = append(codes, l.Verdict.Code)
	}
	return codes
}

// countVerdicts says how many have each verdict: Kế hoạch có 25 chỉ tiêu; tại ngày
// 31/12/2023: 12 đạt, 3 trong khoảng.
func (d *Document) countVerdicts(what string, codes []plan.Code, annex string) string {
	n := map[plan.Code]int{}
	for _, c := range codes {
		n[c]++
	}
	var parts []string
	for _, c := range verdicts {
		if n[c] > 0 {
			parts = append(parts, vi.Integer(n[c])+" "+strings.ToLower(c.Word()))
		}
	}
	if len(parts) == 0 {
		return "Kế hoạch không có " + what + " nào."
	}
	return fmt.Sprintf("Kế hoạch có %s %s; đánh giá tại ngày %s: %s. Chi tiết tại %s.",
		vi.Integer(len(codes)), what, vi.Day(d.Targets.JudgedOn), strings.Join(parts, ", "), annex)
}

// briefText is how much of a row of the plan is quoted in the text; the
// appendices have all of it.
const briefText = 110

// targetLists are the targets that need words: the missed, and those
// without a verdict.
func (d *Document) targetLists() (b []Block) {
	var missed, unknown []Block
	for _, l := range d.Targets.Targets {
		head := l.Target.ID + ". " + cutText(l.Target.Text, briefText)
		switch l.Verdict.Code {
		case plan.Near, plan.Missed:
			missed = append(missed, Block{Item, "- " + head + ": " + joinParts("; ", doneWords(l), missingOf(l)) + "."})
		case plan.NoData:
			unknown = append(unknown, Block{Item, "- " + head + ": " + joinParts("; ", lackingReports(l), soFar(l)) + "."})
		}
	}
	return append(titledList("Chưa đạt hoặc gần đạt:", missed), titledList("Chưa đủ số liệu để kết luận:", unknown)...)
}

func titledList(title string, items []Block) []Block {
	if len(items) == 0 {
		return nil
	}
	return append([]Block{{Text, title}}, items...)
}

// taskLists are the tasks that need words, with the results that are missing.
func taskLists(tasks []assessment.TaskLine) []Block {
	var missed []Block
	for _, l := range tasks {
		if l.Verdict.Code != plan.Near && l.Verdict.Code != plan.Missed {
			continue
		}
		var short []string
		for _, r := range l.Results {
			// Only what is missing is named: a task is judged by its worst result.
			if !r.Verdict.Code.Positive() && r.Verdict.Code != plan.NotApplicable {
				short = append(short, joinParts(" ", r.Result.Text, inBrackets(missingResult(r))))
			}
		}
		missed = append(missed, Block{Item, "- " + l.Task.ID + ". " + cutText(l.Task.Text, briefText) + ": chưa có đủ: " + strings.Join(short, "; ") + "."})
	}
	return titledList("Chưa đạt hoặc gần đạt:", missed)
}

// inBrackets puts a text in brackets; "" stays "".
func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// joinParts joins the parts that are not empty.
func joinParts(by string, parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.Join(some, by)
}

// doneWords is the measured number, with its unit.
func doneWords(l assessment.Line) string {
	if l.Judged == nil {
		return NoData
	}
	return vi.MeasuredText(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
}

// soFar is the word for a number that too few reported for.
func soFar(l assessment.Line) string {
	if said := doneWords(l); said != NoData {
		return "số tạm tính " + said
	}
	return ""
}

func missingOf(l assessment.Line) string { return vi.MissingToTarget(l.Verdict, l.Target) }

func missingResult(r assessment.ResultLine) string {
	unit := ""
	if r.Judged != nil && r.Judged.Figure != nil {
		unit = string(r.Judged.Figure.Definition.Unit)
	}
	return vi.MissingToGoal(r.Verdict, unit)
}

// lackingReports says how many reported of those that must for a verdict.
func lackingReports(l assessment.Line) string {
	if l.Judged == nil || l.Judged.Figure == nil || !l.Judged.Figure.Definition.Covered {
		return "chưa có số liệu"
	}
	return "mới có " + vi.Coverage(l.Judged.Figure) + ", ngưỡng " + vi.Share(l.Coverage.Permyriad)
}

// grounds say where the numbers hold and how they can be counted again.
func (d *Document) grounds() []string {
	p := d.Point
	list := []string{
		"- " + d.AsOf + ".",
		"- Địa bàn: " + vi.Area(p) + ". Kỳ: " + vi.Period(p.Period) + ".",
		"- Sổ cái: " + d.Ledger.Origin + ", " + vi.Integer(p.Size) + " bản ghi đầu, gốc Merkle " + d.Ledger.Root + ".",
	}
	if s := d.Stated; s != nil {
		said := "- Theo báo cáo xác nhận " + s.Key + " (“" + s.Title + "”, bản ghi @" + strconv.FormatInt(s.Position, 10) + "): tính lại " + fateOfStatement(s) + "."
		list = append(list, said)
	}
	if n := len(d.Targets.Findings); n > 0 {
		list = append(list, "- Bản thân kế hoạch có "+vi.Integer(n)+" điểm chưa khớp hoặc cần làm rõ; số liệu trên được đánh giá đúng như văn bản in.")
	}
	return append(list, "- "+Legend)
}

// fateOfStatement is the fate of the statement whose point is reported.
func fateOfStatement(s *Stated) string {
	said := s.Verdict.Vi()
	if s.Withdrawn {
		said += "; đã thu hồi"
	}
	return said
}
