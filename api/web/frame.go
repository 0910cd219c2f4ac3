package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

type link struct{ Text, To string }

type pair struct{ Name, Value string }

// A preset is a pair of clocks that somebody is likely to want.
type preset struct {
	link
	Here bool // it is what is shown
}

// A field is a form field with what was typed and what is wrong with it. Its
// element has the id f-NAME; an error about NAME leads there.
type field struct {
	Name, Label, Value, Hint, Error string
	Placeholder                     string
	Options                         []option // a choice, where there are any
	Kind                            string   // of the input: "" is text
}

type option struct {
	Value, Text string
	Chosen      bool
}

// A wrong is one thing that a question got wrong, and the field it is about.
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
	Offers   []link // where else to look, beside Wrongs
	Stale    string

	// Clocks is nil on pages that have no point.
	Clocks *clocks
	// own are the page's own fields: an error about one of them leads there.
	own []*field
	// Point is nil until the question has an answer.
	Point *pointView
	// Twins are the same answer in other forms.
	Twins []link
	// Main is the page's own view.
	Main any
}

// Account is who can sign out here, or "".
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

// clocks are the two questions about time, and what else the form carries on.
type clocks struct {
	Action        string
	AsOf, KnownAt field
	Hidden        []pair
	Presets       []preset
	// Days are when what this page shows became another, newest first: the
	// page fills it. DaysOf says of what.
	Days   []preset
	DaysOf string
}

// pointView says in words where an answer holds.
type pointView struct {
	Sentence, Area, Period, Synthetic string
	Banner, ToNow                     string // Banner is "" for now
	Future                            bool
}

// begin starts a page.
func (s *Site) begin(a *Asked, title string) *frame {
	f := &frame{site: s, asked: a, Title: title, Sections: a.sections()}
	if s.Stale != nil {
		f.Stale = s.Stale()
	}
	f.Clocks = &clocks{
		Action: a.Path,
		AsOf: field{Name: "as_of", Label: "Số liệu tại ngày", Value: a.get("as_of"), Placeholder: "dd/mm/yyyy",
			Hint: "Tính mọi việc có hiệu lực đến hết ngày này. Để trống là hôm nay."},
		KnownAt: field{Name: "known_at", Label: "Theo hồ sơ ghi nhận đến", Value: a.get("known_at"), Placeholder: "dd/mm/yyyy",
			Hint: "Chỉ dùng hồ sơ đã vào sổ đến hết ngày này (giờ Việt Nam). Để trống là hiện tại."},
	}
	for _, name := range sortedNames(a.Values) {
		if v := a.get(name); v != "" && name != "as_of" && name != "known_at" {
			f.Clocks.Hidden = append(f.Clocks.Hidden, pair{name, v})
		}
	}
	if a.Wrong != nil {
		f.blame(a.Wrong)
	}
	return f
}

// sections are the ways to the other pages, at the same point.
func (a *Asked) sections() (list []section) {
	for _, x := range sections {
		here := x.Path == a.Path || x.Path != "/" && strings.HasPrefix(a.Path, x.Path+"/")
		list = append(list, section{link{x.Text, a.carry(x.Path)}, here})
	}
	return list
}

func sortedNames(v url.Values) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// carry is the address of another page at the same point, as it was typed, with
// parameters of its own: name, value, name, value.
func (a *Asked) carry(path string, own ...string) string {
	v := url.Values{}
	for _, name := range PointNames {
		v.Set(name, a.get(name))
	}
	for i := 0; i+1 < len(own); i += 2 {
		v.Set(own[i], own[i+1])
	}
	return address(path, v)
}

// again is this very page with some parameters changed.
func (a *Asked) again(own ...string) string {
	v := url.Values{}
	for name := range a.Values {
		v.Set(name, a.get(name))
	}
	for i := 0; i+1 < len(own); i += 2 {
		v.Set(own[i], own[i+1])
	}
	return address(a.Path, v)
}

