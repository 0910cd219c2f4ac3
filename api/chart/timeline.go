package chart

import (
	"html/template"
	"math/big"
	"strconv"
	"unicode/utf8"

	"htxledger/domain/calendar"
)

// A Timeline shows on which days things were so: one row a thing, its bands from
// left to right, and one day marked. What a band tells stands in it as a word
// where there is room, and always in the table beside the drawing.
type Timeline struct {
	ID, Title, Desc string
	First, Last     calendar.Day // what is shown; bands beyond it are cut
	Rows            []TimelineRow
	Mark            calendar.Day // the day asked
	MarkLabel       string
}

// A TimelineRow is one thing and its bands, in order of day.
type TimelineRow struct {
	Label string
	Bands []TimelineBand
}

// A TimelineBand is a stretch of days. To is the first day out; zero is without
// an end.
type TimelineBand struct {
	From, To calendar.Day
	Class    string // of the tone
	Words    string
	Weak     bool // drawn as a low band: it was not in force, or not at work
}

// The two layouts: labels beside the bands, and above them where there is little
// room.
var (
	timelineWide   = timelineLayout{w: 760, left: 190, right: 750, row: 30, top: 26, bar: 18, label: 19, letters: 27, years: 9}
	timelineNarrow = timelineLayout{w: 340, left: 6, right: 334, row: 46, top: 26, bar: 18, label: 12, above: 18, letters: 44, years: 5}
)

type timelineLayout struct {
	w, left, right float64 // of the drawing, and the span of the days
	row, top       float64 // height of a row; what is above the first
	bar            float64 // height of a band
	label, above   float64 // base line of a label within a row; where bands begin in it
	letters        int     // that a label has room for
	years          int     // marks on the axis at most
}

// letter is how wide a letter is drawn, about.
const letter = 6.9

// Wide draws the timeline for a desk. Its id differs from Narrow's, so both can
// stand on one page.
func (t *Timeline) Wide() template.HTML { return t.draw(timelineWide, t.ID+"-rong") }

// Narrow draws the timeline for a telephone.
func (t *Timeline) Narrow() template.HTML { return t.draw(timelineNarrow, t.ID+"-hep") }

// draw draws a row for each thing, and the mark of the day over all of them.
func (t *Timeline) draw(l timelineLayout, id string) template.HTML {
	foot := l.top + float64(len(t.Rows))*l.row + 2
	c := NewCanvas(l.w, foot+22)
	days := NewScale(dayValue(t.First), dayValue(max(t.Last, t.First+1)), l.left, l.right)
	t.drawAxis(c, l, days, foot)
	for i, row := range t.Rows {
		y := l.top + float64(i)*l.row
		c.Text("start label", 2, y+l.label, cutLabel(row.Label, l.letters))
		for _, b := range row.Bands {
			t.drawBand(c, l, days, b, y+l.above)
		}
	}
	if t.Mark >= t.First && t.Mark <= t.Last {
		x := days.At(dayValue(t.Mark))
		c.Line("mark", x, 18, x, foot)
		anchor := "middle mark"
		// A label near an edge is set from the edge: letters outside the drawing are lost.
		switch half := float64(utf8.RuneCountInString(t.MarkLabel)) * letter / 2; {
		case x+half > l.w:
			anchor = "finish mark"
		case x-half < 0:
			anchor = "start mark"
		}
		c.Text(anchor, x, 13, t.MarkLabel)
	}
	return c.SVG(id, t.Title, t.Desc)
}

// drawAxis draws the beginnings of years, not more than there is room for.
func (t *Timeline) drawAxis(c *Canvas, l timelineLayout, days Scale, foot float64) {
	c.Line("axis", l.left, foot, l.right, foot)
	first, last := t.First.Year()+1, t.Last.Year()
	step := 1
	for (last-first)/step+1 > l.years {
		step++
	}
	for year := first; year <= last; year++ {
		if year%step != 0 {
			continue
		}
		x := days.At(dayValue(calendar.FirstOfYear(year)))
		c.Line("grid", x, l.top-4, x, foot)
		if half := 2 * letter; x-half >= 0 && x+half <= l.w {
			c.Text("middle tick", x, foot+16, strconv.Itoa(year))
		}
	}
}

// drawBand draws a band cut to the days shown, with its word where it fits.
func (t *Timeline) drawBand(c *Canvas, l timelineLayout, days Scale, b TimelineBand, y float64) {
	from, to := max(b.From, t.First), t.Last
	if !b.To.IsZero() {
		to = min(b.To, t.Last)
	}
	if to <= from {
		return
	}
	x, end := days.At(dayValue(from)), days.At(dayValue(to))
	width := max(end-x, 1.5) // a single day is still to be seen
	top, height := y+(l.row-l.above-l.bar)/2, l.bar
	if b.Weak {
		top, height = top+height/4, height/2
	}
	c.Rect("band "+b.Class, x, top, width, height)
	if !b.Weak && float64(utf8.RuneCountInString(b.Words))*letter+8 <= width {
		c.Text("start within "+b.Class, x+4, top+height-5, b.Words)
	}
}

func dayValue(d calendar.Day) *big.Rat { return big.NewRat(int64(d), 1) }

// cutLabel shortens a label to so many letters.
func cutLabel(label string, letters int) string {
	runes := []rune(label)
	if len(runes) <= letters {
		return label
	}
	return string(runes[:letters-1]) + "…"
}
