package browsertest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"htxledger/api/web"
	"htxledger/projections/answers"
)

// odd is what nobody means and somebody types.
const odd = `31/02/2023 "><b>'%00 ☃`

// get asks for an address as a browser does, without following where it leads.
func (h *house) get(t *testing.T, path string) (int, *goquery.Document) {
	t.Helper()
	l := &leaf{asked: path}
	w := &walk{house: h}
	require.NoError(t, w.fetch(l), path)
	if l.doc == nil {
		l.doc, _ = goquery.NewDocumentFromReader(bytes.NewReader(nil))
	}
	return l.status, l.doc
}

// A form is a form that asks, as a browser sends it when nothing is changed.
type form struct {
	page   *leaf
	action string
	values url.Values
	typed  []string // the fields in which a reader types
	chosen []string // those in which one chooses
}

// asking are the forms of a page that ask for a page.
func asking(l *leaf) (list []form) {
	if l.doc == nil {
		return nil
	}
	l.doc.Find("form").Each(func(_ int, s *goquery.Selection) {
		if !strings.EqualFold(s.AttrOr("method", "get"), "get") {
			return
		}
		action, _, _ := strings.Cut(s.AttrOr("action", l.asked), "?") // what is asked takes its place
		f := form{page: l, action: action, values: url.Values{}}
		s.Find("input[name], select[name], textarea[name]").Each(func(_ int, e *goquery.Selection) { f.take(e) })
		list = append(list, f)
	})
	return list
}

func (f *form) take(e *goquery.Selection) {
	name := e.AttrOr("name", "")
	switch kind := e.AttrOr("type", "text"); {
	case goquery.NodeName(e) == "select":
		f.chosen = append(f.chosen, name)
		if at := e.Find("option[selected]"); at.Length() > 0 {
			f.values.Add(name, at.AttrOr("value", at.Text()))
		} else if e.AttrOr("multiple", "-") == "-" {
			f.values.Add(name, e.Find("option").First().AttrOr("value", ""))
		}
	case kind == "checkbox" || kind == "radio":
		f.chosen = append(f.chosen, name)
		if _, on := e.Attr("checked"); on {
			f.values.Add(name, e.AttrOr("value", "on"))
		}
	case kind == "hidden":
		f.values.Add(name, e.AttrOr("value", ""))
	case kind != "submit":
		f.typed = append(f.typed, name)
		f.values.Add(name, e.AttrOr("value", e.Text()))
	}
}

// with is the address that the form asks for with one field changed.
func (f *form) with(name, value string) string {
	v := url.Values{}
	for n := range f.values {
		v[n] = f.values[n]
	}
	if name != "" {
		v[name] = []string{value}
	}
	return f.action + "?" + v.Encode()
}

// Every form that asks answers what it asks when nothing is changed; with
// nonsense in a field it says what is wrong or finds nothing, and keeps what was
// typed; no choice that it offers is refused with nonsense in its place unsaid.
func TestForms(t *testing.T) {
	h := openedHouse(t)
	done := map[string]bool{}
	for _, l := range theWalk(t, h).pages {
		for _, f := range asking(l) {
			if id := fmt.Sprint(l.pattern, f.typed, f.chosen); done[id] {
				continue
			} else {
				done[id] = true
			}
			status, doc := h.get(t, f.with("", ""))
			require.True(t, status == http.StatusOK || status < 500 && saysWhy(doc), "%s, from a form of %s: %s", f.with("", ""), l.asked, doc.Find("[role=alert]").Text())
			for _, name := range f.typed {
				requireKept(t, h, f, name, status == http.StatusOK)
			}
			for _, name := range f.chosen {
				status, doc := h.get(t, f.with(name, odd))
				require.Less(t, status, 500, f.with(name, odd))
				require.True(t, status == http.StatusOK || saysWhy(doc), "%d without a word for %s", status, f.with(name, odd))
			}
		}
	}
	require.NotEmpty(t, done)
}

// requireKept types nonsense into a field of a form that is otherwise sound, or not.
func requireKept(t *testing.T, h *house, f form, name string, sound bool) {
	t.Helper()
	to := f.with(name, odd)
	status, doc := h.get(t, to)
	require.Less(t, status, 500, to)
	require.Zero(t, doc.Find("main b").Length(), "%s: what was typed became part of the page", to)
	kept := status == http.StatusOK && strings.Contains(strings.ToUpper(doc.Find("main").Text()), strings.ToUpper(odd))
	doc.Find(fmt.Sprintf("[name=%q]", name)).Each(func(_ int, e *goquery.Selection) {
		kept = kept || e.AttrOr("value", e.Text()) == odd
	})
	require.True(t, kept, "%s does not keep what was typed into %s", to, name)
	if status != http.StatusOK {
		require.True(t, saysWhy(doc), "%d without a word for %s", status, to)
		if sound {
			requireLeads(t, doc, to)
		}
	}
}

// saysWhy tells whether a page says what is wrong with the question.
func saysWhy(doc *goquery.Document) bool {
	return len(strings.TrimSpace(doc.Find("main [role=alert], main .problem, main .wrong").Text())) > 10
}

