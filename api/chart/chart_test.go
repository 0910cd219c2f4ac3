package chart

import (
	"encoding/xml"
	"io"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestADrawing(t *testing.T) {
	c := NewCanvas(100, 20)
	c.Rect("bar", 50, 0, -20, 10)
	c.Link(`/vi-sao/x?a=1&b="`, "Vì <sao>", func() { c.Circle("dot", 1.005, -0.001, 3) })
	c.Text("start", 0, 20, "1 < 2 & 3")
	got := string(c.SVG("x", "Tên", "Mô tả"))
	require.Equal(t, `<svg viewBox="0 0 100 20" role="group" aria-labelledby="x-t x-d"><title id="x-t">Tên</title><desc id="x-d">Mô tả</desc>`+
		`<rect class="bar" x="30" y="0" width="20" height="10"/>`+
		`<a href="/vi-sao/x?a=1&amp;b=&#34;" aria-label="Vì &lt;sao&gt;"><circle class="dot" cx="1" cy="0" r="3"/></a>`+
		`<text class="start" x="0" y="20">1 &lt; 2 &amp; 3</text></svg>`, got)
	requireXML(t, got)
}

// requireXML fails where a drawing is not well formed.
func requireXML(t require.TestingT, s string) {
	d := xml.NewDecoder(strings.NewReader(s))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
	}
}

func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		den := rapid.Int64Range(1, 1000).Draw(t, "den")
		low := big.NewRat(rapid.Int64Range(-1e9, 1e9).Draw(t, "low"), den)
		high := new(big.Rat).Add(low, big.NewRat(rapid.Int64Range(1, 1e9).Draw(t, "span"), den))
		n := rapid.IntRange(2, 8).Draw(t, "n")
		ticks := Ticks(low, high, n)
		require.LessOrEqual(t, len(ticks), n+1)
		require.LessOrEqual(t, ticks[0].Cmp(low), 0)
		require.GreaterOrEqual(t, ticks[len(ticks)-1].Cmp(high), 0)
		for i := 2; i < len(ticks); i++ {
			require.Zero(t, new(big.Rat).Sub(ticks[i], ticks[i-1]).Cmp(new(big.Rat).Sub(ticks[1], ticks[0])))
		}
	})
	var printed []string
	for _, v := range Ticks(big.NewRat(195, 1), big.NewRat(218, 1), 6) {
		printed = append(printed, v.RatString())
	}
	require.Equal(t, []string{"195", "200", "205", "210", "215", "220"}, printed)
}

func TestScale(t *testing.T) {
	s := NewScale(big.NewRat(10, 1), big.NewRat(20, 1), 100, 0)
	require.Equal(t, 100.0, s.At(big.NewRat(10, 1)))
	require.Equal(t, 50.0, s.At(big.NewRat(15, 1)))
	require.Equal(t, 7.0, NewScale(big.NewRat(1, 1), big.NewRat(1, 1), 7, 9).At(big.NewRat(5, 1)))
}
