package browsertest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/api"
	"htxledger/api/web"
	"htxledger/projections/answers"
)

// first is where every reader begins.
const first = "/"

// A leaf is one page as the server sent it.
type leaf struct {
	asked, at string // the address, and where it led
	pattern   string // of web.Routes
	kind      string // pattern and the names of its own parameters
	from      string // the page that leads here
	posed     bool   // by a form of it, or by a link that carries its question on
	status    int
	doc       *goquery.Document
	raw       []byte
}

// most bounds the addresses of one route, whatever their kinds.
const most = 60

// A walk is what can be reached from the first page: a few addresses
// of every kind of page, and a few of every kind of what is no page.
type walk struct {
	house *house
	pages []*leaf
	rest  []*leaf // JSON, files
	seen  map[string]*leaf
	count map[string]int
	each  int // addresses of one kind
	wrong []string
}

// fullWalk tells whether many addresses of each kind are wanted.
func fullWalk() bool { return os.Getenv(walkVariable) == full }

// crawl walks the links from the first page, the nearest first.
func crawl(t *testing.T, h *house) *walk {
	t.Helper()
	w := &walk{house: h, seen: map[string]*leaf{}, count: map[string]int{}, each: 1}
	if fullWalk() {
		w.each = 2
	}
	waiting := []*leaf{{asked: first, from: "(start)"}}
	for len(waiting) > 0 {
		l := waiting[0]
		waiting = waiting[1:]
		if !w.wanted(l) {
			continue
		}
		require.NoError(t, w.fetch(l), l.asked)
		waiting = append(waiting, w.leads(l)...)
	}
	return w
}

// opened are the pages that are opened in a browser: a few of each route, those
// first that the fewest clicks reach.
func (w *walk) opened() (list []*leaf) {
	few := 2
	if fullWalk() {
		few = 4
	}
	count := map[string]int{}
	for _, l := range w.pages {
		if count[l.pattern] < few && l.pattern != "" && l.status == http.StatusOK { // TestLinks tells of the others
			count[l.pattern]++
			list = append(list, l)
		}
	}
	return list
}

// wanted takes a leaf if few of its kind were taken.
func (w *walk) wanted(l *leaf) bool {
	l.asked, _, _ = strings.Cut(l.asked, "#")
	if w.seen[l.asked] != nil {
		return false
	}
	u, err := url.Parse(l.asked)
	if err != nil {
		w.wrong = append(w.wrong, fmt.Sprintf("%s links to %q: %v", l.from, l.asked, err))
		return false
	}
	l.pattern, l.kind = kindOf(u)
	if w.count[l.kind] >= w.each || w.count[l.pattern] >= most && l.pattern != "" {
		return false
	}
	w.count[l.kind]++
	w.count[l.pattern]++
	w.seen[l.asked] = l
	return true
}

// kindOf is the pattern of an address, and its kind: addresses of one kind
// differ in values only. How much of the point is asked is part of the kind in a
// full walk.
func kindOf(u *url.URL) (pattern, kind string) {
	for _, r := range web.Routes {
		if matches(r.Pattern, u.Path) {
			pattern = r.Pattern
			break
		}
	}
	var own []string
	for name := range u.Query() {
		if fullWalk() || !slices.Contains(answers.PointNames, name) {
			own = append(own, name)
		}
	}
	slices.Sort(own)
	kind = pattern
	if kind == "" {
		kind = shape(u.Path)
	}
	return pattern, kind + " " + strings.Join(own, " ")
}

// shape is the pattern of a path that is no page's: the word behind the name of
// what is asked for is taken for a key.
func shape(path string) string {
	key := 2
	if strings.HasPrefix(path, api.Prefix+"/") {
		key = 4
	}
	parts := strings.Split(path, "/")
	if len(parts) > key {
		parts[key] = "*"
	}
	return strings.Join(parts, "/")
}

// matches tells whether a path is of a pattern of echo.
func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return len(want) == len(got) && !slices.ContainsFunc(want, func(w string) bool {
		g := got[0]
		got = got[1:]
		return w != g && (!strings.HasPrefix(w, ":") || g == "")
	})
}

func (w *walk) fetch(l *leaf) error {
	r, err := http.NewRequest(http.MethodGet, w.house.url+l.asked, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/html")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if l.raw, err = io.ReadAll(res.Body); err != nil {
		return err
	}
	l.status, l.at = res.StatusCode, res.Request.URL.RequestURI()
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		w.rest = append(w.rest, l)
		return nil
	}
	w.pages = append(w.pages, l)
	l.doc, err = goquery.NewDocumentFromReader(bytes.NewReader(l.raw))
	return err
}

