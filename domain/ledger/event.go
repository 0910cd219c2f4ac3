package ledger

import (
	"reflect"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
)

// A Row is what a family declares about one kind of event, beside the event's
// struct, its tags and its Check.
type Row[E Event] struct {
	// Same is what makes two records of the kind the same fact; day is the last
	// that a record's valid day can mean. nil is one fact a day in its stream.
	Same func(e *E, day calendar.Day) Sameness
}

// A Spec describes one kind of event: its name, how its data are read, and
// whether every command may carry it.
type Spec struct {
	Kind   Kind
	Decode func(canonical.Raw) (Event, error)
	// Command is the one command of the program that records the kind, such as
	// "htxledger key rotate", because it makes something that no sender of a
	// plain command may make up (a signature, a recount). Every other way in
	// refuses the kind. "" is a kind that any command may carry.
	Command string
	// Uncorrectable is a kind whose records no correction may name.
	Uncorrectable bool

	event reflect.Type
	same  func(e Event, day calendar.Day) Sameness
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
	return Spec{Kind: zero.EventKind(), event: reflect.TypeFor[E](), Decode: decodeInto[E], same: row.sameness}
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

// ErrField is raised by events for a member that breaks a rule of its own.
var ErrField = fault.Declare("field", fault.Rejected,
	"%s: %v is not allowed: %s", "%s: giá trị %v không được chấp nhận: %s")

// ErrChoice is raised for a word outside the list that a member allows.
var ErrChoice = fault.Declare("choice", fault.Rejected,
	"%q is not one of %s", "%q không thuộc các giá trị cho phép: %s")

// ErrNegative is raised for a negative count or sum.
var ErrNegative = fault.Declare("negative", fault.Rejected,
	"%d is negative", "%d là số âm")

// ErrRequired is raised for an empty text or list that must say something.
var ErrRequired = fault.Declare("required", fault.Rejected,
	"must not be empty", "không được để trống")

// ErrKeyForm is raised for a reference that is no stream key.
var ErrKeyForm = fault.Declare("key-form", fault.Rejected,
	"%q is not a key (ASCII letters, digits, . _ : -)", "%q không phải là khóa hợp lệ (chữ cái ASCII, chữ số, . _ : -)")

// Opened is ledger.opened/1, record 0 of every ledger.
type Opened struct {
	Origin string `json:"origin" text:"200"` // a name unique in the world, such as a host and path
	Place  string `json:"place" text:"key"`  // the code of the province that the ledger belongs to
	Title  string `json:"title" text:"name"`
}

// EventKind is ledger.opened/1.
func (Opened) EventKind() Kind { return KindOpened }

// Check wants all three.
func (e Opened) Check() error {
	if err := Require("/origin", e.Origin); err != nil {
		return err
	}
	if err := RequireKey("/place", e.Place); err != nil {
		return err
	}
	return Require("/title", e.Title)
}

// KeyAnnounced is ledger.key-announced/1: a signing key and the position from
// which it may sign.
type KeyAnnounced struct {
	Key  string `json:"key" text:"1000"` // a C2SP verifier key
	From int64  `json:"from" most:"9007199254740991"`
}

// EventKind is ledger.key-announced/1.
func (KeyAnnounced) EventKind() Kind { return KindKeyAnnounced }

// Check wants a key and a position.
func (e KeyAnnounced) Check() error {
	if err := Require("/key", e.Key); err != nil {
		return err
	}
	return NotNegative("/from", e.From)
}

// KeyAnnounced2 is ledger.key-announced/2: a signing key that takes over with
// the consent of the key before. Both keys sign the text that names the ledger,
// the record's position, From and both of them (keyring.Text).
type KeyAnnounced2 struct {
	Key     string  `json:"key" text:"1000"`              // of the new key: a C2SP verifier key
	From    int64   `json:"from" most:"9007199254740991"` // the first size that it signs: the record's position and 2
	Proof   string  `json:"proof" text:"200"`             // base64 of the new key's Ed25519 signature
	Consent Consent `json:"consent"`                      // of the key whose turn it was
	Second  string  `json:"second,omitempty" text:"200"`  // the account of the second person, beside the record's actor
}

// Consent is the signature of a key that hands over. It names the key, for the
// first key of a ledger stands nowhere else in it.
type Consent struct {
	Key       string `json:"key" text:"1000"`      // a C2SP verifier key
	Signature string `json:"signature" text:"200"` // base64 of its Ed25519 signature
}

// EventKind is ledger.key-announced/2.
func (KeyAnnounced2) EventKind() Kind { return KindKeyAnnounced2 }

// Check wants both keys and both signatures.
func (e KeyAnnounced2) Check() error {
	return First(
		Require("/key", e.Key), NotNegative("/from", e.From), Require("/proof", e.Proof),
		Require("/consent/key", e.Consent.Key), Require("/consent/signature", e.Consent.Signature),
	)
}

// KeyVoided is ledger.key-voided/1: the end of an announcement that should
// never have been, of either version.
type KeyVoided struct {
	Key          string `json:"key" text:"quoted"`                              // as it was announced, even if it is none
	Announcement *int64 `json:"announcement,omitempty" most:"9007199254740991"` // position of the record that announced it; absent: every one before
	Reason       string `json:"reason" text:"2000 lines"`
	Second       string `json:"second,omitempty" text:"200"` // the account of the second person, beside the record's actor
}

// EventKind is ledger.key-voided/1.
func (KeyVoided) EventKind() Kind { return KindKeyVoided }

// Check wants a key and a reason.
func (e KeyVoided) Check() error {
	return First(Require("/key", e.Key), OptionalNotNegative("/announcement", e.Announcement), Require("/reason", e.Reason))
}

// Specs are the kinds that belong to the ledger itself, but for corrections,
// whose data are of the kind that they correct.
func Specs() []Spec {
	return []Spec{
		Specify(Row[Opened]{Same: OneInStream[Opened]}).Final(),
		Specify(Row[KeyAnnounced]{Same: func(e *KeyAnnounced, _ calendar.Day) Sameness { return InStream(e.Key, e.From) }}).OnlyBy("htxledger key rotate"),
		Specify(Row[KeyAnnounced2]{Same: func(e *KeyAnnounced2, _ calendar.Day) Sameness { return InStream(e.Key, e.From) }}).OnlyBy("htxledger key rotate"),
		Specify(Row[KeyVoided]{Same: func(e *KeyVoided, _ calendar.Day) Sameness { return InStream(e.Key) }}).Final(),
		Specify(Row[Recovered]{}).OnlyBy("htxledger recover"),
	}
}

// The checks below are shared by the events of all families. Each gives a
// fault at the pointer, or nil.

// Require refuses an empty text.
func Require(pointer, s string) error {
	if s == "" {
		return ErrRequired.At(pointer)
	}
	return nil
}

// RequireKey refuses what is not the key of a stream.
func RequireKey(pointer, s string) error {
	if !IsKey(s) {
		return ErrKeyForm.With(s).At(pointer)
	}
	return nil
}

// NotNegative refuses a number below zero.
func NotNegative(pointer string, n int64) error {
	if n < 0 {
		return ErrNegative.With(n).At(pointer)
	}
	return nil
}

// OptionalNotNegative refuses a stated number below zero.
func OptionalNotNegative(pointer string, n *int64) error {
	if n == nil {
		return nil
	}
	return NotNegative(pointer, *n)
}

// OneOf refuses a word outside a list.
func OneOf[S ~string](pointer string, s S, allowed ...S) error {
	list := ""
	for i, a := range allowed {
		if s == a {
			return nil
		}
		if i > 0 {
			list += ", "
		}
		list += string(a)
	}
	return ErrChoice.With(string(s), list).At(pointer)
}

// First is the first error of a list, or nil: checks read as one expression.
func First(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
