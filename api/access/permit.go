package access

import (
	"slices"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/domain/request"
)

// Why a command may not be sent.
var (
	ErrForbidden = fault.Declare("forbidden", fault.Forbidden,
		"the role %s may not record", "vai trò %s không được ghi vào sổ")
	ErrOutside = fault.Declare("outside-own-place", fault.Forbidden,
		"an officer of %s may record only what is about co-operatives there", "cán bộ địa bàn %s chỉ được ghi về HTX thuộc địa bàn mình")
	ErrBothSides = fault.Declare("both-sides", fault.Forbidden,
		"this also changes figures of %s: ask for it with a request (request.made/1), which an account of %s or of the alliance records",
		"việc này làm thay đổi cả số liệu của %s: hãy lập đề nghị (request.made/1) để tài khoản của %s hoặc của LMHTX ghi vào sổ")
	ErrSecondPerson = fault.Declare("second-person", fault.Forbidden,
		"%s needs two people: ask for it with a request (request.made/1), which another account with the role %s records",
		"%s phải có hai người: hãy lập đề nghị (request.made/1) để một tài khoản khác có vai trò %s ghi vào sổ")
	ErrNotForRole = fault.Declare("not-for-role", fault.Forbidden,
		"%s is not for the role %s", "%s: không dành cho vai trò %s")
	ErrMakerRevoked = fault.Declare("maker-revoked", fault.Forbidden,
		"the request %s was made by the account %s, which was revoked since: it must be asked again by another",
		"đề nghị %s do tài khoản %s lập, nay tài khoản này đã bị thu hồi: phải có tài khoản khác lập lại đề nghị")
	ErrBelowRetractor = fault.Declare("below-retractor", fault.Forbidden,
		"record @%d was taken back by the role %s, and only a role that is not below may bring it back",
		"bản ghi @%d do vai trò %s rút lại; chỉ vai trò ngang hoặc cao hơn mới được ghi lại")
	ErrOwnRequest = fault.Declare("own-request", fault.Forbidden,
		"the request %s was made by this account: another one must record it", "đề nghị %s do chính tài khoản này lập: phải để tài khoản khác ghi")
)

// Door is an account's way into the ledger: it permits what docs/access.md
// says, judged in the state in which each command is decided. As long as nobody
// ever made a token there are no accounts: the local user is a person, who may
// do alone what needs two, and the records show it.
func (g *Gate) Door(who ledger.Actor) (recorder.Door, error) {
	open, err := g.Open()
	if err != nil || open {
		return recorder.Door{Actor: &who}, err
	}
	return recorder.Door{Actor: &who, Permit: func(b *register.Book, d *ledger.Draft) (afterwards, error) {
		if err := g.requireMaker(b, d); err != nil {
			return nil, err
		}
		return account(who).permit(b, d)
	}}, nil
}

// requireMaker is nil if a command approves no request, or a request whose maker was
// not revoked since: a dismissed account is no side of anything. An account
// without a token, such as the local user of old, cannot be revoked.
func (g *Gate) requireMaker(b *register.Book, d *ledger.Draft) error {
	key, ok := request.Approves(d.Key)
	if !ok {
		return nil
	}
	open, err := b.OpenRequest(key)
	if err != nil || open.Made.Root.Actor == nil {
		return nil // the decision says why there is nothing to approve
	}
	tokens, err := g.store.List()
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if t.ID == open.Made.Root.Actor.ID && !t.Revoked.IsZero() {
			return ErrMakerRevoked.With(key, t.ID).At("/key")
		}
	}
	return nil
}

// MayWrite reports whether accounts of a role may record anything at all.
func MayWrite(role string) bool { return role == "officer" || standsAbove(role) }

// standsAbove reports whether a role may record about every place.
func standsAbove(role string) bool { return role == "alliance" || role == "admin" }

// An account judges the commands that it sends.
type account ledger.Actor

// afterwards is the part of a judgement made once the record stands.
type afterwards = func(*register.Book, *ledger.Record) error

// permit is the recorder.Permit of an account.
func (a account) permit(b *register.Book, d *ledger.Draft) (afterwards, error) {
	if !MayWrite(a.Role) {
		return nil, ErrForbidden.With(a.Role)
	}
	if d.Stream.Family == "request" {
		return nil, a.permitRequest(b, d)
	}
	if err := a.permitBringingBack(b, d); err != nil {
		return nil, err
	}
	behind, err := a.partiesBehind(b, d)
	if err != nil {
		return nil, err
	}
	if standsAbove(a.Role) {
		if err := behind.requireTwo(b, d); err != nil || d.Stream.Family != "place" {
			return nil, err
		}
		return behind.keepLand(b), nil
	}
	before, err := a.reachOf(b, d)
	if err != nil {
		return nil, err
	}
	// Whether both sides of a move agree shows only when it is made.
	return func(b *register.Book, r *ledger.Record) error {
		return behind.cover(b, before.after(b, r))
	}, nil
}

