package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
)

//go:embed print.css
var printStyle string

//go:embed print.html
var printPage string

var page = template.Must(template.New("print").Funcs(template.FuncMap{
	"add": func(i int) int { return i + 1 }, "class": cellClass,
}).Parse(printPage))

// A Link is offered above a page on a screen, and never printed.
type Link struct{ Text, To string }

// styles are the names the template knows them by.
var styles = struct{ Heading, Item, Note, Mark Style }{Heading, Item, Note, Mark}

type printed struct {
	*Document
	Country, Motto string
	Style          template.CSS
	Styles         any
	Bar            []Link
	To             []string
	Side           int
	Annexes        []printedAnnex
}

type printedAnnex struct {
	Annex
	Columns []Column
	Rows    [][]Cell
	Widths  []string
}

// WriteHTML writes a report as one page that stands alone: to be printed on A4, or
// read on a screen. The bar is shown above it on a screen; none is no bar.
func WriteHTML(w io.Writer, d *Document, bar ...Link) error {
	p := printed{
		Document: d, Country: Country, Motto: Motto, Style: template.CSS(d.style()), Styles: styles, Bar: bar,
		To: d.Signature.Lines(), Side: d.Code.QR.Size() + 2*Edge,
	}
	for _, a := range d.Annexes {
		x := printedAnnex{Annex: a, Columns: a.Table.Columns, Rows: a.Table.Rows}
		for _, c := range a.Table.Columns {
			x.Widths = append(x.Widths, fmt.Sprintf("%.2f", 100*float64(c.Width)/Wide))
		}
		p.Annexes = append(p.Annexes, x)
	}
	return page.Execute(w, p)
}

// Lines are those of Nơi nhận, as offices end them.
func (s Signature) Lines() (list []string) {
	for i, to := range s.To {
		end := ";"
		if i == len(s.To)-1 {
			end = "."
		}
		list = append(list, "- "+strings.TrimRight(to, ";. ")+end)
	}
	return list
}

// style is the style sheet, with what stands at the foot of every printed page.
func (d *Document) style() string {
	return strings.Replace(printStyle, "var(--foot)", quoteCSS(d.Footer), 1)
}

// quoteCSS is a string of CSS: whatever could end it, or the element around it, is
// written as a number.
func quoteCSS(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		// A brace of HTML would end the style element, whatever CSS makes of it.
		if r < ' ' || strings.ContainsRune(`"\<>&`, r) {
			fmt.Fprintf(&b, "\\%x ", r)
			continue
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	return b.String()
}

// Policy is the content security policy of a page of this report: its own style
// sheet, by its hash, and nothing else.
func (d *Document) Policy() string {
	sum := sha256.Sum256([]byte(d.style()))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// cellClass is the class of a cell in the style sheet: its alignment and weight.
func cellClass(columns []Column, i int, c Cell) string {
	var list []string
	switch columns[i].Align {
	case Center:
		list = append(list, "c")
	case Right:
		list = append(list, "r")
	}
	if c.Bold {
		list = append(list, "b")
	}
	return strings.Join(list, " ")
}
