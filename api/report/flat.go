package report

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// flatColumns are the properties of a row: a target, or one result of a task.
var flatColumns = []shown.Column{
	{Code: "id", Name: "Mã"}, {Code: "kind", Name: "Loại"}, {Code: "text", Name: "Nội dung"}, {Code: "result", Name: "Kết quả dự kiến"},
	{Code: "leads", Name: "Chủ trì"}, {Code: "with", Name: "Phối hợp"}, {Code: "rule", Name: "Quy tắc"},
	{Code: "low", Name: "Kế hoạch, mức thấp"}, {Code: "high", Name: "Kế hoạch, mức cao"}, {Code: "unit", Name: "Đơn vị"},
	{Code: "value", Name: "Thực hiện"}, {Code: "numerator", Name: "Tử số"}, {Code: "denominator", Name: "Mẫu số"},
	{Code: "percent", Name: "So với kế hoạch (%)"}, {Code: "verdict", Name: "Đánh giá"}, {Code: "late", Name: "Muộn"},
	{Code: "missing", Name: "Còn thiếu"}, {Code: "expected", Name: "Phải báo cáo"}, {Code: "reported", Name: "Đã báo cáo"},
	{Code: "carried", Name: "Lấy theo năm trước"}, {Code: "papers", Name: "Văn bản đã nhận"}, {Code: "due", Name: "Hạn"},
	{Code: "tolerance", Name: "Sai số"}, {Code: "coverage", Name: "Ngưỡng độ phủ"},
	{Code: "indicator", Name: "Mã chỉ tiêu"}, {Code: "version", Name: "Phiên bản"}, {Code: "cited", Name: "Mục trong kế hoạch"},
}

// guardedCell is free text, guarded so that no spreadsheet takes the text for a formula.
func guardedCell(s string) shown.Cell { return shown.NamedCode(shown.GuardText(s), s) }

// A flatRow is the common part of a target and a result.
type flatRow struct {
	id, kind, text, result, cited string
	leads, with                   []string
	goal                          plan.Goal
	judged                        *assessment.Reading
	verdict                       plan.Verdict
	late                          bool
	papers                        int
	due                           plan.Due
	tolerance, coverage           *int64
}

// flatTable is a row for each target and for each result of a task. Numbers are in
// the unit of the plan: đồng, things, hundredths.
func flatTable(t *answers.Targets) *shown.Table {
	out := shown.NewTable("Dữ liệu", "Kết quả thực hiện "+planName(t.Plan), flatColumns...).At(t.Point)
	for _, l := range t.Targets {
		x := l.Target
		out.Add(flatRow{
			id: x.ID, kind: "target", text: x.Text, cited: x.Cited, leads: x.Owners, goal: x.Goal(), judged: l.Judged, verdict: l.Verdict,
			late: l.Late, papers: len(l.Delivery), due: x.Due, tolerance: &l.Tolerance.Permyriad, coverage: &l.Coverage.Permyriad,
		}.cells()...)
	}
	for _, l := range t.Tasks {
		for _, r := range l.Results {
			unit := ""
			if r.Judged != nil && r.Judged.Figure != nil {
				unit = string(r.Judged.Figure.Definition.Unit)
			}
			out.Add(flatRow{
				id: l.Task.ID, kind: "task", text: l.Task.Text, result: r.Result.Text, cited: l.Task.Cited, leads: l.Task.Leads, with: l.Task.With,
				goal: r.Result.Goal(unit), judged: r.Judged, verdict: r.Verdict, late: r.Late, papers: len(r.Deliveries), due: l.Task.Due,
			}.cells()...)
		}
	}
	return out
}

var kindWords = map[string]string{"target": "chỉ tiêu", "task": "nhiệm vụ"}

func (r flatRow) cells() []shown.Cell {
	cells := []shown.Cell{
		guardedCell(r.id), shown.NamedCode(r.kind, kindWords[r.kind]), guardedCell(r.text), guardedCell(r.result),
		guardedCell(strings.Join(r.leads, "; ")), guardedCell(strings.Join(r.with, "; ")), shown.WordsCell(string(r.goal.Rule)),
		shown.OptionalCell(r.goal.Low), shown.OptionalCell(r.goal.High), guardedCell(r.goal.Unit),
	}
	cells = append(cells, r.figure()...)
	return append(cells, shown.WholeCell(r.papers), guardedCell(r.due.Vi()), shareCell(r.tolerance), shareCell(r.coverage),
		shown.WordsCell(r.indicator()), r.version(), guardedCell(r.cited))
}

