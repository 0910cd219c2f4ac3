package web

import (
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

const opening = `{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`

// A teller answers from a ledger in memory, its clock at 2026-11-23.
type teller struct {
	t    *testing.T
	book *register.Book
	proj *asof.Projection
}

func newTeller(t *testing.T) *teller {
	w := &teller{t, register.NewBook(), asof.New()}
	w.take(opening, "2022-12-01T00:59:00Z")
	return w
}

func (w *teller) take(command, recorded string) {
	w.t.Helper()
	at, err := calendar.ParseInstant(recorded)
	require.NoError(w.t, err)
	d, err := ledger.ParseDraft([]byte(command))
	require.NoError(w.t, err, command)
	v, err := w.book.Decide(d, at)
	require.NoError(w.t, err, command)
	require.NoError(w.t, w.book.Add(v.Record))
	require.NoError(w.t, w.proj.Apply(v.Record))
}

func (w *teller) service() answerstest.Asker {
	return answerstest.New(w.proj, testNow)
}

func testNow() calendar.Instant {
	now, err := calendar.ParseInstant("2026-11-23T03:00:00Z")
	if err != nil {
		panic(err)
	}
	return now
}

func demoTeller(t *testing.T) *teller {
	w := newTeller(t)
	for _, c := range demo.Commands(demo.Seed) {
		w.take(string(c.Command), c.Recorded)
	}
	return w
}

// demoSite is the demo's pages, made once: nothing that a test does changes it.
var demoSite = sync.OnceValue(func() *Site {
	return siteOf(answerstest.New(demoProjection(), testNow))
})

// demoProjection is the demo, made once.
var demoProjection = sync.OnceValue(func() *asof.Projection {
	var t testing.T
	return demoTeller(&t).proj
})

// siteOf is the pages of a service.
func siteOf(s answerstest.Asker) *Site {
	return &Site{Answers: s.Service, Directory: s.Directory().Directory, Statements: answers.NewStatements(s.Service, nil), Now: testNow}
}

// askerOf asks the service of a site in words.
func askerOf(s *Site) answerstest.Asker { return answerstest.Asker{Service: s.Answers} }

// ask asks for a page by its address, as the server does: the route whose
// pattern matches renders it.
func ask(t *testing.T, s *Site, to string) Page {
	t.Helper()
	u, err := url.Parse(to)
	require.NoError(t, err)
	for _, r := range Routes {
		if params, ok := match(r.Pattern, u.Path); ok {
			for name := range u.Query() {
				require.Contains(t, append(append([]string{}, answers.PointNames...), r.Names...), name, "%s does not take %s", r.Pattern, name)
			}
			p, err := r.Render(s, &Asked{Head: s.Answers.Head(), Path: u.Path, Param: func(n string) string { return params[n] }, Values: u.Query()})
			require.NoError(t, err, to)
			return p
		}
	}
	require.Fail(t, "no page", to)
	return Page{}
}

// match tells whether a path is of a pattern of echo, and its parameters.
func match(pattern, path string) (map[string]string, bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	params := map[string]string{}
	for i, w := range want {
		switch {
		case strings.HasPrefix(w, ":") && got[i] != "":
			params[w[1:]] = got[i]
		case w != got[i]:
			return nil, false
		}
	}
	return params, true
}
