package api

import (
	"github.com/labstack/echo/v4"

	"htxledger/api/tabular"
	"htxledger/api/wire"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/directory"
)

var errNoRecord = fault.Declare("record-not-found", fault.NotFound,
	"there is no record %q (want a position below %d, or an id)",
	"không có bản ghi %q (cần vị trí nhỏ hơn %d, hoặc mã bản ghi)")

// Pages are of this length unless the question says another, up to mostPage.
const (
	usualPage = 100
	mostPage  = 1000
	// mostCoops is more than any province has: a list that is taken away is whole.
	mostCoops = 20_000
	// mostLooked is how many records are looked through for one page of a search.
	mostLooked = 20_000
)

func (s *Server) coops(c echo.Context) error {
	p, err := s.asked(c, "status", "search", "all", "offset", "limit", "cursor")
	if err != nil {
		return err
	}
	p, pg, err := startPage(p, usualPage, mostCoops)
	if err != nil {
		return err
	}
	f := directory.Filter{Status: p.get("status"), Search: p.get("search")}
	if f.All, err = p.flag("all"); err != nil {
		return err
	}
	offset, err := p.number("offset", 0, 0, 1<<31-1)
	if err != nil {
		return err
	}
	if p.get("cursor") == "" {
		pg.skip = int(offset)
	}
	f.Offset, f.Limit = pg.skip, pg.limit
	at, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	l, err := s.Directory.Coops(c.Request().Context(), at, f)
	if err != nil {
		return err
	}
	pg.met, pg.shown = l.Total, len(l.Coops)
	answer := wire.FromListing(l, f.Offset)
	answer.Page = pg.tell(c, l.Point)
	return s.answer(c, p, l.Point, answer, func() *tabular.Table { return tabular.Coops(l) })
}

func (s *Server) coop(c echo.Context) error {
	p, err := s.asked(c)
	if err != nil {
		return err
	}
	at, err := s.resolve(c, p)
	if err != nil {
		return err
	}
	card, err := s.Directory.Card(at, pathParameter(c, "key"))
	if err != nil {
		return err
	}
	return s.answer(c, p, card.Point, wire.FromCard(card), func() *tabular.Table { return tabular.Card(card) })
}

func (s *Server) events(c echo.Context) error {
	p, err := s.asked(c, "kind", "stream", "actor", "role", "about", "search", "here", "corrections", "late", "newest", "from", "limit", "cursor")
	if err != nil {
		return err
	}
	p, pg, err := startPage(p, usualPage, mostPage)
	if err != nil {
		return err
	}
	f, err := eventFilter(p)
	if err != nil {
		return err
	}
	if p.get("cursor") != "" { // of records it is the position of the next
		f.From, f.Zero = ledger.Position(pg.skip), true
	}
	f.Limit = pg.limit
	at, err := s.headOf(c).ResolvePrefix(p.query())
	if err != nil {
		return err
	}
	e, err := s.Directory.Events(c.Request().Context(), at, f)
	if err != nil {
		return err
	}
	answer := wire.FromEvents(e)
	if e.Next >= 0 {
		answer.Page = &wire.Page{First: pg.skip, Rows: len(e.Records), Next: cursorAt(int(e.Next), e.Point)}
		linkNext(c, answer.Page.Next)
	}
	return s.answer(c, p, e.Point, answer, func() *tabular.Table { return tabular.Events(e) })
}

func eventFilter(p parameters) (f directory.EventFilter, err error) {
	f.Kind, f.Stream, f.Actor, f.Role, f.About = p.get("kind"), p.get("stream"), p.get("actor"), p.get("role"), p.get("about")
	if f.Text = p.get("search"); f.Text != "" {
		f.Scan = mostLooked
	}
	for name, to := range map[string]*bool{"here": &f.Here, "corrections": &f.Corrections, "late": &f.Late, "newest": &f.Newest} {
		if *to, err = p.flag(name); err != nil {
			return f, err
		}
	}
	if f.From, err = p.size("from"); err != nil {
		return f, err
	}
	f.Zero = p.get("from") != ""
	return f, nil
}

// event is one record by its position or its id, with the records that it
// corrects and those that correct it, as known at the head.
func (s *Server) event(c echo.Context) error {
	if _, err := parseQuery(c.Request().URL.RawQuery); err != nil {
		return err
	}
	r, err := s.record(c)
	if err != nil {
		return err
	}
	size := s.headOf(c).Size()
	corrected, by := s.Directory.Corrections(r, size)
	return s.plainly(c, wire.FromEvent(size, r, corrected, by))
}

// record is the record that the path names, by its position or its id.
func (s *Server) record(c echo.Context) (*ledger.Record, error) {
	name, h := pathParameter(c, "record"), s.headOf(c)
	r, _ := h.Record(name) // what is neither a position nor an id names no record
	if r == nil {
		return nil, errNoRecord.With(name, h.Size())
	}
	return r, nil
}
