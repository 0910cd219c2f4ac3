package api

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/sheets"
	"htxledger/api/shown"
	"htxledger/projections/answers"
)

// A question is a request for an answer: the parameters that its route takes, and
// which page of the answer is asked for.
type question struct {
	parameters
	paging
	c echo.Context
	// named says that the address names its days, so that it may mean the same for
	// ever.
	named bool
}

func (q *question) ctx() context.Context { return q.c.Request().Context() }

// path is the variable of the path with a name.
func (q *question) path(name string) string { return pathParameter(q.c, name) }

// routeOf makes a route of a question. The route's line in the table says which
// parameters there are and how long a page is.
func routeOf(ask func(*Server, *question) (shown.Answer, error)) func(*Server, echo.Context) error {
	return func(s *Server, c echo.Context) error {
		q, err := s.readQuestion(c)
		if err != nil {
			return err
		}
		a, err := ask(s, q)
		if err != nil {
			return err
		}
		return s.answer(q, a)
	}
}

// asksAt is asks for a question at one point, which its parameters and, where the
// path has one, the code of an indicator make.
func asksAt(ask func(*Server, *question, *answers.Point) (shown.Answer, error)) func(*Server, echo.Context) error {
	return routeOf(func(s *Server, q *question) (shown.Answer, error) {
		words := q.query()
		if code := q.path("code"); code != "" {
			words.Codes = []string{code}
		}
		at, err := s.headOf(q.c).Resolve(words)
		if err != nil {
			return shown.Answer{}, err
		}
		return ask(s, q, at)
	})
}

// showAnswer shows the answer of a service, or gives its error.
func showAnswer[S any](how func(S) shown.Answer) func(S, error) (shown.Answer, error) {
	return func(x S, err error) (shown.Answer, error) {
		if err != nil {
			return shown.Answer{}, err
		}
		return how(x), nil
	}
}

// readQuestion reads the parameters of a route and waits for the size named by
// min_size, if any.
func (s *Server) readQuestion(c echo.Context) (*question, error) {
	about := c.Get(keyRoute).(*route).about
	p, err := parseQuery(c.Request().URL.RawQuery, about.queryNames()...)
	if err != nil {
		return nil, err
	}
	size, err := p.size("min_size")
	if err != nil {
		return nil, err
	}
	q := &question{parameters: p, c: c}
	if about.longest > 0 {
		if q.parameters, q.paging, err = startPage(p, about.usual, about.longest, about.points...); err != nil {
			return nil, err
		}
	}
	q.named = q.get("as_of") != ""
	return q, s.awaitSize(c.Request().Context(), size, awaitAtMost)
}

// answer writes an answer in the form asked, with the caching that its points
// allow.
func (s *Server) answer(q *question, a shown.Answer) error {
	// The answer may miss records that the feed will never bring: an open point must not hide it.
	if slices.ContainsFunc(a.Points, func(at *answers.Point) bool { return at.Open }) && s.Feed.Err() != nil {
		return errStopped.With(s.headOf(q.c).Size()).Because(s.Feed.Err())
	}
	f, err := formOf(q.parameters, a)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	name, err := f.write(&b, a.OnPage(q.describePage(q.c, a.Points)))
	if err != nil {
		return err
	}
	if q.named && len(a.Points) > 0 && arePinned(a.Points) {
		// Only an answer that can never change gets a tag: others would be kept too long.
		tag := etagOf(b.Bytes())
		if err := s.setCaching(q.c, tag, s.areSettled(a.Points)); err != nil {
			return err
		}
		if matchesTag(q.c.Request().Header.Values("If-None-Match"), tag) {
			return q.c.NoContent(http.StatusNotModified)
		}
	}
	return f.send(q.c, b.Bytes(), name)
}

// A form is a format of answers. write gives the name of the file, which
// only a table has.
type form struct {
	name, contentType string
	write             func(*bytes.Buffer, shown.Answer) (file string, err error)
}

// forms are the values of the parameter format; the first is the default.
var forms = []form{
	{"json", "application/json; charset=utf-8", func(b *bytes.Buffer, a shown.Answer) (string, error) { return "", a.WriteJSON(b) }},
	{"csv", reportTypes["csv"], tableAs(".csv", func(b *bytes.Buffer, t *shown.Table) error { return t.Write(b) })},
	{"excel-csv", reportTypes["csv"], tableAs(".csv", func(b *bytes.Buffer, t *shown.Table) error { return t.WriteExcel(b) })},
	{"xlsx", reportTypes["xlsx"], tableAs(".xlsx", func(b *bytes.Buffer, t *shown.Table) error { return sheets.WriteTable(b, t) })},
}

// tableAs writes the table of an answer as a file named after the answer.
func tableAs(ending string, write func(*bytes.Buffer, *shown.Table) error) func(*bytes.Buffer, shown.Answer) (string, error) {
	return func(b *bytes.Buffer, a shown.Answer) (string, error) {
		t := a.Table()
		return t.Name + ending, write(b, t)
	}
}

// formOf is the form asked. An answer that is no table is only JSON.
func formOf(p parameters, a shown.Answer) (*form, error) {
	asked, last := p.get("format"), len(forms)
	if !a.HasTable() {
		last = 1
	}
	var names []string
	for i := range forms[:last] {
		if f := &forms[i]; asked == f.name || asked == "" {
			return f, nil
		}
		names = append(names, forms[i].name)
	}
	return nil, errValue.With(asked, strings.Join(names, ", ")).At("format")
}

// send sends a written answer; file is its name in a browser, or
// "".
func (f *form) send(c echo.Context, b []byte, file string) error {
	releaseWorkSlot(c)
	if file != "" {
		attachName(c, file)
	}
	return c.Blob(http.StatusOK, f.contentType, b)
}
