package api

import (
	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

var errNoRecord = fault.Declare("record-not-found", fault.NotFound,
	"there is no record %q (want a position below %d, or an id)",
	"không có bản ghi %q (cần vị trí nhỏ hơn %d, hoặc mã bản ghi)")

// Pages are of this length unless the question says another, up to mostPage.
const (
	usualPage = 100
	mostPage  = 1000
	// mostCoops is more than any province has: a list taken away is whole.
	mostCoops = 20_000
	// mostLooked is how many records are looked through for one page of a search.
	mostLooked = 20_000
)

// coops answers with a page of co-operatives: by cursor, or by the older offset.
func (s *Server) coops(q *question, at *answers.Point) (shown.Answer, error) {
	f := directory.Filter{Status: q.get("status"), Search: q.get("search")}
	var err error
	if f.All, err = q.flag("all"); err != nil {
		return shown.Answer{}, err
	}
	offset, err := q.number("offset", 0, 0, 1<<31-1)
	if err != nil {
		return shown.Answer{}, err
	}
	if q.get("cursor") == "" {
		q.skip = int(offset)
	}
	f.Offset, f.Limit = q.skip, q.limit
	l, err := s.Directory.Coops(q.ctx(), at, f)
	if err != nil {
		return shown.Answer{}, err
	}
	// The service cuts the page, so the paging gets the count of the whole list.
	q.met, q.shown = l.Total, len(l.Coops)
	return shown.ShowCoops(l), nil
}

func (s *Server) coop(q *question, at *answers.Point) (shown.Answer, error) {
	return showAnswer(shown.ShowCard)(s.Directory.Card(at, q.path("key")))
}

// events answers with a page of records, forwards or backwards.
func (s *Server) events(q *question) (shown.Answer, error) {
	f, err := eventFilter(q.parameters)
	if err != nil {
		return shown.Answer{}, err
	}
	if q.get("cursor") != "" { // in a list of records the cursor is the position of the next
		f.From, f.Zero = ledger.Position(q.skip), true
	}
	f.Limit = q.limit
	at, err := s.headOf(q.c).ResolvePrefix(q.query())
	if err != nil {
		return shown.Answer{}, err
	}
	e, err := s.Directory.Events(q.ctx(), at, f)
	if err != nil {
		return shown.Answer{}, err
	}
	q.goOn(len(e.Records), e.Next)
	return shown.ShowEvents(e), nil
}

// eventFilter reads the filter of a list of records.
func eventFilter(p parameters) (f directory.EventFilter, err error) {
	f.Kind, f.Stream, f.Actor, f.Role, f.About = p.get("kind"), p.get("stream"), p.get("actor"), p.get("role"), p.get("about")
	// A search reads records one by one: bounded, and the page may come out short.
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

// event is a record by its position or its id, with the records that it
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
	return s.sendPlain(c, shown.FromEvent(size, r, corrected, by))
}

// record is the record the path names, by its position or its id.
func (s *Server) record(c echo.Context) (*ledger.Record, error) {
	name, h := pathParameter(c, "record"), s.headOf(c)
	r, _ := h.Record(name) // a name that is neither a position nor an id names no record
	if r == nil {
		return nil, errNoRecord.With(name, h.Size())
	}
	return r, nil
}
