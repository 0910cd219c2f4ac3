package browsertest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

var walked struct {
	once sync.Once
	walk *walk
}

// theWalk is the walk of the shared demo, made once.
func theWalk(t *testing.T, h *house) *walk {
	t.Helper()
	walked.once.Do(func() { walked.walk = crawl(t, h) })
	require.NotNil(t, walked.walk, "the walk failed in another test")
	return walked.walk
}

// Every kind of page, opened as people open it.
func TestPages(t *testing.T) {
	h := demoHouse(t)
	for _, l := range theWalk(t, h).opened() {
		t.Run(l.asked, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, h)
			require.EqualValues(t, http.StatusOK, b.visit(l.at))
			b.settle()
			b.requireHead()
			b.requireAccessible()
			require.Empty(t, b.behind(), "said behind the page")
			said := b.text("main")
			b.requireNarrow()
			b.requirePaper()
			b.requireKeys()
			require.Empty(t, b.behind(), "said behind the page")
			b.requireScriptless(l, said)
		})
	}
}

// requireHead wants a page to say its language and its one subject.
func (b *tab) requireHead() {
	b.t.Helper()
	head := eval[struct {
		Lang, Title string
		H1          []string
		Main        int
	}](b, `({Lang: document.documentElement.lang, Title: document.title, Main: document.querySelectorAll('main').length,
		H1: [...document.querySelectorAll('h1')].map(h => h.innerText.trim())})`)
	require.Equal(b.t, "vi", head.Lang)
	require.Len(b.t, head.H1, 1)
	require.NotEmpty(b.t, head.H1[0])
	require.NotEmpty(b.t, head.Title)
	require.Equal(b.t, 1, head.Main)
}

// overflowing lists what reaches past the right edge of a window and cannot be
// scrolled to inside a box of its own, the innermost of each; and what lies in
// such a box that cannot be reached by keyboard.
const overflowing = `(() => {
	const width = document.documentElement.clientWidth, told = [];
	const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('');
	const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
	const boxed = e => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
		if (scrolls(p) || getComputedStyle(p).overflowX === 'hidden') return true; return false; };
	for (const e of document.body.querySelectorAll('*')) {
		const r = e.getBoundingClientRect();
		if (!e.checkVisibility()) continue;
		if (scrolls(e) && e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0 && !e.querySelector('a[href], button, input, select'))
			told.push(name(e) + ' scrolls, but not by keyboard');
		if (r.width > 1 && r.right > width + 1 && r.left >= 0 && !boxed(e) && !e.closest('.skip') && !(e.ownerSVGElement))
			told.push(name(e) + ' reaches ' + Math.round(r.right) + ' of ' + width + ': ' + (e.innerText ?? '').slice(0, 60));
	}
	return told.slice(-6);
})()`

// tiny lists the letters of drawings that nobody can read.
const tiny = `[...document.querySelectorAll('svg text')].filter(t => {
	const m = t.getScreenCTM(), size = parseFloat(getComputedStyle(t).fontSize) * Math.hypot(m.a, m.b);
	return t.getClientRects().length && size < 9;
}).slice(0, 5).map(t => t.textContent + ' in ' + (parseFloat(getComputedStyle(t).fontSize) * Math.hypot(t.getScreenCTM().a, t.getScreenCTM().b)).toFixed(1) + 'px')`

// requireNarrow wants a telephone to show the page without scrolling sideways.
func (b *tab) requireNarrow() {
	b.t.Helper()
	b.resize(narrow)
	defer b.resize(wide)
	require.LessOrEqual(b.t, eval[int](b, `document.scrollingElement.scrollWidth`), narrow, "%s",
		strings.Join(eval[[]string](b, overflowing), "\n"))
	require.Empty(b.t, eval[[]string](b, overflowing), "at %d pixels", narrow)
	require.Empty(b.t, eval[[]string](b, tiny), "at %d pixels", narrow)
	if fullWalk() {
		b.requireAccessible()
	}
}

