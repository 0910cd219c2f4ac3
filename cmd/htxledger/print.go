package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/projections/answers"
)

// A reply is an answer in each of its outputs. What an output is not asked for
// is not made.
type reply struct {
	point *answers.Point // nil for what holds at no point
	json  func() any
	csv   func() *table
	text  func(*page)
}

// outputsOf are the outputs of most commands.
var outputsOf = []string{"table", "json", "csv"}

// print prints a reply in the output asked.
func (a *app) print(r reply) error {
	switch a.output {
	case "json":
		return wire.Encode(a.out, r.json())
	case "csv":
		if r.point != nil && r.point.Synthetic {
			a.say("%s", vi.Synthetic)
		}
		t := r.csv()
		t.located(r.point)
		return t.writeCSV(a.out)
	}
	p := &page{width: a.width()}
	r.text(p)
	if r.point != nil {
		p.where(r.point)
	}
	_, err := io.WriteString(a.out, p.b.String())
	return err
}

// located adds to every row the point at which it holds, so that a row means
// the same wherever it is pasted.
func (t *table) located(p *answers.Point) {
	if p == nil {
		return
	}
	for _, title := range []string{"as_of", "known_at", "size", "place", "map", "period_first", "period_last", "scheme", "synthetic"} {
		t.columns = append(t.columns, left(title))
	}
	day := p.Map
	if day.IsZero() {
		day = p.Valid
	}
	point := []string{
		p.Valid.String(), p.Known.String(), plain(p.Size), p.PlaceCode, day.String(),
		p.Period.First.String(), p.Period.Last.String(), p.Scheme, strconv.FormatBool(p.Synthetic),
	}
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], point...)
	}
}

// plain is a number for programs.
func plain[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// A page is text for people, built up line by line.
type page struct {
	b     strings.Builder
	width int
}

// line adds a line, broken where it is too wide.
func (p *page) line(format string, args ...any) { p.indented("", fmt.Sprintf(format, args...)) }

// indented adds text whose every line begins with an indent.
func (p *page) indented(indent, text string) {
	for _, l := range broken(text, max(narrowest, p.width-len(indent))) {
		p.b.WriteString(strings.TrimRight(indent+l, " ") + "\n")
	}
}

// gap adds an empty line.
func (p *page) gap() { p.b.WriteByte('\n') }

// table adds a table.
func (p *page) table(t *table) { _ = t.write(&p.b, p.width) } // a Builder takes everything

// where adds the lines that say where an answer holds.
func (p *page) where(at *answers.Point) {
	p.gap()
	p.line("%s.", vi.AsOf(at))
	p.line("Địa bàn: %s. Kỳ: %s. Xếp loại theo %s.", vi.Area(at), vi.Period(at.Period), at.Scheme)
	if at.Future {
		p.line("Ngày được hỏi ở sau hôm nay: câu trả lời còn có thể thay đổi.")
	}
	if at.Synthetic {
		p.line("%s", vi.Synthetic)
	}
}
