package chart

import (
	"html/template"
	"math/big"
	"slices"
)

// A Bridge leads from one value to another: a bar for each end, and between
// them one for each cause, beginning where the last one ended. Up and down are
// told by the direction of an arrow head and by the sign in the words; the tone
// only helps.
type Bridge struct {
	ID, Title, Desc string
	From, To        Bar
	Steps           []Bar // what they add; From and the steps come to To
	// Tick prints a value of the axis.
	Tick func(*big.Rat) string
	// Broken is said under the drawing where its axis does not begin at zero.
	Broken string
}

// A Bar is a bar of a bridge.
type Bar struct {
	Label   string
	Value   *big.Rat // of an end; of a step the change
	Printed string
	Link    string // where the bar leads, or ""
}

// The two layouts of a bridge, each in its own units: labels beside the bars, and
// above them where there is little room.
var (
	bridgeWide   = bridgeLayout{w: 800, left: 264, right: 630, row: 40, top: 8, bar: 22, label: 23, value: 23, ticks: 6}
	bridgeNarrow = bridgeLayout{w: 340, left: 6, right: 334, row: 60, top: 8, bar: 18, label: 14, value: 0, ticks: 4, above: true}
)

type bridgeLayout struct {
	w, left, right float64 // of the drawing, and the span of the axis
	row, top       float64 // height of a row; what is above the first
	bar            float64 // height of a bar
	label, value   float64 // base lines within a row
	ticks          int
	above          bool       // words stand above the bar
	marks          []*big.Rat // of the axis
	zero           *big.Rat   // where the end bars begin
	broken         bool
	scale          Scale
}

// Wide draws the bridge for a desk, Narrow for a telephone. Their ids differ, so
// both can stand on one page.
func (b *Bridge) Wide() template.HTML { return b.draw(bridgeWide, b.ID+"-rong") }

// Narrow draws the bridge for a telephone.
func (b *Bridge) Narrow() template.HTML { return b.draw(bridgeNarrow, b.ID+"-hep") }

// draw draws the bridge in a layout: a row for each bar, joined from end to end.
func (b *Bridge) draw(l bridgeLayout, id string) template.HTML {
	l.fitAxis(b)
	rows := float64(len(b.Steps) + 2)
	foot := l.top + rows*l.row
	c := NewCanvas(l.w, foot+map[bool]float64{false: 26, true: 44}[l.broken])
	l.drawAxis(c, b, foot)
	at := b.From.Value
	l.drawEnd(c, b.From, 0, "end")
	l.drawConnection(c, at, 0)
	for i, s := range b.Steps {
		next := new(big.Rat).Add(at, s.Value)
		l.drawStep(c, s, i+1, at, next)
		l.drawConnection(c, next, i+1)
		at = next
	}
	l.drawEnd(c, b.To, len(b.Steps)+1, "end last")
	return c.SVG(id, b.Title, b.Desc)
}

// fitAxis chooses the axis. It begins at zero, unless the steps would then be too
// small to see: it is broken where all of the bridge lies beyond three quarters
// of its height.
func (l *bridgeLayout) fitAxis(b *Bridge) {
	low, high := new(big.Rat).Set(b.From.Value), new(big.Rat).Set(b.From.Value)
	at := b.From.Value
	for _, s := range b.Steps {
		at = new(big.Rat).Add(at, s.Value)
		low, high = lesserOf(low, at), greaterOf(high, at)
	}
	zero, span := new(big.Rat), new(big.Rat).Sub(high, low)
	four := new(big.Rat).Mul(span, big.NewRat(4, 1))
	switch {
	case span.Sign() > 0 && low.Sign() > 0 && four.Cmp(high) < 0:
		low = new(big.Rat).Sub(low, span)
	case span.Sign() > 0 && high.Sign() < 0 && four.Cmp(new(big.Rat).Neg(low)) < 0:
		high = new(big.Rat).Add(high, span)
	default:
		low, high = lesserOf(low, zero), greaterOf(high, zero)
	}
	// A scale of no length would divide by nothing.
	if low.Cmp(high) == 0 {
		high = new(big.Rat).Add(low, big.NewRat(1, 1))
	}
	l.marks, l.zero = Ticks(low, high, l.ticks), zero
	low, high = l.marks[0], l.marks[len(l.marks)-1]
	switch {
	case low.Sign() > 0:
		l.zero = low
	case high.Sign() < 0:
		l.zero = high
	}
	l.broken = l.zero != zero
	l.scale = NewScale(low, high, l.left, l.right)
}

