package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/projections/answers"
)

type link struct{ Text, To string }

type pair struct{ Name, Value string }

// A preset is a pair of clocks somebody is likely to want.
type preset struct {
	link
	Here bool // the page shows this pair now
}

// A field is a form field with the typed words and their mistake. Its
// element has the id f-NAME; an error about NAME leads there.
type field struct {
	Name, Label, Value, Hint, Error string
	Placeholder                     string
	Options                         []option // a choice, where there are any
	List                            []option // suggestions, where any text may be typed
	Kind                            string   // of the input: "" is text
}

type option struct {
	Value, Text string
	Chosen      bool
}

// A wrong is one thing a question got wrong, and the field it is about.
type wrong struct{ Field, Label, Text string }

// A frame is what stands round every page: the way in, the two clocks, what is
// not as of now, what went wrong. Pages begin one, fill it and render it.
type frame struct {
	site  *Site
	asked *Asked
	err   error

	Title    string // also the heading
	Lead     string // a sentence under it, or ""
	Sections []section
	Wrongs   []wrong
	Outcome  string // of what was posted, beside Wrongs
	Offers   []link // where else to look, beside Wrongs
	Stale    string

	// Clocks is nil on pages that have no point.
	Clocks *clocks
	// own are the page's own fields, for errors to lead to.
	own []*field
	// year is the year of the offered ends and reports; 0 is the year of the day asked.
	year int
	// planned pages need a plan: days before there is an are not offered.
	planned bool
	// Point is nil until the question has an answer.
	Point *pointView
	// Twins are the same answer in other forms.
	Twins []link
	// Main is the page's own view.
	Main any
}

// Account is the id of the signed-in account, or "".
func (f *frame) Account() string {
	if f.asked == nil || !f.asked.Signed {
		return ""
	}
	return f.asked.Who.ID
}

type section struct {
	link
	Here bool
}

// clocks are the two questions about time, and the rest of their form.
type clocks struct {
	Action        string
	AsOf, KnownAt field
	// Fields are further questions of the same form: choosePeriod and choosePlace
	// add theirs, and pages their own.
	Fields  []*field
	Hidden  []pair
	Presets []preset
	// Days are when what this page shows became another, newest first: changes
	// fills it. DaysOf says of what, and AllDays is where all of them are, if
	// there are more.
	Days    []preset
	DaysOf  string
	AllDays link
}

// pointView says in words where an answer holds.
type pointView struct {
	Sentence, Area, Period, Synthetic string
	Banner, ToNow                     string // Banner is "" for now
	Future                            bool
}

// newFrame starts a page.
func (s *Site) newFrame(a *Asked, title string) *frame {
	f := &frame{site: s, asked: a, Outcome: a.Outcome, Title: title, Sections: a.sections()}
	s.countRequests(f)
	if s.Stale != nil {
		f.Stale = s.Stale(a.Head)
	}
	f.Clocks = &clocks{
		Action: a.Path,
		AsOf: field{Name: "as_of", Label: "Số liệu tại ngày", Value: a.get("as_of"), Placeholder: "dd/mm/yyyy",
			Hint: "Tính mọi việc có hiệu lực đến hết ngày này. Để trống là hôm nay."},
		KnownAt: field{Name: "known_at", Label: "Theo hồ sơ ghi nhận đến", Value: a.get("known_at"), Placeholder: "dd/mm/yyyy",
			Hint: "Chỉ dùng hồ sơ đã vào sổ đến hết ngày này (giờ Việt Nam). Để trống là hiện tại."},
	}
	f.Clocks.Hidden = hiddenFields(a, "as_of", "known_at")
	if a.Wrong != nil {
		f.addWrong(a.Wrong)
	}
	return f
}

// sections are the ways to the other pages, at the same point.
func (a *Asked) sections() (list []section) {
	for _, x := range sections {
		here := x.Path == a.Path || x.Path != "/" && strings.HasPrefix(a.Path, x.Path+"/")
		list = append(list, section{link{x.Text, a.addressOf(x.Path)}, here})
	}
	return list
}

// addressOf is the address of another page at the same point, as it was typed, with
// parameters of its own: name, value, name, value.
func (a *Asked) addressOf(path string, own ...string) string {
	v := url.Values{}
	for _, name := range answers.PointNames {
		v.Set(name, a.get(name))
	}
	for i := 0; i+1 < len(own); i += 2 {
		v.Set(own[i], own[i+1])
	}
	return addressWith(path, v)
}

