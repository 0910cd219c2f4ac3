package intray

import (
	"context"
	"strconv"

	"htxledger/api/sheets"
	"htxledger/domain/calendar"
	"htxledger/domain/intake"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// Blank is a form with the co-operatives of the place asked filled in, where the
// form is about co-operatives that are there already: those of the day asked,
// or of the end of year, or of today if that is earlier. year may be 0; today is
// the day on which it is made.
func Blank(ctx context.Context, d *directory.Directory, form *intake.Form, q answers.Query, year int, unit intake.Unit, today calendar.Day) (sheets.Blank, error) {
	b := sheets.Blank{Form: form, Year: year, Unit: unit.String()}
	if q.AsOf == "" && year > 0 { // the co-operatives, and the map, of that year
		q.AsOf = min(calendar.LastOfYear(year), today).String()
	}
	l, err := d.Coops(ctx, q, directory.Filter{Status: directory.Registered})
	if err != nil {
		return b, err
	}
	b.Place, b.PlaceName = l.Point.PlaceCode, l.Point.PlaceName
	named := false
	for _, c := range form.Columns {
		named = named || c.Name == "coop_name"
	}
	if !named {
		return b, nil
	}
	b.Prefilled = []string{"coop", "coop_name", "year"}
	for _, c := range l.Coops {
		row := map[string]string{"coop": c.State.Key, "coop_name": c.State.Name}
		if year > 0 {
			row["year"] = strconv.Itoa(year)
		}
		b.Rows = append(b.Rows, row)
	}
	return b, nil
}
