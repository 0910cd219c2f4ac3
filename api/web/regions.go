package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

var regionNames = []string{"code", "level", "sort", "years"}

// regionCodes are the figures shown where none was chosen.
var regionCodes = []string{
	"coops.registered", "coops.operating", "coops.established", "members.total", "workers.total", "revenue.mean", "quality.good-fair.share",
}

const (
	lowestLevel = "lowest"
	sortByName  = "name"
	mostPanels  = 40 // more small charts say nothing at a glance
)

// regionsView is the page for the template, all in words.
type regionsView struct {
	Filled  bool
	Start   *startView // what to do first; nil where there is something to see
	Maps    []preset   // days of the map to choose from
	Whole   string
	Heads   []regionHead
	ByName  regionHead
	Lowest  bool
	Rows    []regionRow
	Rest    []regionCell // the part in none of the rows; empty for nothing
	Total   []regionCell
	Sum     string // how the rows stand to the total
	Apart   string // what is not counted by place, or ""
	Before  *link  // the end of the last year reported on, where this one has no reports
	Compare *mapsView
	Small   *multiplesView
	Up      []link // the places above, the ledger's own first
}

type regionHead struct {
	Name, To, Sorted string // Sorted is "ascending", "descending" or ""
	Count            bool
}

type regionRow struct {
	Code, Name, Above string
	Down              string // the address of what is under it; "" where nothing is
	Targets, Coops    string
	Cells             []regionCell
}

// A regionCell is a figure, and the address of its explanation.
type regionCell struct {
	Printed, Note, Label, Explain string
}

// regions is the page of figures by place.
func (s *Site) regions(a *Asked) (Page, error) {
	f := s.newFrame(a, "Địa bàn")
	f.Lead = "Số liệu của từng huyện, xã trên bản đồ của một ngày."
	form := newRegionForm(f)
	v := &regionsView{}
	if err := form.check(); err != nil && f.err == nil {
		return f.refuse("regions.html", err, v)
	}
	if f.err != nil {
		return f.render("regions.html", v)
	}
	r, err := form.answer(s, a)
	if err != nil {
		v.Start = s.start(a, err)
		return f.refuse("regions.html", err, v)
	}
	f.showPoint(r.Point)
	if err := v.fill(f, r, form); err != nil {
		return f.refuse("regions.html", err, v)
	}
	return f.render("regions.html", v)
}

// answer asks the question of the form.
func (x *regionForm) answer(s *Site, a *Asked) (*answers.Regions, error) {
	q := a.query()
	q.Codes = x.codes()
	p, err := a.Head.Resolve(q)
	if err != nil {
		return nil, err
	}
	return s.Answers.Regions(a.ctx(), p, x.lowest())
}

// fill puts the figures of the regions of a place into words.
func (v *regionsView) fill(f *frame, r *answers.Regions, form *regionForm) error {
	v.Filled, v.Whole, v.Lowest = true, r.Whole.Name, form.lowest()
	v.Up = placesAbove(f.asked, r)
	v.Maps = mapDays(f, r)
	v.addHeads(f.asked, r, form.sort)
	form.order(r)
	for _, part := range r.Parts {
		v.Rows = append(v.Rows, showRegion(f.asked, r, part))
	}
	v.Total = showCells(r, r.Whole)
	v.addSums(r)
	v.Before = reportedYear(f, r)
	f.Twins = append(f.Twins, tables(r.Whole.Name, pinnedAddress("/api/v1/indicators", r.Point))...)
	var err error
	if v.Compare, err = compareMaps(f, r); err != nil {
		return err
	}
	v.Small, err = smallMultiples(f, r, form)
	return err
}

// placesAbove are the places over the place asked, each with a link.
func placesAbove(a *Asked, r *answers.Regions) (links []link) {
	for code := r.Map.Parent(r.Whole.Code); code != ""; code = r.Map.Parent(code) {
		links = append([]link{{r.Map.Name(code), a.withChanged("place", code)}}, links...)
	}
	return links
}

