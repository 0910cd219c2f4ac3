package access

import (
	"slices"
	"sort"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/register"
	"htxledger/domain/support"
	"htxledger/domain/training"
)

// lastDay is the end of all days, for what is known at the head of any of them.
var lastDay = calendar.MaxDay

// A reach is what a command can change figures of: the seats, from its day on,
// of every co-operative that it is about, and the places that it names itself.
type reach struct {
	stream ledger.Stream
	day    calendar.Day // the first on which anything changes
	eve    calendar.Day // days before a fact on which its reach begins: 1 for a correction
	coops  []string
	seats  []seat
}

// A seat is a place in which a co-operative sits from a day until another, or
// in which something happened on a day.
type seat struct {
	code        string
	from, until calendar.Day
}

// reachOf is the reach of an account's command before it is recorded. A command
// that is not about co-operatives, or about one that is not there, is
// ErrOutside: nobody's place has it. Data that cannot be read come back as their
// fault.
func (a account) reachOf(b *register.Book, d *ledger.Draft) (reach, error) {
	r := reach{stream: d.Stream, day: d.Valid.Day}
	kind := d.Kind
	if d.Corrects != nil {
		root := b.Root(b.Find(d.Corrects.Ident()))
		if root == nil || root.Stream != d.Stream {
			return r, ErrOutside.With(a.Place).At("/corrects")
		}
		kind, r.eve = root.Kind, 1
		r.meet(b, root)
	}
	if d.Kind == ledger.KindRetracted {
		return r, a.requireSeats(r)
	}
	spec, err := register.Spec(kind)
	if err != nil {
		return r, ErrOutside.With(a.Place).At("/kind")
	}
	e, err := spec.Decode(d.Data)
	if err != nil {
		return r, err
	}
	if founding, ok := e.(*coop.Established); ok && d.Corrects == nil {
		r.seats = append(r.seats, seat{founding.Place, r.day, lastDay})
		return r, nil
	}
	r.add(b, e)
	return r, a.requireSeats(r)
}

// after is the reach with what the command's record changed: the seats that it
// was about before, and those that it is about now, from the same day on. What
// has no seat any more has no figures either.
func (r reach) after(b *register.Book, rec *ledger.Record) reach {
	both := r
	both.seats = slices.Clone(r.seats)
	both.meet(b, b.Root(rec))
	for _, key := range r.coops {
		both.sit(b, key)
	}
	both.seats = slices.DeleteFunc(both.seats, func(s seat) bool { return s.code == "" })
	return both
}

// meet adds what a record says as it is corrected now. A fact that is corrected
// keeps its place among those of its day, before a move of that day perhaps, so
// its reach begins on the eve; a new fact is the last of its day.
func (r *reach) meet(b *register.Book, root *ledger.Record) {
	r.from(root.Valid.Day - r.eve)
	if f := b.Fact(root); f != nil {
		r.from(f.Valid.Day - r.eve)
		r.add(b, f.Event)
		return
	}
	r.add(b, root.Event) // taken back: a correction of it is about what it said
}

// from moves the first day of the reach back.
func (r *reach) from(day calendar.Day) {
	if r.day == 0 || day != 0 && day < r.day {
		r.day = day
	}
}

// requireSeats is ErrOutside where a command is about nothing that has a seat,
// or about something that has none.
func (a account) requireSeats(r reach) error {
	if len(r.seats) == 0 || slices.ContainsFunc(r.seats, func(s seat) bool { return s.code == "" }) {
		return ErrOutside.With(a.Place).At("/stream")
	}
	return nil
}

// add adds what an event in the stream of the reach is about. An event without
// a co-operative and a place adds the seat of nowhere, which nobody holds.
func (r *reach) add(b *register.Book, e ledger.Event) {
	switch r.stream.Family {
	case "coop":
		r.sit(b, r.stream.Key)
	case "certificate", "ocop":
		// A later rating or event of a certificate replaces what an earlier owner
		// or holder had, so everybody who ever held it is concerned.
		for _, f := range b.Facts(r.stream) {
			r.name(b, f.Event)
		}
	case "support", "training":
	default:
		r.seats = append(r.seats, seat{"", r.day, lastDay})
	}
	r.name(b, e)
}

// name adds the co-operatives and places that an event names itself.
func (r *reach) name(b *register.Book, e ledger.Event) {
	switch e := e.(type) {
	case *coop.Merged:
		r.sit(b, e.Into)
	case *coop.Divided:
		for _, key := range e.Into {
			r.sit(b, key)
		}
	case *certificate.Granted:
		r.sit(b, e.Coop)
	case *ocop.Rated:
		r.sit(b, e.Owner)
	case *support.Given:
		r.sit(b, e.Coop)
	case *support.ModelRecognised:
		r.sit(b, e.Coop)
	case *support.FairAttended:
		for _, key := range e.Coops {
			r.sit(b, key)
		}
	case *support.ConferenceHeld:
		r.seats = append(r.seats, seat{e.Place, r.day, r.day})
	case *training.Held:
		r.seats = append(r.seats, seat{e.Place, r.day, r.day})
	}
}

// sit adds the seats of a co-operative from the first day of the reach on:
// where it sits that day, or is first to sit, and where it moves later. A count
// of an earlier day is the latest count of later days too, so each of these
// places has figures that it changes. A name that is no co-operative's has the
// seat of nowhere.
func (r *reach) sit(b *register.Book, key string) {
	r.coops = append(r.coops, key)
	before := len(r.seats)
	r.stay(b, key, r.day)
	facts := b.Facts(ledger.StreamOf("coop", key))
	from := sort.Search(len(facts), func(i int) bool { return facts[i].Valid.Day >= r.day })
	for _, f := range facts[from:] {
		// Several moves of one day each count at their own seat, though only the
		// last of them is where the co-operative sits at the day's end.
		switch e := f.Event.(type) {
		case *coop.Established:
			r.seats = append(r.seats, seat{e.Place, f.Valid.Day, f.Valid.Day})
			r.stay(b, key, f.Valid.Day)
		case *coop.Relocated:
			r.seats = append(r.seats, seat{e.Place, f.Valid.Day, f.Valid.Day})
			r.stay(b, key, f.Valid.Day)
		}
	}
	if len(r.seats) == before {
		r.seats = append(r.seats, seat{"", r.day, lastDay})
	}
}

// stay adds the seat of a co-operative at the end of a day, for as long as it
// stays there.
func (r *reach) stay(b *register.Book, key string, day calendar.Day) {
	at := b.Cooperative(key, day).Place
	if at == "" {
		return
	}
	until := lastDay
	for _, f := range b.Facts(ledger.StreamOf("coop", key)) {
		if _, moves := f.Event.(*coop.Relocated); moves && f.Valid.Day > day {
			until = f.Valid.Day
			break
		}
	}
	r.seats = append(r.seats, seat{at, day, until})
}
