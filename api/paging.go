package api

import (
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// mostRows is the usual number of rows of an answer: more than
// any question about a province of today gives, questions about everything apart.
const mostRows = 20_000

// A paging is which rows of a long answer are sent: so many, after so many. The
// rows of its lists count in the order in which they are cut.
type paging struct {
	skip, limit int
	met, shown  int              // rows met so far, and those of them that are sent
	page        *shown.Page      // of a list whose rows nobody counts; nil for all others
	next        int              // the position from which such a list goes on
	of          []*answers.Point // the points of the next page; nil: the points of the answer
}

// A cursor is the number of rows before a page, and for each point of the question
// the size and the valid day at which its first page was answered, so that every
// page is of the same prefix and day: 20000~3410~2023-12-31.
const cursorMark = "~"

// startPage reads the page asked for. A cursor puts its sizes and days in the
// place of the question's: in the parameters named, which are points
// (DAY@SIZE), or, without any, in as_of and known_at.
func startPage(p parameters, usual, most int64, points ...string) (parameters, paging, error) {
	limit, err := p.number("limit", usual, 1, most)
	if err != nil {
		return p, paging{}, err
	}
	pg := paging{limit: int(limit)}
	cursor := p.get("cursor")
	if cursor == "" {
		return p, pg, nil
	}
	parts := strings.Split(cursor, cursorMark)
	wrong := errValue.With(cursor, "page.next").At("cursor")
	if len(parts) != 1+2*max(len(points), 1) {
		return p, paging{}, wrong
	}
	for i, s := range parts {
		if n, err := strconv.ParseInt(s, 10, 64); i%2 == 0 && i > 0 {
			continue // a day, which the question reads
		} else if err != nil || n < 0 || n > 1<<31 || strconv.FormatInt(n, 10) != s {
			return p, paging{}, wrong
		}
	}
	pg.skip, _ = strconv.Atoi(parts[0])
	p = parameters{maps.Clone(p.values)}
	if len(points) == 0 {
		p.values["known_at"], p.values["as_of"] = []string{"@" + parts[1]}, []string{parts[2]}
	}
	for i, name := range points {
		p.values[name] = []string{parts[2*i+2] + "@" + parts[2*i+1]}
	}
	return p, pg, nil
}

// cutPage gives the part of a list that is on the page.
func cutPage[T any](pg *paging, list []T) []T {
	low := min(max(pg.skip-pg.met, 0), len(list))
	high := min(max(pg.skip+pg.limit-pg.met, low), len(list))
	pg.met += len(list)
	pg.shown += high - low
	return list[low:high]
}

// goOn says that a list whose rows nobody counts goes on at a position, or, where
// that is negative, that it ends.
func (pg *paging) goOn(rows int, next ledger.Position) {
	if next >= 0 {
		pg.page, pg.next = &shown.Page{First: pg.skip, Rows: rows}, int(next)
	}
}

// describePage describes a page, its part of the answer and the address of the next page, for the
// answer and, in every form, in the headers. A whole answer says
// nothing.
func (pg *paging) describePage(c echo.Context, at []*answers.Point) *shown.Page {
	if pg.of != nil {
		at = pg.of
	}
	if pg.page != nil {
		pg.page.Next = cursorAt(pg.next, at...)
		linkNext(c, pg.page.Next)
		return pg.page
	}
	if pg.skip == 0 && pg.shown == pg.met {
		return nil
	}
	page := &shown.Page{First: pg.skip, Rows: pg.shown, Of: pg.met}
	if pg.skip+pg.shown < pg.met {
		page.Next = cursorAt(pg.skip+pg.shown, at...)
		linkNext(c, page.Next)
	}
	c.Response().Header().Set("Htxledger-Rows", strconv.Itoa(page.First)+"+"+strconv.Itoa(page.Rows)+"/"+strconv.Itoa(page.Of))
	return page
}

func cursorAt(rows int, at ...*answers.Point) string {
	parts := []string{strconv.Itoa(rows)}
	for _, p := range at {
		parts = append(parts, strconv.FormatInt(int64(p.Size), 10), p.Valid.String())
	}
	return strings.Join(parts, cursorMark)
}

// linkNext names the address of the next page (RFC 8288).
func linkNext(c echo.Context, cursor string) {
	u := url.URL{Path: c.Request().URL.Path}
	values := c.Request().URL.Query()
	values.Set("cursor", cursor)
	u.RawQuery = values.Encode()
	c.Response().Header().Set("Link", "<"+u.String()+`>; rel="next"`)
}
