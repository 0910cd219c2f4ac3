package access

import (
	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/domain/support"
	"htxledger/domain/training"
)

// Why a command may not be sent.
var (
	ErrForbidden = fault.Declare("forbidden", fault.Forbidden,
		"the role %s may not record", "vai trò %s không được ghi vào sổ")
	ErrOutside = fault.Declare("outside-own-place", fault.Forbidden,
		"an officer of %s may record only what is about co-operatives there", "cán bộ địa bàn %s chỉ được ghi về HTX thuộc địa bàn mình")
)

// A World is what a permission depends on: the ledger as known at its head.
type World interface {
	Size() ledger.Position
	Stream(s ledger.Stream, n ledger.Position) []*ledger.Record
	Find(id ledger.ID) *ledger.Record
	Frame(n ledger.Position, on calendar.Day) *register.Register
}

// Permit tells, for each command of one append, why an actor may not send it:
// a fault, or nil. It puts the actor into the commands. Commands about what an
// earlier one of them creates are judged by that.
func Permit(w World, who ledger.Actor, drafts []*ledger.Draft) []error {
	faults := make([]error, len(drafts))
	judge := func(*ledger.Draft) error { return nil }
	switch who.Role {
	case "alliance", "admin":
	case "officer":
		judge = newOfficer(w, who, drafts).judge
	default:
		judge = func(*ledger.Draft) error { return ErrForbidden.With(who.Role) }
	}
	for i, d := range drafts {
		if d == nil {
			continue
		}
		if d.Actor != nil && *d.Actor != who {
			faults[i] = recorder.ErrOtherActor.With(who.ID).At("/actor")
			continue
		}
		d.Actor = &who
		faults[i] = judge(d)
	}
	return faults
}

// An officer judges commands by where their co-operatives sit.
type officer struct {
	world   World
	size    ledger.Position
	atlas   *place.Atlas
	place   string
	pending map[ledger.Stream][]said // what the commands before it say
}

// said is an event as of a day.
type said struct {
	event ledger.Event
	day   calendar.Day
}

func newOfficer(w World, who ledger.Actor, drafts []*ledger.Draft) *officer {
	o := &officer{world: w, size: w.Size(), place: who.Place, pending: map[ledger.Stream][]said{}}
	o.atlas = w.Frame(o.size, calendar.MaxDay).Atlas
	return o
}

func (o *officer) judge(d *ledger.Draft) error {
	all, err := o.says(d)
	if err != nil {
		return err
	}
	for _, s := range all {
		if !o.own(d.Stream, s) {
			return ErrOutside.With(o.place).At("/stream")
		}
	}
	o.pending[d.Stream] = append(o.pending[d.Stream], all...)
	return nil
}

// says lists what must be about the officer's own place: what the command says
// and, of a correction, everything that it would replace. Data that cannot be
// read are the recorder's to refuse, with a better reason.
func (o *officer) says(d *ledger.Draft) ([]said, error) {
	var all []said
	kind, day := d.Kind, d.Valid.Day
	if d.Corrects != nil {
		for r := o.world.Find(d.Corrects.Ident()); r != nil; {
			kind = r.Kind
			if day == 0 {
				day = r.Valid.Day
			}
			if r.Event != nil {
				all = append(all, said{r.Event, r.Valid.Day})
			}
			if r.Corrects == nil {
				break
			}
			r = o.world.Find(r.Corrects.ID)
		}
		if len(all) == 0 {
			return nil, ErrOutside.With(o.place).At("/corrects")
		}
	}
	for i := range all { // a restatement without a day has that of what it corrects
		if all[i].day == 0 {
			all[i].day = day
		}
	}
	if d.Kind == ledger.KindRetracted {
		return all, nil
	}
	spec, err := register.Spec(kind)
	if err != nil {
		return nil, ErrOutside.With(o.place).At("/kind")
	}
	e, err := spec.Decode(d.Data)
	if err != nil {
		return nil, err
	}
	return append(all, said{e, day}), nil
}

// own reports whether what is said in a stream is about the officer's place.
func (o *officer) own(s ledger.Stream, x said) bool {
	switch e := x.event.(type) {
	case *coop.Established:
		return o.within(e.Place, x.day)
	case *certificate.Granted:
		return o.seated(e.Coop, x.day)
	case *ocop.Rated:
		return o.seated(e.Owner, x.day) && o.ownProduct(s, x.day)
	case *support.Given:
		return o.seated(e.Coop, x.day)
	case *support.ModelRecognised:
		return o.seated(e.Coop, x.day)
	case *support.FairAttended:
		return o.allSeated(e.Coops, x.day)
	case *support.ConferenceHeld:
		return o.within(e.Place, x.day)
	case *training.Held:
		return o.within(e.Place, x.day)
	}
	switch s.Family {
	case "coop":
		return o.seated(s.Key, x.day)
	case "certificate":
		return o.ownCertificate(s, x.day)
	case "ocop":
		return o.ownProduct(s, x.day) && len(o.records(s)) > 0
	}
	return false
}

func (o *officer) within(code string, day calendar.Day) bool {
	return code != "" && o.atlas.On(day).Within(code, o.place)
}

func (o *officer) allSeated(coops []string, day calendar.Day) bool {
	for _, key := range coops {
		if !o.seated(key, day) {
			return false
		}
	}
	return len(coops) > 0
}

// seated reports whether a co-operative sits in the officer's place on a day;
// before its establishment, where it is first to sit.
func (o *officer) seated(key string, day calendar.Day) bool {
	s := ledger.StreamOf("coop", key)
	facts := ledger.Effective(o.world.Stream(s, o.size))
	if len(facts) == 0 {
		for _, x := range o.pending[s] {
			if e, ok := x.event.(*coop.Established); ok {
				return o.within(e.Place, day)
			}
		}
		return false
	}
	if at := coop.NewHistory(key, facts).On(day).Place; at != "" {
		return o.within(at, day)
	}
	for _, f := range facts {
		if e, ok := f.Event.(*coop.Established); ok {
			return o.within(e.Place, day)
		}
	}
	return false
}

// records are what a stream says already, with what the commands before say.
func (o *officer) records(s ledger.Stream) []said {
	var all []said
	for _, r := range o.world.Stream(s, o.size) {
		if r.Event != nil {
			all = append(all, said{r.Event, r.Valid.Day})
		}
	}
	return append(all, o.pending[s]...)
}

// ownCertificate reports whether a certificate was granted to a co-operative of
// the officer's place.
func (o *officer) ownCertificate(s ledger.Stream, day calendar.Day) bool {
	granted := false
	for _, x := range o.records(s) {
		if e, ok := x.event.(*certificate.Granted); ok {
			if !o.seated(e.Coop, day) {
				return false
			}
			granted = true
		}
	}
	return granted
}

// ownProduct reports whether nobody of another place ever owned a product.
func (o *officer) ownProduct(s ledger.Stream, day calendar.Day) bool {
	for _, x := range o.records(s) {
		if e, ok := x.event.(*ocop.Rated); ok && !o.seated(e.Owner, day) {
			return false
		}
	}
	return true
}
