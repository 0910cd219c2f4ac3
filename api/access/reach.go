package access

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// lastDay is the end of all days, for the knowledge at the head.
var lastDay = calendar.MaxDay

// A reach is the set of seats whose figures a command can change: the seats, from its day on,
// of every co-operative concerned, and the places named in the command.
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
// without a co-operative, or about an unknown one, is
// ErrOutside: no place holds such a command. Data that cannot be read come back as their
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
	e, err := d.EventOf(spec)
	if err != nil {
		return r, err
	}
	if seats := spec.NamedTexts(e, ledger.NamesSeat); spec.Founds && d.Corrects == nil && len(seats) > 0 {
		r.seat(seat{seats[0], r.day, lastDay})
		return r, nil
	}
	day := d.Valid.Day
	if day == 0 {
		day = r.day + r.eve // a restatement without a day keeps the day of the fact
	}
	r.add(b, e, day)
	return r, a.requireSeats(r)
}

// after is the reach with the changes of the command's record: the seats
// before, and the seats now, from the same day on. What
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
		r.add(b, f.Event, f.Valid.Day)
		return
	}
	r.add(b, root.Event, root.Valid.Day) // a retracted fact: a correction concerns its last words
}

// from moves the first day of the reach back.
func (r *reach) from(day calendar.Day) {
	if r.day == 0 || day != 0 && day < r.day {
		r.day = day
	}
}

// requireSeats is ErrOutside where a command is about no subject with a seat,
// or about a subject without a seat.
func (a account) requireSeats(r reach) error {
	if len(r.seats) == 0 || slices.ContainsFunc(r.seats, func(s seat) bool { return s.code == "" }) {
		return ErrOutside.With(a.Place).At("/stream")
	}
	return nil
}

// add adds what an event of a day in the stream of the reach is about.
func (r *reach) add(b *register.Book, e ledger.Event, day calendar.Day) {
	switch {
	case r.stream.Family == "coop":
		r.sit(b, r.stream.Key)
	case !register.SpecOf(e).Separate:
		// A later rating or event of a certificate replaces what an earlier owner
		// or holder had, so every former owner or holder is concerned.
		for _, f := range b.Facts(r.stream) {
			r.name(b, f.Event, f.Valid.Day)
		}
	}
	r.name(b, e, day)
}

// aPeriod is the longest span in which an event at a place counts in the flows of a period.
const aPeriod = 366

// name adds the co-operatives an event of a day names itself, and the place
// of the event: the place of nowhere, which nobody holds, where none is named.
func (r *reach) name(b *register.Book, e ledger.Event, day calendar.Day) {
	spec := register.SpecOf(e)
	for _, x := range spec.Coops(e) {
		r.sit(b, x.Key)
	}
	if code, known := spec.Site(e); known {
		r.seat(seat{code, day, day + aPeriod})
	}
}

// sit adds the seats of a co-operative from the first day of the reach on:
// where it sits that day, or is first to sit, and where it moves later. A count
// of an earlier day is the latest count of later days too, so each of these
// places has figures that it changes; of several moves of one day each counts at
// its own seat. A name without a co-operative has the seat of nowhere.
func (r *reach) sit(b *register.Book, key string) {
	r.coops = append(r.coops, key)
	code, from, any := b.Cooperative(key, r.day).Place, r.day, false
	put := func(until calendar.Day) {
		if code != "" {
			r.seat(seat{code, from, until})
			any = true
		}
	}
	facts := b.Facts(ledger.StreamOf("coop", key))
	for _, f := range facts[len(ledger.Before(facts, r.day)):] {
		for _, next := range register.SpecOf(f.Event).NamedTexts(f.Event, ledger.NamesSeat) {
			put(f.Valid.Day)
			code, from = next, f.Valid.Day
		}
	}
	put(lastDay)
	if !any {
		r.seat(seat{"", r.day, lastDay})
	}
}

// seat adds a seat. Several stays in one place are one, from the first to the
// last, so that a co-operative that moves to and fro has few.
func (r *reach) seat(s seat) {
	for i, has := range r.seats {
		if has.code == s.code {
			r.seats[i].from, r.seats[i].until = min(has.from, s.from), max(has.until, s.until)
			return
		}
	}
	r.seats = append(r.seats, s)
}
