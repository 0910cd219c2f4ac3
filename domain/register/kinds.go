package register

import (
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/request"
	"htxledger/domain/statement"
	"htxledger/domain/support"
	"htxledger/domain/training"
)

// kinds is the table of every kind of event there has ever been.
var kinds = table(
	ledger.Specs(), place.Specs(), coop.Specs(), certificate.Specs(), ocop.Specs(),
	training.Specs(), support.Specs(), plan.Specs(), statement.Specs(), request.Specs(),
)

func table(families ...[]ledger.Spec) map[ledger.Kind]*ledger.Spec {
	all := map[ledger.Kind]*ledger.Spec{}
	for _, specs := range families {
		for _, s := range specs {
			all[s.Kind] = &s
		}
	}
	return all
}

// Spec is the description of a kind; ErrKindUnknown for one that this version
// does not know.
func Spec(k ledger.Kind) (*ledger.Spec, error) {
	if s := kinds[k]; s != nil {
		return s, nil
	}
	return nil, ErrKindUnknown.With(string(k)).At("/kind")
}

// IdentityOf is what makes a decoded event the same fact as another: see
// ledger.Identity.
func IdentityOf(stream ledger.Stream, valid calendar.Stated, e ledger.Event) ledger.Identity {
	return kinds[e.EventKind()].Identity(stream, valid, e)
}

// OnlyBy is the command of the program that alone records a kind, or "" for a
// kind that any command may carry, and for one that is not known.
func OnlyBy(k ledger.Kind) string {
	if s := kinds[k]; s != nil {
		return s.Command
	}
	return ""
}

// Kinds lists every kind that a command may have, corrections included, in
// order.
func Kinds() []ledger.Kind {
	list := []ledger.Kind{ledger.KindRestated, ledger.KindRetracted}
	for k := range kinds {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b ledger.Kind) int { return strings.Compare(string(a), string(b)) })
	return list
}

// belongs reports whether a kind may stand in a stream of a family: that of
// its own name, where a policy may also stand with the plan that it is about.
func belongs(k ledger.Kind, family string) bool {
	own := k.Family()
	return own == family || own == "policy" && family == "plan"
}
