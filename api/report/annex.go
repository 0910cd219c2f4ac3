package report

import (
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/plan"
)

// The names of the appendices.
const (
	targetsLabel = "Phụ lục I"
	tasksLabel   = "Phụ lục II"
)

// annexes are those with any row.
func (d *Document) annexes() (list []Annex) {
	for _, a := range []Annex{d.targetsAnnex(), d.tasksAnnex()} {
		if len(a.Table.Rows) > 0 {
			list = append(list, a)
		}
	}
	return list
}

// targetsAnnex is the table of what is measured.
func (d *Document) targetsAnnex() Annex {
	a := Annex{
		Sheet: "Chỉ tiêu", Label: targetsLabel, Title: "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", With: d.otherUnits(),
		Unit: "Đơn vị tính: ghi ở cột (3)",
		Table: Table{Columns: []Column{
			{"TT", 11, Center}, {"Chỉ tiêu", 66, Left}, {"Đơn vị tính", 18, Center}, {"Kế hoạch", 26, Right}, {"Thực hiện", 19, Right},
			{"So với kế hoạch (%)", 20, Right}, {"Đánh giá", 25, Left}, {"Độ phủ báo cáo", 17, Center}, {"Ghi chú, nguồn", 45, Left},
		}},
		Notes: []string{
			Legend,
			"Cột (4): “khoảng” được hiểu với sai số ghi ở cột (9), là ± 5 % nếu không có văn bản chọn khác. Cột (6) chỉ tính khi kế hoạch nêu một mức và số liệu đủ để đánh giá.",
			"Cột (8): số HTX đã báo cáo trên số HTX phải báo cáo; “" + NotApplicable + "” là số đếm từ hồ sơ, không dựa trên báo cáo.",
		},
	}
	for _, l := range d.Targets.Targets {
		a.Table.Rows = append(a.Table.Rows, d.targetRow(l))
	}
	return a
}

func (d *Document) otherUnits() string {
	m := d.Masthead
	return "(Kèm theo Báo cáo số " + strings.TrimPrefix(m.Number, "Số: ") + " ngày …… tháng …… năm ……… của " + m.Agency + ")"
}

func (d *Document) targetRow(l assessment.Line) []Cell {
	unit := unitOf(l)
	return []Cell{
		textCell(l.Target.ID), textCell(l.Target.Text), textCell(unit), goalCell(l.Target.Goal()), doneCell(l), percentCell(l),
		verdictCell(l.Verdict, l.Late, missingOf(l)), textCell(coverageText(l)), textCell(d.notes(l)),
	}
}

// unitOf is the unit of a row's numbers: that of what was measured.
func unitOf(l assessment.Line) string {
	g := l.Target.Goal()
	if low, _, ok := vi.Bounds(g); ok && low.Unit != "" {
		return low.Unit
	}
	switch {
	case l.Judged != nil && l.Judged.Figure != nil && l.Target.Unit != "":
		return l.Target.Unit
	case g.Rule == plan.Done:
		return "việc phải làm"
	}
	return NotApplicable
}

// goalCell is the goal of a target as a number, or as words where a range or no
// number is asked.
func goalCell(g plan.Goal) Cell {
	low, high, ok := vi.Bounds(g)
	switch {
	case g.Rule == plan.Done:
		return textCell("hoàn thành")
	case !ok:
		return textCell(NotApplicable)
	case g.High != nil:
		return textCell(vi.Comparator(g.Rule) + low.Number() + " – " + high.Number())
	}
	c := numberCell(low, vi.Comparator(g.Rule))
	c.Text = c.Prefix + low.Number() // a goal of 0 is one
	return c
}