// mapDays offers the days before and after the map was last redrawn.
func mapDays(f *frame, r *answers.Regions) (list []preset) {
	offer := func(day calendar.Day, text string) {
		to := f.asked.withChanged("map", vi.Day(day), "place", placeOn(f.site.Answers, r, day))
		list = append(list, preset{link{text, to}, r.Point.Map == day})
	}
	list = append(list, preset{link{"bản đồ của ngày số liệu", f.asked.withChanged("map", "")}, r.Point.Map == r.Point.Valid})
	for _, day := range redrawnDays(r) {
		offer(day-1, vi.Day(day-1)+" (trước sắp xếp)")
		offer(day, vi.Day(day)+" (sau sắp xếp)")
	}
	return list
}

// redrawnDays are the days on which places of the map went into others.
func redrawnDays(r *answers.Regions) (days []calendar.Day) {
	if len(r.Drawn) == 0 {
		return nil
	}
	for _, day := range r.Drawn[1:] { // on the first there was nothing before
		if r.Redrawn(day) {
			days = append(days, day)
		}
	}
	return days
}

// placeOn is the place asked on the map of another day: the same place, the place
// that took the former over, or "", the ledger's own.
func placeOn(s *answers.Service, r *answers.Regions, day calendar.Day) string {
	if r.Point.Place == "" {
		return ""
	}
	p, err := r.Point.With(answers.OnMap(day), answers.InPlace(""))
	if err != nil {
		return ""
	}
	m := s.Map(p)
	code, ok := m.Resolve(r.Whole.Code)
	if !ok || m.Level(code) != r.Whole.Level { // a district that ended has gone up into the province
		return ""
	}
	return code
}

// addHeads are the columns, each of which is a way to sort.
func (v *regionsView) addHeads(a *Asked, r *answers.Regions, by string) {
	v.ByName = regionHead{Name: "Địa bàn", To: a.withChanged("sort", ""), Sorted: map[bool]string{true: "ascending"}[by == sortByName]}
	for _, f := range r.Whole.Figures {
		h := regionHead{Name: f.Definition.Name, To: a.withChanged("sort", "-"+f.Definition.Code), Count: true}
		switch by {
		case "-" + f.Definition.Code:
			h.To, h.Sorted = a.withChanged("sort", f.Definition.Code), "descending"
		case f.Definition.Code:
			h.Sorted = "ascending"
		}
		v.Heads = append(v.Heads, h)
	}
}

func showRegion(a *Asked, r *answers.Regions, part answers.Region) regionRow {
	row := regionRow{
		Code: part.Code, Name: part.Name, Above: r.Map.Name(part.Parent), Cells: showCells(r, part),
		Targets: a.addressOf("/", "place", part.Code), Coops: a.addressOf("/htx", "place", part.Code),
	}
	if len(r.Map.Children(part.Code)) > 0 {
		row.Down = a.withChanged("place", part.Code)
	}
	return row
}

func showCells(r *answers.Regions, of answers.Region) (cells []regionCell) {
	for _, f := range of.Figures {
		cells = append(cells, showCell(r.Point, of.Code, f))
	}
	return cells
}

// showCell is a figure of a place. A share shows its two numbers, and a figure that
// rests on reports how many there are.
func showCell(p *answers.Point, code string, f *indicator.Figure) regionCell {
	c := regionCell{Printed: vi.Value(f), Label: f.Definition.Name}
	switch {
	case f.NoData && f.Definition.Overall:
		// A dash would say that there is no data, but there is: for the whole alone.
		c.Printed = "không tính theo địa bàn"
	case f.Definition.Unit == indicator.Share && !f.NoData:
		c.Note = vi.Integer(f.Num) + "/" + vi.Integer(f.Den)
	case f.Definition.Covered:
		c.Note = vi.Integer(f.Reported) + "/" + vi.Integer(f.Expected) + " báo cáo"
	}
	c.Explain = pinnedAddress("/vi-sao/"+url.PathEscape(f.Definition.Code), p, "place", code)
	return c
}

