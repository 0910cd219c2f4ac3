package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/coop"
	"htxledger/domain/indicator"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// coopsPage is how many co-operatives a page lists, mostTaken how many may be
// taken away at once.
const (
	coopsPage = 50
	mostTaken = 20_000
)

// coopsNames are the page's own parameters.
var coopsNames = []string{"q", "status", "all", "page"}

// coopsView is the directory.
type coopsView struct {
	Filled        bool
	Filter        narrowView
	Shown, Empty  string
	Next          []link // what to do in a ledger without co-operatives
	Rows          []coopRow
	Earlier, More string
	Ask           link
}

type coopRow struct {
	Name, To, Form         string // Form is "" where all are agricultural HTX
	Place, PlaceNote       string
	Status, Since          string
	Ended, Idle            bool
	Members                string
	Class, ClassYear       string
	Certificates, Products string
}

// coops lists the co-operatives at a point.
func (s *Site) coops(a *Asked) (Page, error) {
	f := s.newFrame(a, "Hợp tác xã")
	f.dropHidden("page")
	v := &coopsView{Ask: link{"HTX này được tính ở đâu, không được tính ở đâu, vì sao?", a.addressOf("/vi-sao")}}
	v.Filter = f.coopFilter()
	f.own = v.Filter.Fields
	if f.err == nil {
		f.tooLong("q")
	}
	for _, x := range v.Filter.Fields[2:] {
		if typed := a.get(x.Name); f.err == nil && typed != directory.Registered && !isOffered(x, typed) {
			f.addWrong(errChoice.With(typed).At(x.Name))
		}
	}
	if f.err != nil {
		return f.render("coops.html", v)
	}
	page, err := a.pageNumber("page")
	if err != nil {
		return f.refuse("coops.html", err, v)
	}
	filter := directory.Filter{
		Status: a.get("status"), Search: a.get("q"), All: a.get("all") != "", Offset: (page - 1) * coopsPage, Limit: coopsPage,
	}
	p, err := a.resolve()
	if err != nil {
		return f.refuse("coops.html", err, v)
	}
	l, err := s.Directory.Coops(a.ctx(), p, filter)
	if err != nil {
		return f.refuse("coops.html", err, v)
	}
	// The page may have been asked under a wider filter: lead to the last one there is.
	if last := max((l.Total+coopsPage-1)/coopsPage, 1); page > last {
		return Page{Redirect: a.withChanged("page", strconv.Itoa(last))}, nil
	}
	f.showPoint(l.Point)
	f.Twins = tables("Cả danh sách", coopsTwin(l, filter))
	s.fillCoops(a, v, l, page)
	return f.render("coops.html", v)
}

// coopFilter is the form that narrows the directory, the place included.
func (f *frame) coopFilter() narrowView {
	a := f.asked
	f.choosePlace()
	// The place narrows the list, so it moves from the clocks' form into the filter.
	place := f.Clocks.Fields[len(f.Clocks.Fields)-1]
	f.Clocks.Fields = f.Clocks.Fields[:len(f.Clocks.Fields)-1]
	statuses := []string{"", "đang đăng ký"}
	for _, x := range directory.Statuses {
		if x != directory.Registered {
			statuses = append(statuses, x, vi.Status(x))
		}
	}
	typed := a.get("status")
	if typed == directory.Registered {
		typed = ""
	}
	return narrowView{
		Action: a.Path, Reset: a.withChanged("q", "", "status", "", "all", "", "place", "", "page", ""),
		Fields: []*field{
			{Name: "q", Label: "Tìm", Value: a.get("q"), Kind: "search", Hint: "Tên, mã HTX, mã số thuế hoặc số đăng ký; không cần dấu."},
			place,
			{Name: "status", Label: "Tình trạng", Options: pickOne(typed, statuses...)},
			{Name: "all", Label: "Loại hình", Options: pickOne(a.get("all"), "", "HTX nông nghiệp", "1", "mọi loại hình, mọi lĩnh vực")},
		},
		Hidden: a.carriedBut("place"),
	}
}

// carriedBut is carried without some of the parameters of the point, which the
// form itself asks for.
func (a *Asked) carriedBut(names ...string) []pair {
	return slices.DeleteFunc(a.pointFields(), func(p pair) bool { return slices.Contains(names, p.Name) })
}

// coopsTwin is the whole list, not the page of it: whoever takes it away counts
// what is in it.
func coopsTwin(l *directory.Listing, f directory.Filter) string {
	own := []string{"status", f.Status, "search", f.Search, "limit", strconv.Itoa(min(max(l.Total, 1), mostTaken))}
	if f.All {
		own = append(own, "all", "true")
	}
	return pinnedAddress("/api/v1/coops", l.Point, own...)
}

