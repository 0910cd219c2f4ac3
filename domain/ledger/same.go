package ledger

import (
	"fmt"
	"strings"

	"htxledger/domain/calendar"
)

// An Identity is what makes two records the same fact: a later file that brings
// a record with the identity of a fact that stands repeats that fact or corrects
// it, and any other record is a fact of its own. Identities are compared with ==.
type Identity struct {
	Kind    Kind
	Stream  Stream // zero where members alone tell facts apart, whatever stream each stands in
	members string
}

// A Sameness is the part of an identity that a kind's row chooses: see InStream
// and Anywhere.
type Sameness struct {
	anywhere bool
	members  []any
}

// InStream is the identity of facts that are told apart within their own stream
// by members; without members the stream holds one fact of the kind.
func InStream(members ...any) Sameness { return Sameness{members: members} }

// OneInStream is the Same of a kind of which a stream holds one fact.
func OneInStream[E any](*E, calendar.Day) Sameness { return InStream() }

// Anywhere is the identity of facts that are told apart by members alone: the
// keys of their streams were chosen by their writers and say nothing.
func Anywhere(members ...any) Sameness { return Sameness{anywhere: true, members: members} }

// Identity is that of an event of the kind, in a stream and from a day on. Of a
// day that is stated by month or year it is the last day.
func (s *Spec) Identity(stream Stream, valid calendar.Stated, e Event) Identity {
	return s.identityOf(stream, s.same(e, valid.Day))
}

// Renewal is the identity of an event whatever its day, of a kind that asks about
// another day (Row.Renewal); asks is false for other kinds.
func (s *Spec) Renewal(stream Stream, e Event) (id Identity, asks bool) {
	if s.renewal == nil {
		return Identity{}, false
	}
	return s.identityOf(stream, s.renewal(e)), true
}

func (s *Spec) identityOf(stream Stream, same Sameness) Identity {
	id := Identity{Kind: s.Kind}
	if !same.anywhere {
		id.Stream = stream
	}
	var b strings.Builder
	for _, m := range same.members {
		text := fmt.Sprint(m)
		fmt.Fprintf(&b, "%d:%s", len(text), text) // with its length, so that no two lists of members read alike
	}
	id.members = b.String()
	return id
}

// Caseless is the form in which names and numbers that people type are compared:
// lower case, every run of white space as one space. The text is in Unicode
// normal form C, as all text of a record is.
func Caseless(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
