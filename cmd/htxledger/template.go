package main

import (
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/imports"
	"htxledger/api/sheets"
	"htxledger/api/shown"
	"htxledger/api/vi"
)

// templateFlags are the flags of template.
type templateFlags struct {
	year      int
	unit, out string
}

// templateCommand is the command "template": write a form to be filled in.
func (a *app) templateCommand() *cobra.Command {
	var how templateFlags
	cmd := &cobra.Command{
		Use:   "template FORM",
		Short: "Tạo biểu mẫu Excel để điền / write a form to be filled in",
		Long: `Tạo tệp Excel của một biểu mẫu cho một địa bàn, điền sẵn các HTX có trong sổ tại ngày --as-of (mặc định: cuối năm
--year, hoặc hôm nay), có danh sách chọn và hướng dẫn.
Biểu mẫu: ` + strings.Join(imports.FormNames(), ", ") + `.

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
func (a *app) template(cmd *cobra.Command, name string, how templateFlags) error {
	if err := a.allowOutputs("table", "json"); err != nil {
		return err
	}
	year := ""
	if how.year != 0 {
		year = strconv.Itoa(how.year)
	}
	if _, err := imports.NewBlank(name, year, how.unit); err != nil {
		return flagged(err) // before a ledger is looked for
	}
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	defer r.close()
	imports.ChooseBlank(r.head, r.answers, "", &a.query, &year)
	blank, err := imports.NewBlank(name, year, how.unit)
	if err != nil {
		return flagged(err)
	}
	if err := imports.FillBlank(cmd.Context(), r.head, r.directory, &blank, a.query); err != nil {
		return err
	}
	if how.out == "" {
		how.out = name + ".xlsx"
	}
	if err := newFile(how.out, func(w io.Writer) error { return sheets.WriteTemplate(w, blank) }); err != nil {
		return err
	}
	return a.print(templateReply(how.out, blank))
}

// A writtenForm is the receipt of a template, for programs.
type writtenForm struct {
	File  string `json:"file"`
	Form  string `json:"form"`
	Place string `json:"place"`
	Year  int    `json:"year,omitempty"`
	Coops int    `json:"coops"` // filled in
}

func templateReply(file string, b sheets.Blank) reply {
	return reply{
		Answer: shown.Show(func() any { return writtenForm{file, b.Form.Name, b.Place, b.Year, len(b.Rows)} }),
		text: func(p *page) {
			p.line("Đã ghi biểu mẫu %s (%s): %s HTX điền sẵn.", file, b.PlaceName, vi.Integer(len(b.Rows)))
		},
	}
}
