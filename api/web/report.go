package web

import (
	"bytes"
	"strings"

	"htxledger/api/report"
	"htxledger/projections/answers"
)

// ReportNames are the parameters of a report beside its point.
var ReportNames = []string{"statement", "agency", "above", "symbol", "signer", "to"}

// reportFields ask for the parts of a report that the ledger does not know.
var reportFields = []field{
	{Name: "agency", Label: "Cơ quan báo cáo", Hint: "Để trống thì chừa dòng chấm để điền tay."},
	{Name: "above", Label: "Cơ quan chủ quản", Hint: "Nếu có."},
	{Name: "symbol", Label: "Ký hiệu sau “BC-”", Placeholder: "LMHTX"},
	{Name: "signer", Label: "Chức vụ người ký", Placeholder: "CHỦ TỊCH", Hint: "Không ghi họ tên: phần ký luôn để trống."},
	{Name: "to", Label: "Nơi nhận", Hint: "Cách nhau bằng dấu chấm phẩy."},
}

// reportView is the page a report is asked for on.
type reportView struct {
	Start   *startView // the first steps; nil where a report can be made
	Fields  []field
	Hidden  []pair
	Formats []option
	Stated  []link // the same report at the point of a statement
}

var reportFormats = []option{{Value: "xlsx", Text: "Excel (.xlsx)"}, {Value: "docx", Text: "Word (.docx)"}, {Value: "html", Text: "Trang in (.html)"}, {Value: "excel-csv", Text: "CSV"}}

// reportForm asks what a report should say, and offers it in each form.
func (s *Site) reportForm(a *Asked) (Page, error) {
	f := s.newFrame(a, "Lập báo cáo")
	if f.err == nil {
		p, err := a.resolve()
		var t *answers.Targets
		if err == nil {
			t, err = s.Answers.Targets(p)
		}
		if err != nil {
			f.Offers = s.plansBeside(a)
			v := s.reportView(a)
			v.Start = s.start(a, err)
			return f.refuse("report.html", err, v)
		}
		f.Lead = "Kết quả thực hiện kế hoạch " + t.Plan.Head().Number + ", theo thể thức văn bản hành chính."
		f.year, f.planned = t.Judged.Valid.Year(), true
		f.showPoint(t.Point)
	}
	return f.render("report.html", s.reportView(a))
}

// reportView is the form of a report with the typed fields, and the statements
// that a report can be made for.
func (s *Site) reportView(a *Asked) *reportView {
	v := &reportView{Formats: reportFormats}
	for _, x := range reportFields {
		x.Value = a.get(x.Name)
		v.Fields = append(v.Fields, x)
	}
	for _, name := range append([]string{"statement"}, answers.PointNames...) {
		if x := a.get(name); x != "" {
			v.Hidden = append(v.Hidden, pair{name, x})
		}
	}
	if s.Statements != nil {
		for _, c := range s.Statements.List(a.Head.Size()) {
			// A retracted statement has no point that a report may hold at.
			if c.Retraction != nil {
				continue
			}
			v.Stated = append(v.Stated, link{c.Issued.Title + " (" + c.Key + ")", a.reportAddress("/bao-cao", "statement", c.Key)})
		}
	}
	return v
}

// reportAddress is an address with the typed fields of the report, and some more.
func (a *Asked) reportAddress(to string, own ...string) string {
	v := map[string][]string{}
	for _, x := range reportFields {
		v[x.Name] = []string{a.get(x.Name)}
	}
	for i := 0; i+1 < len(own); i += 2 {
		v[own[i]] = []string{own[i+1]}
	}
	return addressWith(to, v)
}

// report is the report itself, bare, to be printed.
func (s *Site) report(a *Asked) (Page, error) {
	f := s.newFrame(a, "Lập báo cáo")
	if f.err != nil {
		return f.render("report.html", s.reportView(a))
	}
	desk := report.Desk{Answers: s.Answers, Statements: s.Statements, Roots: s.Notary}
	d, err := desk.Report(a.ctx(), a.Head, a.query(), report.Asked{
		Statement: a.get("statement"), Agency: a.get("agency"), Above: a.get("above"), Symbol: a.get("symbol"),
		Signer: a.get("signer"), To: ListOf(a.get("to")),
	})
	if err != nil {
		f.Offers = s.plansBeside(a)
		v := s.reportView(a)
		v.Start = s.start(a, err)
		return f.refuse("report.html", err, v)
	}
	var b bytes.Buffer
	// The page brings a style sheet of its own, so its policy is another than that of other pages.
	err = report.WriteHTML(&b, d, s.reportBar(a, d)...)
	return Page{HTML: b.Bytes(), Policy: d.Policy()}, err
}

// reportBar leads to the same report in other forms, and back.
func (s *Site) reportBar(a *Asked, d *report.Document) []report.Link {
	bar := []report.Link{{Text: "← Sửa thông tin báo cáo", To: a.sameAt("/bao-cao/lap")}}
	q := d.Query()
	var point []string
	for name := range q {
		point = append(point, name, q.Get(name))
	}
	for _, x := range reportFormats {
		bar = append(bar, report.Link{Text: x.Text, To: a.reportAddress("/api/v1/report", append(point, "format", x.Value)...)})
	}
	return bar
}

// sameAt is the address of another page with all typed parameters.
func (a *Asked) sameAt(to string) string {
	other := *a
	other.Path = to
	return other.withChanged()
}

// ListOf are the parts of a list written with semicolons.
func ListOf(text string) (list []string) {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
