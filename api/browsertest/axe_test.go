package browsertest

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/axe/axe.min.js
var axeScript string

// A violation is a rule of accessibility that a page breaks, as axe tells it.
type violation struct {
	Rule, Impact, Help string
	Where              []string
}

// runAxe asks axe of all rules that hold for everybody, and for the size of what
// is to be touched.
const runAxe = `axe.run(document, {resultTypes: ['violations'], preload: false, rules: {'target-size': {enabled: true}}})
	.then(r => r.violations.map(v => ({Rule: v.id, Impact: v.impact, Help: v.help,
		Where: v.nodes.slice(0, 5).map(n => n.target.join(' ') + ': ' + (n.any.concat(n.all, n.none)[0]?.message ?? n.html))})))`

// axe gives the rules that a page breaks.
func (b *tab) axe() []violation {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](axeScript))
	return eval[[]violation](b, runAxe)
}

// requireAccessible wants no serious and no critical violation. Lesser ones are
// printed.
func (b *tab) requireAccessible() {
	b.t.Helper()
	for _, v := range b.axe() {
		told := v.Impact + " " + v.Rule + " (" + v.Help + ") on " + b.here() + "\n  " + strings.Join(v.Where, "\n  ")
		if v.Impact == "serious" || v.Impact == "critical" {
			b.t.Error(told)
		} else {
			b.t.Log(told)
		}
	}
}

// axe is the file that its note says, unchanged.
func TestAxeUnchanged(t *testing.T) {
	note, err := os.ReadFile("testdata/axe/README.md")
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(axeScript))
	require.Contains(t, string(note), hex.EncodeToString(sum[:]))
}
