package chart

import (
	"html/template"
	"math/big"
)

// A Bullet is a figure against what is asked of it, on a scale from zero. All
// values are in one unit; nil is no value.
type Bullet struct {
	ID, Title, Desc string
	Actual          *big.Rat // a bar
	// Low and High are what is asked: a mark where they are equal, a band
	// otherwise. Open says that more is welcome: the mark or band ends in an arrow.
	Low, High *big.Rat
	Open      bool
	// Near is how far off the mark still counts as reached: a band round it.
	NearLow, NearHigh *big.Rat
	Before            *big.Rat // what was known before: a tick with a triangle under it
	Opening           *big.Rat // the opening of the year: a ring
	Tick              func(*big.Rat) string
}

// The measures of a bullet.
const (
	bulletWide, bulletHigh       = 240, 46
	bulletLeft, bulletRight      = 8, 232
	bulletTop, bulletBottom      = 4, 26
	bulletBarTop, bulletBarThick = 10, 10
)

// SVG draws the bullet.
func (b *Bullet) SVG() template.HTML {
	c := NewCanvas(bulletWide, bulletHigh)
	top := b.scaleTop()
	s := NewScale(new(big.Rat), top, bulletLeft, bulletRight)
	b.drawAsked(c, s)
	if b.Actual != nil {
		c.Rect("bullet-bar", bulletLeft, bulletBarTop, s.At(b.Actual)-bulletLeft, bulletBarThick)
	}
	b.drawMark(c, s)
	if b.Before != nil {
		x := s.At(b.Before)
		c.Path("bullet-before", "M"+num(x)+" 7V23M"+num(x-4)+" 31L"+num(x)+" 24L"+num(x+4)+" 31Z")
	}
	if b.Opening != nil {
		c.Circle("bullet-opening", s.At(b.Opening), bulletBarTop+bulletBarThick/2, 4.5)
	}
	c.Line("bullet-axis", bulletLeft, bulletBottom, bulletRight, bulletBottom)
	c.Text("bullet-tick start", bulletLeft, bulletHigh-3, b.Tick(new(big.Rat)))
	c.Text("bullet-tick finish", bulletRight, bulletHigh-3, b.Tick(top))
	return c.SVG(b.ID, b.Title, b.Desc)
}

// scaleTop is the end of the scale: a round number that nothing drawn lies beyond.
func (b *Bullet) scaleTop() *big.Rat {
	high := new(big.Rat)
	for _, v := range []*big.Rat{b.Actual, b.Low, b.High, b.NearHigh, b.Before, b.Opening} {
		if v != nil {
			high = greaterOf(high, v)
		}
	}
	if high.Sign() == 0 {
		return big.NewRat(1, 1)
	}
	ticks := Ticks(new(big.Rat), high, 6)
	return ticks[len(ticks)-1]
}

// drawAsked draws the bands: what is asked from where to where, and what is near.
func (b *Bullet) drawAsked(c *Canvas, s Scale) {
	band := func(class string, low, high *big.Rat) {
		if low != nil && high != nil && low.Cmp(high) < 0 {
			c.Rect(class, s.At(low), bulletTop, s.At(high)-s.At(low), bulletBottom-bulletTop)
		}
	}
	band("bullet-near", b.NearLow, b.NearHigh)
	band("bullet-band", b.Low, b.High)
}

// drawMark draws one number that is asked, and the arrow of what has no upper end.
func (b *Bullet) drawMark(c *Canvas, s Scale) {
	if b.Low == nil {
		return
	}
	if b.High == nil || b.Low.Cmp(b.High) == 0 {
		c.Rect("bullet-mark", s.At(b.Low)-1.5, bulletTop-2, 3, bulletBottom-bulletTop+2)
	}
	if b.Open {
		x := s.At(b.Low)
		if b.High != nil {
			x = s.At(b.High)
		}
		c.Path("bullet-open", "M"+num(x)+" 3H"+num(x+8)+"M"+num(x+5)+" 0.5L"+num(x+8)+" 3L"+num(x+5)+" 5.5")
	}
}
