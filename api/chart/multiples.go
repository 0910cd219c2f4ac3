package chart

import (
	"html/template"
	"math/big"
	"strings"
)

// Multiples are the same figure of several places on the same days and the same
// scale from zero, each in a small drawing of its own.
type Multiples struct {
	ID     string
	Panels []Panel
	// First and Last name the first and the last day.
	First, Last string
	Tick        func(*big.Rat) string
}

// A Panel is a place. A day without a value is nil, and leaves a gap.
type Panel struct {
	Name, Desc string
	Link       string // of our own; "" is none
	Values     []*big.Rat
}

// The measures of a panel.
const (
	panelWide, panelHigh   = 200, 112
	panelLeft, panelRight  = 6, 194
	panelTop, panelBottom  = 30, 92
	panelName, panelLabels = 14, 107
)

// Draw draws each panel. All have the same scale, whatever their own values.
func (m *Multiples) Draw() []template.HTML {
	low, high := m.valueSpan()
	scale := NewScale(low, high, panelBottom, panelTop)
	list := make([]template.HTML, len(m.Panels))
	for i, p := range m.Panels {
		c := NewCanvas(panelWide, panelHigh)
		m.drawPanel(c, p, scale)
		name := func() { c.Text("panel-name start", panelLeft, panelName, p.Name) }
		if p.Link == "" {
			name()
		} else {
			c.Link(p.Link, p.Name, func() { // it covers the panel, and says what it is called
				c.Rect("panel-hit", 0, 0, panelWide, panelHigh)
				name()
			})
		}
		list[i] = c.SVG(m.ID+"-"+num(float64(i+1)), p.Name, p.Desc)
	}
	return list
}

// valueSpan is what all panels have room for: zero and every value.
func (m *Multiples) valueSpan() (low, high *big.Rat) {
	low, high = new(big.Rat), new(big.Rat)
	for _, p := range m.Panels {
		for _, v := range p.Values {
			if v != nil {
				low, high = lesserOf(low, v), greaterOf(high, v)
			}
		}
	}
	if low.Cmp(high) == 0 {
		high = big.NewRat(1, 1)
	}
	return low, high
}

func (m *Multiples) drawPanel(c *Canvas, p Panel, s Scale) {
	zero := s.At(new(big.Rat))
	c.Path("panel-area", m.stepsPath(p, s, zero))
	c.Path("panel-line", m.stepsPath(p, s, -1))
	c.Line("panel-axis", panelLeft, zero, panelRight, zero)
	c.Text("panel-tick start", panelLeft, panelLabels, m.First)
	c.Text("panel-tick finish", panelRight, panelLabels, m.Last)
	if v := lastValue(p.Values); v != nil {
		c.Text("panel-value finish", panelRight, max(s.At(v)-4, panelTop-4), m.Tick(v))
	}
}

func lastValue(values []*big.Rat) *big.Rat {
	if len(values) == 0 {
		return nil
	}
	return values[len(values)-1]
}

// stepsPath is the way along the values, each as wide as its share of the days;
// with a floor from 0 on, each run is closed down to it.
func (m *Multiples) stepsPath(p Panel, s Scale, floor float64) string {
	var d strings.Builder
	each, open := float64(panelRight-panelLeft)/float64(max(len(p.Values), 1)), false
	for i, v := range p.Values {
		from, to := panelLeft+float64(i)*each, panelLeft+float64(i+1)*each
		if v == nil {
			open = false
			continue
		}
		switch y := num(s.At(v)); {
		case floor >= 0:
			d.WriteString("M" + num(from) + " " + num(floor) + "V" + y + "H" + num(to) + "V" + num(floor) + "Z")
		case open:
			d.WriteString("V" + y + "H" + num(to))
		default:
			d.WriteString("M" + num(from) + " " + y + "H" + num(to))
		}
		open = true
	}
	return d.String()
}
