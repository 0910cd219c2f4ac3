package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/classification"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/plan"
	"htxledger/projections/answers"
)

// errNumber is raised for a parameter that is no whole number from 0 on.
var errNumber = fault.Declare("page-number", fault.Malformed,
	"%q is not a whole number from 0 on", "“%s” không phải là số nguyên từ 0 trở lên")

// A compareForm asks for two points. Each has both clocks; place, map, period and
// scheme are of both.
type compareForm struct {
	A, B                       [2]*field // as of, known at
	Code                       *field
	Place, Map, Period, Scheme *field
	Changed                    bool
	from, upto                 *answers.Point // of A and of B, once resolved
	Presets                    []preset
	Swap                       string
	More                       bool // one of the fields folded away says something
}

// compareNames are the parameters of the page. cause and offset page through
// the steps of a figure.
var compareNames = []string{"a_as_of", "a_known_at", "b_as_of", "b_known_at", "changed", "code", "cause", "offset"}

// pointField is a clock of one point.
func pointField(a *Asked, name, label, hint string) *field {
	return &field{Name: name, Label: label, Value: a.get(name), Placeholder: "dd/mm/yyyy", Hint: hint}
}

// newCompareForm reads the form of the page from the question. Nothing is resolved
// yet: mistakes in the days come up in resolve.
func newCompareForm(s *Site, a *Asked) *compareForm {
	f := &compareForm{Changed: a.get("changed") != ""}
	f.A = [2]*field{
		pointField(a, "a_as_of", "A: số liệu tại ngày", "Để trống là hôm nay."),
		pointField(a, "a_known_at", "A: theo hồ sơ ghi nhận đến", "Để trống là hiện tại."),
	}
	f.B = [2]*field{
		pointField(a, "b_as_of", "B: số liệu tại ngày", "Để trống là hôm nay."),
		pointField(a, "b_known_at", "B: theo hồ sơ ghi nhận đến", "Để trống là hiện tại."),
	}
	f.Code = choice(a, "code", "Chỉ tiêu", append([]option{{Text: "Tất cả chỉ tiêu"}}, comparable()...))
	f.Map = &field{Name: "map", Label: "Bản đồ địa giới ngày", Value: a.get("map"), Placeholder: "dd/mm/yyyy",
		Hint: "Để trống: mỗi mốc theo bản đồ ngày của mình."}
	f.Place = choice(a, "place", "Địa bàn", append([]option{{Text: "Toàn bộ"}}, s.places(a)...))
	f.Period = choice(a, "period", "Kỳ", []option{{Text: "Năm dương lịch"}, {Value: calendar.StatisticalYear, Text: "Năm thống kê (15/12 đến 14/12)"}})
	schemes := []option{{Text: "Theo lựa chọn đã ghi"}}
	for _, x := range classification.All() {
		schemes = append(schemes, option{Value: x.Code, Text: vi.Scheme(x.Code)})
	}
	f.Scheme = choice(a, "scheme", "Thang xếp loại", schemes)
	for _, x := range []*field{f.Map, f.Place, f.Period, f.Scheme} {
		f.More = f.More || x.Value != ""
	}
	return f
}

// fields are the fields of the form, for errors to point at.
func (f *compareForm) fields() []*field {
	return []*field{f.A[0], f.A[1], f.B[0], f.B[1], f.Code, f.Place, f.Map, f.Period, f.Scheme}
}

// choice is a field with options. What was typed stands among them also where it
// is none of them, so that it is kept.
func choice(a *Asked, name, label string, options []option) *field {
	f := &field{Name: name, Label: label, Value: a.get(name), Options: options}
	found := false
	for i := range f.Options {
		f.Options[i].Chosen = f.Options[i].Value == f.Value
		found = found || f.Options[i].Chosen
	}
	if !found {
		f.Options = append(f.Options, option{f.Value, f.Value, true})
	}
	return f
}

// comparable are the figures with steps of their own.
func comparable() (list []option) {
	for _, d := range indicator.All() {
		if !d.IsComposed() {
			list = append(list, option{Value: d.Code, Text: d.Name})
		}
	}
	return list
}

// places are the places of the map of B, as a tree; of today's map where B
// has no answer.
func (s *Site) places(a *Asked) []option {
	p, err := a.Head.Resolve(answers.Query{AsOf: a.get("b_as_of"), Map: a.get("map")})
	if err != nil {
		p, err = a.Head.Resolve(answers.Query{})
	}
	if err != nil {
		return nil
	}
	x := &field{}
	x.addUnder(s.Answers.Map(p), p.PlaceCode, a.get("place"), "")
	return x.Options
}

// query is the question at one of the two points.
func (f *compareForm) query(point [2]*field) answers.Query {
	q := answers.Query{
		AsOf: point[0].Value, Known: point[1].Value,
		Place: f.Place.Value, Map: f.Map.Value, Period: f.Period.Value, Scheme: f.Scheme.Value,
	}
	if f.Code.Value != "" {
		q.Codes = []string{f.Code.Value}
	}
	return q
}

