package chart

import (
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// golden holds a drawing to testdata/NAME.svg.
func golden(t *testing.T, name, got string) {
	t.Helper()
	requireXML(t, got)
	file := filepath.Join("testdata", name+".svg")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got+"\n"), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got+"\n")
}

func whole(v *big.Rat) string { return v.RatString() }

func bridge(from int64, steps ...int64) *Bridge {
	at := from
	b := &Bridge{ID: "cau", Title: "Giải trình", Desc: "Từ đầu đến cuối", From: Bar{Label: "Mốc A", Value: big.NewRat(from, 1)}, Tick: whole, Broken: "Trục không bắt đầu từ 0"}
	for i, s := range steps {
		at += s
		b.Steps = append(b.Steps, Bar{Label: "nguyên nhân dài đến mức phải xuống dòng thứ " + strconv.Itoa(i), Value: big.NewRat(s, 1), Printed: strconv.FormatInt(s, 10), Link: "#n" + strconv.Itoa(i)})
	}
	b.To = Bar{Label: "Mốc B", Value: big.NewRat(at, 1), Printed: strconv.FormatInt(at, 10)}
	b.From.Printed = strconv.FormatInt(from, 10)
	return b
}

func TestBridges(t *testing.T) {
	for name, b := range map[string]*Bridge{
		"bridge":          bridge(10, 2, 4, -1),
		"bridge-negative": bridge(2, -5, 1, -3, 9),
		"bridge-below":    bridge(-1000, -3, 2),
		"bridge-equal":    bridge(7, 3, -3),
		"bridge-none":     bridge(0),
		"bridge-zero":     bridge(5, 0),
		"bridge-huge":     bridge(9_000_000_000_000_000, 1, -2),
		"bridge-broken":   bridge(1000, 3, -1),
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, string(b.Wide()))
			golden(t, name+"-narrow", string(b.Narrow()))
		})
	}
}

var (
	arrows   = regexp.MustCompile(`<path class="(up|down)" d="M([-\d.]+) [-\d.]+H[-\d.]+L([-\d.]+) `)
	ends     = regexp.MustCompile(`<rect class="end(?: last)?" x="([-\d.]+)" y="[-\d.]+" width="([-\d.]+)"`)
	connects = regexp.MustCompile(`<line class="connect" x1="([-\d.]+)"`)
)

func parsed(t require.TestingT, s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	require.NoError(t, err)
	return v
}

// Every bar begins where the one before it ended, the first at A and the last at
// B, and it points to where its sign says.
func TestTheBarsOfABridgeAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Int64Range(-1e6, 1e6).Filter(func(n int64) bool { return n != 0 }), 0, 7).Draw(t, "steps")
		b := bridge(rapid.Int64Range(-1e6, 1e6).Draw(t, "from"), steps...)
		for _, svg := range []string{string(b.Wide()), string(b.Narrow())} {
			requireXML(t, svg)
			require.NotContains(t, svg, "NaN")
			require.NotContains(t, svg, "Inf")
			lines := connects.FindAllStringSubmatch(svg, -1)
			require.Len(t, lines, len(steps)+1)
			bars := arrows.FindAllStringSubmatch(svg, -1)
			require.Len(t, bars, len(steps))
			for i, a := range bars {
				from, to := parsed(t, a[2]), parsed(t, a[3])
				require.Equal(t, lines[i][1], a[2])
				require.Equal(t, lines[i+1][1], a[3])
				require.Equal(t, map[bool]string{true: "up", false: "down"}[steps[i] > 0], a[1])
				require.True(t, steps[i] > 0 == (to > from) || to == from)
			}
			for i, line := range []string{lines[0][1], lines[len(lines)-1][1]} {
				e := ends.FindAllStringSubmatch(svg, -1)[i]
				x, w := parsed(t, e[1]), parsed(t, e[2])
				require.True(t, near(parsed(t, line), x) || near(parsed(t, line), x+w), "the end bar reaches its value")
			}
		}
	})
}

// near allows for two roundings to a hundredth.
func near(a, b float64) bool { return a-b < 0.02 && b-a < 0.02 }

func TestABridgeIsWithinItsDrawing(t *testing.T) {
	svg := string(bridge(-90, 200, -300, 7).Wide())
	for _, x := range regexp.MustCompile(` x[12]?="([-\d.]+)"`).FindAllStringSubmatch(svg, -1) {
		require.True(t, parsed(t, x[1]) >= 0 && parsed(t, x[1]) <= 800, x[1])
	}
	require.Equal(t, 3, strings.Count(svg, "<a href=\"#n"))
	require.NotContains(t, svg, "Trục không bắt đầu từ 0")
	require.Contains(t, string(bridge(1000, 3, -1).Wide()), "Trục không bắt đầu từ 0")
	require.Contains(t, string(bridge(1000, 3, -1).Wide()), `class="cut"`)
}

func TestWordsInLines(t *testing.T) {
	require.Equal(t, []string{"việc đã có", "từ trước …"}, Lines("việc đã có từ trước ghi nhận muộn", 10, 2))
	require.Equal(t, []string{"một dòng"}, Lines(" một  dòng ", 10, 2))
	require.Equal(t, []string{"mộttừrấtdài", "nữa"}, Lines("mộttừrấtdài nữa", 5, 2))
	require.Empty(t, Lines("", 5, 2))
}