// addSums tells how the rows stand to the whole's own figures.
func (v *regionsView) addSums(r *answers.Regions) {
	if len(r.Parts) == 0 {
		return
	}
	rest, some, exact, apart := make([]regionCell, len(r.Whole.Figures)), false, []string{}, []string{}
	ratios := false
	for i, f := range r.Whole.Figures {
		rest[i] = regionCell{Printed: "–", Label: f.Definition.Name}
		switch n, ok := r.Rest(i); {
		case f.Definition.Overall:
			apart = append(apart, f.Definition.Name)
		case !ok:
			ratios = true
		case n != 0:
			some = true
			rest[i].Printed = vi.Integer(n)
		default:
			rest[i].Printed = "0"
			exact = append(exact, f.Definition.Name)
		}
	}
	if some {
		v.Rest = rest
		v.Sum = "Dòng “không thuộc địa bàn nào ở trên” là phần chênh giữa tổng các dòng và số của " + r.Whole.Name +
			": những gì ghi thẳng ở " + r.Whole.Name + ", không ghi ở địa bàn nào bên dưới."
	} else if len(exact) > 0 {
		v.Sum = "Cộng các dòng bằng đúng số của " + r.Whole.Name + "."
	}
	if ratios {
		v.Sum = strings.TrimSpace(v.Sum + " Tỷ lệ và bình quân không cộng: dòng cuối tính trên toàn bộ.")
	}
	if len(apart) > 0 {
		v.Apart = strings.Join(apart, "; ") + ": không tính theo địa bàn, chỉ có số của toàn bộ."
	}
}

// reportedYear is the end of the year of the newest plan, where a figure of this
// year has no reports yet and that year is over.
func reportedYear(f *frame, r *answers.Regions) *link {
	unreported := slices.ContainsFunc(r.Whole.Figures, func(x *indicator.Figure) bool { return x.NoData && x.Definition.Covered })
	newest := plan.Newest(f.site.Answers.Plans(r.Point.Size, r.Point.Valid), r.Point.Valid)
	if !unreported || newest == nil {
		return nil
	}
	// Reports of a year come in by its end: the page of that day has figures.
	day := calendar.LastOfYear(int(newest.Head().Year))
	if day >= r.Point.Valid {
		return nil
	}
	return &link{"Xem số liệu ngày " + vi.Day(day), f.asked.withChanged("as_of", vi.Day(day), "place", placeOn(f.site.Answers, r, day))}
}

// A regionForm is the page's own questions beside the point.
type regionForm struct {
	code, level, years, at *field
	sort                   string
	sortTyped              string
}

// newRegionForm reads the page's own fields and adds them to the clocks' form.
func newRegionForm(f *frame) *regionForm {
	f.choosePeriod()
	f.choosePlace()
	a := f.asked
	codes := []option{{Text: "Các số liệu chính"}}
	for _, d := range indicator.All() {
		if !d.IsComposed() && !d.OfPapers() {
			codes = append(codes, option{Value: d.Code, Text: d.Name})
		}
	}
	x := &regionForm{
		code:  choice(a, "code", "Chỉ tiêu", codes),
		level: choice(a, "level", "Chia theo", []option{{Text: "Cấp ngay dưới"}, {Value: lowestLevel, Text: "Cấp thấp nhất (xã)"}}),
		years: choice(a, "years", "Biểu đồ nhỏ", []option{{Text: "Trong năm"}, {Value: "3", Text: "3 năm"}, {Value: "5", Text: "5 năm"}}),
		at: &field{Name: "map", Label: "Bản đồ hành chính ngày", Value: a.get("map"), Placeholder: "dd/mm/yyyy",
			Hint: "Để trống là ngày của số liệu."},
		sort: sortByName, sortTyped: a.get("sort"),
	}
	if x.sortTyped != "" {
		x.sort = x.sortTyped
	}
	f.Clocks.Fields = append(f.Clocks.Fields, x.at, x.code, x.level, x.years)
	return x
}

