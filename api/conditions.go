package api

import (
	"slices"

	"htxledger/api/shown"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// A Condition gives the fault that keeps a server from its work now, or nil. The
// code and both sentences of the fault stand among the reasons of /readyz, and
// behind these the same of its cause, if the cause is a fault. A condition is judged by what is
// known, and waits for nothing.
type Condition func() error

var errWritesRefused = fault.Declare("writes-refused", fault.Unavailable,
	"every write is being refused%s; what was recorded before can be asked", "mọi lần ghi đều đang bị từ chối%s; vẫn tra cứu được những gì đã ghi")

// conditions are the server's own conditions, then the conditions of Deps.
func (s *Server) conditions() []Condition {
	return slices.Concat([]Condition{s.checkFeed, s.checkLag, s.checkHold, s.checkRecording}, s.Conditions)
}

// checkFeed gives the fault for answers that may lack recorded facts.
func (s *Server) checkFeed() error {
	f := s.Feed.Freshness()
	switch {
	case s.Feed.Err() != nil:
		return errStopped.With(f.Size).Because(s.Feed.Err())
	case f.Stale():
		return staleFault(f)
	}
	return nil
}

// checkLag tells that the answers lack more than a few of the records.
func (s *Server) checkLag() error {
	if lag := s.Feed.Freshness().Lag; lag > mostLag {
		return errNotReadyLag.With(lag)
	}
	return nil
}

// reasonsOf are a condition's fault and its cause, if the cause is a fault.
func reasonsOf(err error) []shown.ProblemError {
	f, ok := fault.Of(err)
	if !ok {
		return []shown.ProblemError{errorOf(shown.ErrInternal)}
	}
	list := []shown.ProblemError{errorOf(f)}
	if cause, ok := fault.Of(f.Unwrap()); ok {
		list = append(list, errorOf(cause))
	}
	return list
}

// checkHold gives the difference between the ledger and its signed checkpoints: nothing is
// recorded then.
func (s *Server) checkHold() error { return s.Notary.Hold.Err() }

// mayRecord is nil where commands are taken, or the fault each of them is
// refused with, dry runs too: what they would record would stand where other
// records once stood.
func (s *Server) mayRecord() error {
	err := s.checkHold()
	if s.Recorder == nil {
		err = errReadOnly
	}
	if err != nil {
		return ledger.NotWritten(err)
	}
	return nil
}

// checkRecording tells why every write is refused.
func (s *Server) checkRecording() error {
	if s.Recorder == nil {
		return errWritesRefused.With("").Because(errReadOnly)
	}
	refusal := s.Recorder.Refusal()
	if refusal.Err == nil {
		return nil
	}
	since := fault.Text{}
	if refusal.Since != 0 {
		since = fault.Text{English: " since " + refusal.Since.String(), Vietnamese: " từ " + refusal.Since.Vi() + " (giờ Việt Nam)"}
	}
	return errWritesRefused.With(since).Because(refusal.Err)
}
