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

// A family is kinds that are about one sort of thing, as this package joins
// them: their rows, and the judgement of what may be recorded of that thing.
type family struct {
	name   string // of its streams, and before the dot of its kinds
	title  string // in Vietnamese
	specs  []ledger.Spec
	decide func(w *world, key string, f *ledger.Fact) error
}

// families are all that there are. Their kinds are every kind of event there has
// ever been.
var families = []family{
	{"ledger", "sổ cái", ledger.Specs(), func(w *world, _ string, f *ledger.Fact) error { return w.decideLedger(f) }},
	{"place", "địa bàn", place.Specs(), func(w *world, key string, f *ledger.Fact) error { return place.Decide(w, key, f) }},
	{"coop", "hợp tác xã", coop.Specs(), func(w *world, key string, f *ledger.Fact) error { return coop.Decide(w, key, f) }},
	{"certificate", "chứng nhận", certificate.Specs(), func(w *world, key string, f *ledger.Fact) error { return certificate.Decide(w, key, f) }},
	{"ocop", "OCOP", ocop.Specs(), func(w *world, key string, f *ledger.Fact) error { return ocop.Decide(w, key, f) }},
	{"training", "tập huấn", training.Specs(), func(w *world, key string, f *ledger.Fact) error { return training.Decide(w, key, f) }},
	{"support", "hỗ trợ", support.Specs(), func(w *world, key string, f *ledger.Fact) error { return support.Decide(w, key, f) }},
	{"plan", "kế hoạch", plan.Specs(), func(w *world, key string, f *ledger.Fact) error { return plan.Decide(w, key, f) }},
	{"policy", "cách tính", nil, func(w *world, key string, f *ledger.Fact) error { return plan.Decide(w, key, f) }}, // its kinds stand with plan's
	{"statement", "báo cáo đã chốt", statement.Specs(), func(w *world, key string, f *ledger.Fact) error { return statement.Decide(w, key, f) }},
	{"request", "đề nghị", request.Specs(), func(w *world, key string, f *ledger.Fact) error { return request.Decide(w, key, f) }},
}

var kinds = kindsOf(families...)

func kindsOf(families ...family) map[ledger.Kind]*ledger.Spec {
	all := map[ledger.Kind]*ledger.Spec{}
	for _, f := range families {
		for _, s := range f.specs {
			all[s.Kind] = &s
		}
	}
	return all
}

// familyNamed is a family by its name; the zero family, which decides nothing,
// for one that there is not.
func familyNamed(name string) family {
	for _, f := range families {
		if f.name == name {
			return f
		}
	}
	return family{}
}

// FamilyTitle is what a family is called in Vietnamese.
func FamilyTitle(name string) string { return familyNamed(name).title }

// Spec is the description of a kind; ErrKindUnknown for one that this version
// does not know.
func Spec(k ledger.Kind) (*ledger.Spec, error) {
	if s := kinds[k]; s != nil {
		return s, nil
	}
	return nil, ErrKindUnknown.With(string(k)).At("/kind")
}

// SpecOf is the description of a decoded event's kind.
func SpecOf(e ledger.Event) *ledger.Spec { return kinds[e.EventKind()] }

// IdentityOf is what makes a decoded event the same fact as another: see
// ledger.Identity.
func IdentityOf(stream ledger.Stream, valid calendar.Stated, e ledger.Event) ledger.Identity {
	return SpecOf(e).Identity(stream, valid, e)
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

// isOfFamily reports whether a kind may stand in a stream of a family: that of
// its own name, where a policy may also stand with the plan that it is about.
func isOfFamily(k ledger.Kind, family string) bool {
	own := k.Family()
	return own == family || own == "policy" && family == "plan"
}
