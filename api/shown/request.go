package shown

import (
	"encoding/json"

	"htxledger/domain/ledger"
	"htxledger/projections/directory"
)

// Requests is a page of requests, in the order in which they were made.
type Requests struct {
	Point    point     `json:"point"`
	Requests []request `json:"requests"`
	// Next is the from of the next page; absent on the last.
	Next *int64 `json:"next,omitempty"`
	Page *Page  `json:"page,omitempty"`
}

// A Request is a request with what became of it.
type request struct {
	Key     string           `json:"key"`
	State   string           `json:"state" enum:"open approved refused"`
	Made    Record           `json:"made"`
	Command requestedCommand `json:"command"`
	// Approved is the record of the command; absent unless approved.
	Approved *Record `json:"approved,omitempty"`
	// Refused is the record that refused it, and Reason why; absent unless refused.
	Refused *Record `json:"refused,omitempty"`
	Reason  string  `json:"reason,omitempty"`
}

// A requestedCommand is the command of a request.
type requestedCommand struct {
	Key      string          `json:"key"` // under which it is approved
	Stream   string          `json:"stream"`
	Kind     string          `json:"kind"`
	Valid    string          `json:"valid,omitempty"`
	Source   *Source         `json:"source,omitempty"`
	Corrects *corrects       `json:"corrects,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
}

// An OneRequest is a request at a point.
type OneRequest struct {
	Point   point   `json:"point"`
	Request request `json:"request"`
}

// fromRequests is a page of requests.
func fromRequests(l *directory.Requests, page *Page) Requests {
	out := Requests{Page: page, Point: fromPoint(l.Point), Requests: mapList(l.Requests, fromRequest)}
	if l.Next >= 0 {
		next := int64(l.Next)
		out.Next = &next
	}
	return out
}

// fromRequest is a request.
func fromRequest(r *directory.Request) request {
	return request{
		Key: r.Key, State: r.State, Made: fromRecord(r.Made), Command: fromCommand(r.Command),
		Approved: orNone(r.Approval, fromRecord), Refused: orNone(r.Refusal, fromRecord), Reason: r.Reason(),
	}
}

func fromCommand(d *ledger.Draft) requestedCommand {
	out := requestedCommand{
		Key: d.Key, Stream: d.Stream.String(), Kind: string(d.Kind), Valid: d.Valid.String(), Source: sourceOf(d.Source), Data: json.RawMessage(d.Data),
	}
	if c := d.Corrects; c != nil {
		out.Corrects = &corrects{c.Ident().String(), c.Reason, c.Note}
	}
	return out
}

func sourceOf(s *ledger.Source) *Source {
	if s == nil {
		return nil
	}
	return &Source{s.Document, s.Issued.String(), s.Issuer, s.SHA256, s.Sheet, s.Row, s.Note}
}