// cutOff lists what a sheet of paper does not show, and what has no place on it.
// A browser shrinks what is too wide; by more than a fifth nobody can read it.
const cutOff = `(() => {
	const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('');
	const shown = e => e.getClientRects().length > 0 && e.checkVisibility({visibilityProperty: true});
	const told = [...document.querySelectorAll('nav, form, button, .skip')].filter(shown).map(e => name(e) + ' is printed');
	if (!shown(document.querySelector('h1'))) told.push('the heading is not printed');
	for (const e of document.querySelectorAll('main *'))
		if (getComputedStyle(e).overflowX !== 'visible' && getComputedStyle(e).textOverflow !== 'ellipsis' &&
			e.scrollWidth > e.clientWidth + 1 && shown(e) && !e.ownerSVGElement)
			told.push(name(e) + ' is cut off at ' + e.clientWidth + ' of ' + e.scrollWidth);
	if (document.scrollingElement.scrollWidth > 1.25 * innerWidth) told.push('the sheet is ' + innerWidth + ' wide, the page ' + document.scrollingElement.scrollWidth);
	return told.slice(0, 6);
})()`

// sheet is where a page of a PDF begins.
var sheet = regexp.MustCompile(`/Type\s*/Page\b`)

// requirePaper wants the page on paper: without what can only be clicked, with
// its heading, and whole.
func (b *tab) requirePaper() {
	b.t.Helper()
	b.resize(paper)
	b.media("print")
	if eval[bool](b, `getComputedStyle(document.body).page !== 'auto'`) {
		b.resize(paperAcross)
	}
	cut := eval[[]string](b, cutOff)
	b.media("")
	b.resize(wide)
	require.Empty(b.t, cut, "on paper")
	printed, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFOutlineAndTagged()))
	require.NoError(b.t, err)
	require.NotEmpty(b.t, sheet.FindAll(printed, -1), "no sheet of paper")
	require.True(b.t, bytes.Contains(printed, outlined(b.text("h1"))), "the heading is not on paper")
}