// fillCoops fills in a page of the directory, or says why it is empty: a ledger
// without co-operatives needs other advice than a narrow filter.
func (s *Site) fillCoops(a *Asked, v *coopsView, l *directory.Listing, page int) {
	v.Filled = true
	from := (page - 1) * coopsPage
	if l.Total > 0 {
		v.Shown = vi.Integer(from+1) + "–" + vi.Integer(from+len(l.Coops)) + " trong " + vi.Integer(l.Total) + " đơn vị, theo thứ tự tên."
	} else if s.Answers.CountCoops(l.Point.Size) == 0 {
		v.Empty = "Trong sổ chưa có HTX nào ở mốc này. Hãy nộp bảng danh sách HTX trên web, hoặc trên máy giữ sổ dùng lệnh htxledger import htx.csv --form coop-establishments."
		v.Next = []link{{"Nộp bảng", a.addressOf("/nop-bang")}, {"Bắt đầu từ đâu?", a.addressOf("/")}}
	} else {
		v.Empty = "Không có HTX nào như vậy tại mốc này. Hãy gõ ít chữ hơn, chọn tình trạng “tất cả”, hoặc xem một ngày khác."
	}
	if page > 1 {
		v.Earlier = a.withChanged("page", strconv.Itoa(page-1))
	}
	if from+len(l.Coops) < l.Total {
		v.More = a.withChanged("page", strconv.Itoa(page+1))
	}
	m := s.Answers.Map(l.Point)
	for _, c := range l.Coops {
		row := coopRowOf(a, l.Point, c)
		if row.PlaceNote = seatNote(m, c.State.Place); a.get("all") == "" {
			row.Form = ""
		}
		v.Rows = append(v.Rows, row)
	}
}

// seatNote says what a seat is part of: the place above it, or, where it has
// become part of another, that.
func seatNote(m *place.Map, seat string) string {
	now, ok := m.Resolve(seat)
	switch {
	case !ok:
		return "không có trên bản đồ ngày " + vi.Day(m.Day())
	case now != seat:
		return "theo bản đồ ngày " + vi.Day(m.Day()) + " thuộc " + m.Name(now)
	case m.Parent(seat) != "":
		return m.Name(m.Parent(seat))
	}
	return ""
}

// coopRowOf is a co-operative as a row of the directory, in words.
func coopRowOf(a *Asked, p *answers.Point, c directory.Coop) coopRow {
	r := coopRow{
		Name: c.State.Name, To: a.addressOf("/htx/" + url.PathEscape(c.State.Key)), Form: vi.Form(c.State.Form), Place: c.PlaceName,
		Status: vi.Status(c.Status), Since: vi.Day(c.Since(p.Valid)), Ended: c.Status == directory.Ended,
		Idle: c.Status != directory.Ended && c.Status != directory.Operating,
	}
	if !c.State.Agricultural {
		r.Form += ", phi nông nghiệp"
	}
	if f := c.State.Members; f != nil {
		r.Members = vi.Integer(f.Event.(*coop.MembersCounted).Members())
	}
	r.Class, r.ClassYear = classOf(c.State, p)
	r.Certificates, r.Products = inForce(c, p)
	return r
}

// classOf is the class for the year of the point, or else for the year before,
// under the scheme of the point: the decided class, else the class of the score.
func classOf(c *coop.Cooperative, p *answers.Point) (class, year string) {
	// Classes of a year are decided in the next: until then the year before stands.
	for _, y := range []int{p.Valid.Year(), p.Valid.Year() - 1} {
		if f := c.Class(y, p.Scheme); f != nil {
			return vi.Class(f.Event.(*coop.Classed).Class), strconv.Itoa(y)
		}
		if scored, f := indicator.ScoredClass(c, y, p.Scheme); f != nil {
			return vi.Class(string(scored)), strconv.Itoa(y)
		}
	}
	return "", ""
}

// inForce are the schemes of the certificates, and the products with their
// stars, that are in force on the day.
func inForce(c directory.Coop, p *answers.Point) (certificates, products string) {
	var schemes, rated []string
	for _, x := range c.Certificates(p.Valid) {
		if name := vi.CertificateScheme(x.Scheme); !slices.Contains(schemes, name) {
			schemes = append(schemes, name)
		}
	}
	for _, f := range c.Products(p.Valid) {
		e := f.Event.(*ocop.Rated)
		rated = append(rated, e.Name+" ("+vi.Integer(e.Stars)+" sao)")
	}
	return strings.Join(schemes, ", "), strings.Join(rated, ", ")
}
