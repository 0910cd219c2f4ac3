package audit

import (
	"slices"

	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/fault"
	"htxledger/domain/keyring"
)

// Why a signature is not accepted.
var (
	errSignature = fault.Declare("audit-signature", fault.Unverified,
		"no key that is trusted signed the checkpoint of size %d", "điểm kiểm tra cỡ %d không mang chữ ký của khóa nào được tin cậy")
	errKeyRange = fault.Declare("audit-key-range", fault.Unverified,
		"key %s may not sign size %d: from size %d on that is for key %s", "khóa %s không được ký cỡ %d: từ cỡ %d phải là khóa %s")
	errKeyEarly = fault.Declare("audit-key-early", fault.Unverified,
		"key %s may not sign size %d: it is announced to sign from size %d on", "khóa %s chưa được ký cỡ %d: khóa này được công bố ký từ cỡ %d")
	errHandoverOther = fault.Declare("audit-handover-other", fault.Unverified,
		"a handover of size %d is not of this history", "điểm kiểm tra bàn giao khóa ở cỡ %d không thuộc lịch sử này")
	errHandover = fault.Declare("audit-handover", fault.Unverified,
		"key %s is announced at position %d, but no checkpoint of the key before it vouches for that",
		"khóa %s được công bố ở vị trí %d, nhưng không có điểm kiểm tra nào của khóa trước đó xác nhận")
	errOnlyKeys = fault.Declare("audit-only-keys", fault.Unverified,
		"key %s, announced at position %d, is not one of the keys given, and no hand-over is to be taken",
		"khóa %s, công bố ở vị trí %d, không phải là khóa đã nêu, mà yêu cầu là không chấp nhận bàn giao khóa nào")
	ErrKeyFalse = fault.Declare("audit-key-false", fault.Unverified,
		"record %d claims a hand-over to key %s that is none: %s", "bản ghi %d nêu một lần bàn giao cho khóa %s nhưng không đúng: %s")
	errDisputed = fault.Declare("audit-key-disputed", fault.Unverified,
		"disputed: record %[2]d voids key %[1]s, but a hand-over to it had been signed; from size %[3]d on, give by hand the key that is right: that key, one announced after record %[2]d, or the key before with --only-key",
		"có tranh chấp: bản ghi %[2]d hủy khóa %[1]s, nhưng đã có chữ ký bàn giao cho khóa đó; từ cỡ %[3]d trở đi, hãy nêu đích danh khóa đúng: chính khóa đó, khóa được công bố sau bản ghi %[2]d, hoặc khóa trước kèm --only-key")
)

// A trust is a ring in the hands of a verifier who was given some keys, and
// who knows the root of each size.
type trust struct {
	ring    *keyring.Ring
	anchors []string
	only    bool                           // no hand-over is taken
	root    func(size int64) (Hash, error) // of the records at hand
	handed  []Signed                       // checkpoints that may be handovers
	shown   []Signed                       // further checkpoints that may show one
	known   map[*keyring.Announcement]vouch
}

// A vouch is why the key of an announcement is trusted, or not.
type vouch struct {
	anchor int64 // position at which the key is announced that the verifier was given; -1 for the first key
	size   int64 // of the handover, 0 where the key itself was given
	err    error
}

// accept is nil if the key whose turn it is signed the note, and that key is
// one of the anchors or vouched for by the keys before it. It gives the key,
// and the position at which the anchor is announced, -1 for the first key.
func (t *trust) accept(s Signed) (key string, anchor int64, err error) {
	turn := t.ring.Turn(s.Size)
	for _, public := range t.candidates(turn) {
		if signedBy(s, public) {
			v := t.vouchFor(turn)
			return public, v.anchor, v.err
		}
	}
	return "", 0, t.refusal(s, turn)
}

// candidates are the keys that may sign in a turn.
func (t *trust) candidates(turn *keyring.Announcement) []string {
	if turn != nil {
		return []string{turn.Key}
	}
	var list []string
	for _, public := range t.anchors {
		if !t.ring.HasAnnounced(public) {
			list = append(list, public)
		}
	}
	return list
}

