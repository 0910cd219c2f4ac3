package web

import (
	"slices"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/indicator"
	"htxledger/domain/spelling"
)

// seriesListNames are the parameters of the list of figures.
var seriesListNames = []string{"search"}

// families are what the list is grouped by: the beginnings of codes, and what
// they are called.
var families = []struct {
	Name  string
	Codes []string
}{
	{"Số lượng HTX", []string{"coops."}},
	{"Thành viên, lao động", []string{"members.", "workers."}},
	{"Doanh thu, thu nhập", []string{"revenue.", "income."}},
	{"Xếp loại", []string{"quality."}},
	{"Chứng nhận", []string{"certificates."}},
	{"Liên kết, mô hình", []string{"linked.", "chain.", "new-style."}},
	{"OCOP", []string{"ocop."}},
	{"Hỗ trợ", []string{"support."}},
	{"Tập huấn", []string{"training."}},
	{"Xúc tiến thương mại", []string{"trade."}},
	{"Văn bản, báo cáo", []string{"tasks.", "reports."}},
}

type seriesListView struct {
	Search *field
	Hidden []pair
	Filled bool
	Groups []seriesGroup
	Found  int
	Of     int
	All    string // the way back to all figures
}

type seriesGroup struct {
	Name string
	Rows []seriesLine
}

type seriesLine struct {
	Code, Name, Coverage string
	Value                link // to its explanation
	To                   string
}

// seriesList is every figure that there is, with its value at the point.
func (s *Site) seriesList(a *Asked) (Page, error) {
	f := s.newFrame(a, "Diễn biến: mọi chỉ tiêu")
	v := &seriesListView{
		Search: &field{Name: "search", Label: "Tìm chỉ tiêu", Value: a.get("search"), Hint: "Gõ có dấu hay không dấu đều được.", Kind: "search"},
		Hidden: hiddenFields(a, "search"), All: a.withChanged("search", ""),
	}
	f.choosePlace()
	f.choosePeriod()
	f.own = []*field{v.Search}
	if f.err != nil {
		return f.render("series_list.html", v)
	}
	p, err := a.resolve()
	if err != nil {
		return f.refuse("series_list.html", err, v)
	}
	figures, err := s.Answers.Indicators(p)
	if err != nil {
		return f.refuse("series_list.html", err, v)
	}
	f.showPoint(figures.Point)
	f.Lead = "Chọn một chỉ tiêu để xem con số qua từng tháng, từng lần thay đổi và bảng đính chính."
	f.Twins = tables("", pinnedAddress("/api/v1/indicators", figures.Point))
	v.Filled, v.Of = true, len(figures.Figures)
	v.list(a, figures.Figures)
	return f.render("series_list.html", v)
}

// list groups the figures whose name or code has all the words that were typed.
func (v *seriesListView) list(a *Asked, figures []*indicator.Figure) {
	words := strings.Fields(spelling.Plain(v.Search.Value))
	for _, family := range families {
		g := seriesGroup{Name: family.Name}
		for _, x := range figures {
			d := x.Definition
			text := spelling.Plain(d.Name + " " + d.Code + " " + family.Name)
			if !slices.ContainsFunc(family.Codes, func(begin string) bool { return strings.HasPrefix(d.Code, begin) }) ||
				slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
				continue
			}
			line := seriesLine{Code: d.Code, Name: d.Name, Value: link{vi.Figure(x), a.addressOf("/vi-sao/" + d.Code)}, Coverage: vi.Coverage(x), To: a.addressOf("/dien-bien/" + d.Code)}
			g.Rows = append(g.Rows, line)
			v.Found++
		}
		if len(g.Rows) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
}