// figure are the cells of the measure and its verdict.
func (r flatRow) figure() []shown.Cell {
	none := shown.Cell{Kind: shown.NoData}
	value, num, den, part := none, none, none, shown.Cell{}
	expected, reported, carried := shown.Cell{}, shown.Cell{}, shown.Cell{}
	if r.judged == nil && r.verdict.Code != plan.NoData {
		value, num, den = shown.Cell{}, shown.Cell{}, shown.Cell{}
	}
	if r.judged != nil {
		m := r.judged.Measured
		if v := r.goal.Value(m); v != nil {
			value, num, den = shown.ExactCell(v), shown.WholeCell(m.Num), shown.WholeCell(m.Den)
		}
		part = r.percent(m)
		if f := r.judged.Figure; f != nil && f.Definition.Covered {
			expected, reported, carried = shown.WholeCell(f.Expected), shown.WholeCell(f.Reported), shown.WholeCell(f.Carried)
		}
	}
	return []shown.Cell{
		value, num, den, part, shown.NamedCode(string(r.verdict.Code), r.verdict.Code.Word()), shown.FlagCell(r.late),
		shown.WholeCell(r.verdict.Missing), expected, reported, carried,
	}
}

func (r flatRow) percent(m plan.Measured) shown.Cell {
	if r.verdict.Code == plan.NoData || r.verdict.Code == plan.NotApplicable {
		return shown.Cell{}
	}
	q, ok := percent(r.goal, m, 0)
	if !ok {
		return shown.Cell{}
	}
	return shown.ExactCell(q.Value)
}

func (r flatRow) definition() *indicator.Definition {
	if r.judged == nil || r.judged.Figure == nil {
		return nil
	}
	return r.judged.Figure.Definition
}

func (r flatRow) indicator() string {
	if d := r.definition(); d != nil {
		return d.Code
	}
	return ""
}

func (r flatRow) version() shown.Cell {
	if d := r.definition(); d != nil {
		return shown.WholeCell(d.Version)
	}
	return shown.Cell{}
}

// shareCell is hundredths of a percent as a part of one; nil is blank.
func shareCell(permyriad *int64) shown.Cell {
	if permyriad == nil {
		return shown.Cell{}
	}
	v := big.NewRat(*permyriad, 10_000)
	return shown.Cell{Kind: shown.Percent, Program: v.RatString(), Value: v}
}

// sources are the sources of the numbers, for a recount.
func (d *Document) sources() []Source {
	p, h := d.Point, d.Targets.Plan.Head()
	list := []Source{
		{"Kế hoạch", h.Number + " (" + d.Targets.Plan.Key + ")"}, {"Tên kế hoạch", h.Title},
		{"Bản ghi ban hành kế hoạch", "@" + positionText(d.Targets.Plan.Adoption.By.Position)},
		{"Số liệu tại ngày", vi.Day(p.Valid)}, {"Đánh giá tại ngày", vi.Day(d.Targets.JudgedOn)},
		{"Theo hồ sơ ghi nhận đến", vi.KnownUntil(p)}, {"Cỡ sổ", positionText(p.Size)}, {"Bản ghi cuối vào sổ lúc", vi.Instant(p.LastRecorded)},
		{"Địa bàn", vi.Area(p) + " (" + p.PlaceCode + ")"}, {"Bản đồ ngày", vi.Day(p.Map)},
		{"Kỳ", vi.Period(p.Period)}, {"Thang xếp loại", vi.Scheme(p.Scheme)}, {"Sổ cái", d.Ledger.Origin}, {"Gốc Merkle của các bản ghi đó", d.Ledger.Root},
	}
	if s := d.Stated; s != nil {
		list = append(list, Source{"Báo cáo xác nhận", s.Key + " (“" + s.Title + "”, @" + strconv.FormatInt(s.Position, 10) + "): " + fateOfStatement(s)})
	}
	if c := p.Checkpoint; c != nil {
		list = append(list, Source{"Điểm kiểm tra đã ký", fmt.Sprintf("cỡ sổ %d, gốc %s", c.Size, c.Root)})
	}
	if d.Synthetic != "" {
		list = append(list, Source{"Số liệu mô phỏng", d.Synthetic})
	}
	list = append(list, Source{"Lập lại", d.Code.Text})
	for _, def := range definitionsOf(d.Targets) {
		list = append(list, Source{def.Code + ", phiên bản " + strconv.Itoa(def.Version), def.Name + " (" + string(def.Unit) + ")"})
	}
	for _, f := range d.Targets.Findings {
		list = append(list, Source{"Điểm cần làm rõ " + f.ID + " (" + strings.Join(f.About, ", ") + ")", f.Vi})
	}
	return list
}

func positionText[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// definitionsOf lists the definitions that counted the rows, in order of code.
func definitionsOf(t *answers.Targets) []*indicator.Definition {
	var list []*indicator.Definition
	add := func(r *assessment.Reading) {
		if r != nil && r.Figure != nil && !slices.Contains(list, r.Figure.Definition) {
			list = append(list, r.Figure.Definition)
		}
	}
	for _, l := range t.Targets {
		add(l.Judged)
		for i := range l.Beside {
			add(&l.Beside[i])
		}
	}
	for _, l := range t.Tasks {
		for _, r := range l.Results {
			add(r.Judged)
		}
	}
	slices.SortFunc(list, func(a, b *indicator.Definition) int { return strings.Compare(a.Code, b.Code) })
	return list
}
