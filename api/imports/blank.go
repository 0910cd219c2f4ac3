package imports

import (
	"cmp"
	"context"
	"strconv"

	"htxledger/api/sheets"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// Forms are the forms that a file may be of, in the order of the manual.
func Forms() []*imports.Form { return imports.Forms() }

// FormNames are the names of all forms.
func FormNames() []string {
	var names []string
	for _, f := range imports.Forms() {
		names = append(names, f.Name)
	}
	return names
}

// NewBlank is a form to be filled in, named by words: the name of the form, a
// year or "", a unit of money or "". A fault of the year or the unit names its
// field.
func NewBlank(form, year, unit string) (b sheets.Blank, err error) {
	if b.Form, err = imports.FindForm(form); err != nil {
		return b, err
	}
	u, err := imports.ParseUnit(cmp.Or(unit, imports.Million.String()))
	if err != nil {
		return b, fault.SetField(err, "unit")
	}
	if b.Unit = u.String(); year != "" {
		b.Year, err = imports.ParseYear(year)
	}
	return b, fault.SetField(err, "year")
}

// ChooseBlank says for what place and year a form is that was asked for without: the
// place of the account, if it has one, and the year of the newest plan that has
// begun.
func ChooseBlank(h *answers.Head, service *answers.Service, own string, q *answers.Query, year *string) {
	if q.Place == "" {
		q.Place = own
	}
	if *year != "" || q.AsOf != "" {
		return
	}
	newest := int64(0)
	for _, p := range service.Plans(h.Size(), h.Today()) {
		if y := p.Head().Year; y <= int64(h.Today().Year()) {
			newest = max(newest, y)
		}
	}
	if newest > 0 {
		*year = strconv.FormatInt(newest, 10)
	}
}

// FillBlank gives a form its place, and the co-operatives of that place where the
// form is about co-operatives that exist already: those of the day of q, or of
// the end of the form's year, or of today if that is earlier.
func FillBlank(ctx context.Context, h *answers.Head, d *directory.Directory, b *sheets.Blank, q answers.Query) error {
	var variations []answers.Variation
	if q.AsOf == "" && b.Year > 0 { // the co-operatives, and the map, of that year
		variations = append(variations, answers.OnDay(min(calendar.LastOfYear(b.Year), h.Today())))
	}
	p, err := h.Resolve(q, variations...)
	if err != nil {
		return err
	}
	l, err := d.Coops(ctx, p, directory.Filter{Status: directory.Registered})
	if err != nil {
		return err
	}
	b.Place, b.PlaceName = l.Point.PlaceCode, l.Point.PlaceName
	if !b.Form.Has("coop_name") {
		return nil
	}
	b.Prefilled = []string{"coop", "coop_name", "year"}
	for _, c := range l.Coops {
		row := map[string]string{"coop": c.State.Key, "coop_name": c.State.Name}
		if b.Year > 0 {
			row["year"] = strconv.Itoa(b.Year)
		}
		b.Rows = append(b.Rows, row)
	}
	return nil
}
