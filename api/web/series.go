package web

import (
	"html/template"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"htxledger/api/chart"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// seriesNames are the parameters of the page of a figure.
var seriesNames = []string{"from", "to", "by", "offset"}

// pageVintages is how many vintages are listed at once.
const pageVintages = 30

// series is a figure over time, by both clocks: on many days, at each size at
// each change, and both at once in the triangle.
func (s *Site) series(a *Asked) (Page, error) {
	f := s.newFrame(a, "Diễn biến của một chỉ tiêu")
	v := &seriesView{From: spanField(a, "from", "Từ ngày"), To: spanField(a, "to", "Đến ngày"), Every: a.addressOf("/dien-bien")}
	f.choosePlace()
	f.choosePeriod()
	f.own = []*field{v.From, v.To}
	v.Hidden = hiddenFields(a, "from", "to", "offset")
	d, err := indicator.Find(a.Param("code"))
	if err != nil {
		f.Offers = []link{{"danh sách mọi chỉ tiêu", v.Every}}
		return f.refuse("series.html", err, v)
	}
	f.Title, v.Code, v.Unit = d.Name, d.Code, string(d.Unit)
	if f.err != nil {
		return f.render("series.html", v)
	}
	if err := v.fill(f, d); err != nil {
		return f.refuse("series.html", err, v)
	}
	v.Filled = true
	return f.render("series.html", v)
}

func spanField(a *Asked, name, label string) *field {
	return &field{Name: name, Label: label, Value: a.get(name), Placeholder: "dd/mm/yyyy"}
}

// hiddenFields are the parameters a form of the page carries on, without its own.
func hiddenFields(a *Asked, own ...string) (list []pair) {
	for _, name := range slices.Sorted(maps.Keys(a.Values)) {
		if v := a.get(name); v != "" && !slices.Contains(own, name) {
			list = append(list, pair{name, v})
		}
	}
	return list
}

// seriesView is what the template shows.
type seriesView struct {
	Code, Unit, Every string
	From, To          *field
	Hidden            []pair
	Filled            bool
	Value             link // to its explanation
	Coverage          string
	Since             string // the comparison of the figure known then with the figure known now
	Spans             []preset
	Wide, Narrow      template.HTML // "" where no day has a value
	Learned           string
	Moments           []momentRow
	Bys               []preset
	Covered           bool
	Vintages          []vintageRow
	Count             string
	Newer, Older      string
	Revision          string
	Triangle          *triangleView
}

type momentRow struct {
	Day       string
	Now, Then link // To is "" without a figure
	Change    string
	Revised   bool
	Why       string
}

type vintageRow struct {
	At              link // the page at this size
	Recorded        string
	Value, Change   string
	Coverage        string
	Record          link
	Kind, By, Known string
}

// fill asks the three questions of the page, at one point, and shows them.
func (v *seriesView) fill(f *frame, d *indicator.Definition) error {
	s, a := f.site, f.asked
	p, err := a.resolve()
	if err != nil {
		return err
	}
	span, err := answers.ParseSpan(v.From.Value, v.To.Value, p.Valid)
	if err != nil {
		return err
	}
	series, err := s.Answers.Series(a.ctx(), p, d, span)
	if err != nil {
		return err
	}
	vintages, count, offset, err := s.vintages(a, p, d)
	if err != nil {
		return err
	}
	triangle, err := s.Answers.Triangle(a.ctx(), p, d)
	if err != nil {
		return err
	}
	f.showPoint(p)
	if err := f.listChanges(p, d); err != nil {
		return err
	}
	v.spans(f, p, span)
	v.figure(f, p, d)
	v.moments(a, p, series)
	v.listVintages(a, vintages, count, offset)
	v.Triangle = newTriangle(p, triangle)
	f.Lead = "Con số của từng ngày như đã biết ngay ngày đó và như biết nay, từng lần nó thay đổi, và bảng đính chính."
	f.Twins = append(tables("Từng lần thay đổi", pinnedAddress("/api/v1/vintages/"+d.Code, p)),
		tables("Bảng đính chính", pinnedAddress("/api/v1/vintages/"+d.Code+"/triangle", p))...)
	return nil
}

// figure is the value at the point itself.
func (v *seriesView) figure(f *frame, p *answers.Point, d *indicator.Definition) {
	one, err := f.site.Answers.Indicators(p.Of(d))
	if err != nil {
		return
	}
	v.Value = link{vi.Figure(one.Figures[0]), pinnedAddress("/vi-sao/"+d.Code, p)}
	v.Coverage, v.Covered = vi.Coverage(one.Figures[0]), d.Covered
	if !d.IsComposed() && p.Valid <= p.Head().Today() {
		v.Since = learnedSince(f.asked, p.Valid, d.Code)
	}
}

// learnedSince is the comparison of one day as it was known then with what is
// known at the point.
func learnedSince(a *Asked, day calendar.Day, code string) string {
	return a.addressOf("/so-sanh", "a_as_of", vi.Day(day), "a_known_at", vi.Day(day), "b_as_of", vi.Day(day), "b_known_at", a.get("known_at"),
		"code", code, "as_of", "", "known_at", "", "plan", "")
}

// spans offers the years the reader is likely to want.
func (v *seriesView) spans(f *frame, p *answers.Point, span answers.Span) {
	year, today := p.Valid.Year(), p.Head().Today()
	offer := func(text string, first, last calendar.Day) {
		to := f.asked.withChanged("from", vi.Day(first), "to", vi.Day(last), "offset", "")
		v.Spans = append(v.Spans, preset{link{text, to}, span.First == first && span.Last == last})
	}
	// No day is offered that is not over and was not asked for.
	end := func(y int) calendar.Day { return min(calendar.LastOfYear(y), max(today, p.Valid)) }
	offer("Năm "+strconv.Itoa(year), calendar.FirstOfYear(year), end(year))
	offer("Năm "+strconv.Itoa(year-1), calendar.FirstOfYear(year-1), end(year-1))
	offer("2 năm "+strconv.Itoa(year-1)+"–"+strconv.Itoa(year), calendar.FirstOfYear(year-1), end(year))
	if end(year+1) > end(year) {
		offer("2 năm "+strconv.Itoa(year)+"–"+strconv.Itoa(year+1), calendar.FirstOfYear(year), end(year+1))
	}
	if v.From.Value == "" {
		v.From.Value = vi.Day(span.First)
	}
	if v.To.Value == "" {
		v.To.Value = vi.Day(span.Last)
	}
}

// pointOn is a point on another day, at another size; its map goes with the day where
// it did before.
func pointOn(p *answers.Point, day calendar.Day, size ledger.Position) *answers.Point {
	q := *p
	// The map of the day is the default; a map that was named stays.
	if q.Map == q.Valid {
		q.Map = day
	}
	q.Valid, q.Size = day, size
	return &q
}

// moments fills in the drawing and its table.
func (v *seriesView) moments(a *Asked, p *answers.Point, series *answers.Series) {
	d := series.Definition
	drawn := &chart.Series{ID: "dien-bien", Title: "Diễn biến: " + d.Name, Broken: "Trục đứng không bắt đầu từ 0."}
	var values []*big.Rat
	for _, m := range series.Moments {
		now, then := valueOf(m.Now), valueOf(m.Then)
		drawn.Moments = append(drawn.Moments, chart.Moment{Label: shortDay(m.Valid), Now: now, Then: then})
		values = append(values, now, then)
		v.Moments = append(v.Moments, newMoment(a, p, d, m))
	}
	v.Learned = vi.LearnedLater(series)
	if drawn.Empty() {
		return
	}
	sum := vi.SumIn(d, values...)
	drawn.Tick, drawn.Desc = sum.Tick, v.Learned+" Số liệu đầy đủ ở bảng ngay dưới hình."
	v.Unit = sum.Unit()
	v.Wide, v.Narrow = drawn.Wide(), drawn.Narrow()
}

// newMoment is a day of the drawing as a row: the value known now, and the value
// known on the day itself.
func newMoment(a *Asked, p *answers.Point, d *indicator.Definition, m answers.Moment) momentRow {
	r := momentRow{Day: vi.Day(m.Valid), Now: link{Text: "–"}, Then: link{Text: "–"}}
	to := "/vi-sao/" + d.Code
	if m.Now != nil {
		r.Now = link{vi.Value(m.Now), pinnedAddress(to, pointOn(p, m.Valid, p.Size))}
	}
	if m.Then != nil {
		r.Then = link{vi.Value(m.Then), pinnedAddress(to, pointOn(p, m.Valid, m.Size))}
	}
	if m.IsRevised() {
		r.Change, r.Revised = changeBetween(m.Then, m.Now), vi.OtherValue(m.Then, m.Now)
		if !d.IsComposed() {
			r.Why = learnedSince(a, m.Valid, d.Code)
		}
	}
	return r
}

// changeBetween is the change between two different figures, in words.
func changeBetween(from, to *indicator.Figure) string {
	if said := changeOf(&answers.Difference{From: from, To: to}); said != "" {
		return said
	}
	if from.Reported != to.Reported || from.Expected != to.Expected {
		return "chỉ đổi số HTX báo cáo"
	}
	return "chỉ đổi các phần, giá trị như cũ"
}

// valueOf is the exact value of a figure; nil for none.
func valueOf(f *indicator.Figure) *big.Rat {
	if f == nil {
		return nil
	}
	num, den, ok := f.Value()
	if !ok {
		return nil
	}
	return big.NewRat(num, den)
}

// shortDay names a month end by its month, any other day in full.
func shortDay(d calendar.Day) string {
	y, m, _ := d.Date()
	if (d+1).Year() == y && d == calendar.DayOf(y, m+1, 1)-1 || d == calendar.LastOfYear(y) {
		return "T" + strconv.Itoa(m) + "/" + strconv.Itoa(y)
	}
	return vi.Day(d)
}

// vintages is the page of vintages asked for, with one more before them
// so that the oldest shows its change; the number of the page counts from the newest.
func (s *Site) vintages(a *Asked, p *answers.Point, d *indicator.Definition) (*answers.Vintages, int, int, error) {
	by := a.get("by")
	if by == "" {
		by = answers.ByChange
	}
	offset, err := a.number("offset")
	if err != nil {
		return nil, 0, 0, err
	}
	v, count, err := s.Answers.VintagesFrom(a.ctx(), p, d, by, offset, pageVintages+1)
	return v, count, offset, err
}

// listVintages shows vintages, the newest first.
func (v *seriesView) listVintages(a *Asked, list *answers.Vintages, count, offset int) {
	for _, by := range []struct{ code, text string }{
		{"", "Mỗi lần thay đổi"}, {answers.ByMonth, "Cuối mỗi tháng"}, {answers.ByStatement, "Mỗi báo cáo đã chốt"},
	} {
		here := a.get("by") == by.code || by.code == "" && a.get("by") == answers.ByChange
		v.Bys = append(v.Bys, preset{link{by.text, a.withChanged("by", by.code, "offset", "") + "#cac-lan"}, here})
	}
	for i := len(list.Vintages) - 1; i >= 0 && len(v.Vintages) < pageVintages; i-- {
		var before *answers.Vintage
		if i > 0 {
			before = &list.Vintages[i-1]
		}
		v.Vintages = append(v.Vintages, newVintage(a, list.Vintages[i], before))
	}
	v.Count, v.Revision = vi.Integer(count), vi.Revision(list.Definition, list.Revision())
	if offset > 0 {
		v.Newer = a.withChanged("offset", numberOrNone(max(offset-pageVintages, 0))) + "#cac-lan"
	}
	if offset+pageVintages < count {
		v.Older = a.withChanged("offset", strconv.Itoa(offset+pageVintages)) + "#cac-lan"
	}
	if offset > 0 || offset+pageVintages < count { // on a part of the list the sentence would be false
		v.Revision = ""
	}
}

func numberOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// newVintage is a vintage as a row, with its change from the one before; before is
// nil for the first.
func newVintage(a *Asked, x answers.Vintage, before *answers.Vintage) vintageRow {
	known := ledger.KnownSize(x.Size).String()
	r := vintageRow{
		At:       link{known, a.withChanged("known_at", known, "offset", "")},
		Recorded: vi.Instant(x.Record.Recorded), Value: vi.Figure(x.Figure), Coverage: vi.Coverage(x.Figure),
		Record: a.linkToRecord(x.Record.Position),
		Kind:   vi.Kind(x.Record.Kind), By: vi.Source(x.Record.Source), Known: known,
	}
	switch {
	case before == nil:
		r.Change = "lần đầu"
	case before.Figure.Same(x.Figure):
		r.Change = "không đổi"
	default:
		r.Change = changeBetween(before.Figure, x.Figure)
	}
	return r
}