// leads are where a reader may go from a page: its links, and what its forms
// ask for when nothing is changed.
func (w *walk) leads(l *leaf) (list []*leaf) {
	for _, to := range w.links(l) {
		list = append(list, &leaf{asked: to, from: l.asked, posed: l.carried(to)})
	}
	for _, f := range asking(l) {
		list = append(list, &leaf{asked: f.with("", ""), from: l.asked, posed: true})
	}
	return list
}

// links are the addresses of the house that a page leads to, each once. What
// is told of a link to an element that is not there goes to wrong.
func (w *walk) links(l *leaf) (list []string) {
	if l.doc == nil {
		return nil
	}
	base, err := url.Parse(w.house.url + l.at)
	if err != nil {
		return nil
	}
	l.doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		to, err := base.Parse(href)
		switch {
		case err != nil || href == "":
			w.wrong = append(w.wrong, fmt.Sprintf("%s links to %q", l.asked, href))
		case strings.HasPrefix(href, "#"):
			if !l.has(to.Fragment) {
				w.wrong = append(w.wrong, fmt.Sprintf("%s links to %q, which is not on it", l.asked, href))
			}
		case to.Host == base.Host && to.Scheme == base.Scheme:
			list = append(list, strings.TrimPrefix(to.String(), w.house.url))
		}
	})
	return slices.Compact(list)
}

// carried tells whether a link takes the question of this page elsewhere, or to
// another day: a place that it names may not be there then.
func (l *leaf) carried(to string) bool {
	return l.doc.Find("nav a, .presets a").FilterFunction(func(_ int, a *goquery.Selection) bool { return a.AttrOr("href", "") == to }).Length() > 0
}

// has tells whether a page has an element with an id.
func (l *leaf) has(id string) bool {
	return id == "" || l.doc.FindMatcher(goquery.Single(fmt.Sprintf("[id=%q]", id))).Length() == 1
}

// Every page can be reached from the first one, every link leads somewhere, and
// no page says twice what may be said once.
func TestLinks(t *testing.T) {
	h := openedHouse(t)
	w := theWalk(t, h)
	require.Empty(t, w.wrong)
	reached, titled := map[string]bool{}, map[string]string{}
	for _, l := range w.pages {
		reached[l.pattern] = true
		if l.posed && l.status < 500 && saysWhy(l.doc) {
			continue // what is asked may not be there
		}
		require.Equal(t, http.StatusOK, l.status, "%s, linked from %s:\n%s", l.asked, l.from, l.doc.Find("main").Text())
		title := l.doc.Find("title").Text()
		require.True(t, titled[title] == "" || titled[title] == l.pattern, "%s and %s have one title: %s", titled[title], l.pattern, title)
		titled[title] = l.pattern
		requireSound(t, l)
	}
	for _, l := range w.rest {
		reached[l.pattern] = true // a page may lead to a file
		require.Equal(t, http.StatusOK, l.status, "%s, linked from %s: %s", l.asked, l.from, l.raw)
	}
	for _, r := range web.Routes {
		require.True(t, reached[r.Pattern], "no page leads to %s", r.Pattern)
	}
	t.Logf("%d pages of %d routes, %d other answers", len(w.pages), len(reached), len(w.rest))
	requireFragments(t, w)
	require.NotContains(t, h.logged.String(), "level=ERROR")
}

// requireSound wants ids once, no handler of events inside a page, and every label and description to be about something.
func requireSound(t *testing.T, l *leaf) {
	t.Helper()
	ids := map[string]bool{}
	l.doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		require.False(t, ids[id] || id == "", "%s has the id %q twice", l.asked, id)
		ids[id] = true
	})
	for _, name := range []string{"aria-describedby", "aria-labelledby", "aria-controls", "for", "headers"} {
		l.doc.Find("[" + name + "]").Each(func(_ int, s *goquery.Selection) {
			for id := range strings.FieldsSeq(s.AttrOr(name, "")) {
				require.True(t, ids[id], "%s: %s=%q is about nothing", l.asked, name, id)
			}
		})
	}
	require.Zero(t, l.doc.Find("[style], script:not([src]), [onclick], [onload], [onchange], [onsubmit]").Length(), l.asked)
	require.NotContains(t, string(l.raw), "ZgotmplZ", "%s: a template wrote where it must not", l.asked)
	require.NotContains(t, l.doc.Find("body").Text(), "%!", "%s: a sentence lacks a word", l.asked)
	require.NotContains(t, l.doc.Find("body").Text(), "<nil>", l.asked)
}

// requireFragments wants a link to a part of another page to lead to it.
func requireFragments(t *testing.T, w *walk) {
	t.Helper()
	for _, l := range w.pages {
		for _, to := range w.links(l) {
			address, id, ok := strings.Cut(to, "#")
			if target := w.seen[address]; ok && target != nil && target.doc != nil {
				require.True(t, target.has(id), "%s links to %s", l.asked, to)
			}
		}
	}
}
