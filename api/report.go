package api

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/report"
	"htxledger/api/sheets"
	"htxledger/api/web"
)

// ReportFormats are the forms of a report.
var ReportFormats = []string{"xlsx", "docx", "html", "csv", "json"}

// reportTypes are their media types.
var reportTypes = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
}

// WriteReport writes a report in one of ReportFormats. Excel makes CSV one for a
// Vietnamese Excel, and says nothing to the others.
func WriteReport(w io.Writer, format string, d *report.Document, excel bool) error {
	switch format {
	case "xlsx":
		return sheets.WriteReport(w, d)
	case "docx":
		return report.WriteDocx(w, d)
	case "html":
		return report.WriteHTML(w, d)
	case "csv":
		return report.WriteCSV(w, d, excel)
	}
	return report.WriteJSON(w, d)
}

// report answers with a report as a file.
func (s *Server) report(c echo.Context) error {
	p, err := s.asked(c, append(slices.Clone(web.ReportNames), "plan", "format", "excel")...)
	if err != nil {
		return err
	}
	excel, err := p.flag("excel")
	if err != nil {
		return err
	}
	format := p.get("format")
	if format == "" {
		format = "json"
	}
	kind, known := reportTypes[format]
	if !known {
		return errValue.With(format, strings.Join(ReportFormats, ", ")).At("format")
	}
	d, err := s.desk().Report(p.query(), report.Asked{
		Statement: p.get("statement"), Agency: p.get("agency"), Above: p.get("above"), Symbol: p.get("symbol"),
		Signer: p.get("signer"), To: web.ListOf(p.get("to")),
	})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := WriteReport(&b, format, d, excel); err != nil {
		return err
	}
	if format == "html" {
		c.Response().Header().Set("Content-Security-Policy", d.Policy())
	}
	name := "bao-cao-" + d.Targets.Plan.Key + "-" + d.Point.Valid.String() + "." + format
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, kind, b.Bytes())
}

func (s *Server) desk() report.Desk {
	return report.Desk{Answers: s.Answers, Statements: s.statements, Roots: s.Notary}
}
