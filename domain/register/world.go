package register

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/classification"
	"htxledger/domain/coop"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/request"
	"htxledger/domain/statement"
	"htxledger/domain/training"
)

// world is the state at the head as the families' decisions look at it. While
// a restatement is decided the record that it restates is hidden: the world is
// then as if that had never been said.
type world struct {
	*Book
	hidden *ledger.Record
}

func (w *world) decide(s ledger.Stream, f *ledger.Fact) error {
	if of := familyNamed(f.Root.Kind.Family()); of.decide != nil {
		return of.decide(w, s.Key, f)
	}
	return nil
}

// decideLedger judges what is said of the ledger itself.
func (w *world) decideLedger(f *ledger.Fact) error {
	at := f.Root.Position
	if f.Root.Kind == ledger.KindOpened && at != 0 {
		return ErrOnlyFirst.At("/kind")
	}
	if !slices.Contains(keyring.Kinds, f.Root.Kind) {
		return nil
	}
	ring, err := w.keyRing()
	if err != nil {
		return err
	}
	switch e := f.Event.(type) {
	case *ledger.KeyAnnounced2:
		return ring.Check(int64(at), e)
	case *ledger.KeyVoided:
		return ring.CheckVoid(e)
	}
	return nil
}

// Cooperative is the state of a co-operative at the end of a day.
func (w *world) Cooperative(key string, on calendar.Day) *coop.Cooperative {
	return stateOn(w, ledger.StreamOf("coop", key), &coop.Cooperative{Key: key}, on)
}

// CoopLiving tells whether facts about a co-operative may be dated on a day.
func (w *world) CoopLiving(key string, on calendar.Day) error {
	return coop.RequireLiving(w, key, on)
}

// PlaceOn reports whether a place is on the map of a day.
func (w *world) PlaceOn(code string, on calendar.Day) bool { return w.OnMap(code, on) == nil }

// OnMap is nil if a place is on the map of a day, or the fault why not.
func (w *world) OnMap(code string, on calendar.Day) error { return w.Place(code, on).Require(code, on) }

// Place is what its own stream says of a place at the end of a day.
func (w *world) Place(code string, on calendar.Day) *place.Place {
	return stateOn(w, ledger.StreamOf("place", code), &place.Place{}, on)
}

// Certificate is the state of a certificate at the end of a day.
func (w *world) Certificate(key string, on calendar.Day) *certificate.Certificate {
	return stateOn(w, ledger.StreamOf("certificate", key), &certificate.Certificate{Key: key}, on)
}

// Product is the state of an OCOP product at the end of a day.
func (w *world) Product(key string, on calendar.Day) *ocop.Product {
	return stateOn(w, ledger.StreamOf("ocop", key), &ocop.Product{Key: key}, on)
}

// Session is the state of a training session at the end of a day.
func (w *world) Session(key string, on calendar.Day) *training.Session {
	return stateOn(w, ledger.StreamOf("training", key), &training.Session{Key: key}, on)
}

// Plan is the state of a plan at the end of a day.
func (w *world) Plan(key string, on calendar.Day) *plan.Plan {
	return stateOn(w, ledger.StreamOf("plan", key), &plan.Plan{Key: key}, on)
}

// Statement is the state of a statement at the end of a day.
func (w *world) Statement(key string, on calendar.Day) *statement.Statement {
	return stateOn(w, ledger.StreamOf("statement", key), &statement.Statement{Key: key}, on)
}

// Request is what its own stream says of a request at the end of a day.
func (w *world) Request(key string, on calendar.Day) *request.Request {
	return stateOn(w, ledger.StreamOf("request", key), &request.Request{Key: key}, on)
}

// Trial is nil if a command could be recorded at the head by any way in.
func (w *world) Trial(d *ledger.Draft) error {
	if command := OnlyBy(d.Kind); command != "" {
		return ErrReserved.With(string(d.Kind), command).At("/kind")
	}
	return w.Suppose(d, func(*ledger.Record) error { return nil })
}

// SchemeKnown reports whether a code names a classification scheme.
func (w *world) SchemeKnown(code string) bool {
	_, err := classification.Find(code)
	return err == nil
}
