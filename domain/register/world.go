package register

import (
	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/classification"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/statement"
	"htxledger/domain/support"
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
	switch f.Root.Kind.Family() {
	case "place":
		return place.Decide(w, s.Key, f)
	case "coop":
		return coop.Decide(w, s.Key, f)
	case "certificate":
		return certificate.Decide(w, s.Key, f)
	case "ocop":
		return ocop.Decide(w, s.Key, f)
	case "training":
		return training.Decide(w, s.Key, f)
	case "support":
		return support.Decide(w, s.Key, f)
	case "plan", "policy":
		return plan.Decide(w, s.Key, f)
	case "statement":
		return statement.Decide(w, s.Key, f)
	}
	if f.Root.Kind == ledger.KindOpened && f.Root.Position != 0 {
		return ErrOnlyFirst.At("/kind")
	}
	return nil
}

// StreamFacts are the facts of a stream, without the hidden one.
func (w *world) StreamFacts(s ledger.Stream) []*ledger.Fact {
	if w.hidden == nil || w.hidden.Stream != s {
		return w.Facts(s)
	}
	var rest []*ledger.Fact
	for _, f := range w.Facts(s) {
		if f.Root != w.hidden {
			rest = append(rest, f)
		}
	}
	return rest
}

func (w *world) history(key string) *coop.History {
	s := ledger.StreamOf("coop", key)
	if w.hidden != nil && w.hidden.Stream == s {
		return coop.NewHistory(key, w.StreamFacts(s))
	}
	h := w.histories[key]
	if h == nil {
		h = coop.NewHistory(key, w.Facts(s))
		w.histories[key] = h
	}
	return h
}

// Cooperative is the state of a co-operative at the end of a day.
func (w *world) Cooperative(key string, on calendar.Day) *coop.Cooperative {
	return w.history(key).On(on)
}

// CoopLiving tells whether facts about a co-operative may be dated on a day.
func (w *world) CoopLiving(key string, on calendar.Day) error {
	return coop.Living(w, key, on)
}

// TaxCodeHolder finds another co-operative that lives on a day, or later, and
// holds a tax code; of several, the first by key.
func (w *world) TaxCodeHolder(code, except string, on calendar.Day) (string, bool) {
	for _, key := range sortedKeys(w.holders[code]) {
		if key == except {
			continue
		}
		last := w.Cooperative(key, calendar.MaxDay)
		if last.TaxCode == code && (last.End == nil || last.End.Valid.Day > on) {
			return key, true
		}
	}
	return "", false
}

// PlaceOn reports whether a place is on the map of a day.
func (w *world) PlaceOn(code string, on calendar.Day) bool { return w.Map(on).Has(code) }

// OnMap is nil if a place is on the map of a day, or the fault why not.
func (w *world) OnMap(code string, on calendar.Day) error { return w.Map(on).Require(code) }

// Map is the map of a day.
func (w *world) Map(on calendar.Day) *place.Map {
	if w.hidden != nil && w.hidden.Stream.Family == "place" {
		return place.NewAtlas(w.placeFacts()).On(on)
	}
	if w.atlas == nil {
		w.atlas = place.NewAtlas(w.placeFacts())
	}
	return w.atlas.On(on)
}

func (w *world) placeFacts() []*ledger.Fact {
	var all []*ledger.Fact
	for s := range w.streams {
		if s.Family == "place" {
			all = append(all, w.StreamFacts(s)...)
		}
	}
	return sorted(all)
}

// Certificate is the state of a certificate at the end of a day.
func (w *world) Certificate(key string, on calendar.Day) *certificate.Certificate {
	return certificate.Fold(key, w.StreamFacts(ledger.StreamOf("certificate", key)), on)
}

// Product is the state of an OCOP product at the end of a day.
func (w *world) Product(key string, on calendar.Day) *ocop.Product {
	return ocop.Fold(key, w.StreamFacts(ledger.StreamOf("ocop", key)), on)
}

// Session is the state of a training session at the end of a day.
func (w *world) Session(key string, on calendar.Day) *training.Session {
	return training.Fold(key, w.StreamFacts(ledger.StreamOf("training", key)), on)
}

// Plan is the state of a plan at the end of a day.
func (w *world) Plan(key string, on calendar.Day) *plan.Plan {
	return plan.Fold(key, w.StreamFacts(ledger.StreamOf("plan", key)), on)
}

// Statement is the state of a statement at the end of a day.
func (w *world) Statement(key string, on calendar.Day) *statement.Statement {
	return statement.Fold(key, w.StreamFacts(ledger.StreamOf("statement", key)), on)
}

// SchemeKnown reports whether a code names a classification scheme.
func (w *world) SchemeKnown(code string) bool {
	_, err := classification.Find(code)
	return err == nil
}