// drawAxis draws the marks of the axis down to foot, and its line through the rows.
func (l *bridgeLayout) drawAxis(c *Canvas, b *Bridge, foot float64) {
	for i, t := range l.marks {
		x := l.scale.At(t)
		c.Line("grid", x, l.top, x, foot)
		class := "tick middle"
		// At the edges of a narrow drawing a centred number would be cut off.
		if i == 0 && l.above {
			class = "tick start"
		}
		if i == len(l.marks)-1 && l.above {
			class = "tick finish"
		}
		c.Text(class, x, foot+16, b.Tick(t))
	}
	x := l.scale.At(l.zero)
	c.Line("axis", x, l.top, x, foot)
	if l.broken {
		c.Text("tick start", l.left, foot+36, b.Broken)
	}
}

// rowTop is where the bar of a row lies: its upper edge.
func (l *bridgeLayout) rowTop(row int) float64 {
	y := l.top + float64(row)*l.row
	if l.above {
		return y + l.row - l.bar - 10
	}
	return y + (l.row-l.bar)/2
}

// drawWords writes the label and the printed value of a row.
func (l *bridgeLayout) drawWords(c *Canvas, b Bar, row int) {
	y := l.top + float64(row)*l.row
	if l.above {
		c.Text("label start", l.left, y+l.label, b.Label)
		c.Text("value finish", l.right, y+l.label+13, b.Printed)
		return
	}
	for i, line := range Lines(b.Label, 36, 2) {
		lift := 0.0
		if len(b.Label) > 0 && len(Lines(b.Label, 36, 2)) > 1 {
			lift = 8
		}
		c.Text("label finish", l.left-14, y+l.label+1-lift+float64(i)*16, line)
	}
	c.Text("value finish", l.w-2, y+l.value+1, b.Printed)
}

func (l *bridgeLayout) drawEnd(c *Canvas, b Bar, row int, class string) {
	l.drawLinked(c, b, func() {
		x, y := l.scale.At(l.zero), l.rowTop(row)
		c.Rect(class, x, y, l.scale.At(b.Value)-x, l.bar)
		if l.broken { // a cut through the bar, near its foot
			at := x + (l.scale.At(b.Value)-x)*0.12
			c.Path("cut", "M"+num(at-4)+" "+num(y+l.bar+3)+"l4 "+num(-(l.bar+6))+"h5l-4 "+num(l.bar+6)+"z")
		}
		l.drawWords(c, b, row)
	})
}

// drawStep draws a change: a bar with an arrow head where it ends.
func (l *bridgeLayout) drawStep(c *Canvas, b Bar, row int, from, to *big.Rat) {
	l.drawLinked(c, b, func() {
		x1, x2, y := l.scale.At(from), l.scale.At(to), l.rowTop(row)
		switch b.Value.Sign() {
		case 0:
			c.Line("none", x1, y, x1, y+l.bar)
		default:
			c.Path(directionClass(b.Value), arrowPath(x1, x2, y, l.bar))
			if x2-x1 < 1.5 && x1-x2 < 1.5 { // too small to see: a hair line says where
				c.Line("none", x2, y, x2, y+l.bar)
			}
		}
		l.drawWords(c, b, row)
	})
}

func directionClass(v *big.Rat) string {
	if v.Sign() < 0 {
		return "down"
	}
	return "up"
}

// arrowPath is a bar from x1 to x2 with a head at x2; a short one is all head.
func arrowPath(x1, x2, y, h float64) string {
	head := min(9, max(x2-x1, x1-x2))
	if x2 < x1 {
		head = -head
	}
	neck := x2 - head
	return "M" + num(x1) + " " + num(y) + "H" + num(neck) + "L" + num(x2) + " " + num(y+h/2) +
		"L" + num(neck) + " " + num(y+h) + "H" + num(x1) + "z"
}

func (l *bridgeLayout) drawLinked(c *Canvas, b Bar, draw func()) {
	if b.Link == "" {
		draw()
		return
	}
	c.Link(b.Link, b.Label+": "+b.Printed, draw)
}

// drawConnection leads from the end of one row to the next.
func (l *bridgeLayout) drawConnection(c *Canvas, at *big.Rat, row int) {
	x := l.scale.At(at)
	c.Line("connect", x, l.rowTop(row)+l.bar, x, l.rowTop(row+1))
}

func lesserOf(a, b *big.Rat) *big.Rat { return slices.MinFunc([]*big.Rat{a, b}, (*big.Rat).Cmp) }

func greaterOf(a, b *big.Rat) *big.Rat { return slices.MaxFunc([]*big.Rat{a, b}, (*big.Rat).Cmp) }
