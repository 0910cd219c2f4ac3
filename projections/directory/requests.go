package directory

import (
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/request"
	"htxledger/projections/answers"
)

// ErrNoRequest names a request that the records of a point do not hold.
var ErrNoRequest = fault.Declare("request-not-found", fault.NotFound,
	"there is no request %s among the first %d records", "không có đề nghị %s trong %d bản ghi đầu")

// The states of a request, as a list of them can be narrowed.
const (
	RequestOpen     = "open"
	RequestApproved = "approved"
	RequestRefused  = "refused"
	RequestAny      = "all"
)

// RequestStates lists them.
var RequestStates = []string{RequestOpen, RequestApproved, RequestRefused, RequestAny}

// A Request is one request as known at a size.
type Request struct {
	Key   string
	State string         // RequestOpen, RequestApproved or RequestRefused
	Made  *ledger.Record // *request.Made
	// Command is what is asked for, under the key that approves it and without an
	// actor.
	Command  *ledger.Draft
	Approval *ledger.Record // the record of the command; nil unless approved
	Refusal  *ledger.Record // *request.Refused; nil unless refused
}

// Reason is why a request was refused; "" for one that was not.
func (r *Request) Reason() string {
	if r.Refusal == nil {
		return ""
	}
	return r.Refusal.Event.(*request.Refused).Reason
}

// requestIndex knows where requests were made.
type requestIndex struct {
	mu      sync.Mutex
	scanned ledger.Position
	made    []*ledger.Record // in order

	counted ledger.Position // the size of which open is
	open    int
}

// A RequestFilter narrows a listing of requests. The zero filter lists all.
type RequestFilter struct {
	State  string          // one of RequestStates; "" is RequestAny
	From   ledger.Position // the first position at which a request was made
	Limit  int             // 0 is no limit
	Newest bool            // newest first, from From backwards; From 0 is then the head
}

// Requests is a page of requests, in the order in which they were made.
type Requests struct {
	Point    *answers.Point
	Requests []*Request
	Next     ledger.Position // the From of the next page; -1 if there is none
}

// Requests lists the requests of a point's prefix.
func (d *Directory) Requests(p *answers.Point, f RequestFilter) (*Requests, error) {
	if f.State == "" {
		f.State = RequestAny
	}
	if err := ledger.OneOf("state", f.State, RequestStates...); err != nil {
		return nil, err
	}
	l := &Requests{Point: p, Next: -1}
	for _, made := range d.madeInOrder(p.Size, f) {
		r, err := d.requestOf(made, p.Size)
		if err != nil {
			return nil, err
		}
		if f.State != RequestAny && f.State != r.State {
			continue
		}
		if f.Limit > 0 && len(l.Requests) == f.Limit {
			l.Next = made.Position
			break
		}
		l.Requests = append(l.Requests, r)
	}
	return l, nil
}

// madeInOrder are the records that made the requests of a page and of those
// after it.
func (d *Directory) madeInOrder(size ledger.Position, f RequestFilter) (list []*ledger.Record) {
	all := d.requestsMade(size)
	if !f.Newest {
		for _, made := range all {
			if made.Position >= f.From {
				list = append(list, made)
			}
		}
		return list
	}
	for i := len(all) - 1; i >= 0; i-- {
		if f.From == 0 || all[i].Position <= f.From {
			list = append(list, all[i])
		}
	}
	return list
}

// Request is one request as known at a size.
func (d *Directory) Request(key string, size ledger.Position) (*Request, error) {
	for _, made := range d.history.Stream(ledger.StreamOf("request", key), size) {
		if _, ok := made.Event.(*request.Made); ok {
			return d.requestOf(made, size)
		}
	}
	return nil, ErrNoRequest.With(key, int64(size))
}

// CountOpenRequests counts the requests that wait, among the first so many records.
func (d *Directory) CountOpenRequests(size ledger.Position) int {
	x, made := &d.requests, d.requestsMade(size)
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.counted != size {
		x.counted, x.open = size, 0
		for _, m := range made {
			if approval, refusal := d.endOf(m, size); approval == nil && refusal == nil {
				x.open++
			}
		}
	}
	return x.open
}

// requestsMade are the records that made the requests of a prefix, in order. A
// record is looked at once.
func (d *Directory) requestsMade(size ledger.Position) []*ledger.Record {
	x := &d.requests
	x.mu.Lock()
	defer x.mu.Unlock()
	for ; x.scanned < size; x.scanned++ {
		if r := d.history.Record(x.scanned); isMade(r) {
			x.made = append(x.made, r)
		}
	}
	n := len(x.made)
	for n > 0 && x.made[n-1].Position >= size {
		n--
	}
	return x.made[:n:n]
}

func isMade(r *ledger.Record) bool {
	_, ok := r.Event.(*request.Made)
	return ok
}

// requestOf is the request that a record made, as known at a size.
func (d *Directory) requestOf(made *ledger.Record, size ledger.Position) (*Request, error) {
	r := &Request{Key: made.Stream.Key, Made: made, State: RequestOpen}
	var err error
	if r.Command, err = made.Event.(*request.Made).Draft(r.Key); err != nil {
		return nil, err
	}
	switch r.Approval, r.Refusal = d.endOf(made, size); {
	case r.Approval != nil:
		r.State = RequestApproved
	case r.Refusal != nil:
		r.State = RequestRefused
	}
	return r, nil
}

// endOf are the records, below a size, that approved or refused a request.
func (d *Directory) endOf(made *ledger.Record, size ledger.Position) (approval, refusal *ledger.Record) {
	if approval = d.history.Find(ledger.IDOf(request.CommandKey(made.Stream.Key))); approval != nil && approval.Position >= size {
		approval = nil
	}
	for _, r := range d.history.Stream(made.Stream, size) {
		if _, ok := r.Event.(*request.Refused); ok {
			return approval, r
		}
	}
	return approval, nil
}

// DraftRequest is the command that makes the request with a key for another
// command: as of the head's today, or, where there is such a request, as of its day,
// so that the same request again is found.
func (d *Directory) DraftRequest(h *answers.Head, key string, asked *ledger.Draft) (*ledger.Draft, error) {
	return request.Ask(key, asked, d.dayOf(h, key, isMade))
}

// DraftRefusal is the command by which an account refuses the request with a
// key: as of the head's today, or, where the account refused it before, as of that
// day.
func (d *Directory) DraftRefusal(h *answers.Head, key, account, reason string) (*ledger.Draft, error) {
	return request.Refuse(key, account, reason, d.dayOf(h, key, func(r *ledger.Record) bool {
		_, refused := r.Event.(*request.Refused)
		return refused && r.Actor != nil && r.Actor.ID == account
	}))
}

// dayOf is the day of the record of a request that is looked for, or today.
func (d *Directory) dayOf(h *answers.Head, key string, is func(*ledger.Record) bool) calendar.Stated {
	for _, r := range d.history.Stream(ledger.StreamOf("request", key), h.Size()) {
		if is(r) {
			return r.Valid
		}
	}
	return calendar.OnDay(h.Today())
}