// withChanged is the address of the same page with some parameters changed.
func (a *Asked) withChanged(own ...string) string {
	v := url.Values{}
	for name := range a.Values {
		v.Set(name, a.get(name))
	}
	for i := 0; i+1 < len(own); i += 2 {
		v.Set(own[i], own[i+1])
	}
	return addressWith(a.Path, v)
}

// addressWith is a path with its parameters, the empty ones left out.
func addressWith(to string, v url.Values) string {
	for name, values := range v {
		if len(values) == 0 || values[0] == "" {
			delete(v, name)
		}
	}
	if len(v) == 0 {
		return to
	}
	return to + "?" + v.Encode()
}

// pinnedAddress is an address with a permanent answer: a point in full, and
// parameters of the page's own, which replace the point's. Nothing else
// writes the address of a point.
func pinnedAddress(path string, point interface{ Values() url.Values }, own ...string) string {
	v := point.Values()
	for i := 0; i+1 < len(own); i += 2 {
		v.Set(own[i], own[i+1])
	}
	return addressWith(path, v)
}

// addWrong tells the reader about a mistake in the question. The result is false
// for an error of the server: the page cannot be shown then.
func (f *frame) addWrong(err error) bool {
	// An error without a fault, or about the store, is nothing that a reader can mend.
	told, ok := fault.Of(err)
	if !ok || told.Kind == fault.Unavailable || told.Kind == fault.Corrupt {
		return false
	}
	w := wrong{Field: strings.ReplaceAll(told.Field, "-", "_"), Text: told.Vi()}
	fields := f.own
	if f.Clocks != nil {
		fields = append(append([]*field{&f.Clocks.AsOf, &f.Clocks.KnownAt}, f.Clocks.Fields...), f.own...)
	}
	for _, x := range fields {
		if x.Name == w.Field {
			x.Error, w.Label = w.Text, x.Label
		}
	}
	f.Wrongs = append(f.Wrongs, w)
	f.err = errors.Join(f.err, err)
	return true
}

// refuse renders a page whose question has no answer: the fields keep what was
// typed, and main shows the page's own form.
func (f *frame) refuse(name string, err error, main any) (Page, error) {
	if !f.addWrong(err) {
		return Page{}, err
	}
	// Without a place nothing can be asked; the guide is on the first page.
	if errors.Is(err, indicator.ErrNoPlace) && f.asked.Path != "/" && len(f.Offers) == 0 {
		f.Offers = []link{{"Bắt đầu từ đâu?", "/"}}
	}
	return f.render(name, main)
}

// showPoint says where the answer holds.
func (f *frame) showPoint(p *answers.Point) {
	f.Point = &pointView{
		Sentence: vi.AsOf(p), Area: vi.Area(p), Period: vi.Period(p.Period), Future: p.Future,
		Banner: banner(p),
		ToNow:  f.asked.withChanged("as_of", "", "known_at", ""),
	}
	if p.Synthetic {
		f.Point.Synthetic = vi.Synthetic
	}
	// The day in words shows a slip of the finger that digits hide.
	f.Clocks.AsOf.Hint, f.Clocks.KnownAt.Hint = vi.AsOfEcho(p), vi.KnownEcho(p)
	// The day that was meant is filled in, so that a next question starts from it.
	if f.Clocks.AsOf.Value == "" {
		f.Clocks.AsOf.Value = vi.Day(p.Valid)
	}
	f.addPresets(p)
}

// banner says that the page does not show the state of now, and how much is left out.
func banner(p *answers.Point) string {
	later := int64(p.Head().Size() - p.Size)
	switch {
	case later > 0:
		return "Bạn đang xem số liệu như đã biết đến " + vi.KnownUntil(p) + ": " + vi.Integer(later) +
			" bản ghi ghi nhận sau đó chưa được tính."
	case p.Valid != p.Head().Today():
		// Nothing is left out then, but a reader may take the figures for those of today.
		return "Bạn đang xem số liệu tại ngày " + vi.Day(p.Valid) + ", không phải hôm nay."
	}
	return ""
}