// address is a path with those of its parameters that say something.
func address(to string, v url.Values) string {
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

// pinned is an address that answers the same for ever: the point of p in full.
func pinned(path string, p *answers.Point, own ...string) string {
	v := url.Values{
		"as_of": {p.Valid.String()}, "known_at": {ledger.KnownSize(p.Size).String()},
		"place": {p.Place}, "period": {p.PeriodName}, "scheme": {p.Scheme},
	}
	if p.Map != p.Valid {
		v.Set("map", p.Map.String())
	}
	for i := 0; i+1 < len(own); i += 2 {
		v.Set(own[i], own[i+1])
	}
	return address(path, v)
}

// blame tells the reader what is wrong with the question. It reports false for
// an error that is not the reader's: the page cannot be shown then.
func (f *frame) blame(err error) bool {
	told, ok := fault.Of(err)
	if !ok || told.Kind == fault.Unavailable || told.Kind == fault.Corrupt {
		return false
	}
	w := wrong{Field: strings.ReplaceAll(told.Field, "-", "_"), Text: told.Vi()}
	fields := f.own
	if f.Clocks != nil {
		fields = append([]*field{&f.Clocks.AsOf, &f.Clocks.KnownAt}, f.own...)
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
	if !f.blame(err) {
		return Page{}, err
	}
	return f.render(name, main)
}

// at says where the answer holds.
func (f *frame) at(p *answers.Point) {
	f.Point = &pointView{
		Sentence: vi.AsOf(p), Area: vi.Area(p), Period: vi.Period(p.Period), Future: p.Future,
		Banner: banner(p, f.site.Answers.Projection().Size(), f.site.Answers.Today()),
		ToNow:  f.asked.again("as_of", "", "known_at", ""),
	}
	if p.Synthetic {
		f.Point.Synthetic = vi.Synthetic
	}
	if f.Clocks.AsOf.Value == "" {
		f.Clocks.AsOf.Value = vi.Day(p.Valid)
	}
	f.presets(p)
}

// banner says that what is shown is not the state of now, and what it leaves out.
func banner(p *answers.Point, head ledger.Position, today calendar.Day) string {
	later := int64(head - p.Size)
	switch {
	case later > 0:
		return "Bạn đang xem số liệu như đã biết đến " + vi.Known(p) + ": " + vi.Integer(later) +
			" bản ghi ghi nhận sau đó chưa được tính."
	case p.Valid != today:
		return "Bạn đang xem số liệu tại ngày " + vi.Day(p.Valid) + ", không phải hôm nay."
	}
	return ""
}

// presets offers the clocks that the day asked suggests: now, the year's two
// ends, its end as it was known then, and the statements of that year.
func (f *frame) presets(p *answers.Point) {
	year := p.Valid.Year()
	first, last := calendar.FirstOfYear(year), calendar.LastOfYear(year)
	f.offer("Hiện tại", "", "")
	f.offer("Đầu năm "+vi.Day(first), vi.Day(first), "")
	f.offer("Cuối năm "+vi.Day(last), vi.Day(last), "")
	if last < f.site.Answers.Today() {
		f.offer("Cuối năm, như đã biết khi đó", vi.Day(last), vi.Day(last))
	}
	for _, x := range f.site.stated(year) {
		f.offer("Báo cáo: "+x.Issued.Title, vi.Day(x.Issued.Valid), ledger.KnownSize(ledger.Position(x.Issued.Size)).String())
	}
}

func (f *frame) offer(text, asOf, known string) {
	here := f.asked.get("as_of") == asOf && f.asked.get("known_at") == known
	f.Clocks.Presets = append(f.Clocks.Presets, preset{link{text, f.asked.again("as_of", asOf, "known_at", known)}, here})
}

// stated are the statements that stand about a day of a year.
func (s *Site) stated(year int) (list []*answers.StatementCheck) {
	if s.Statements == nil {
		return nil
	}
	for _, c := range s.Statements.List() {
		if c.Withdrawal == nil && c.Issued.Valid.Year() == year {
			list = append(list, c)
		}
	}
	return list
}

// render gives the page.
func (f *frame) render(name string, main any) (Page, error) {
	f.Main = main
	html, err := render(name, f)
	return Page{HTML: html, Err: f.err}, err
}
