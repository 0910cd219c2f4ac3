package access

import (
	"slices"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register"
)

// An act is an act forbidden to a single account, in words, and the roles of
// the two accounts needed.
type act struct {
	name  fault.Text
	roles []string
}

// The acts that need two people (DESIGN §10).
var (
	actOnProvince = act{fault.Text{English: "an act on the ledger's own province", Vietnamese: "Thay đổi về chính tỉnh của sổ"}, []string{"alliance", "admin"}}
	actOnPlan     = act{fault.Text{English: "an act on a plan that was adopted", Vietnamese: "Thay đổi đối với kế hoạch đã ban hành"}, []string{"alliance", "admin"}}
	actOnPolicy   = act{fault.Text{English: "a choice by which an adopted plan is judged", Vietnamese: "Chọn cách tính dùng để đánh giá kế hoạch đã ban hành"}, []string{"alliance", "admin"}}
	actOnKeys     = act{fault.Text{English: "an act on the signing keys", Vietnamese: "Thay đổi về khóa ký của sổ"}, []string{"admin"}}
)

// requireTwo is nil if a command is no act that needs two people, or two of the
// parties have the role for it.
func (p parties) requireTwo(b *register.Book, d *ledger.Draft) error {
	return p.requireTwoFor(actOf(b, d))
}

// requireTwoFor is nil if two of the parties have the role for an act, and for
// no act.
func (p parties) requireTwoFor(a *act) error {
	if a == nil {
		return nil
	}
	if err := p[0].requireRole(a); err != nil {
		return err
	}
	fit := 0
	for _, party := range p {
		if slices.Contains(a.roles, party.Role) {
			fit++
		}
	}
	if fit >= 2 {
		return nil
	}
	return ErrSecondPerson.With(a.name, joinRoles(a.roles)).At("/kind")
}

// requireRole is nil if an account has one of the roles for an act, alone or as
// one of two; a nil act is for every role.
func (a account) requireRole(act *act) error {
	if act == nil || slices.Contains(act.roles, a.Role) {
		return nil
	}
	return ErrNotForRole.With(act.name, a.Role).At("/kind")
}

func joinRoles(roles []string) string {
	if len(roles) == 1 {
		return roles[0]
	}
	return roles[0] + "/" + roles[1]
}

// actOf is the act a command is, or nil.
func actOf(b *register.Book, d *ledger.Draft) *act {
	kind := d.Kind
	if d.Corrects != nil {
		root := b.Root(b.Find(d.Corrects.Ident()))
		if root == nil {
			return nil // the recorder refuses a correction without a target
		}
		kind = root.Kind
	}
	spec, err := register.Spec(kind)
	if err != nil {
		return nil // the recorder refuses an unknown kind
	}
	switch spec.Act {
	case ledger.ActOnKeys:
		return &actOnKeys
	case ledger.ActOnPlace:
		if ownProvince(b, d.Stream.Key) {
			return &actOnProvince
		}
	case ledger.ActOnPolicy:
		switch {
		case d.Stream.Family == "plan": // a choice about that plan alone
			return &actOnPlan
		case len(b.Plans(lastDay)) > 0:
			return &actOnPolicy
		}
	case ledger.ActAdoption:
		if d.Corrects != nil || replaces(b, d) {
			return &actOnPlan
		}
	case ledger.ActOnPlan:
		return &actOnPlan
	}
	return nil
}

// ownProvince reports whether a place declared already is the one that
// the ledger belongs to, today or when it was opened. Its first declaration is
// part of setting the ledger up.
func ownProvince(b *register.Book, code string) bool {
	opened := b.Opening()
	if opened == nil || len(b.Facts(ledger.StreamOf("place", code))) == 0 {
		return false
	}
	now, _ := b.Atlas().On(lastDay).Resolve(opened.Place)
	return code == opened.Place || code == now
}

// replaces reports whether the adoption of a plan has the year of another that
// stands, of any place: of the plans of one year the newest answers
// questions. Data that cannot be read are the recorder's to refuse.
func replaces(b *register.Book, d *ledger.Draft) bool {
	spec, err := register.Spec(d.Kind)
	if err != nil {
		return false
	}
	e, err := d.EventOf(spec)
	if err != nil {
		return false
	}
	adopted := e.(*plan.Adopted)
	for _, p := range b.Plans(lastDay) {
		if other := p.Adoption.Event.(*plan.Adopted); p.Key != d.Stream.Key && other.Year == adopted.Year {
			return true
		}
	}
	return false
}

// keepLand is the part of a judgement made once a record about a place
// stands: no act of one person takes land out of the ledger's own province, or
// brings into it what was declared before. A province without its districts has
// no figures, though nobody touched its own record.
func (p parties) keepLand(b *register.Book) afterwards {
	before := b.Atlas()
	return func(b *register.Book, _ *ledger.Record) error {
		if opened := b.Opening(); opened == nil || sameLand(before, b.Atlas(), opened.Place) {
			return nil
		}
		return p.requireTwoFor(&actOnProvince)
	}
}

// sameLand reports whether every place of the map before lies within a province,
// or outside it, on the same days as after.
func sameLand(before, after *place.Atlas, province string) bool {
	within := func(m *place.Map, code string) bool {
		at, ok := m.Resolve(province)
		return ok && m.Within(code, at)
	}
	for _, day := range slices.Concat(before.Days(), after.Days()) {
		was, is := before.On(day), after.On(day)
		for _, f := range before.Facts {
			if _, declared := f.Event.(*place.Declared); !declared {
				continue
			}
			if code := f.Root.Stream.Key; within(was, code) != within(is, code) {
				return false
			}
		}
	}
	return true
}