// addPresets offers the clocks the day asked suggests: now, the year's two
// ends, its end as it was known then, the day by which the plan wants reports,
// and the statements of that year.
func (f *frame) addPresets(p *answers.Point) {
	year := f.year
	if year == 0 {
		year = p.Valid.Year()
	}
	first, last, today := calendar.FirstOfYear(year), calendar.LastOfYear(year), p.Head().Today()
	f.addPreset("Hiện tại", "", "")
	// Before the plan began, a page about the plan could only say that there is none.
	if !f.planned || len(f.site.Answers.Plans(p.Size, first)) > 0 {
		f.addPreset("Đầu năm "+vi.Day(first), vi.Day(first), "")
	}
	f.addPreset("Cuối năm "+vi.Day(last), vi.Day(last), "")
	for _, day := range f.site.reportDays(p, year) {
		if day <= today {
			f.addPreset("Hạn báo cáo "+vi.Day(day)+", như đã biết khi đó", vi.Day(day), vi.Day(day))
		}
	}
	// As known at its end means nothing for a year that is not over.
	if last < today {
		f.addPreset("Cuối năm, như đã biết khi đó", vi.Day(last), vi.Day(last))
	}
	for _, x := range f.site.standingStatements(p.Head(), year) {
		f.addPreset("Như báo cáo: "+x.Issued.Title, vi.Day(x.Issued.Valid), ledger.KnownSize(ledger.Position(x.Issued.Size)).String())
	}
}

func (f *frame) addPreset(text, asOf, known string) {
	here := sameTyped(f.asked.get("as_of"), asOf) && sameTyped(f.asked.get("known_at"), known)
	f.Clocks.Presets = append(f.Clocks.Presets, preset{link{text, f.asked.withChanged("as_of", asOf, "known_at", known)}, here})
}

// sameTyped reports whether two ways of typing name the same day, or are the
// same text.
func sameTyped(a, b string) bool {
	x, err := calendar.ParseTyped(a)
	y, err2 := calendar.ParseTyped(b)
	return a == b || err == nil && err2 == nil && x == y
}

// reportDays are the days by which the plans of a year, as known at a point,
// want to be reported on.
func (s *Site) reportDays(p *answers.Point, year int) (days []calendar.Day) {
	for _, x := range s.Answers.Plans(p.Size, max(p.Valid, calendar.LastOfYear(year))) {
		for _, t := range x.Targets {
			day := t.Due.Day()
			if x.Head().Year == int64(year) && t.Indicator == "reports.received" && day != 0 && !slices.Contains(days, day) {
				days = append(days, day)
			}
		}
	}
	return days
}

// standingStatements are the statements in force at a head about a day of a year.
func (s *Site) standingStatements(h *answers.Head, year int) (list []*answers.StatementCheck) {
	if s.Statements == nil {
		return nil
	}
	for _, c := range s.Statements.List(h.Size()) {
		if c.Stands() && c.Issued.Valid.Year() == year {
			list = append(list, c)
		}
	}
	return list
}

// choosePeriod lets the reader choose in which period flows are counted.
func (f *frame) choosePeriod() {
	typed := f.asked.get("period")
	if typed == calendar.CalendarYear {
		typed = ""
	}
	x := &field{Name: "period", Label: "Kỳ tính", Options: []option{
		{"", "Năm dương lịch", typed == ""},
		{calendar.StatisticalYear, "Năm thống kê (15/12 đến 14/12)", typed == calendar.StatisticalYear},
	}}
	if typed != "" && typed != calendar.StatisticalYear {
		words := typed
		if day, err := calendar.ParseTyped(typed); err == nil {
			words = "Từ ngày " + vi.Day(day)
		}
		x.Options = append(x.Options, option{typed, words, true})
	}
	f.Clocks.Fields = append(f.Clocks.Fields, x)
}

