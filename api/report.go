package api

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/report"
	"htxledger/api/sheets"
	"htxledger/api/web"
)

// ReportFormats are the forms of a report.
var ReportFormats = []string{"xlsx", "docx", "html", "csv", "excel-csv", "json"}

// reportTypes are their media types.
var reportTypes = map[string]string{
	"xlsx": mediaXLSX,
	"docx": mediaDOCX,
	"html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "excel-csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
}

// WriteReport writes a report in one of ReportFormats.
func WriteReport(w io.Writer, format string, d *report.Document) error {
	switch format {
	case "xlsx":
		return sheets.WriteReport(w, d)
	case "docx":
		return report.WriteDocx(w, d)
	case "html":
		return report.WriteHTML(w, d)
	case "csv", "excel-csv":
		return report.WriteCSV(w, d, format == "excel-csv")
	}
	return report.WriteJSON(w, d)
}

// report answers with a report as a file.
func (s *Server) report(c echo.Context) error {
	p, err := s.readQuestion(c)
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
	d, err := s.reportDesk().Report(c.Request().Context(), s.headOf(c), p.query(), report.Asked{
		Statement: p.get("statement"), Agency: p.get("agency"), Above: p.get("above"), Symbol: p.get("symbol"),
		Signer: p.get("signer"), To: web.ListOf(p.get("to")),
	})
	if err != nil {
		return err
	}
	// As with every answer at an open point: records may be missing for good.
	if d.Point.Open && s.Feed.Err() != nil {
		return errStopped.With(d.Point.Head().Size()).Because(s.Feed.Err())
	}
	var b bytes.Buffer
	if err := WriteReport(&b, format, d); err != nil {
		return err
	}
	if format == "html" {
		c.Response().Header().Set("Content-Security-Policy", d.Policy())
	}
	releaseWorkSlot(c)
	name := "bao-cao-" + d.Targets.Plan.Key + "-" + d.Point.Valid.String() + "." + strings.TrimPrefix(format, "excel-")
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, kind, b.Bytes())
}

func (s *Server) reportDesk() report.Desk {
	return report.Desk{Answers: s.Answers, Statements: s.statements, Roots: s.Notary}
}
