package api

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/sheets"
	"htxledger/api/tabular"
	"htxledger/api/wire"
)

// A form is what an answer is sent as.
type form struct {
	name, contentType, ending string
	write                     func(w io.Writer, v any, rows func() *tabular.Table) error
}

// forms are the values of the parameter format; the first is the default.
var forms = []form{
	{"json", "application/json; charset=utf-8", "", func(w io.Writer, v any, _ func() *tabular.Table) error { return wire.Encode(w, v) }},
	{"csv", "text/csv; charset=utf-8", ".csv", func(w io.Writer, _ any, rows func() *tabular.Table) error { return rows().Write(w) }},
	{"excel-csv", "text/csv; charset=utf-8", ".csv", func(w io.Writer, _ any, rows func() *tabular.Table) error { return rows().WriteExcel(w) }},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx",
		func(w io.Writer, _ any, rows func() *tabular.Table) error { return sheets.WriteTable(w, rows()) }},
}

// formOf is the form asked. What has no rows is only JSON.
func formOf(p parameters, rows func() *tabular.Table) (*form, error) {
	asked, last := p.get("format"), len(forms)
	if rows == nil {
		last = 1
	}
	var names []string
	for i := range forms[:last] {
		if f := &forms[i]; asked == f.name || asked == "" {
			return f, nil
		}
		names = append(names, forms[i].name)
	}
	return nil, errValue.With(asked, strings.Join(names, ", ")).At("format")
}

// send sends what was written. Tables are files, named after what they show.
func (f *form) send(c echo.Context, b []byte, rows func() *tabular.Table) error {
	made(c)
	if f.ending != "" {
		c.Response().Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": rows().Name + f.ending}))
	}
	return c.Blob(http.StatusOK, f.contentType, b)
}

// inForm answers, in the form asked, with what has no point.
func (s *Server) inForm(c echo.Context, p parameters, v any, rows func() *tabular.Table) error {
	form, err := formOf(p, rows)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := form.write(&b, v, rows); err != nil {
		return err
	}
	return form.send(c, b.Bytes(), rows)
}