func (x *regionForm) lowest() bool { return x.level.Value == lowestLevel }

// codes are the figures of the columns: those chosen for a start, or the one
// asked for beside the number of co-operatives.
func (x *regionForm) codes() []string {
	switch x.code.Value {
	case "":
		return regionCodes
	case "coops.registered":
		return []string{"coops.registered"}
	}
	return []string{x.code.Value, "coops.registered"}
}

// check refuses words outside the choices.
func (x *regionForm) check() error {
	if x.code.Value != "" {
		d, err := indicator.Find(x.code.Value)
		if err != nil {
			return fault.SetMissingField(err, "code")
		}
		if d.IsComposed() || d.OfPapers() {
			return errChoice.With(x.code.Value).At("code")
		}
	}
	if v := x.level.Value; v != "" && v != lowestLevel {
		return errChoice.With(v).At("level")
	}
	if v := x.years.Value; v != "" && v != "3" && v != "5" {
		return errChoice.With(v).At("years")
	}
	if x.sort != sortByName && !slices.Contains(x.codes(), strings.TrimPrefix(x.sort, "-")) {
		return errChoice.With(x.sortTyped).At("sort")
	}
	return nil
}

// order puts the parts in the order asked; those without data come last, and
// equal ones keep the order of their names.
func (x *regionForm) order(r *answers.Regions) {
	code, down := strings.CutPrefix(x.sort, "-")
	i := slices.Index(x.codes(), code)
	if i < 0 {
		return
	}
	slices.SortStableFunc(r.Parts, func(a, b answers.Region) int {
		v, w := valueOf(a.Figures[i]), valueOf(b.Figures[i])
		switch {
		case v == nil && w == nil:
			return 0
		case v == nil:
			return 1
		case w == nil:
			return -1
		case down:
			return w.Cmp(v)
		}
		return v.Cmp(w)
	})
}

// span is the days of the small charts.
func (x *regionForm) span(day calendar.Day) answers.Span {
	years, err := strconv.Atoi(x.years.Value)
	if err != nil {
		years = 1
	}
	return answers.Span{First: max(calendar.FirstOfYear(day.Year()-years+1), calendar.MinDay), Last: day}
}

// multiplesView is the small charts of one figure with the table of the same
// figures.
type multiplesView struct {
	Name, Span string
	Charts     []template.HTML
	Days       []string
	Rows       []multipleRow
	TooMany    int // more places than are drawn; then there are no charts
}

type multipleRow struct {
	Name   string
	Values []string
}

// A mapsView tells one day on two maps.
type mapsView struct {
	Sentences []string
	To        link
	Rows      []mergedRow
}

// A mergedRow is a place of the later map with those of the earlier that came
// into it.
type mergedRow struct {
	Name, Value string
	From        []string
}

// unitsUnder counts the units under a place on a map, in words: so many districts and
// communes.
func unitsUnder(m *place.Map, code string) string {
	n := map[string]int{}
	var walk func(code string)
	walk = func(code string) {
		for _, c := range m.Children(code) {
			n[m.Level(c)]++
			walk(c)
		}
	}
	walk(code)
	communes := strconv.Itoa(n["commune"]) + " xã, phường, thị trấn"
	switch {
	case n["district"] > 0:
		return m.Name(code) + " có " + strconv.Itoa(n["district"]) + " huyện, thành phố và " + communes
	case m.Level(code) == "province":
		return m.Name(code) + " không có cấp huyện, có " + communes
	}
	return m.Name(code) + " có " + communes
}
