package keyring

import (
	"slices"

	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Why an announcement hands nothing over, and why one cannot be recorded.
var (
	ErrNotKey = fault.Declare("key-announced-not-key", fault.Rejected,
		"%q is not a key of the ledger %q", "%q không phải là khóa của sổ cái %q")
	ErrElsewhere = fault.Declare("key-announced-elsewhere", fault.Conflict,
		"the announcement is signed for position %d, but would stand at %d", "bản công bố khóa được ký cho vị trí %d, không phải vị trí %d")
	ErrProof = fault.Declare("key-announced-proof", fault.Rejected,
		"the signature of the new key %s does not hold", "chữ ký của khóa mới %s không đúng")
	ErrConsent = fault.Declare("key-announced-consent", fault.Rejected,
		"the signature of the key before, %s, does not hold", "chữ ký đồng ý của khóa trước %s không đúng")
	ErrNotDue = fault.Declare("key-announced-not-due", fault.Rejected,
		"key %s consents, but it is the turn of key %s", "khóa %s ký đồng ý, nhưng khóa đang đến lượt ký là %s")
	ErrKnown = fault.Declare("key-announced-known", fault.Conflict,
		"key %s was announced before, or consents to itself; every key takes over once",
		"khóa %s đã được công bố trước đó, hoặc tự đồng ý cho chính mình; mỗi khóa chỉ được nhận bàn giao một lần")
	ErrNotAnnounced = fault.Declare("key-voided-unknown", fault.NotFound,
		"no announcement of key %s stands in this ledger", "trong sổ này không có bản công bố khóa %s nào còn hiệu lực")
)

// Kinds are the kinds of record that a Ring is made of.
var Kinds = []ledger.Kind{ledger.KindKeyAnnounced, ledger.KindKeyAnnounced2, ledger.KindKeyVoided}

// An Announcement is a record that announces a key, as the records after it
// left it.
type Announcement struct {
	Record *ledger.Record // ledger.key-announced/1 or /2
	At     int64          // its position
	From   int64          // the first size that the key may sign, at the earliest At+2
	Key    string
	Old    string // the key that consented; "" for version 1, which asked no key
	// Wrong is why it hands nothing over, whatever is signed: the text is no key
	// of the ledger, or a signature of a version 2 does not hold. nil otherwise.
	Wrong error
	// Voided is the ledger.key-voided/1 that ended it, or nil.
	Voided *ledger.Record
}

// HasConsent reports whether the key before signed the announcement.
func (a *Announcement) HasConsent() bool { return a.Old != "" && a.Wrong == nil }

// False reports whether it claims signatures that do not hold. No program
// records such a one.
func (a *Announcement) False() bool { return a.Old != "" && a.Wrong != nil }

// Stands reports whether its key may have a turn.
func (a *Announcement) Stands() bool { return a.Wrong == nil && a.Voided == nil }

// A Ring tells which key may sign which size, from the announcements and voids
// among the first records of a ledger. The zero Ring has none. It is immutable
// but for Take.
//
// The first key is never announced; it is trusted because the verifier was
// given it. An announcement at position p gives its key the sizes from its
// "from" on, at the earliest p+2, until the next one takes over. The size p+1,
// the first that holds the announcement, is so always left to the key before.
// A void at position v ends the announcement for every size beyond v: the turn
// goes back to the key before. Corrections do not reach announcements.
type Ring struct {
	origin  string
	records []*ledger.Record // of Kinds, in order
	list    []*Announcement  // in order
}

// New is the ring of a ledger that announces no key yet.
func New(origin string) *Ring { return &Ring{origin: origin} }

// Take takes the next record of Kinds. Its data must be those of its kind.
func (r *Ring) Take(rec *ledger.Record) error {
	e, err := Event(rec)
	if err != nil {
		return err
	}
	r.records = append(r.records, rec)
	r.list = slices.Clone(r.list) // rings that were made before keep theirs
	if v, ok := e.(*ledger.KeyVoided); ok {
		for i, a := range r.list {
			if a.Voided == nil && voids(v, a) {
				ended := *a
				ended.Voided = rec
				r.list[i] = &ended
			}
		}
		return nil
	}
	r.list = append(r.list, r.readAnnouncement(rec, e))
	return nil
}

// Event is what a record of Kinds says.
func Event(rec *ledger.Record) (ledger.Event, error) {
	if rec.Event != nil {
		return rec.Event, nil
	}
	var e ledger.Event
	switch rec.Kind {
	case ledger.KindKeyAnnounced:
		e = new(ledger.KeyAnnounced)
	case ledger.KindKeyAnnounced2:
		e = new(ledger.KeyAnnounced2)
	default:
		e = new(ledger.KeyVoided)
	}
	return e, canonical.Unmarshal(rec.Data, e)
}

// voids reports whether a void is about an announcement.
func voids(v *ledger.KeyVoided, a *Announcement) bool {
	return v.Key == a.Key && (v.Announcement == nil || *v.Announcement == a.At)
}

func (r *Ring) readAnnouncement(rec *ledger.Record, e ledger.Event) *Announcement {
	at := int64(rec.Position)
	if e, ok := e.(*ledger.KeyAnnounced2); ok {
		return &Announcement{Record: rec, At: at, From: e.From, Key: e.Key, Old: e.Consent.Key, Wrong: r.Check(at, e)}
	}
	v1 := e.(*ledger.KeyAnnounced)
	a := &Announcement{Record: rec, At: at, From: max(v1.From, at+2), Key: v1.Key}
	if name, _, ok := Parse(a.Key); !ok || name != r.origin {
		a.Wrong = ErrNotKey.With(a.Key, r.origin)
	}
	return a
}

// Check is nil if an announcement may stand at a position behind the records of
// the ring: the new key is a key of the ledger that was never announced, the
// key that consents is the one whose turn it is, and both signed it for this
// position. Where the first key signs, which the ledger does not name, any key
// of the ledger may consent that was never announced; whether it is the first
// key is for the verifier to know.
func (r *Ring) Check(at int64, e *ledger.KeyAnnounced2) error {
	name, key, ok := Parse(e.Key)
	if !ok || name != r.origin {
		return ErrNotKey.With(e.Key, r.origin).At("/data/key")
	}
	name, old, ok := Parse(e.Consent.Key)
	if !ok || name != r.origin {
		return ErrNotKey.With(e.Consent.Key, r.origin).At("/data/consent/key")
	}
	if e.From != at+2 {
		return ErrElsewhere.With(e.From-2, at).At("/data/from")
	}
	if e.Key == e.Consent.Key || r.HasAnnounced(e.Key) {
		return ErrKnown.With(ID(e.Key)).At("/data/key")
	}
	due, _ := r.Signer(at + 1)
	if due == "" && r.HasAnnounced(e.Consent.Key) {
		return ErrNotDue.With(ID(e.Consent.Key), "1").At("/data/consent/key")
	}
	if due != "" && due != e.Consent.Key {
		return ErrNotDue.With(ID(e.Consent.Key), ID(due)).At("/data/consent/key")
	}
	text := Text(r.origin, at, e.From, e.Consent.Key, e.Key)
	if !signatureHolds(key, text, e.Proof) {
		return ErrProof.With(ID(e.Key)).At("/data/proof")
	}
	if !signatureHolds(old, text, e.Consent.Signature) {
		return ErrConsent.With(ID(e.Consent.Key)).At("/data/consent/signature")
	}
	return nil
}

// CheckVoid is nil if a void may stand behind the records of the ring: it ends
// an announcement that no void ended yet.
func (r *Ring) CheckVoid(v *ledger.KeyVoided) error {
	for _, a := range r.list {
		if a.Voided == nil && voids(v, a) {
			return nil
		}
	}
	return ErrNotAnnounced.With(ID(v.Key)).At("/data/key")
}

// Until is the ring of the records below a size.
func (r *Ring) Until(size int64) *Ring {
	return r.only(func(rec *ledger.Record) bool { return int64(rec.Position) < size })
}

// BeforeVoids is the ring of the announcements of all records, and of the voids
// below a size.
func (r *Ring) BeforeVoids(size int64) *Ring {
	return r.only(func(rec *ledger.Record) bool { return rec.Kind != ledger.KindKeyVoided || int64(rec.Position) < size })
}

// WithoutVoidsOf is the ring in which the voids of some keys are not taken.
func (r *Ring) WithoutVoidsOf(keys ...string) *Ring {
	return r.only(func(rec *ledger.Record) bool {
		e, err := Event(rec)
		v, ok := e.(*ledger.KeyVoided)
		return err != nil || !ok || !slices.Contains(keys, v.Key)
	})
}

// only is the ring of those records that a condition keeps.
func (r *Ring) only(keep func(*ledger.Record) bool) *Ring {
	if !slices.ContainsFunc(r.records, func(rec *ledger.Record) bool { return !keep(rec) }) {
		return &Ring{r.origin, slices.Clip(r.records), r.list}
	}
	next := New(r.origin)
	for _, rec := range r.records {
		if keep(rec) {
			_ = next.Take(rec) // it was taken before
		}
	}
	return next
}

// All lists the announcements, in order, those that are voided or wrong too.
func (r *Ring) All() []*Announcement { return r.list }

// Records is how many records of Kinds there are.
func (r *Ring) Records() int { return len(r.records) }

// Voids is how many records void announcements.
func (r *Ring) Voids() int {
	return len(r.records) - len(r.list)
}

// Turn is the announcement whose key signs a size: the last one that stands and
// is in effect, or nil for the first key.
func (r *Ring) Turn(size int64) *Announcement {
	for _, a := range slices.Backward(r.list) {
		if a.Stands() && a.From <= size {
			return a
		}
	}
	return nil
}

// Before is the announcement whose key signs the first size that holds an
// announcement, and so hands over to it; nil is the first key.
func (r *Ring) Before(a *Announcement) *Announcement {
	for _, b := range slices.Backward(r.list) {
		if b.At < a.At && b.Stands() && b.From <= a.At+1 {
			return b
		}
	}
	return nil
}

// Signer is the public key that signs a size, and from which size on. It is ""
// for the first key.
func (r *Ring) Signer(size int64) (public string, from int64) {
	if a := r.Turn(size); a != nil {
		return a.Key, a.From
	}
	return "", 0
}

// Names gives the first size that a key may sign by an announcement that
// stands, and whether there is one.
func (r *Ring) Names(public string) (from int64, ok bool) {
	for _, a := range r.list {
		if a.Stands() && a.Key == public {
			return a.From, true
		}
	}
	return 0, false
}

// HasAnnounced reports whether a key was ever announced, voided or not.
func (r *Ring) HasAnnounced(public string) bool {
	return slices.ContainsFunc(r.list, func(a *Announcement) bool { return a.Key == public })
}

// Keys lists the keys of the announcements that stand, in order.
func (r *Ring) Keys() []string {
	list := []string{}
	for _, a := range r.list {
		if a.Stands() {
			list = append(list, a.Key)
		}
	}
	return list
}

// Handover reports whether a checkpoint of a size may vouch for an announced
// key: it holds the announcement and no void of it, and the key's turn has not
// come.
func (r *Ring) Handover(size int64) bool {
	return slices.ContainsFunc(r.list, func(a *Announcement) bool { return a.HandedBy(size) })
}

// HandedBy reports whether a checkpoint of a size, signed by the key before,
// hands over to the announcement's key.
func (a *Announcement) HandedBy(size int64) bool {
	return a.Wrong == nil && size > a.At && size < a.From && (a.Voided == nil || size <= int64(a.Voided.Position))
}
