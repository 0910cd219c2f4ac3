// Package chart draws the pages' charts as SVG.
//
// A chart is a pure function from what it shows to text: the same figures give
// the same bytes. It carries a title and a description for those who do not see
// it, and its own text is hidden from them, for each chart stands beside a table
// of the same figures. Looks are classes of the style sheet (css/30-charts.css
// of package web): no colour, font or script is written into a drawing. What is
// told by a tone is told by a shape or a word as well.
package chart

import (
	"fmt"
	"html"
	"html/template"
	"math/big"
	"strconv"
	"strings"
)

// A Canvas is a drawing in the making. Its measures are its own units; the page
// scales it to its width.
type Canvas struct {
	w, h float64
	b    strings.Builder
}

// NewCanvas begins a drawing of a width and height.
func NewCanvas(w, h float64) *Canvas { return &Canvas{w: w, h: h} }

// Rect draws a box; a negative width or height is drawn to the left or upwards.
func (c *Canvas) Rect(class string, x, y, w, h float64) {
	if w < 0 {
		x, w = x+w, -w
	}
	if h < 0 {
		y, h = y+h, -h
	}
	fmt.Fprintf(&c.b, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"/>`, attr(class), num(x), num(y), num(w), num(h))
}

// Line draws a line.
func (c *Canvas) Line(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(&c.b, `<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, attr(class), num(x1), num(y1), num(x2), num(y2))
}

// Circle draws a circle.
func (c *Canvas) Circle(class string, x, y, r float64) {
	fmt.Fprintf(&c.b, `<circle class="%s" cx="%s" cy="%s" r="%s"/>`, attr(class), num(x), num(y), num(r))
}

// Path draws what d says in the language of SVG paths.
func (c *Canvas) Path(class, d string) {
	fmt.Fprintf(&c.b, `<path class="%s" d="%s"/>`, attr(class), attr(d))
}

// Text writes words. The class says where they are anchored.
func (c *Canvas) Text(class string, x, y float64, words string) {
	fmt.Fprintf(&c.b, `<text class="%s" x="%s" y="%s">%s</text>`, attr(class), num(x), num(y), html.EscapeString(words))
}

// Link draws what draw draws as a link to an address of our own, with a name
// for those who only hear it.
func (c *Canvas) Link(to, name string, draw func()) {
	fmt.Fprintf(&c.b, `<a href="%s" aria-label="%s">`, attr(to), attr(name))
	draw()
	c.b.WriteString(`</a>`)
}

// SVG is the drawing with its name and description. id is unique on its page.
// A drawing with links is a group to those who hear it, any other a picture.
func (c *Canvas) SVG(id, title, desc string) template.HTML {
	role := "img"
	if strings.Contains(c.b.String(), "<a ") {
		role = "group"
	}
	return template.HTML(fmt.Sprintf(`<svg viewBox="0 0 %s %s" role="%s" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s</svg>`,
		num(c.w), num(c.h), role, attr(id), attr(id), attr(id), html.EscapeString(title), attr(id), html.EscapeString(desc), c.b.String()))
}

func attr(s string) string { return html.EscapeString(s) }

// num prints a measure with at most two decimals, always the same way.
func num(v float64) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// A Scale maps exact values from a span onto a span of the drawing.
type Scale struct {
	low, span *big.Rat
	from, to  float64
}

// NewScale maps low to from and high to to. Where low is high, all is from.
func NewScale(low, high *big.Rat, from, to float64) Scale {
	return Scale{low, new(big.Rat).Sub(high, low), from, to}
}

// At is where a value lies. The division is exact; only its print is rounded.
func (s Scale) At(v *big.Rat) float64 {
	if s.span.Sign() == 0 {
		return s.from
	}
	part, _ := new(big.Rat).Quo(new(big.Rat).Sub(v, s.low), s.span).Float64()
	return s.from + part*(s.to-s.from)
}

// Ticks are at most n round values (1, 2 or 5 times a power of ten) that a span
// from low to high needs on its axis, from at or below low to at or above high.
func Ticks(low, high *big.Rat, n int) []*big.Rat {
	span := new(big.Rat).Sub(high, low)
	if span.Sign() <= 0 || n < 2 {
		return []*big.Rat{low}
	}
	step := roundUp(new(big.Rat).Quo(span, big.NewRat(int64(n-1), 1)))
	at := new(big.Rat).Mul(floorOf(new(big.Rat).Quo(low, step)), step)
	ticks := []*big.Rat{new(big.Rat).Set(at)}
	for at.Cmp(high) < 0 {
		at = new(big.Rat).Add(at, step)
		ticks = append(ticks, at)
	}
	return ticks
}

// roundUp is the least of 1, 2 and 5 times a power of ten that is not below v.
func roundUp(v *big.Rat) *big.Rat {
	ten, power := big.NewRat(10, 1), big.NewRat(1, 1)
	for power.Cmp(v) > 0 {
		power = new(big.Rat).Quo(power, ten)
	}
	for new(big.Rat).Mul(power, ten).Cmp(v) < 0 {
		power = new(big.Rat).Mul(power, ten)
	}
	for _, n := range []int64{1, 2, 5} {
		if step := new(big.Rat).Mul(power, big.NewRat(n, 1)); step.Cmp(v) >= 0 {
			return step
		}
	}
	return new(big.Rat).Mul(power, ten)
}

func floorOf(v *big.Rat) *big.Rat {
	q, m := new(big.Int), new(big.Int)
	q.DivMod(v.Num(), v.Denom(), m) // Euclidean: rounds down, for denominators are positive
	return new(big.Rat).SetInt(q)
}
