package audit

import (
	"slices"

	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/fault"
)

// Why a signature is not accepted.
var (
	ErrSignature = fault.Declare("audit-signature", fault.Unverified,
		"no key that is trusted signed the checkpoint of size %d", "điểm kiểm tra cỡ %d không mang chữ ký của khóa nào được tin cậy")
	ErrKeyRange = fault.Declare("audit-key-range", fault.Unverified,
		"key %s may not sign size %d: from size %d on that is for key %s", "khóa %s không được ký cỡ %d: từ cỡ %d phải là khóa %s")
	ErrKeyEarly = fault.Declare("audit-key-early", fault.Unverified,
		"key %s may not sign size %d: it is announced to sign from size %d on", "khóa %s chưa được ký cỡ %d: khóa này được công bố ký từ cỡ %d")
	ErrHandoverOther = fault.Declare("audit-handover-other", fault.Unverified,
		"a handover of size %d is not of this history", "điểm kiểm tra bàn giao khóa ở cỡ %d không thuộc lịch sử này")
	ErrHandover = fault.Declare("audit-handover", fault.Unverified,
		"key %s is announced at position %d, but no checkpoint of the key before it vouches for that",
		"khóa %s được công bố ở vị trí %d, nhưng không có điểm kiểm tra nào của khóa trước đó xác nhận")
)

// An announcement is a ledger.key-announced/1 at its position.
type announcement struct {
	at   int64
	from int64 // effective: the first size that the key may sign
	key  string
}

// A Ring tells which key may sign which size, from the key announcements among
// the first records of a ledger. It is immutable.
//
// The first key is never announced; it is trusted because the verifier was
// given it. An announcement at position p gives its key the sizes from its "from" on, at the earliest p+2,
// until the next one takes over. The size p+1, the first that holds the
// announcement, is so always left to the key before: its signature there, the
// handover, is what vouches for the new key. Corrections do not reach
// announcements; a mistaken one is overtaken by another.
type Ring struct{ announced []announcement }

// add takes the announcement at a position.
func (r *Ring) add(at int64, key string, from int64) {
	r.announced = append(r.announced, announcement{at, max(from, at+2), key})
}

// until is the ring of the announcements below a position.
func (r *Ring) until(size int64) *Ring {
	n := 0
	for n < len(r.announced) && r.announced[n].at < size {
		n++
	}
	return &Ring{r.announced[:n:n]}
}

// turn is the index of the announcement whose key signs a size: the last one
// that is in effect, or -1 for the first key.
func (r *Ring) turn(size int64) int {
	for i := len(r.announced) - 1; i >= 0; i-- {
		if r.announced[i].from <= size {
			return i
		}
	}
	return -1
}

// Signer is the public key that signs a size, and from which size on. It is ""
// for the first key.
func (r *Ring) Signer(size int64) (public string, from int64) {
	if i := r.turn(size); i >= 0 {
		return r.announced[i].key, r.announced[i].from
	}
	return "", 0
}

// names reports whether an announcement names a public key, and the first size
// that it may sign.
func (r *Ring) names(public string) (from int64, ok bool) {
	for _, a := range r.announced {
		if a.key == public {
			return a.from, true
		}
	}
	return 0, false
}

// Keys lists the keys that the ledger announces, in order.
func (r *Ring) Keys() []string {
	list := make([]string, len(r.announced))
	for i, a := range r.announced {
		list[i] = a.key
	}
	return list
}

// A trust is a ring in the hands of a verifier who was given some keys, and
// who knows the root of each size.
type trust struct {
	ring    *Ring
	anchors []string
	root    func(size int64) (Hash, error) // of the records at hand
	handed  []signedNote                   // checkpoints that may be handovers
	known   map[int]error                  // what vouched found, by turn
}

type signedNote struct {
	Checkpoint
	note []byte
}

// accept is nil if the key whose turn it is signed the note, and that key is
// one of the anchors or vouched for by the keys before it. It gives the key.
func (t *trust) accept(s signedNote) (string, error) {
	i := t.ring.turn(s.Size)
	for _, public := range t.candidates(i) {
		if signedBy(s, public) {
			return public, t.vouched(i)
		}
	}
	return "", t.refusal(s, i)
}

// candidates are the keys that may sign in a turn.
func (t *trust) candidates(turn int) []string {
	if turn >= 0 {
		return []string{t.ring.announced[turn].key}
	}
	var list []string
	for _, public := range t.anchors {
		if _, later := t.ring.names(public); !later {
			list = append(list, public)
		}
	}
	return list
}

// vouched is nil if the key of a turn is an anchor, or a checkpoint that holds
// its announcement was signed by the key before it, which is itself to be
// trusted. Each step goes to a smaller size, so it ends.
func (t *trust) vouched(turn int) error {
	if turn < 0 || slices.Contains(t.anchors, t.ring.announced[turn].key) {
		return nil // the candidates of the first turn are anchors
	}
	err, done := t.known[turn]
	if !done {
		if t.known == nil {
			t.known = map[int]error{}
		}
		err = t.handover(t.ring.announced[turn])
		t.known[turn] = err
	}
	return err
}

func (t *trust) handover(a announcement) error {
	for _, h := range t.handed {
		if h.Size <= a.at || h.Size >= a.from {
			continue
		}
		if root, err := t.root(h.Size); err != nil || root != h.Root {
			continue
		}
		if _, err := t.accept(h); err == nil {
			return nil
		}
	}
	return ErrHandover.With(KeyID(a.key), a.at)
}

// refusal says why nobody's signature is accepted: a key out of its turn, or
// no key that is known at all.
func (t *trust) refusal(s signedNote, turn int) error {
	due, from := t.ring.Signer(s.Size)
	for _, public := range append(t.ring.Keys(), t.anchors...) {
		if public == due || !signedBy(s, public) {
			continue
		}
		if start, ok := t.ring.names(public); ok && start > s.Size {
			return ErrKeyEarly.With(KeyID(public), s.Size, start)
		}
		if turn >= 0 {
			return ErrKeyRange.With(KeyID(public), s.Size, from, KeyID(due))
		}
	}
	return ErrSignature.With(s.Size)
}

// signedBy reports whether a key whose name is the note's origin signed it.
func signedBy(s signedNote, public string) bool {
	v, err := ParseVerifier(public)
	if err != nil || v.Name() != s.Origin {
		return false
	}
	n, err := note.Open(s.note, note.VerifierList(v))
	return err == nil && len(n.Sigs) == 1
}
