package main

import (
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// A column of a table.
type column struct {
	title string
	right bool // numbers stand to the right
	wrap  bool // text may be broken into lines where the table is too wide
}

// A table is text in columns, as wide as its cells, padded by what a terminal
// shows of them: Vietnamese letters with their marks take one cell however
// they are composed.
type table struct {
	columns []column
	rows    [][]string
}

// The least width of a column that wraps, and the space between columns.
const (
	narrowest = 20
	gutter    = "  "
)

// cells is how many cells of a terminal text takes, whatever the locale of the
// machine is.
var cells = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

func newTable(columns ...column) *table { return &table{columns: columns} }

func left(title string) column  { return column{title: title} }
func right(title string) column { return column{title: title, right: true} }
func wrap(title string) column  { return column{title: title, wrap: true} }

func (t *table) add(row ...string) { t.rows = append(t.rows, row) }

// write prints the table, no wider than width where wrapping can help it.
func (t *table) write(w io.Writer, width int) error {
	widths := t.widths(width)
	var b strings.Builder
	titles, rule := make([]string, len(t.columns)), make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i], rule[i] = c.title, strings.Repeat("─", widths[i])
	}
	t.writeRow(&b, titles, widths)
	t.writeRow(&b, rule, widths)
	for _, row := range t.rows {
		t.writeRow(&b, row, widths)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeRow prints one row, over as many lines as its longest cell takes.
func (t *table) writeRow(b *strings.Builder, row []string, widths []int) {
	lines, height := make([][]string, len(row)), 1
	for i, cell := range row {
		lines[i] = breakText(cell, widths[i])
		height = max(height, len(lines[i]))
	}
	for n := range height {
		line := ""
		for i := range row {
			text := ""
			if n < len(lines[i]) {
				text = lines[i][n]
			}
			if i > 0 {
				line += gutter
			}
			line += t.padCell(i, text, widths[i])
		}
		b.WriteString(strings.TrimRight(line, " "))
		b.WriteByte('\n')
	}
}

func (t *table) padCell(i int, text string, width int) string {
	space := strings.Repeat(" ", max(0, width-cells.StringWidth(text)))
	if t.columns[i].right {
		return space + text
	}
	return text + space
}

// widths are the widths of the columns: what their cells need, and, where that
// is more than the whole has, less for the wrapping columns.
func (t *table) widths(whole int) []int {
	need := make([]int, len(t.columns))
	spare, wrapping := whole, 0
	for i, c := range t.columns {
		need[i] = cells.StringWidth(c.title)
		for _, row := range t.rows {
			for line := range strings.Lines(row[i]) {
				need[i] = max(need[i], cells.StringWidth(strings.TrimRight(line, "\n")))
			}
		}
		spare -= len(gutter)
		if c.wrap {
			wrapping++
		} else {
			spare -= need[i]
		}
	}
	t.share(need, spare+len(gutter), wrapping)
	return need
}

// share gives the wrapping columns their part of the spare width, the
// narrowest first, so that width spared by a column goes to the next.
func (t *table) share(need []int, spare, wrapping int) {
	done := make([]bool, len(need))
	for ; wrapping > 0; wrapping-- {
		least := -1
		for i, c := range t.columns {
			if c.wrap && !done[i] && (least < 0 || need[i] < need[least]) {
				least = i
			}
		}
		need[least] = min(need[least], max(narrowest, spare/wrapping))
		spare -= need[least]
		done[least] = true
	}
}

// breakText is text in lines no wider than width, broken at spaces and, where a
// word is wider still, within it.
func breakText(text string, width int) []string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			for cells.StringWidth(word) > width {
				if line != "" {
					lines, line = append(lines, line), ""
				}
				head := cutWord(word, width)
				lines, word = append(lines, head), word[len(head):]
			}
			switch {
			case line == "":
				line = word
			case cells.StringWidth(line)+1+cells.StringWidth(word) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// cutWord is the beginning of a word that fits a width, up to a mark within it
// where there is one: a code is easier read when broken at its dots.
func cutWord(word string, width int) string {
	head := cells.Truncate(word, width, "")
	if at := strings.LastIndexAny(head, "./-_"); at > 0 {
		return head[:at+1]
	}
	return head
}

// cutText is text cut at a word before so many cells, with a sign that it
// goes on.
func cutText(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if cells.StringWidth(text) <= most {
		return text
	}
	head := cells.Truncate(text, most-2, "")
	if at := strings.LastIndexByte(head, ' '); at > 0 {
		head = head[:at]
	}
	return head + " …"
}
