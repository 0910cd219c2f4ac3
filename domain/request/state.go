package request

import "htxledger/domain/ledger"

// A Request is the state of one request, as far as its own stream says. Whether
// it was approved is told by the record under its CommandKey.
type Request struct {
	Key     string
	Made    *ledger.Fact // *Made; nil for a request that was not made
	Refusal *ledger.Fact // *Refused; nil while it is not refused
}

// Apply moves the state on by one fact. It reports false for an orphan, which
// changes nothing. A refusal ends a request also where its day is before that of
// the request: no day makes a request that was refused wait again.
func (r *Request) Apply(f *ledger.Fact) bool {
	switch f.Event.(type) {
	case *Made:
		if r.Made == nil {
			r.Made = f
			return true
		}
	case *Refused:
		if r.Refusal == nil {
			r.Refusal = f
			return true
		}
	}
	return false
}

// Command is the command that the request asks for, without an actor.
func (r *Request) Command() (*ledger.Draft, error) { return r.Made.Event.(*Made).Draft(r.Key) }