// vouchFor says whether the key of a turn is an anchor, or a checkpoint that
// holds its announcement was signed by the key before, which is itself to be
// trusted. Each step goes to a smaller size, so it ends.
func (t *trust) vouchFor(turn *keyring.Announcement) vouch {
	switch {
	case turn == nil:
		return vouch{anchor: -1} // the candidates of the first turn are anchors
	case slices.Contains(t.anchors, turn.Key):
		return vouch{anchor: turn.At}
	case t.only:
		return vouch{err: errOnlyKeys.With(KeyID(turn.Key), turn.At)}
	}
	// each announcement is decided once: without the memory a chain of n keys would be walked n
	// times over
	v, done := t.known[turn]
	if !done {
		if t.known == nil {
			t.known = map[*keyring.Announcement]vouch{}
		}
		v = t.handover(turn)
		t.known[turn] = v
	}
	return v
}

// handover looks among the checkpoints handed in for the one by which the key before hands over to
// the key of an announcement: errHandover where there is none. A version 2 announcement names that
// key; version 1 takes any that is trusted.
func (t *trust) handover(a *keyring.Announcement) vouch {
	for _, h := range t.handed {
		if !a.HandedBy(h.Size) || !t.ours(h) {
			continue
		}
		key, anchor, err := t.accept(h)
		if err == nil && (a.Old == "" || a.Old == key) {
			return vouch{anchor: anchor, size: h.Size}
		}
	}
	return vouch{err: errHandover.With(KeyID(a.Key), a.At)}
}

// ours reports whether a checkpoint is of the records at hand.
func (t *trust) ours(s Signed) bool {
	root, err := t.root(s.Size)
	return err == nil && root == s.Root
}

// dispute is nil unless an announcement was voided after a checkpoint had
// handed over to its key, or had been signed by it, and what the verifier was
// given does not decide between the two: the anchor stands before the void. It
// gives the first such.
func (t *trust) dispute(anchor int64) error {
	for _, a := range t.ring.All() {
		if t.isDisputed(a, anchor) {
			return errDisputed.With(KeyID(a.Key), a.Voided.Position, a.From)
		}
	}
	return nil
}

// isDisputed reports whether the key of a voided announcement had been signed for, or had signed,
// before the void, while the verifier's anchor stands before the void too and so does not decide.
func (t *trust) isDisputed(a *keyring.Announcement, anchor int64) bool {
	if a.Voided == nil || a.Wrong != nil || t.only || anchor > int64(a.Voided.Position) {
		return false
	}
	before := t.candidates(t.ring.Before(a))
	if a.Old != "" {
		before = append(before, a.Old)
	}
	return slices.ContainsFunc(append(t.shown, t.handed...), func(s Signed) bool {
		// a checkpoint that does not hold the announcement says nothing of the key
		if s.Size <= a.At {
			return false
		}
		return signedBy(s, a.Key) || a.HandedBy(s.Size) && slices.ContainsFunc(before, func(k string) bool { return signedBy(s, k) })
	})
}

// findFalsehood is a fault if an announcement claims signatures that do not hold
// and nothing voids it.
func findFalsehood(ring *keyring.Ring) error {
	for _, a := range ring.All() {
		if a.False() && a.Voided == nil {
			return keyFalse(a)
		}
	}
	return nil
}

func keyFalse(a *keyring.Announcement) error {
	why := fault.Text{English: a.Wrong.Error(), Vietnamese: a.Wrong.Error()}
	if f, ok := fault.Of(a.Wrong); ok {
		why = fault.Text{English: f.En(), Vietnamese: f.Vi()}
	}
	return ErrKeyFalse.With(a.At, KeyID(a.Key), why)
}

// refusal says why nobody's signature is accepted: a key out of its turn, or
// no key that is known at all.
func (t *trust) refusal(s Signed, turn *keyring.Announcement) error {
	due, from := t.ring.Signer(s.Size)
	for _, public := range append(t.ring.Keys(), t.anchors...) {
		// the key that is due has been tried already
		if public == due || !signedBy(s, public) {
			continue
		}
		if start, ok := t.ring.Names(public); ok && start > s.Size {
			return errKeyEarly.With(KeyID(public), s.Size, start)
		}
		if turn != nil {
			return errKeyRange.With(KeyID(public), s.Size, from, KeyID(due))
		}
	}
	return errSignature.With(s.Size)
}

// signedBy reports whether a key whose name is the note's origin signed it.
func signedBy(s Signed, public string) bool {
	v, err := ParseVerifier(public)
	if err != nil || v.Name() != s.Origin {
		return false
	}
	n, err := note.Open(s.Note, note.VerifierList(v))
	return err == nil && len(n.Sigs) == 1
}