// roleWords are the roles that record, in Vietnamese.
var roleWords = map[string]string{"officer": "cán bộ địa bàn", "alliance": "liên minh HTX", "admin": "quản trị", "system": "hệ thống"}

// ranks order the roles that record, from the lowest.
var ranks = map[string]int{"officer": 1, "alliance": 2, "admin": 3, "system": 4}

// permitBringingBack refuses a correction that brings a fact back which somebody of
// a role above the account's took back: by restating it, or by taking back what took
// it back.
func (a account) permitBringingBack(b *register.Book, d *ledger.Draft) error {
	if d.Corrects == nil {
		return nil
	}
	target := b.Find(d.Corrects.Ident())
	if target == nil {
		return nil // the decision says so
	}
	root := b.Root(target)
	by := b.RetractionOf(root)
	if by == nil || by.Actor == nil || d.Kind == ledger.KindRetracted && target != by || ranks[a.Role] >= ranks[by.Actor.Role] {
		return nil
	}
	return ErrBelowRetractor.With(int64(root.Position), fault.Text{English: by.Actor.Role, Vietnamese: roleWords[by.Actor.Role]}).At("/corrects")
}

// permitRequest judges a command about a request. Both sides of an act may ask
// for it and refuse it; its maker may take it back.
func (a account) permitRequest(b *register.Book, d *ledger.Draft) error {
	var asked *ledger.Draft
	switch d.Kind {
	case request.Made{}.EventKind():
		if b.HasRequest(d.Stream.Key) {
			return nil // the decision refuses a second request of the key
		}
		spec, err := register.Spec(d.Kind)
		if err != nil {
			return err
		}
		e, err := d.EventOf(spec)
		if err != nil {
			return err
		}
		if asked, err = e.(*request.Made).Draft(d.Stream.Key); err != nil {
			return err
		}
	default:
		open, err := b.OpenRequest(d.Stream.Key)
		if err != nil {
			return err
		}
		if by := open.Made.Root.Actor; by != nil && by.ID == a.ID {
			return nil
		}
		if asked, err = open.Command(); err != nil {
			return err
		}
	}
	if standsAbove(a.Role) {
		return a.requireRole(actOf(b, asked))
	}
	before, err := a.reachOf(b, asked)
	if err != nil {
		return err
	}
	touched := a.touches(b, before)
	err = b.Suppose(asked, func(r *ledger.Record) error {
		touched = a.touches(b, before.after(b, r))
		return nil
	})
	switch {
	case !touched:
		return ErrOutside.With(a.Place).At("/data/command")
	case d.Kind == request.Refused{}.EventKind():
		return nil // even of a command that can no longer be recorded
	}
	return err
}

// parties are the accounts that stand behind one command: its sender, and in an
// approval the maker of the request.
type parties []account

// partiesBehind finds who stands behind a command an account sends.
func (a account) partiesBehind(b *register.Book, d *ledger.Draft) (parties, error) {
	key, ok := request.Approves(d.Key)
	if !ok {
		return parties{a}, nil
	}
	open, err := b.OpenRequest(key)
	if err != nil {
		return nil, err
	}
	maker := open.Made.Root.Actor
	if maker == nil {
		return parties{a}, nil
	}
	if maker.ID == a.ID {
		return nil, ErrOwnRequest.With(key).At("/key")
	}
	return parties{a, account(*maker)}, nil
}

// cover is nil if every seat a command reaches lies in the place of one of
// the parties, and one of them in that of its sender. Whoever stands above all
// places covers every seat.
func (p parties) cover(b *register.Book, r reach) error {
	sender := p[0]
	if !sender.touches(b, r) {
		return ErrOutside.With(sender.Place).At("/stream")
	}
	for _, s := range r.seats {
		if !slices.ContainsFunc(p, func(a account) bool { return a.holds(b, s) }) {
			name := b.Atlas().On(lastDay).Name(s.code)
			return ErrBothSides.With(name, name).At("/stream")
		}
	}
	return nil
}

// touches reports whether any of the seats lies in the account's place.
func (a account) touches(b *register.Book, r reach) bool {
	for _, s := range r.seats {
		if a.holds(b, s) {
			return true
		}
	}
	return false
}

// holds reports whether the account may change figures of a seat, for as long
// as the co-operative sits there. The place of an officer is that of the map of
// the day. A place younger than the fact has taken over the area inside it; an
// ended place keeps its area of its own time.
func (a account) holds(b *register.Book, s seat) bool {
	if standsAbove(a.Role) {
		return true
	}
	atlas := b.Atlas()
	m := atlas.On(s.from)
	if !m.Has(a.Place) {
		m = atlas.On(lastDay)
	}
	if a.Role != "officer" || !m.Within(s.code, a.Place) {
		return false
	}
	for _, day := range atlas.Days() {
		if m := atlas.On(day); day > s.from && day < s.until && m.Has(a.Place) && !m.Within(s.code, a.Place) {
			return false // the land came to another place while the co-operative sat there
		}
	}
	return true
}
