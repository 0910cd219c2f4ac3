package tabular

import (
	"math/big"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/assessment"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// Coops is one row a co-operative.
func Coops(l *directory.Listing) *Table {
	t := New("Hợp tác xã", "Danh sách hợp tác xã",
		Column{Code: "key", Name: "Khóa"}, Column{Code: "name", Name: "Tên"}, Column{Code: "form", Name: "Loại hình"},
		Column{Code: "status", Name: "Tình trạng"}, Column{Code: "coop_place", Name: "Mã địa bàn"}, Column{Code: "place_name", Name: "Địa bàn"},
		Column{Code: "sector", Name: "Ngành nghề"}, Column{Code: "agricultural", Name: "Nông nghiệp"}, Column{Code: "law", Name: "Luật"},
		Column{Code: "registration", Name: "Số đăng ký"}, Column{Code: "tax_code", Name: "Mã số thuế"}, Column{Code: "synthetic_record", Name: "Mô phỏng"}).At(l.Point)
	for _, c := range l.Coops {
		s := c.State
		t.Add(Words(s.Key), Words(s.Name), Named(s.Form, vi.Form(s.Form)), Named(c.Status, vi.Status(c.Status)), Words(s.Place), Words(c.PlaceName),
			Words(s.Sector), Flag(s.Agricultural), Words(s.Law), Words(s.Registration), Words(s.TaxCode), Flag(c.Synthetic))
	}
	return t
}

// Card is each record about one co-operative.
func Card(c *directory.Card) *Table {
	t := New("Lịch sử", "Mọi bản ghi về "+c.State.Name,
		Column{Code: "position", Name: "Bản ghi"}, Column{Code: "recorded", Name: "Ghi lúc"}, Column{Code: "valid", Name: "Hiệu lực"},
		Column{Code: "kind", Name: "Loại"}, Column{Code: "stream", Name: "Luồng"}, Column{Code: "stands", Name: "Còn giá trị"},
		Column{Code: "corrected_by", Name: "Đính chính bởi"}, Column{Code: "document", Name: "Văn bản"}, Column{Code: "data", Name: "Nội dung"}).At(c.Point)
	for _, l := range c.Said {
		r := l.Record
		t.Add(Whole(r.Position), Taken(r.Recorded), validOf(r), Words(string(r.Kind)), Words(r.Stream.String()),
			Flag(l.Fact != nil), correctionsOf(l.CorrectedBy), Words(vi.Source(r.Source)), Words(string(r.Data)))
	}
	return t
}

// correctionsOf are where the corrections of a record stand: @12 @40.
func correctionsOf(records []*ledger.Record) Cell {
	list := strings.Fields(positionsOf(records).Program)
	for i := range list {
		list[i] = "@" + list[i]
	}
	return Words(strings.Join(list, " "))
}

func validOf(r *ledger.Record) Cell { return Named(r.Valid.String(), r.Valid.Vi()) }

// Events is one row a record.
func Events(e *directory.Events) *Table {
	t := New("Bản ghi", "Các bản ghi của sổ",
		Column{Code: "position", Name: "Bản ghi"}, Column{Code: "recorded", Name: "Ghi lúc"}, Column{Code: "id", Name: "Mã bản ghi"},
		Column{Code: "stream", Name: "Luồng"}, Column{Code: "revision", Name: "Thứ tự trong luồng"}, Column{Code: "kind", Name: "Loại"},
		Column{Code: "valid", Name: "Hiệu lực"}, Column{Code: "actor", Name: "Người ghi"}, Column{Code: "corrects", Name: "Đính chính cho"},
		Column{Code: "document", Name: "Văn bản"}, Column{Code: "synthetic_record", Name: "Mô phỏng"}, Column{Code: "data", Name: "Nội dung"})
	for _, r := range e.Records {
		actor, corrects := "", ""
		if r.Actor != nil {
			actor = r.Actor.ID
		}
		if r.Corrects != nil {
			corrects = r.Corrects.ID.String()
		}
		t.Add(Whole(r.Position), Taken(r.Recorded), Words(r.ID.String()), Words(r.Stream.String()), Whole(r.Revision), Words(string(r.Kind)),
			validOf(r), Words(actor), Words(corrects), Words(vi.Source(r.Source)), Flag(r.Synthetic()), Words(string(r.Data)))
	}
	return t
}

// Plan is one row for each target and for each result of a task, as printed.
func Plan(at *answers.Point, p *plan.Plan) *Table {
	t := New("Kế hoạch", "Kế hoạch "+p.Head().Number,
		Column{Code: "id", Name: "Mã"}, Column{Code: "text", Name: "Nội dung"}, Column{Code: "result", Name: "Kết quả phải có"},
		Column{Code: "rule", Name: "Cách đánh giá"}, Column{Code: "low", Name: "Từ"}, Column{Code: "high", Name: "Đến"}, Column{Code: "unit", Name: "Đơn vị"},
		Column{Code: "indicator", Name: "Chỉ tiêu đo"}, Column{Code: "owners", Name: "Chủ trì"}, Column{Code: "with", Name: "Phối hợp"},
		Column{Code: "due", Name: "Hạn"}, Column{Code: "cited", Name: "Trích dẫn"}).At(at)
	for _, x := range p.Targets {
		t.Add(Words(x.ID), Words(x.Text), Cell{}, Named(string(x.Rule), rules[x.Rule]), Maybe(x.Low), Maybe(x.High), Words(x.Unit),
			Words(x.Indicator), Words(strings.Join(x.Owners, "; ")), Cell{}, dueOf(x.Due), Words(x.Cited))
	}
	for _, x := range p.Tasks {
		for _, r := range x.Results {
			t.Add(Words(x.ID), Words(x.Text), Words(r.Text), Named(string(r.Rule), rules[r.Rule]), Maybe(r.Low), Maybe(r.High), Cell{},
				Words(r.Indicator), Words(strings.Join(x.Leads, "; ")), Words(strings.Join(x.With, "; ")), dueOf(x.Due), Words(x.Cited))
		}
	}
	return t
}

func dueOf(d plan.Due) Cell {
	if d.IsZero() {
		return Cell{}
	}
	return Named(d.String(), d.Vi())
}

// Findings is what does not fit in the text of a plan.
func Findings(at *answers.Point, list []plan.Finding) *Table {
	t := New("Điểm cần lưu ý", "Điểm cần lưu ý trong văn bản kế hoạch",
		Column{Code: "id", Name: "Mã"}, Column{Code: "by", Name: "Tìm bởi"}, Column{Code: "rule", Name: "Quy tắc"},
		Column{Code: "about", Name: "Về"}, Column{Code: "text", Name: "Nội dung"}, Column{Code: "english", Name: "English", For: Programs}).At(at)
	for _, f := range list {
		by := "quy tắc"
		if f.By == plan.ByNote {
			by = "người đọc"
		}
		t.Add(Words(f.ID), Named(f.By, by), Words(f.Rule), Words(strings.Join(f.About, " ")), Words(f.Vi), Words(f.En))
	}
	return t
}

var severities = map[assessment.Severity]string{
	assessment.Error: "lỗi", assessment.Warning: "cảnh báo", assessment.Notice: "lưu ý",
}

// Problems is one row for each thing that does not add up.
func Problems(x *answers.Problems) *Table {
	t := New("Kiểm tra", "Những điều chưa khớp trong sổ",
		Column{Code: "code", Name: "Mã"}, Column{Code: "severity", Name: "Mức"}, Column{Code: "subject", Name: "Về"},
		Column{Code: "text", Name: "Nội dung"}, Column{Code: "english", Name: "English", For: Programs}, Column{Code: "records", Name: "Bản ghi"}).At(x.Point)
	for _, p := range x.Problems {
		var by []*ledger.Record
		for _, f := range p.By {
			by = append(by, f.By)
		}
		t.Add(Words(p.Code), Named(string(p.Severity), severities[p.Severity]), Words(p.Subject), Words(p.Vi), Words(p.En), positionsOf(by))
	}
	return t
}

// Statements is one row a statement.
func Statements(all []*answers.StatementCheck) *Table {
	t := New("Báo cáo xác nhận", "Các báo cáo xác nhận",
		Column{Code: "key", Name: "Khóa"}, Column{Code: "title", Name: "Tên"}, Column{Code: "valid", Name: "Tại ngày"}, Column{Code: "size", Name: "Cỡ sổ"},
		Column{Code: "position", Name: "Bản ghi"}, Column{Code: "verdict", Name: "Đối chiếu"}, Column{Code: "withdrawn", Name: "Đã thu hồi"},
		Column{Code: "retracted", Name: "Bị rút lại"}, Column{Code: "duties", Name: "Quy tắc bất kiêm nhiệm"}, Column{Code: "duties_ok", Name: "Đúng quy tắc"})
	for _, c := range all {
		t.Add(Words(c.Key), Words(c.Issued.Title), On(c.Issued.Valid), Whole(c.Issued.Size), Whole(c.Fact.By.Position),
			Named(string(c.Verdict), c.Verdict.Vi()), Flag(c.Withdrawal != nil),
			Flag(c.Retraction != nil), Whole(c.Issued.Rule()), Flag(c.Duties == nil))
	}
	return t
}

// Statement is one row for each stated figure, and what it is now.
func Statement(c *answers.StatementCheck) *Table {
	t := New("Đối chiếu", "Đối chiếu "+c.Issued.Title,
		Column{Code: "statement", Name: "Báo cáo"}, Column{Code: "code", Name: "Mã"}, Column{Code: "version", Name: "Phiên bản"},
		Column{Code: "stated", Name: "Đã nêu"}, Column{Code: "verdict", Name: "Đối chiếu"}, Column{Code: "now", Name: "Nay"}, Column{Code: "records", Name: "Bản ghi làm thay đổi"})
	for _, l := range c.Lines {
		now, stated := Cell{}, stated(l.Stated.Value)
		if l.Now != nil {
			now = figure(l.Now)[0]
			if stated.Kind == Number {
				stated.Kind = kindOf(l.Now.Definition.Unit)
			}
		}
		var records []*ledger.Record
		for _, x := range l.Changes {
			records = append(records, x.Record)
		}
		t.Add(Words(c.Key), Words(l.Stated.Indicator), Whole(l.Version), stated, Named(string(l.Verdict), l.Verdict.Vi()), now, positionsOf(records))
	}
	return t
}

// stated is a stated value, which is written as a ratio in lowest terms; "" is no data.
func stated(s string) Cell {
	v, ok := new(big.Rat).SetString(s)
	switch {
	case s == "":
		return Cell{Kind: NoData}
	case !ok:
		return Words(s)
	}
	return Cell{Kind: Number, Program: s, Value: v}
}