// choosePlace lets the reader choose among the places of the map that the
// question is about, or of the map of now where the question has no answer. A
// place that was typed and is not there stays in the field.
func (f *frame) choosePlace() {
	typed := f.asked.get("place")
	x := &field{Name: "place", Label: "Địa bàn"}
	// Without the place: one that is wrong must not take the choice of others away.
	p, err := f.asked.resolve(answers.InPlace(""))
	if err != nil {
		p, err = f.asked.Head.Resolve(answers.Query{})
	}
	if err == nil {
		m, own := f.site.Answers.Map(p), p.PlaceCode
		x.Options = append(x.Options, option{"", "Toàn bộ địa bàn của sổ", typed == "" || typed == own})
		x.addUnder(m, own, typed, "")
	}
	// A typed place that is not on this map stays in the field, beside its mistake.
	if !slices.ContainsFunc(x.Options, func(o option) bool { return o.Chosen }) {
		x.Options = append(x.Options, option{typed, typed, true})
	}
	f.Clocks.Fields = append(f.Clocks.Fields, x)
}

// addUnder adds the places under a place as options, indented as a tree.
func (x *field) addUnder(m *place.Map, code, typed, indent string) {
	for _, c := range answers.ByName(m, m.Children(code)) {
		x.Options = append(x.Options, option{c, indent + m.Name(c), c == typed})
		x.addUnder(m, c, typed, indent+"\u00a0\u00a0\u00a0")
	}
}

// Of the days on which a figure changed so many are listed, out of so many
// newest changes; several changes of a day share a line.
const (
	mostDays    = 12
	mostChanges = 60
)

// listChanges fills in the days on which one figure, for the day and place of a
// point, became another: the newest first, each leading to this page as it was
// known then. Its series page has them all.
func (f *frame) listChanges(p *answers.Point, d *indicator.Definition) error {
	list, more, err := f.site.Answers.LastVintages(f.asked.ctx(), p, d, mostChanges)
	if err != nil {
		return err
	}
	days := map[calendar.Day]bool{}
	var figures []*indicator.Figure // of Days, and of the day before them
	for _, x := range slices.Backward(list.Vintages) {
		day := x.Record.Recorded.DayIn()
		if !days[day] && len(days) == mostDays {
			more, figures = true, append(figures, x.Figure)
			break
		}
		if days[day] {
			continue
		}
		shownNow := len(days) == 0 // no later change is known at the point
		days[day] = true
		known := ledger.KnownSize(x.Size).String()
		f.Clocks.Days = append(f.Clocks.Days, preset{
			link{vi.Day(day) + ": " + vi.Figure(x.Figure), f.asked.withChanged("known_at", known)}, shownNow,
		})
		figures = append(figures, x.Figure)
	}
	for i := range f.Clocks.Days {
		if i+1 < len(figures) {
			f.Clocks.Days[i].Text += sameNumber(figures[i+1], figures[i])
		}
	}
	f.Clocks.DaysOf = "con số này"
	if more {
		f.Clocks.AllDays = link{"Xem tất cả các lần thay đổi", f.asked.addressOf("/dien-bien/" + url.PathEscape(d.Code))}
	}
	return nil
}

// sameNumber says what moved where a figure is printed as it was before; ""
// where it is not.
func sameNumber(before, after *indicator.Figure) string {
	switch {
	case vi.Figure(before) != vi.Figure(after):
		return ""
	case vi.OtherValue(before, after):
		return " (" + vi.MovedFigure(before, after).Change + ")"
	case vi.Coverage(before) != vi.Coverage(after):
		return " (chỉ độ phủ thay đổi: " + vi.Coverage(after) + ")"
	}
	return " (chỉ bản ghi làm căn cứ thay đổi)"
}

// render gives the page.
func (f *frame) render(name string, main any) (Page, error) {
	if f.Clocks != nil {
		f.Clocks.Hidden = slices.DeleteFunc(f.Clocks.Hidden, func(p pair) bool {
			return slices.ContainsFunc(f.Clocks.Fields, func(x *field) bool { return x.Name == p.Name })
		})
	}
	f.Main = main
	html, err := renderPage(name, f)
	return Page{HTML: html, Err: f.err}, err
}

// tables offers an answer of the API in each form: as JSON, for programs,
// and as the tables people open. to is its address, pinned.
func tables(what, to string) []link {
	mark := "?"
	if strings.Contains(to, "?") {
		mark = "&"
	}
	if what != "" {
		what += ": "
	}
	return []link{
		{what + "Excel (.xlsx)", to + mark + "format=xlsx"}, {what + "CSV cho Excel", to + mark + "format=excel-csv"},
		{what + "JSON, cố định tại cỡ sổ này", to},
	}
}
