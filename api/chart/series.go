package chart

import (
	"html/template"
	"math/big"
	"strings"
)

// A Series is a figure on many days, twice: what is known now is a full line
// with dots, what was known on each day itself a broken line with squares. Where
// the two part, the span between is filled, with an arrow from then to now. A day
// without a value leaves a gap.
type Series struct {
	ID, Title, Desc string
	Moments         []Moment
	// Tick prints a value of the axis.
	Tick func(*big.Rat) string
	// Broken is said under the drawing where its axis does not begin at zero.
	Broken string
}

// A Moment is a day; Now and Then are nil where there is no value.
type Moment struct {
	Label     string
	Now, Then *big.Rat
}

var (
	seriesWide   = seriesLayout{w: 760, h: 300, left: 92, right: 728, top: 12, bottom: 248, ticks: 6, label: 62, mark: 4.5}
	seriesNarrow = seriesLayout{w: 340, h: 260, left: 66, right: 311, top: 12, bottom: 208, ticks: 5, label: 56, mark: 3.5}
)

type seriesLayout struct {
	w, h                     float64
	left, right, top, bottom float64
	ticks                    int
	label                    float64 // the room a label of a day needs
	mark                     float64 // half the size of a dot
	scale                    Scale
	each                     float64 // the room of one day
}

// Wide draws the series for a desk. A series without any value is drawn empty:
// ask Empty first.
func (s *Series) Wide() template.HTML { return s.draw(seriesWide, s.ID+"-rong") }

// Narrow draws the series for a telephone.
func (s *Series) Narrow() template.HTML { return s.draw(seriesNarrow, s.ID+"-hep") }

// Empty reports whether there is nothing to draw.
func (s *Series) Empty() bool {
	low, _ := s.valueSpan()
	return low == nil
}

// valueSpan is the least and the largest value; nil where there is none.
func (s *Series) valueSpan() (low, high *big.Rat) {
	for _, m := range s.Moments {
		for _, v := range []*big.Rat{m.Now, m.Then} {
			switch {
			case v == nil:
			case low == nil:
				low, high = v, v
			default:
				low, high = lesserOf(low, v), greaterOf(high, v)
			}
		}
	}
	return low, high
}

// draw draws the series in a layout, the fill first, so that lines lie over it.
func (s *Series) draw(l seriesLayout, id string) template.HTML {
	c := NewCanvas(l.w, l.h)
	l.drawAxis(c, s)
	for i, m := range s.Moments {
		l.fillBetween(c, i, m)
	}
	l.drawLine(c, s, "then", func(m Moment) *big.Rat { return m.Then })
	l.drawLine(c, s, "now", func(m Moment) *big.Rat { return m.Now })
	for i, m := range s.Moments {
		l.drawMarks(c, i, m, len(s.Moments))
	}
	l.drawLabels(c, s)
	return c.SVG(id, s.Title, s.Desc)
}

// drawAxis chooses and draws the axis: from zero, unless all values lie within its
// upper half.
func (l *seriesLayout) drawAxis(c *Canvas, s *Series) {
	low, high := s.valueSpan()
	if low == nil {
		low, high = new(big.Rat), big.NewRat(1, 1)
	}
	zero, span := new(big.Rat), new(big.Rat).Sub(high, low)
	twice := new(big.Rat).Mul(span, big.NewRat(2, 1))
	apart := span.Sign() > 0 && low.Sign()*high.Sign() > 0 && twice.Cmp(greaterOf(high, new(big.Rat).Neg(low))) < 0
	if !apart {
		low, high = lesserOf(low, zero), greaterOf(high, zero)
	}
	if low.Cmp(high) == 0 {
		high = new(big.Rat).Add(low, big.NewRat(1, 1))
	}
	ticks := Ticks(low, high, l.ticks)
	l.scale = NewScale(ticks[0], ticks[len(ticks)-1], l.bottom, l.top)
	l.each = (l.right - l.left) / float64(max(len(s.Moments), 1))
	for _, t := range ticks {
		y := l.scale.At(t)
		class := "grid"
		if t.Sign() == 0 {
			class = "axis"
		}
		c.Line(class, l.left, y, l.right, y)
		c.Text("tick finish", l.left-6, y+4, s.Tick(t))
	}
	if first, last := ticks[0], ticks[len(ticks)-1]; first.Sign()*last.Sign() > 0 {
		c.Text("tick start", 2, l.h-6, s.Broken)
	}
}

// middleOf is where a day lies.
func (l *seriesLayout) middleOf(i int) float64 { return l.left + (float64(i)+0.5)*l.each }

// fillBetween fills what lies between then and now.
func (l *seriesLayout) fillBetween(c *Canvas, i int, m Moment) {
	if m.Now == nil || m.Then == nil || m.Now.Cmp(m.Then) == 0 {
		return
	}
	x, then, now := l.middleOf(i), l.scale.At(m.Then), l.scale.At(m.Now)
	c.Rect("between", x-l.each/2, then, l.each, now-then)
	head := min(6, max(now-then, then-now))
	if now < then {
		head = -head
	}
	c.Path("learned", "M"+num(x)+" "+num(then)+"V"+num(now)+"M"+num(x-3)+" "+num(now-head)+"L"+num(x)+" "+num(now)+"L"+num(x+3)+" "+num(now-head))
}

// drawLine draws the steps of a line, broken where there is no value.
func (l *seriesLayout) drawLine(c *Canvas, s *Series, class string, of func(Moment) *big.Rat) {
	var d strings.Builder
	open := false
	for i, m := range s.Moments {
		v := of(m)
		if v == nil {
			open = false
			continue
		}
		x, y := l.middleOf(i)-l.each/2, num(l.scale.At(v))
		if open {
			d.WriteString("V" + y)
		} else {
			d.WriteString("M" + num(x) + " " + y)
		}
		d.WriteString("H" + num(x+l.each))
		open = true
	}
	if d.Len() > 0 {
		c.Path("line "+class, d.String())
	}
}

// drawMarks draws the shapes of a day; where the days are many only the shapes that say
// more than the line.
func (l *seriesLayout) drawMarks(c *Canvas, i int, m Moment, of int) {
	x, few := l.middleOf(i), l.each >= 4*l.mark
	same := m.Now != nil && m.Then != nil && m.Now.Cmp(m.Then) == 0
	if m.Then != nil && !same && few {
		c.Rect("then", x-l.mark, l.scale.At(m.Then)-l.mark, 2*l.mark, 2*l.mark)
	}
	if m.Now != nil && (few || of == 1) {
		c.Circle("now", x, l.scale.At(m.Now), l.mark)
	}
	if m.Now == nil && m.Then == nil {
		c.Text("tick middle", x, l.bottom-6, "…")
	}
}

// drawLabels names as many days as there is room for, evenly, the last among them.
func (l *seriesLayout) drawLabels(c *Canvas, s *Series) {
	every := 1
	for float64(every)*l.each < l.label {
		every++
	}
	// From the end on: the question is about the last day.
	for i := len(s.Moments) - 1; i >= 0; i -= every {
		x := l.middleOf(i)
		c.Line("axis", x, l.bottom, x, l.bottom+5)
		c.Text("tick middle", x, l.bottom+20, s.Moments[i].Label)
	}
}