// requireLeads wants the list of what is wrong to lead to the fields, and the
// fields to be marked.
func requireLeads(t *testing.T, doc *goquery.Document, to string) {
	t.Helper()
	leads := doc.Find(`[role=alert] a[href^="#"]`)
	require.NotZero(t, leads.Length(), "%s: the error leads to no field", to)
	leads.Each(func(_ int, a *goquery.Selection) {
		id := strings.TrimPrefix(a.AttrOr("href", ""), "#")
		field := doc.Find(fmt.Sprintf("[id=%q]", id))
		require.Equal(t, 1, field.Length(), "%s: the error leads to %s", to, id)
		require.Equal(t, "true", field.AttrOr("aria-invalid", ""), "%s: %s is not marked", to, id)
	})
}

// Addresses that somebody mistyped: each page says so in Vietnamese. A page that
// does not ask for a point may pass a wrong one over.
func TestWrongAddresses(t *testing.T) {
	h := openedHouse(t)
	done := map[string]bool{}
	for _, l := range theWalk(t, h).pages {
		if done[l.pattern] {
			continue
		}
		done[l.pattern] = true
		path, _, _ := strings.Cut(l.at, "?")
		wrongs := []string{path + "?as_of=31%2F02%2F2023", path + "?known_at=%40999999999", path + "?place=khong-co", path + "?nhu-vay=1", path + "?as_of=%FF"}
		if strings.Contains(l.pattern, ":") {
			wrongs = append(wrongs, unknown(l.pattern, "khong-co-that"), unknown(l.pattern, url.PathEscape(odd)), unknown(l.pattern, strings.Repeat("x", 2000)))
		}
		for _, to := range wrongs {
			status, doc := h.get(t, to)
			if name, _, _ := strings.Cut(strings.TrimPrefix(to, path+"?"), "="); status == http.StatusOK && slices.Contains(answers.PointNames, name) {
				require.Zero(t, doc.Find(fmt.Sprintf(".clocks [name=%q]", name)).Length(), "%s is answered", to)
				continue
			}
			require.True(t, status >= 400 && status < 500, "%d for %s", status, to)
			require.Equal(t, "vi", doc.Find("html").AttrOr("lang", ""), to)
			require.Equal(t, 1, doc.Find("h1").Length(), to)
			require.Greater(t, len([]rune(strings.TrimSpace(doc.Find("main").Text()))), 40, "%s says next to nothing", to)
			require.NotZero(t, doc.Find("main a[href], nav a[href]").Length(), "%s leads nowhere", to)
		}
	}
}

// unknown is an address of a pattern with a key that is not there.
func unknown(pattern, key string) string {
	parts := strings.Split(pattern, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, ":") {
			parts[i] = key
		}
	}
	return strings.Join(parts, "/")
}

// A page that says what is wrong is a page like the others, in a browser too.
func TestWrongPages(t *testing.T) {
	h := demoHouse(t)
	wrongs := []string{"/khong-co-trang-nay"}
	for _, r := range web.Routes {
		if !strings.Contains(r.Pattern, ":") {
			wrongs = append(wrongs, r.Pattern+"?as_of=31%2F02%2F2023&known_at=mai")
		} else {
			wrongs = append(wrongs, unknown(r.Pattern, "khong-co-that"))
		}
	}
	for _, to := range wrongs {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, h)
			status := b.visit(to)
			if status == http.StatusOK && !eval[bool](b, `!!document.querySelector('.clocks')`) {
				t.Skip("the page does not ask for a point")
			}
			require.True(t, status >= 400 && status < 500, "%d", status)
			b.settle()
			require.Equal(t, 1, eval[int](b, `document.querySelectorAll('h1').length`))
			b.requireAccessible()
			b.requireNarrow()
			require.Empty(t, b.behind(), "said behind the page")
			if eval[bool](b, `!!document.querySelector('[role=alert] a[href^="#"]')`) {
				b.do(chromedp.Click(chromedp.CSS(`[role=alert] a[href^="#"]`)))
				require.True(t, eval[bool](b, `document.activeElement.closest('.field') !== null || document.querySelector(':target') !== null`), "the error leads to no field")
			}
		})
	}
}

// asYouType are the fields that ask while somebody types.
const asYouType = `[hx-get][hx-trigger*="input"] input:not([type=hidden]):not([type=checkbox]), input[hx-get][hx-trigger*="input"]`

// What a script shows while somebody types is what the address shows without
// it, and the address is the reader's to keep.
func TestAsYouType(t *testing.T) {
	h := demoHouse(t)
	done := map[string]bool{}
	for _, l := range theWalk(t, h).pages {
		if done[l.pattern] || l.doc.Find(asYouType).Length() == 0 {
			continue
		}
		done[l.pattern] = true
		t.Run(l.asked, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, h)
			b.visit(l.at)
			b.settle()
			before := b.here()
			b.do(chromedp.Focus(chromedp.CSS(asYouType)))
			for _, letter := range []string{"n", "o", "n", "g"} {
				call(b, input.InsertText, input.InsertTextParams{Text: letter})
			}
			require.Eventually(t, func() bool { return b.here() != before }, patience, patience/1000, "the address stays %s", before)
			b.settle()
			require.Contains(t, b.here(), "=nong")
			require.Empty(t, b.behind(), "said behind the page")
			said := b.text("main")
			plain := newTab(t, h, withoutScripts)
			require.EqualValues(t, http.StatusOK, plain.visit(b.here()))
			requireSameText(t, plain.text("main"), said)
			b.do(chromedp.NavigateBack())
			b.settle()
			require.Equal(t, before, b.here(), "the way back")
		})
	}
}
