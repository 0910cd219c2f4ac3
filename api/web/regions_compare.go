package web

import (
	"errors"
	"math/big"
	"strings"

	"htxledger/api/chart"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/projections/answers"
)

// compareMaps tells the same day, known the same, on the map before the last
// redrawing and on the map after; nil where the map was never redrawn, or where
// the place asked has no counterpart.
func compareMaps(f *frame, r *answers.Regions) (*mapsView, error) {
	days := redrawnDays(r)
	if len(days) == 0 {
		return nil, nil
	}
	last := days[len(days)-1]
	other := last
	// The page is on the new map already: the old one is the other.
	if r.Point.Map >= last {
		other = last - 1
	}
	there := placeOn(f.site.Answers, r, other)
	if r.Point.Place != "" && there == "" {
		return nil, nil
	}
	d := r.Whole.Figures[0].Definition
	p, err := r.Point.With(answers.OnMap(other), answers.InPlace(there))
	var otherLeaves *answers.Regions
	if err == nil {
		otherLeaves, err = f.site.Answers.Regions(f.asked.ctx(), p.Of(d), true)
	}
	if errors.Is(err, place.ErrNotOnMap) || errors.Is(err, indicator.ErrNoPlace) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// On the lowest level, where every co-operative sits in one place on either map.
	leaves, err := f.site.Answers.Regions(f.asked.ctx(), r.Point.Of(d), true)
	if err != nil {
		return nil, err
	}
	v := &mapsView{To: link{"Xem trên bản đồ ngày " + vi.Day(other), f.asked.withChanged("map", vi.Day(other), "place", there, "sort", "")}}
	v.describe(r, leaves, otherLeaves)
	earlier, later := otherLeaves, leaves
	if other == last {
		earlier, later = leaves, otherLeaves
	}
	v.listMerged(earlier, later)
	return v, nil
}

// describe says in words which figures are the same and which are not.
func (v *mapsView) describe(r, here, there *answers.Regions) {
	side := func(x *answers.Regions) string {
		return "trên bản đồ ngày " + vi.Day(x.Point.Map) + ", " + unitsUnder(x.Map, x.Whole.Code)
	}
	v.Sentences = append(v.Sentences, "Cùng số liệu ngày "+vi.Day(r.Point.Valid)+", cùng hồ sơ đã ghi: "+side(here)+"; "+side(there)+".")
	a, b := here.Whole.Figures[0], there.Whole.Figures[0]
	if a.Same(b) {
		v.Sentences = append(v.Sentences, a.Definition.Name+": "+vi.Figure(a)+" trên cả hai bản đồ. Vẽ lại bản đồ không làm ai thành lập hay mất đi.")
		return
	}
	v.Sentences = append(v.Sentences, a.Definition.Name+": "+vi.Figure(a)+" trên bản đồ ngày "+vi.Day(here.Point.Map)+", "+vi.Figure(b)+
		" trên bản đồ ngày "+vi.Day(there.Point.Map)+": địa giới khác nhau thì phạm vi tính khác nhau.")
}

// listMerged lists the places of the later map with their former places.
func (v *mapsView) listMerged(earlier, later *answers.Regions) {
	from := map[string][]string{}
	for _, p := range earlier.Parts {
		if now, ok := later.Map.Resolve(p.Code); ok {
			from[now] = append(from[now], p.Name+" ("+vi.Value(p.Figures[0])+")")
		}
	}
	for _, p := range later.Parts {
		v.Rows = append(v.Rows, mergedRow{p.Name, vi.Value(p.Figures[0]), from[p.Code]})
	}
}

// smallMultiples draws the first figure of each part along the days, on one scale.
func smallMultiples(f *frame, r *answers.Regions, form *regionForm) (*multiplesView, error) {
	d := r.Whole.Figures[0].Definition
	// A figure counted for the whole alone would be the same line in every panel.
	if len(r.Parts) == 0 || d.Overall {
		return nil, nil
	}
	v := &multiplesView{Name: d.Name}
	if len(r.Parts) > mostPanels {
		v.TooMany = len(r.Parts)
		return v, nil
	}
	span := form.span(r.Point.Valid)
	v.Span = "từ " + vi.Day(span.First) + " đến " + vi.Day(span.Last)
	codes := make([]string, len(r.Parts))
	for i, p := range r.Parts {
		codes[i] = p.Code
	}
	courses, err := f.site.Answers.Courses(f.asked.ctx(), r.Point, d, span, codes)
	if err != nil {
		return nil, err
	}
	days := span.Days()
	for _, day := range days {
		v.Days = append(v.Days, vi.Day(day))
	}
	m := &chart.Multiples{ID: "nho", First: monthOf(days[0]), Last: monthOf(days[len(days)-1]), Tick: func(x *big.Rat) string { return inWords(d, x) }}
	for _, c := range courses {
		m.Panels = append(m.Panels, v.panelOf(f, d, c))
	}
	v.Charts = m.Draw()
	return v, nil
}

// panelOf is a place as a panel, and its row in the table.
func (v *multiplesView) panelOf(f *frame, d *indicator.Definition, c answers.Course) chart.Panel {
	p := chart.Panel{Name: c.Place.Name, Link: f.asked.addressOf("/dien-bien/"+d.Code, "place", c.Place.Code)}
	row := multipleRow{Name: c.Place.Name}
	for _, x := range c.Figures {
		p.Values = append(p.Values, valueOf(x))
		printed := vi.NoData
		if x != nil {
			printed = vi.Value(x)
		}
		row.Values = append(row.Values, printed)
	}
	last := len(row.Values) - 1
	p.Desc = d.Name + ": " + row.Values[0] + " ngày " + v.Days[0] + ", " + row.Values[last] + " ngày " + v.Days[last]
	v.Rows = append(v.Rows, row)
	return p
}

// monthOf is the month of a day: 12/2023.
func monthOf(day calendar.Day) string {
	_, month, _ := strings.Cut(vi.Day(day), "/")
	return month
}

// inWords prints a value of a figure as vi.Value does.
func inWords(d *indicator.Definition, v *big.Rat) string {
	return vi.Value(&indicator.Figure{Definition: d, Num: v.Num().Int64(), Den: v.Denom().Int64()})
}