// resolve finds both points, at one head. What is wrong with a clock is said of the
// point of this clock, and of both clocks at once.
func (f *compareForm) resolve(h *answers.Head) (errs []error) {
	said := map[string]bool{}
	for _, end := range []struct {
		clocks [2]*field
		point  **answers.Point
	}{{f.A, &f.from}, {f.B, &f.upto}} {
		var err error
		*end.point, err = h.Resolve(f.query(end.clocks))
		told, ok := fault.Of(err)
		switch {
		case err == nil:
		case ok && told.Field == "as-of":
			errs = append(errs, told.At(end.clocks[0].Name))
		case ok && told.Field == "known-at":
			errs = append(errs, told.At(end.clocks[1].Name))
		case ok && said[told.Code+told.Field]:
		default:
			errs = append(errs, err)
		}
		if ok {
			said[told.Code+told.Field] = true
		}
	}
	return errs
}

// between is the same page with other clocks.
func (a *Asked) between(aDay, aKnown, bDay, bKnown string) string {
	return a.withChanged("a_as_of", aDay, "a_known_at", aKnown, "b_as_of", bDay, "b_known_at", bKnown, "offset", "", "cause", "", "as_of", "", "known_at", "")
}

// offer fills in the presets for the year the reader looks at: how it went,
// what was learned since, and what became of the reported figures.
func (f *compareForm) offer(s *Site, a *Asked, d *answers.Differences) {
	day := s.lookedAt(d)
	put := func(text, aDay, aKnown, bDay, bKnown string) {
		here := f.A[0].Value == aDay && f.A[1].Value == aKnown && f.B[0].Value == bDay && f.B[1].Value == bKnown
		f.Presets = append(f.Presets, preset{link{text, a.between(aDay, aKnown, bDay, bKnown)}, here})
	}
	today, year := a.Head.Today(), day.Year()
	put("Đầu năm nay → nay", vi.Day(calendar.FirstOfYear(today.Year())), "", "", "")
	if year != today.Year() {
		put("Đầu năm → cuối năm "+strconv.Itoa(year), vi.Day(calendar.FirstOfYear(year)), "", vi.Day(calendar.LastOfYear(year)), "")
		put("Cuối năm "+strconv.Itoa(year)+" → nay", vi.Day(calendar.LastOfYear(year)), "", "", "")
	}
	if day <= today {
		put("Cùng ngày "+vi.Day(day)+": biết khi đó → biết nay", vi.Day(day), vi.Day(day), vi.Day(day), "")
	}
	for _, x := range s.standingStatements(a.Head, year) {
		on, known := vi.Day(x.Issued.Valid), ledger.KnownSize(ledger.Position(x.Issued.Size)).String()
		put("Như báo cáo “"+x.Issued.Title+"” → nay biết", on, known, on, "")
	}
	f.Swap = a.between(f.B[0].Value, f.B[1].Value, f.A[0].Value, f.A[1].Value)
}

// lookedAt is the day the presets are about: the second, unless that is now
// and an earlier year, of the first or of the newest plan, is what it is held
// against.
func (s *Site) lookedAt(d *answers.Differences) calendar.Day {
	from, to, h := d.From.Valid, d.To.Valid, d.To.Head()
	if to.Year() != h.Today().Year() {
		return to
	}
	if from.Year() != h.Today().Year() {
		return from
	}
	if _, err := h.Resolve(answers.Query{}); err != nil {
		return to
	}
	return min(to, lastOfPlans(s.Answers.Plans(h.Size(), h.Today()), to))
}

// usualComparison is the address for a page without a question: from the
// beginning of the year to the day the reader comes from, or to the end of
// the newest plan's year where that is past.
func (s *Site) usualComparison(a *Asked) string {
	to, known := a.get("as_of"), a.get("known_at")
	day, err := calendar.ParseTyped(to)
	if err != nil { // a word that is no day is refused there, by name
		day = a.Head.Today()
	}
	if to == "" {
		if p, err := a.resolveKnown(); err == nil {
			day = min(day, lastOfPlans(s.Answers.Plans(p.Size, p.Valid), day))
		}
		to = vi.Day(day)
	}
	return a.between(vi.Day(calendar.FirstOfYear(day.Year())), known, to, known)
}

// lastOfPlans is the last day of the newest plan's year; otherwise where there is
// no plan.
func lastOfPlans(plans []*plan.Plan, otherwise calendar.Day) calendar.Day {
	last := calendar.Day(0)
	for _, p := range plans {
		last = max(last, calendar.LastOfYear(int(p.Head().Year)))
	}
	if last == 0 {
		return otherwise
	}
	return last
}

// onward is the point for the links to other pages: the second.
func (f *compareForm) onward(a *Asked) *Asked {
	to := *a
	to.Values = maps.Clone(a.Values)
	for _, name := range compareNames {
		to.Values.Del(name)
	}
	to.Values.Set("as_of", f.B[0].Value)
	to.Values.Set("known_at", f.B[1].Value)
	return &to
}

// number is a parameter that is a whole number; 0 where it is absent.
func (a *Asked) number(name string) (int, error) {
	typed := a.get(name)
	if typed == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(typed, 10, 31)
	if err != nil {
		return 0, errNumber.With(typed).At(name)
	}
	return int(n), nil
}

// asksNothing reports whether none of the page's own points was named.
func (a *Asked) asksNothing() bool {
	return !slices.ContainsFunc(compareNames[:4], func(name string) bool { return strings.TrimSpace(a.Values.Get(name)) != "" })
}
