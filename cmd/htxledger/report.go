package main

import (
	"bytes"
	"io"

	"github.com/spf13/cobra"

	"htxledger/api"
	"htxledger/api/report"
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

var errReportFile = fault.Declare("report-file", fault.Malformed,
	"a report as %s is not for a terminal: name a file with -f", "báo cáo dạng %s không in ra màn hình được: hãy nêu tệp bằng -f")

// A reporting is the flags of report.
type reporting struct {
	report.Asked
	format, file string
}

// reportCommand is the command "report": the official report on a plan.
func (a *app) reportCommand() *cobra.Command {
	var how reporting
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Lập báo cáo kết quả thực hiện kế hoạch và phụ lục / the official report on a plan",
		Long: `Lập báo cáo kết quả thực hiện kế hoạch: bảng chỉ tiêu và phụ lục nhiệm vụ, theo thể thức văn bản hành chính, khổ A4. Tên cơ quan, ký hiệu,
nơi nhận và chức vụ người ký lấy từ tham số; phần không nêu để trống cho người dùng điền. Số, ngày và chữ ký luôn để trống.

Writes the report on a plan and its appendix in the official layout: xlsx (real numbers, a flat sheet and
a sheet of sources), docx, html (one page, to be printed), csv or excel-csv (flat) or json.
With --statement the report holds where that statement does, once its figures were counted again. Without -O it
goes to standard output; a file that is there is not written over.`,
		Example: "  htxledger report --as-of 31/12/2023 --known-at 31/01/2024 --agency \"Liên minh HTX tỉnh Đắk Nông\" --format docx -O bao-cao.docx",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.writeReport(cmd, how) },
	}
	f := cmd.Flags()
	f.StringVar(&how.format, "format", "html", "dạng tệp / form: xlsx, docx, html, csv, excel-csv, json")
	f.StringVarP(&how.file, "out", "O", "", "tệp ghi ra / file to write (default standard output)")
	f.StringVar(&how.Statement, "statement", "", "khóa báo cáo xác nhận / key of a statement whose point is reported")
	f.StringVar(&how.Agency, "agency", "", "cơ quan báo cáo / office that reports")
	f.StringVar(&how.Above, "above", "", "cơ quan chủ quản / office above it")
	f.StringVar(&how.Symbol, "symbol", "", "ký hiệu sau “BC-” / symbol behind “BC-”")
	f.StringVar(&how.Signer, "signer", "", "chức vụ người ký, không phải họ tên / title of who signs, not a name")
	f.StringArrayVar(&how.To, "to", nil, "nơi nhận, lặp lại được / who it goes to, repeatable")
	f.StringVar(&how.Address, "address", "", "địa chỉ máy chủ cho mã QR / address of a server, for the QR code")
	a.planFlag(cmd)
	completeFlag(cmd, "format", api.ReportFormats...)
	return cmd
}

// writeReport makes a report and writes it.
func (a *app) writeReport(cmd *cobra.Command, how reporting) error {
	if err := a.allowOutputs("table", "json"); err != nil {
		return err
	}
	if err := ledger.OneOf("--format", how.format, api.ReportFormats...); err != nil {
		return err
	}
	// A zip archive on a screen is of no use, and may upset the terminal.
	if _, terminal := terminalFile(a.out); terminal && how.file == "" && (how.format == "xlsx" || how.format == "docx") {
		return errReportFile.With(how.format)
	}
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	defer r.close()
	desk := report.Desk{Answers: r.answers, Statements: r.statements(), Roots: r.notary}
	d, err := desk.Report(cmd.Context(), r.head, a.query, how.Asked)
	if err != nil {
		return err
	}
	// Whole in memory first: a report that fails half-way leaves no file.
	var b bytes.Buffer
	if err := api.WriteReport(&b, how.format, d); err != nil {
		return err
	}
	if how.file == "" {
		_, err := a.out.Write(b.Bytes())
		return err
	}
	if err := newFile(how.file, func(w io.Writer) error { _, err := b.WriteTo(w); return err }); err != nil {
		return err
	}
	return a.print(writtenReply(how, d))
}

// A writtenReport is the receipt of a report, for programs.
type writtenReport struct {
	File    string `json:"file"`
	Format  string `json:"format"`
	Plan    string `json:"plan"`
	Targets int    `json:"targets"`
	Tasks   int    `json:"tasks"`
	Size    int64  `json:"size"`
	Root    string `json:"root"`
	Code    string `json:"code"` // the text of the printed code
}

// writtenReply is the receipt of a report written to a file.
func writtenReply(how reporting, d *report.Document) reply {
	t := d.Targets
	return reply{
		point: d.Point,
		Answer: shown.Show(func() any {
			return writtenReport{how.file, how.format, t.Plan.Key, len(t.Targets), len(t.Tasks), int64(d.Point.Size), d.Ledger.Root, d.Code.Text}
		}),
		text: func(p *page) {
			p.line("Đã ghi báo cáo %s: %s chỉ tiêu, %s nhiệm vụ của kế hoạch %s.", how.file, vi.Integer(len(t.Targets)), vi.Integer(len(t.Tasks)), t.Plan.Head().Number)
		},
	}
}
