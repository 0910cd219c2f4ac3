package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"htxledger/api/sheets"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/intake"
	"htxledger/projections/directory"
)

// A templating is what the flags of template say.
type templating struct {
	year      int
	unit, out string
}

func (a *app) templateCommand() *cobra.Command {
	var how templating
	cmd := &cobra.Command{
		Use:   "template FORM",
		Short: "Tạo biểu mẫu Excel để điền / write a form to be filled in",
		Long: `Tạo tệp Excel của một biểu mẫu cho một địa bàn, điền sẵn các HTX có trong sổ tại ngày --as-of (mặc định: cuối năm
--year, hoặc hôm nay), có danh sách chọn và hướng dẫn.
Biểu mẫu: ` + formNames() + `.

Writes a workbook of one form for one place, with the co-operatives of --as-of (by default the end of
--year, or today) filled in, drop-downs and notes. What is filled in is read back by import.`,
		Example: "  htxledger template coop-annual --place dak-mil --year 2023 -O dak-mil-2023.xlsx",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.template(cmd, args[0], how) },
	}
	f := cmd.Flags()
	f.IntVar(&how.year, "year", 0, "năm số liệu / year of the figures")
	f.StringVar(&how.unit, "unit", "triệu đồng", "đơn vị của cột tiền / unit of money: đồng, nghìn đồng, triệu đồng, tỷ đồng")
	f.StringVarP(&how.out, "out", "O", "", "tệp ghi ra / file to write (default FORM.xlsx)")
	return cmd
}

// template writes a form for the place asked.
func (a *app) template(cmd *cobra.Command, name string, how templating) error {
	if err := a.outputs("table", "json"); err != nil {
		return err
	}
	form, err := intake.FindForm(name)
	if err != nil {
		return err
	}
	unit, err := intake.ParseUnit(how.unit)
	if err != nil {
		return within("--unit", err)
	}
	r, err := a.read(cmd.Context())
	if err != nil {
		return err
	}
	defer r.close()
	blank, err := a.blank(r, form, how.year)
	if err != nil {
		return err
	}
	blank.Unit = unit.String()
	if how.out == "" {
		how.out = form.Name + ".xlsx"
	}
	if err := writeTemplate(how.out, blank); err != nil {
		return err
	}
	return a.print(templateReply(how.out, blank))
}

// A template as programs are told of it.
type writtenForm struct {
	File  string `json:"file"`
	Form  string `json:"form"`
	Place string `json:"place"`
	Year  int    `json:"year,omitempty"`
	Coops int    `json:"coops"` // filled in
}

func templateReply(file string, b sheets.Blank) reply {
	return reply{
		json: func() any { return writtenForm{file, b.Form.Name, b.Place, b.Year, len(b.Rows)} },
		text: func(p *page) {
			p.line("Đã ghi biểu mẫu %s (%s): %s HTX điền sẵn.", file, b.PlaceName, vi.Integer(len(b.Rows)))
		},
	}
}

func writeTemplate(path string, b sheets.Blank) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := sheets.WriteTemplate(f, b); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// blank is a form with the co-operatives of the place asked filled in, where the
// form is about co-operatives that are there already.
func (a *app) blank(r *reading, form *intake.Form, year int) (sheets.Blank, error) {
	b := sheets.Blank{Form: form, Year: year}
	q := a.query
	if q.AsOf == "" && year > 0 { // the co-operatives, and the map, of that year
		q.AsOf = min(calendar.LastOfYear(year), a.now().DayIn()).String()
	}
	l, err := r.directory.Coops(q, directory.Filter{Status: directory.Registered})
	if err != nil {
		return b, err
	}
	b.Place, b.PlaceName = l.Point.PlaceCode, l.Point.PlaceName
	names := map[string]bool{}
	for _, c := range form.Columns {
		names[c.Name] = true
	}
	if !names["coop_name"] {
		return b, nil
	}
	b.Prefilled = []string{"coop", "coop_name", "year"}
	for _, c := range l.Coops {
		row := map[string]string{"coop": c.State.Key, "coop_name": c.State.Name}
		if year > 0 {
			row["year"] = fmt.Sprint(year)
		}
		b.Rows = append(b.Rows, row)
	}
	return b, nil
}
