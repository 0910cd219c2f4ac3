package chart

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// rat reads a value; "" is none.
func rat(s string) *big.Rat {
	if v, ok := new(big.Rat).SetString(s); ok {
		return v
	}
	return nil
}

func bullet(actual, low, high string) *Bullet {
	return &Bullet{ID: "b", Title: "HTX đang đăng ký", Desc: "Thực hiện so với yêu cầu", Actual: rat(actual), Low: rat(low), High: rat(high), Tick: whole}
}

func TestBullets(t *testing.T) {
	about := bullet("211", "218", "218")
	about.NearLow, about.NearHigh, about.Before, about.Opening = rat("2071/10"), rat("2289/10"), rat("205"), rat("203")
	open := bullet("12", "10", "10")
	open.Open = true
	atLeast := bullet("6", "5", "7")
	atLeast.Open = true
	for name, b := range map[string]*Bullet{
		"bullet-about":    about,
		"bullet-range":    bullet("13", "14", "17"),
		"bullet-open":     open,
		"bullet-at-least": atLeast,
		"bullet-no-data":  bullet("", "45", "45"),
		"bullet-zero":     bullet("0", "2", "2"),
		"bullet-nothing":  bullet("0", "", ""),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, string(b.SVG())) })
	}
}

// Whatever the values, a bullet stays inside its drawing and says what it is.
func TestBulletsStayInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := func(name string) *big.Rat {
			if rapid.Bool().Draw(t, name+" is there") {
				return big.NewRat(rapid.Int64Range(0, 1e15).Draw(t, name), rapid.Int64Range(1, 1000).Draw(t, name+" den"))
			}
			return nil
		}
		b := bullet("", "", "")
		b.Actual, b.Before, b.Opening, b.Low = value("actual"), value("before"), value("opening"), value("low")
		if b.Low != nil {
			b.High = new(big.Rat).Add(b.Low, big.NewRat(rapid.Int64Range(0, 100).Draw(t, "range"), 1))
		}
		top := b.scaleTop()
		for _, v := range []*big.Rat{b.Actual, b.Before, b.Opening, b.Low, b.High} {
			require.True(t, v == nil || v.Cmp(top) <= 0)
		}
		svg := string(b.SVG())
		requireXML(t, svg)
		require.Equal(t, b.Actual != nil, strings.Contains(svg, "bullet-bar"))
		require.Equal(t, b.Before != nil, strings.Contains(svg, "bullet-before"))
		require.Equal(t, b.Opening != nil, strings.Contains(svg, "bullet-opening"))
	})
}