// outlined is how the outline of a PDF writes a heading.
func outlined(heading string) []byte {
	if !strings.ContainsFunc(heading, func(r rune) bool { return r >= 0x80 }) {
		return []byte("/Title (" + strings.NewReplacer(`\`, `\\`, `(`, `\(`, `)`, `\)`).Replace(heading) + ")")
	}
	b := []byte("<FEFF")
	for _, u := range utf16.Encode([]rune(heading)) {
		b = fmt.Appendf(b, "%04X", u)
	}
	return append(b, '>')
}

// A stop is where the Tab key leads.
type stop struct {
	Tag, Name, Id, Class, Href, Text string
	InNav, InMain, Visible, Ring     bool
}

// stopped tells where the focus is: whether it can be seen, and is marked.
const stopped = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
	return {Tag: e.tagName.toLowerCase(), Name: e.getAttribute('name') ?? '', Id: e.id, Class: e.className.baseVal ?? e.className,
		Href: e.getAttribute('href') ?? '', Text: (e.innerText ?? '').slice(0, 40), InNav: !!e.closest('nav'), InMain: !!e.closest('main'),
		Visible: r.width > 0 && r.height > 0 && r.right > 0 && r.bottom > 0 && r.left < innerWidth && r.top < innerHeight,
		Ring: s.outlineStyle === 'auto' || s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 || s.boxShadow !== 'none'};
})()`

// tabs presses Tab, at most n times, until the document ends.
func (b *tab) tabs(n int) (list []stop) {
	b.t.Helper()
	for range n {
		b.do(chromedp.KeyEvent(kb.Tab))
		s := eval[stop](b, stopped)
		if s.Tag == "body" {
			break
		}
		list = append(list, s)
	}
	return list
}

// requireKeys wants everything of the page within reach of the Tab key, the skip
// link first, and the focus to be seen wherever it is.
func (b *tab) requireKeys() {
	b.t.Helper()
	some := 24
	if fullWalk() {
		some = 60
	}
	stops := b.tabs(some)
	require.NotEmpty(b.t, stops)
	framed := eval[bool](b, `!!document.querySelector('header.top')`) // a printed report has little to skip
	require.True(b.t, stops[0].Class == "skip" || !framed, "the first stop is %+v", stops[0])
	for _, s := range stops {
		require.True(b.t, s.Visible, "the focus is out of sight at %+v", s)
		require.True(b.t, s.Ring, "the focus is not marked at %+v", s)
	}
	require.True(b.t, slices.ContainsFunc(stops, func(s stop) bool { return s.InNav }), "no page can be reached by keyboard")
	if eval[bool](b, `[...document.querySelectorAll('main form input:not([type=hidden])')].some(i => i.checkVisibility())`) {
		require.True(b.t, slices.ContainsFunc(stops, func(s stop) bool { return s.Tag == "input" || s.Tag == "select" || s.Tag == "textarea" }),
			"no form can be reached by keyboard: %+v", stops)
	}
	if !framed {
		return
	}
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector('.skip').focus()`), chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	require.True(b.t, eval[stop](b, stopped).InMain || !eval[bool](b, `!!document.querySelector('main a, main button, main input')`),
		"the skip link leads past nothing")
}

// requireSameText wants two texts to be the same, and tells of the first line
// in which they differ.
func requireSameText(t *testing.T, want, got string) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			require.Equal(t, a[min(i, len(a)):min(i+2, len(a))], b[min(i, len(b)):min(i+2, len(b))], "from line %d on", i+1)
		}
	}
}

// lazy is what a script fills in by itself once the page is there.
const lazy = `main [hx-trigger*="load"], main [hx-trigger*="revealed"], main [hx-trigger*="every"]`

// withoutLazy is the page without it, as far as no script has filled it in.
const withoutLazy = "document.querySelectorAll('" + lazy + "').forEach(e => e.remove())"

// requireKeptText wants the lines of one text to be in another, in order.
func requireKeptText(t *testing.T, want, got string) {
	t.Helper()
	lines := strings.Split(got, "\n")
	for line := range strings.Lines(want) {
		line = strings.TrimSpace(line)
		at := slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) == line })
		require.NotEqual(t, -1, at, "scripts take away %q", line)
		lines = lines[at:]
	}
}

// requireScriptless wants the page to be the same page where no script runs,
// and its clocks to be asked by keyboard alone. What a script would fill in is
// a link or a button then.
func (b *tab) requireScriptless(l *leaf, said string) {
	b.t.Helper()
	plain := newTab(b.t, b.house, withoutScripts)
	require.EqualValues(b.t, http.StatusOK, plain.visit(l.at))
	if l.doc.Find(lazy).Length() == 0 {
		requireSameText(b.t, said, plain.text("main"))
	} else {
		require.Equal(b.t, l.doc.Find(lazy).Length(), l.doc.Find(lazy).Has("a[href], button").Length(), "without scripts nothing leads there")
		plain.do(chromedp.Evaluate[chromedp.Void](withoutLazy))
		requireKeptText(b.t, plain.text("main"), said)
	}
	if !eval[bool](plain, `!!document.querySelector('.clocks input[name=as_of]')`) {
		return
	}
	plain.do(chromedp.Evaluate[chromedp.Void](`(i => { i.focus(); i.select(); })(document.querySelector('.clocks input[name=as_of]'))`))
	call(plain, input.InsertText, input.InsertTextParams{Text: "30/11/2023"})
	plain.load(chromedp.KeyEvent(kb.Enter))
	to, err := url.Parse(plain.here())
	require.NoError(b.t, err)
	require.Equal(b.t, "30/11/2023", to.Query().Get("as_of"))
	require.Equal(b.t, "30/11/2023", eval[string](plain, `document.querySelector('.clocks input[name=as_of]').value`))
	require.Empty(b.t, plain.behind(), "said behind the page, without scripts")
}