func doneCell(l assessment.Line) Cell {
	if l.Judged == nil {
		if l.Verdict.Code == plan.NotApplicable {
			return textCell(NotApplicable)
		}
		return textCell(NoData)
	}
	return measuredCell(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
}

func measuredCell(g plan.Goal, m plan.Measured, tolerance int64) Cell {
	q, ok := vi.Measure(g, m, tolerance)
	switch {
	case !ok:
		return textCell(NoData)
	case g.Rule == plan.Done:
		return textCell(vi.MeasuredText(g, m, tolerance))
	}
	return numberCell(q, "")
}

// percentCell is how much of a goal is reached, in percent, or why that is not said.
func percentCell(l assessment.Line) Cell {
	switch {
	case l.Verdict.Code == plan.NotApplicable:
		return textCell(NotApplicable)
	case l.Verdict.Code == plan.NoData || l.Judged == nil:
		return textCell(NoData)
	}
	q, ok := percent(l.Target.Goal(), l.Judged.Measured, l.Tolerance.Permyriad)
	if !ok {
		return textCell(NotApplicable)
	}
	return numberCell(q, "")
}

func verdictCell(v plan.Verdict, late bool, missing string) Cell {
	if v.Code == plan.NotApplicable {
		return textCell(NotApplicable)
	}
	said := v.Code.Word()
	if late {
		said += " (muộn)"
	}
	return Cell{Text: joinParts("; ", said, missing), Bold: true}
}

func coverageText(l assessment.Line) string {
	if l.Judged == nil || l.Judged.Figure == nil || !l.Judged.Figure.Definition.Covered {
		return NotApplicable
	}
	return vi.Integer(l.Judged.Figure.Reported) + "/" + vi.Integer(l.Judged.Figure.Expected)
}

// notes are the remarks on a row without a column of their own: the measure, other
// counts, things named by the paper and seen by nobody, and the source.
func (d *Document) notes(l assessment.Line) string {
	list := []string{toleranceOf(l)}
	if l.Verdict.Code == plan.NotApplicable {
		list = append(list, l.Verdict.Vi)
	}
	if l.Judged != nil && l.Judged.Figure != nil {
		list = append(list, vi.CarriedOver(l.Judged.Figure), vi.LatePapers(l.Judged.Figure))
	}
	for _, r := range l.Beside {
		list = append(list, r.Figure.Definition.Name+": "+vi.Figure(r.Figure))
	}
	if n := unseenNames(l.Named); n != "" {
		list = append(list, "chưa thấy: "+n)
	}
	if n := len(l.Delivery); n > 0 && (l.Judged == nil || l.Judged.Figure == nil) {
		list = append(list, vi.Integer(n)+" văn bản đã nhận")
	}
	return joinParts("; ", append(list, sourceOf(d.Targets, l))...)
}

func unseenNames(named []assessment.Named) string {
	var list []string
	for _, n := range named {
		if len(n.By) == 0 {
			list = append(list, n.Name)
		}
	}
	return strings.Join(list, ", ")
}

// tasksAnnex is the appendix of the plan with the results.
func (d *Document) tasksAnnex() Annex {
	a := Annex{
		Sheet: "Nhiệm vụ", Label: tasksLabel, Title: "KẾT QUẢ THỰC HIỆN NHIỆM VỤ ĐƯỢC PHÂN CÔNG", With: d.otherUnits(),
		Unit: "Đơn vị tính: ghi trong từng kết quả",
		Table: Table{Columns: []Column{
			{"TT", 11, Center}, {"Nội dung nhiệm vụ", 56, Left}, {"Cơ quan chủ trì", 28, Left}, {"Cơ quan phối hợp", 30, Left},
			{"Kết quả dự kiến", 34, Left}, {"Thời gian hoàn thành", 20, Center}, {"Kết quả thực hiện", 46, Left}, {"Đánh giá", 22, Left},
		}},
		Notes: []string{Legend},
	}
	for _, l := range d.Targets.Tasks {
		a.Table.Rows = append(a.Table.Rows, taskRow(l))
	}
	return a
}

// taskRow is a task as a row of its appendix.
func taskRow(l assessment.TaskLine) []Cell {
	var want, have []string
	for _, r := range l.Results {
		want = append(want, "- "+r.Result.Text)
		have = append(have, "- "+cutText(r.Result.Text, 60)+": "+resultWords(r))
	}
	return []Cell{
		textCell(l.Task.ID), textCell(l.Task.Text), textCell(agencies(l.Task.Leads)), textCell(agencies(l.Task.With)),
		textCell(strings.Join(want, "\n")), textCell(dueWords(l.Task.Due)), textCell(strings.Join(have, "\n")),
		verdictCell(l.Verdict, l.Late, vi.MissingToGoal(l.Verdict, "")),
	}
}

func agencies(list []string) string {
	if len(list) == 0 {
		return None
	}
	return strings.Join(list, "; ")
}

func dueWords(due plan.Due) string {
	if due.IsZero() {
		return NotApplicable
	}
	return vi.Due(due)
}

// resultWords is the outcome of an expected result: a number, or the papers handed in.
func resultWords(r assessment.ResultLine) string {
	switch {
	case r.Judged != nil:
		said := resultFigure(r).Text
		if said != NoData && said != None && r.Judged.Figure != nil {
			said = joinParts(" ", said, string(r.Judged.Figure.Definition.Unit))
		}
		return joinParts("; ", said, missingResult(r))
	case r.Verdict.Code == plan.NotApplicable:
		return NotApplicable
	case len(r.Deliveries) == 0:
		return None
	}
	return countPapers(r.Deliveries)
}

func resultFigure(r assessment.ResultLine) Cell {
	unit := ""
	if r.Judged.Figure != nil {
		unit = string(r.Judged.Figure.Definition.Unit)
	}
	return measuredCell(r.Result.Goal(unit), r.Judged.Measured, 0)
}

// countPapers says how many papers came in, from whom and when.
func countPapers(list []assessment.Delivery) string {
	var who []string
	for _, x := range list {
		said := x.Unit + " " + vi.StatedDay(x.Fact.Valid)
		if x.Late {
			said += ", muộn"
		}
		who = append(who, said)
	}
	return vi.Integer(len(list)) + " văn bản (" + strings.Join(who, "; ") + ")"
}
