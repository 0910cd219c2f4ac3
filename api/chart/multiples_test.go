package chart

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func panel(name string, values ...string) Panel {
	p := Panel{Name: name, Desc: "Theo tháng", Link: "/dien-bien/coops.registered?place=x"}
	for _, v := range values {
		p.Values = append(p.Values, rat(v))
	}
	return p
}

func TestMultiples(t *testing.T) {
	m := &Multiples{ID: "nho", First: "01/2023", Last: "12/2023", Tick: whole, Panels: []Panel{
		panel("Huyện Cư Jút", "10", "12", "12", "15"), panel("Huyện <Đắk Mil>", "1", "", "3", "2"),
		panel("Huyện Tuy Đức"), panel("Xã Âm", "-2", "0", "-3", "1/3"),
	}}
	m.Panels[2].Link = ""
	golden(t, "multiples", `<svg xmlns="http://www.w3.org/2000/svg">`+join(m)+`</svg>`)
	low, high := m.valueSpan()
	require.Equal(t, []*big.Rat{rat("-3"), rat("15")}, []*big.Rat{low, high}, "one scale for all")
}

func join(m *Multiples) string {
	var b strings.Builder
	for _, svg := range m.Draw() {
		b.WriteString(string(svg) + "\n")
	}
	return b.String()
}

// The same value lies at the same height in every panel, and a gap is no zero.
func TestMultiplesShareAScale(t *testing.T) {
	m := &Multiples{ID: "m", Tick: whole, Panels: []Panel{panel("A", "5", "5"), panel("B", "5", ""), panel("C", "100", "0")}}
	drawn := m.Draw()
	require.Contains(t, string(drawn[0]), `M6 88.9H100V88.9H194`)
	require.Contains(t, string(drawn[1]), `M6 88.9H100"`)
	require.Contains(t, string(drawn[2]), `M6 30H100V92H194`)
	empty := &Multiples{ID: "m", Tick: whole, Panels: []Panel{panel("A", "", ""), panel("B", "0")}}
	for _, svg := range empty.Draw() {
		requireXML(t, string(svg))
		require.NotContains(t, string(svg), "NaN")
	}
}
