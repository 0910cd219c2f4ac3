package ledger

import (
	"regexp"
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
)

// A Position is the place of a record in its ledger: 0, 1, 2 … without gaps.
// It also counts: a size N is the number of records before position N.
type Position int64

// A Kind names what a record says, with its version: "coop.members-counted/1".
// Kinds are named by hand; one once written is never renamed or re-meant.
type Kind string

// A Stream is the history of one thing: its family ("coop") and its key in it.
type Stream struct{ Family, Key string }

// StreamOf makes a Stream; it checks nothing.
func StreamOf(family, key string) Stream { return Stream{family, key} }

// String is family/key.
func (s Stream) String() string { return s.Family + "/" + s.Key }

// MarshalText is String.
func (s Stream) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads family/key.
func (s *Stream) UnmarshalText(b []byte) error {
	v, err := ParseStream(string(b))
	*s = v
	return err
}

var (
	streamForm = regexp.MustCompile(`^([a-z][a-z-]*)/([A-Za-z0-9][A-Za-z0-9._:-]{0,127})$`)
	bareForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$`)
	kindForm   = regexp.MustCompile(`^([a-z]+)\.[a-z]+(-[a-z]+)*/[1-9][0-9]*$`)
)

// ParseStream reads family/key: a lower-case family, and 1 to 128 of the
// ASCII letters, digits and . _ : - for the key, a letter or digit first.
func ParseStream(s string) (Stream, error) {
	m := streamForm.FindStringSubmatch(s)
	if m == nil {
		return Stream{}, ErrStream.With(s)
	}
	return Stream{m[1], m[2]}, nil
}

// IsKey reports whether s has the form of a stream's key.
func IsKey(s string) bool { return bareForm.MatchString(s) }

// Family is the part of a kind before its dot, or "" if k is malformed.
func (k Kind) Family() string {
	m := kindForm.FindStringSubmatch(string(k))
	if m == nil {
		return ""
	}
	return m[1]
}

// An Actor is who recorded: an account, never a person's name.
type Actor struct {
	ID    string `json:"id" text:"200"`
	Role  string `json:"role" text:"key"` // officer, alliance, auditor, analyst, admin or system
	Place string `json:"place,omitempty" text:"key"`
}

// Roles are the roles an actor may have.
var Roles = []string{"officer", "alliance", "auditor", "analyst", "admin", "system"}

// A Source is the paper that a record stands on. Every member is optional.
type Source struct {
	Document string          `json:"document,omitempty" text:"1000"`
	Issued   calendar.Stated `json:"issued,omitempty"`
	Issuer   string          `json:"issuer,omitempty" text:"name"`
	SHA256   string          `json:"sha256,omitempty" text:"100"` // of the file, lower-case hex
	Sheet    string          `json:"sheet,omitempty" text:"500"`
	Row      int64           `json:"row,omitempty" most:"100000000"` // counted from 1
	Note     string          `json:"note,omitempty" text:"4000 lines"`
}

// Corrects names the record that a correction is about, and why.
type Corrects struct {
	ID     ID     `json:"id"`
	Reason string `json:"reason" text:"key"` // one of Reasons
	Note   string `json:"note,omitempty" text:"4000 lines"`
}

// Reasons are the reasons that a correction may give.
var Reasons = []string{"typo", "late", "source-changed", "duplicate", "other"}

// A Record is one thing said, as the ledger keeps it for ever. Records are
// immutable: whoever holds one must not change it.
type Record struct {
	Position Position         `json:"position"`
	Recorded calendar.Instant `json:"recorded"` // when the store took it; never goes back
	ID       ID               `json:"id"`
	Stream   Stream           `json:"stream"`
	Revision int64            `json:"revision"` // the record's number within its stream, from 0
	Kind     Kind             `json:"kind"`
	Valid    calendar.Stated  `json:"valid,omitempty"` // the day from which the fact holds; absent only in corrections
	Actor    *Actor           `json:"actor,omitempty"`
	Source   *Source          `json:"source,omitempty"`
	Corrects *Corrects        `json:"corrects,omitempty"`
	Data     canonical.Raw    `json:"data"`

	// Bytes are the canonical bytes, as stored and hashed.
	Bytes []byte `json:"-"`
	// Event is the decoded Data, once register has read it. In a restatement
	// it is an event of the corrected record's kind; in a retraction it is nil.
	Event Event `json:"-"`
}

// An Event is the decoded data of a record: what the families declare.
type Event interface {
	// EventKind is the kind under which the event is recorded.
	EventKind() Kind
	// Check reports what is wrong with the event by itself, whatever the
	// state of the world: a fault whose Field is a pointer within data.
	Check() error
}

// Placed is an Event that says at which position its record stands.
type Placed interface {
	// CheckPosition is nil at that position.
	CheckPosition(Position) error
}

// Synthetic reports whether the record's source marks it as made up, for a
// demonstration: a note that begins with the word "synthetic".
func (r *Record) Synthetic() bool {
	return r.Source != nil && strings.HasPrefix(r.Source.Note, "synthetic")
}

// A Draft is a command: a record without what the ledger adds.
type Draft struct {
	Key      string          `json:"key"` // the writer's own name for it; sent again, it records nothing
	Stream   Stream          `json:"stream"`
	Kind     Kind            `json:"kind"`
	Valid    calendar.Stated `json:"valid,omitempty"`
	Actor    *Actor          `json:"actor,omitempty"`
	Source   *Source         `json:"source,omitempty"`
	Corrects *Target         `json:"corrects,omitempty"`
	Data     canonical.Raw   `json:"data,omitempty"`

	decoded decodedData // by EventOf
}

// Clone is a copy of the command that its owner cannot change.
func (d *Draft) Clone() *Draft {
	c := *d
	c.Actor, c.Source, c.Corrects, c.Data = clonePointer(d.Actor), clonePointer(d.Source), clonePointer(d.Corrects), slices.Clone(d.Data)
	c.decoded = decodedData{}
	if sameArray(d.decoded.data, d.Data) {
		c.decoded = decodedData{d.decoded.kind, c.Data, d.decoded.event}
	}
	return &c
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// decodedData is what some data gave as a kind.
type decodedData struct {
	kind  Kind
	data  canonical.Raw
	event Event
}

// EventOf is the data of the command decoded as those of a kind: its own, or in a
// restatement that of the record that is corrected in the end. They are decoded
// at the first call, and a copy of the command has them too; data that its owner
// replaced since are decoded again. It must not be called concurrently.
func (d *Draft) EventOf(s *Spec) (Event, error) {
	if c := d.decoded; c.event != nil && c.kind == s.Kind && sameArray(c.data, d.Data) {
		return c.event, nil
	}
	e, err := s.Decode(d.Data)
	if err != nil {
		return nil, err
	}
	d.decoded = decodedData{s.Kind, d.Data, e}
	return e, nil
}

// sameArray reports whether two byte slices are the same part of one array. Data
// are replaced by their owners and not written to, so no byte need be compared.
func sameArray(a, b []byte) bool {
	return len(a) == len(b) && len(a) > 0 && &a[0] == &b[0]
}

// A Target names the record to be corrected in a command, by the key of the
// command that made it or by its id; the record stores the id.
type Target struct {
	Key    string `json:"key,omitempty"`
	ID     ID     `json:"id,omitempty"`
	Reason string `json:"reason"`
	Note   string `json:"note,omitempty"`
}

// Ident is the id of the target.
func (t *Target) Ident() ID {
	if t.Key != "" {
		return IDOf(t.Key)
	}
	return t.ID
}
