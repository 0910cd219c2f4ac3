package ledger

import (
	"reflect"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
)

// A Row is what a family declares about one kind of event, once, beside the
// event's struct with its tags (see Field) and its Check. Everybody who must
// know something of a kind reads it here: the fold of subjects, the fast index,
// permissions, forms, sentences and the documentation.
type Row[E Event] struct {
	// Name is what the kind is called.
	Name fault.Text
	// Sentence is what a record of the kind says, in Vietnamese, without its full
	// stop and without whom it is about. {member} stands for the words of a
	// member, {member#} for the length of a list, and what is between [ and ] is
	// left out where one of its members is absent.
	Sentence string
	// Words are the words of members that hold one of a list, by member.
	Words map[string]Words
	// Same is what makes two records of the kind the same fact; day is the last
	// that a record's valid day can mean. nil is one fact a day in its stream.
	Same func(e *E, day calendar.Day) Sameness
	// Renewal is Same without the day, for a kind of which the same fact on another
	// day is often that very fact renewed and often its day mended: somebody who
	// brings such a record is asked which. nil asks nothing.
	Renewal func(e *E) Sameness
	// Ends gives, to add, the days on which the effect of a record that holds from
	// a day changes without a further record: its first day out, or the turns of
	// the years for which it speaks. nil is never. A day too few gives wrong
	// figures, a day too many costs time.
	Ends func(e *E, from calendar.Day, add func(calendar.Day))
	// Founds says that a record of the kind brings what its stream is about into
	// being: before it nothing is known of that.
	Founds bool
	// Single says that a stream holds one fact of the kind, whatever its members
	// say: who names the stream by its key has named the fact. A kind that Founds
	// is one.
	Single bool
	// Separate says that each record stands for itself: it concerns the subjects
	// that it names, and not those that others of its stream name.
	Separate bool
	// Form is how records of the kind are handed in as rows of a table of their own;
	// nil for a kind that has none, or shares one with others (domain/imports).
	Form *Form
	// Act is the act of two people that a record of the kind can be; "" is one
	// that an account with its place, or above all places, records alone.
	Act Act
}

// A Form is a table of which each row is a record of one kind. Its columns are
// the members of the kind, by their labels, and those that Form adds.
type Form struct {
	Name     string              // such as "training"
	Title    string              // in Vietnamese
	Day      []string            // headings of the valid day: the printed one, and others that mean it
	Stream   FormColumn          // of the stream's key, which may be left blank
	Prefix   string              // of the key of a stream that the row gives none
	Distinct []string            // the members of which, with the day, such a key is made
	Headings map[string][]string // further headings of members, by member
	Typed    map[string][]string // how values are typed, by value: the printed word first; a value without any has its word
}

// A FormColumn is a column that is no member of the data.
type FormColumn struct{ Name, Heading string }

// An Act is something that no account may do alone, where it is done to what
// stands already. Who the two people may be is for the doors to say.
type Act string

// The acts.
const (
	ActOnKeys   Act = "keys"     // an announced signing key
	ActOnPlace  Act = "place"    // a place: the ledger's own province alone takes two
	ActOnPolicy Act = "policy"   // a choice by which plans are judged
	ActOnPlan   Act = "plan"     // a plan that was adopted
	ActAdoption Act = "adoption" // a plan in the place of another of its year
)

// A Spec is a row as its readers use it, whatever its event's type.
type Spec struct {
	Kind     Kind
	Name     fault.Text
	Sentence string
	Founds   bool
	Single   bool // or Founds
	Separate bool
	Form     *Form
	Act      Act
	Decode   func(canonical.Raw) (Event, error)
	// Command is the one command of the program that records the kind, such as
	// "htxledger key rotate", because it makes something that no sender of a
	// plain command may make up (a signature, a recount). Every other way in
	// refuses the kind. "" is a kind that any command may carry.
	Command string
	// Uncorrectable is a kind whose records no correction may name.
	Uncorrectable bool

	event      reflect.Type
	fields     []Field
	concerning []int // fields, by index, that name a subject
	same       func(e Event, day calendar.Day) Sameness
	renewal    func(e Event) Sameness // nil asks nothing
	hasEnds    bool
	ends       func(e Event, from calendar.Day, add func(calendar.Day))
}

// OnlyBy is the description of a kind that one command of the program records
// and that no correction reaches.
func (s Spec) OnlyBy(command string) Spec {
	s.Command = command
	return s.Final()
}

// Final is the description of a kind that no correction reaches.
func (s Spec) Final() Spec {
	s.Uncorrectable = true
	return s
}

// Specify describes the kind of event type E, whose methods have value
// receivers: Specify(Row[Established]{}) decodes into *Established, strictly, and
// checks it. A fault's Field is a pointer below /data.
func Specify[E Event](row Row[E]) Spec {
	var zero E
	t := reflect.TypeFor[E]()
	fields := fieldsOf(t, row.Words)
	spec := Spec{
		Kind: zero.EventKind(), Name: row.Name, Sentence: row.Sentence, Founds: row.Founds, Single: row.Founds || row.Single, Separate: row.Separate, Form: row.Form, Act: row.Act,
		Decode: decodeInto[E], event: t, fields: fields, concerning: concerningIn(fields), same: row.sameness, ends: row.addEnds, hasEnds: row.Ends != nil,
	}
	if row.Renewal != nil {
		spec.renewal = func(e Event) Sameness { return row.Renewal(any(e).(*E)) }
	}
	return spec
}

func decodeInto[E Event](data canonical.Raw) (Event, error) {
	e := new(E)
	if err := canonical.Unmarshal(data, e); err != nil {
		return nil, fault.PrefixField(err, "/data")
	}
	if err := (*e).Check(); err != nil {
		return nil, fault.PrefixField(err, "/data")
	}
	return any(e).(Event), nil
}

func (row Row[E]) sameness(e Event, day calendar.Day) Sameness {
	if row.Same == nil {
		return InStream(day)
	}
	return row.Same(any(e).(*E), day)
}

func (row Row[E]) addEnds(e Event, from calendar.Day, add func(calendar.Day)) {
	if row.Ends != nil {
		row.Ends(any(e).(*E), from, add)
	}
}

// Ends gives, to add, the days on which the effect of an event of the kind that
// holds from a day changes by itself.
func (s *Spec) Ends(e Event, from calendar.Day, add func(calendar.Day)) { s.ends(e, from, add) }

// HasEnds tells whether the effect of such an event can change by itself.
func (s *Spec) HasEnds() bool { return s.hasEnds }

// AddUntil adds a first day out, if one is stated.
func AddUntil(until *calendar.Day, add func(calendar.Day)) {
	if until != nil {
		add(*until)
	}
}

// AddTurns adds the days on which what a year's paper says of a subject can
// change: it speaks for its year and, where there is none, for the next.
func AddTurns(year int64, add func(calendar.Day)) {
	for y := int(year); y <= int(year)+2; y++ {
		add(calendar.FirstOfYear(y))
	}
}

// Words are the values that a member may have, in their order, each with its
// word in Vietnamese.
type Words []struct{ Value, Word string }

// Of is the word of a value; a value without one is its own word.
func (w Words) Of(value string) string {
	for _, x := range w {
		if x.Value == value {
			return x.Word
		}
	}
	return value
}

// Check refuses a value outside the list.
func (w Words) Check(pointer, value string) error {
	return OneOf(pointer, value, w.Values()...)
}

// Values are the values, in order.
func (w Words) Values() []string {
	list := make([]string, len(w))
	for i, x := range w {
		list[i] = x.Value
	}
	return list
}
