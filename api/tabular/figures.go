package tabular

import (
	"math/big"

	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/assessment"
	"htxledger/domain/indicator"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// The columns of a figure: its value, exact for programs and in its own unit for
// people, and what it was counted from.
var figureColumns = []Column{
	{Code: "value", Name: "Giá trị"}, {Code: "numerator", Name: "Tử số"}, {Code: "denominator", Name: "Mẫu số"},
	{Code: "no_data", Name: "Chưa có số liệu", For: Programs}, {Code: "expected", Name: "Phải báo cáo"},
	{Code: "reported", Name: "Đã báo cáo"}, {Code: "carried", Name: "Lấy theo năm trước"},
	{Code: "decimal", Name: "Số thập phân", For: Programs},
}

// withFigure are columns that end with those of a figure.
func withFigure(first ...Column) []Column { return append(first, figureColumns...) }

// figure is a figure as cells.
func figure(f *indicator.Figure) []Cell {
	num, den, ok := f.Value()
	var v *big.Rat
	if ok {
		v = big.NewRat(num, den)
	}
	return figureOf(f, v, kindOf(f.Definition.Unit))
}

// figureOf is figure with a value in another unit, as a plan counts it.
func figureOf(f *indicator.Figure, v *big.Rat, k Kind) []Cell {
	cells := []Cell{
		exactly(k, v, NoData), Whole(f.Num), Whole(f.Den), Flag(f.NoData),
		Whole(f.Expected), Whole(f.Reported), Whole(f.Carried), decimal(v),
	}
	if !f.Definition.Covered {
		for _, i := range []int{4, 5, 6} {
			cells[i].Kind = Blank
		}
	}
	return cells
}

func decimal(v *big.Rat) Cell {
	if v == nil {
		return Cell{}
	}
	return Cell{Kind: Number, Program: Decimal(v), Value: v}
}

func kindOf(u indicator.Unit) Kind {
	switch u {
	case indicator.Share:
		return Percent
	case indicator.Dong:
		return Dong
	}
	return Number
}

// Indicators is one row a figure.
func Indicators(f *answers.Figures) *Table {
	t := New("Chỉ tiêu", "Các chỉ tiêu", withFigure(
		Column{Code: "code", Name: "Mã"}, Column{Code: "version", Name: "Phiên bản"},
		Column{Code: "name", Name: "Chỉ tiêu"}, Column{Code: "unit", Name: "Đơn vị"})...).At(f.Point)
	for _, x := range f.Figures {
		d := x.Definition
		t.Add(append([]Cell{Words(d.Code), Whole(d.Version), Words(d.Name), Words(string(d.Unit))}, figure(x)...)...)
	}
	return t
}

// Targets is one row for each target of a plan and for each result of a task.
// Value and decimal are in the unit of low and high: of a share, hundredths.
func Targets(x *answers.Targets) *Table {
	t := New("Kết quả", "Kết quả thực hiện "+x.Plan.Head().Number, withFigure(
		Column{Code: "id", Name: "Mã"}, Column{Code: "text", Name: "Nội dung"}, Column{Code: "rule", Name: "Cách đánh giá"},
		Column{Code: "low", Name: "Kế hoạch (từ)"}, Column{Code: "high", Name: "Kế hoạch (đến)"}, Column{Code: "unit", Name: "Đơn vị"},
		Column{Code: "due", Name: "Hạn"}, Column{Code: "verdict", Name: "Đánh giá"}, Column{Code: "late", Name: "Muộn"},
		Column{Code: "missing", Name: "Còn thiếu"}, Column{Code: "judged_on", Name: "Đánh giá tại ngày"}, Column{Code: "indicator", Name: "Chỉ tiêu đo"})...).At(x.Point)
	for _, l := range x.Targets {
		m := l.Target
		t.judged(x, m.ID, m.Text, m.Goal(), m.Due, l.Verdict, l.Late, l.Judged)
	}
	for _, l := range x.Tasks {
		for _, r := range l.Results {
			t.judged(x, l.Task.ID, r.Result.Text, r.Result.Goal(""), l.Task.Due, r.Verdict, r.Late, r.Judged)
		}
	}
	return t
}

func (t *Table) judged(x *answers.Targets, id, text string, g plan.Goal, due plan.Due, v plan.Verdict, late bool, r *assessment.Reading) {
	code, cells := Cell{}, make([]Cell, len(figureColumns))
	switch {
	case r != nil && r.Figure != nil:
		code = Words(r.Figure.Definition.Code)
		cells = figureOf(r.Figure, g.Value(r.Measured), Number)
	case r != nil:
		cells[1], cells[2] = Whole(r.Measured.Num), Whole(r.Measured.Den)
	}
	first := []Cell{
		Words(id), Words(text), Named(string(g.Rule), rules[g.Rule]), Maybe(g.Low), Maybe(g.High), Words(g.Unit),
		Named(due.String(), vi.Due(due)), Named(string(v.Code), v.Word), Flag(late), Whole(v.Missing), On(x.JudgedOn), code,
	}
	t.Add(append(first, cells...)...)
}

// rules say in words how a target is judged.
var rules = map[plan.Rule]string{
	plan.Exactly: "đúng bằng", plan.AtLeast: "ít nhất", plan.AtLeastFromTo: "ít nhất trong khoảng", plan.About: "khoảng",
	plan.FromTo: "từ … đến …", plan.Strive: "phấn đấu", plan.Done: "hoàn thành",
}

// Vintages is one row for each size at which a figure changed.
func Vintages(v *answers.Vintages) *Table {
	t := New("Các lần thay đổi", "Các lần thay đổi", withFigure(
		Column{Code: "code", Name: "Mã"}, Column{Code: "at_size", Name: "Cỡ sổ"}, Column{Code: "recorded", Name: "Ghi lúc"},
		Column{Code: "position", Name: "Bản ghi"}, Column{Code: "kind", Name: "Loại"}, Column{Code: "stream", Name: "Luồng"})...).At(v.Point)
	for _, x := range v.Vintages {
		r := x.Record
		first := []Cell{Words(x.Figure.Definition.Code), Whole(x.Size), Taken(r.Recorded), Whole(r.Position), Words(string(r.Kind)), Words(r.Stream.String())}
		t.Add(append(first, figure(x.Figure)...)...)
	}
	return t
}

// Triangle is one row for each day and state of knowledge.
func Triangle(x *answers.Triangle) *Table {
	t := New("Bảng đính chính", "Bảng đính chính: "+x.Definition.Name, withFigure(
		Column{Code: "code", Name: "Mã"}, Column{Code: "valid", Name: "Số liệu tại ngày"},
		Column{Code: "known_at_end_of", Name: "Theo hồ sơ đến ngày"}, Column{Code: "at_size", Name: "Cỡ sổ"})...).At(x.Point)
	for _, row := range x.Rows {
		for i, f := range row.Cells {
			if f != nil {
				c := x.Columns[i]
				t.Add(append([]Cell{Words(x.Definition.Code), On(row.Valid), On(c.Day), Whole(c.Size)}, figure(f)...)...)
			}
		}
	}
	return t
}

// Differences is every step between two points as a row; exact numbers, so that a
// sheet can add them up.
func Differences(x *answers.Differences) *Table {
	t := New("So sánh", "Vì sao số liệu thay đổi",
		Column{Code: "code", Name: "Mã"}, Column{Code: "from", Name: "Từ ngày"}, Column{Code: "from_size", Name: "Cỡ sổ đầu"},
		Column{Code: "to", Name: "Đến ngày"}, Column{Code: "to_size", Name: "Cỡ sổ sau"}, Column{Code: "cause", Name: "Nguyên nhân"},
		Column{Code: "subject", Name: "Đối tượng"}, Column{Code: "day", Name: "Ngày"}, Column{Code: "numerator", Name: "Tử số"},
		Column{Code: "denominator", Name: "Mẫu số"}, Column{Code: "effect", Name: "Làm thay đổi"}, Column{Code: "mix", Name: "Đổi mẫu số"},
		Column{Code: "records", Name: "Bản ghi"})
	for _, one := range x.Differences {
		d := one.From.Definition
		for _, s := range one.Steps {
			effect := exactly(kindOf(d.Unit), s.Effect, NoData)
			t.Add(Words(d.Code), On(x.From.Valid), Whole(x.From.Size), On(x.To.Valid), Whole(x.To.Size),
				Named(string(s.Cause), vi.Cause(s.Cause)), Words(s.Subject.Key), On(s.Day), Exact(s.Num), Exact(s.Den), effect, Flag(s.Mix), positionsOf(s.Records))
		}
	}
	return t
}

// Explanation is one row for each entry of a figure and each fact behind it.
func Explanation(e *answers.Explanation) *Table {
	t := New("Giải trình", "Giải trình: "+e.Figure.Definition.Name,
		Column{Code: "code", Name: "Mã"}, Column{Code: "key", Name: "Khóa"}, Column{Code: "name", Name: "Tên"},
		Column{Code: "counted", Name: "Được tính"}, Column{Code: "reason", Name: "Lý do không tính"},
		Column{Code: "numerator", Name: "Tử số"}, Column{Code: "denominator", Name: "Mẫu số"}, Column{Code: "position", Name: "Bản ghi"},
		Column{Code: "kind", Name: "Loại"}, Column{Code: "valid", Name: "Hiệu lực"}, Column{Code: "document", Name: "Văn bản"},
		Column{Code: "synthetic_record", Name: "Mô phỏng"}).At(e.Point)
	if e.WhyNot != nil {
		for _, c := range e.WhyNot.Entries {
			t.entry(e, c)
		}
		return t
	}
	for _, c := range e.Figure.In {
		t.entry(e, c)
	}
	for _, c := range e.Figure.Out {
		t.entry(e, c)
	}
	return t
}

func (t *Table) entry(e *answers.Explanation, c indicator.Contribution) {
	first := []Cell{
		Words(e.Figure.Definition.Code), Words(c.Subject.Key), Words(wire.SubjectName(c.Subject, e.Point.Valid)),
		Flag(c.Why == ""), Named(string(c.Why), c.Why.Vi()), Whole(c.Num), Whole(c.Den),
	}
	if len(c.By) == 0 {
		t.Add(append(first, make([]Cell, 5)...)...)
	}
	for _, f := range c.By {
		t.Add(append(first[:len(first):len(first)], Whole(f.By.Position), Words(string(f.Root.Kind)),
			Named(f.Valid.String(), f.Valid.Vi()), Words(vi.Source(f.By.Source)), Flag(f.By.Synthetic()))...)
	}
}

// Touched is each figure that a record changed, before and after it.
func Touched(x *answers.Touched) *Table {
	t := New("Ảnh hưởng", "Chỉ tiêu mà bản ghi làm thay đổi", withFigure(
		Column{Code: "position", Name: "Bản ghi"}, Column{Code: "when", Name: "Lúc"}, Column{Code: "code", Name: "Mã"})...).At(x.Point)
	for _, m := range x.Figures {
		code := Words(m.After.Definition.Code)
		t.Add(append([]Cell{Whole(x.Record.Position), Named("before", "trước"), code}, figure(m.Before)...)...)
		t.Add(append([]Cell{Whole(x.Record.Position), Named("after", "sau"), code}, figure(m.After)...)...)
	}
	return t
}

// Replay is each figure of a replay, and whether the live answer is the same.
func Replay(x *answers.Replay) *Table {
	t := New("Tính lại", "Tính lại từ bản ghi đầu tiên", withFigure(Column{Code: "code", Name: "Mã"}, Column{Code: "same", Name: "Khớp"})...).At(x.Point)
	apart := map[*indicator.Figure]bool{}
	for _, d := range x.Differences {
		apart[d.Slow] = true
	}
	for _, f := range x.Figures {
		t.Add(append([]Cell{Words(f.Definition.Code), Flag(!apart[f])}, figure(f)...)...)
	}
	return t
}
