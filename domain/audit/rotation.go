package audit

import (
	"errors"
	"slices"

	"htxledger/domain/ledger"
)

// SignDue signs as Sign does, and before it every handover that is due: the
// first size that holds an announcement, which is for the key before to sign
// and which vouches for the key after. Where the key before is not in the
// folder any more there is no handover, and the new key is trusted only by who
// is given it. Nothing is signed that hands over to a key which is not in the
// folder (ErrKeyStrange).
func (j *Journal) SignDue(view *View, size ledger.Position) (Signed, error) {
	entries, err := j.Entries()
	if err != nil {
		return Signed{}, err
	}
	last := int64(0)
	if n := len(entries); n > 0 {
		last = entries[n-1].Size
		if r, err := view.recovery(entries[n-1].Checkpoint); err != nil {
			return Signed{}, err
		} else if r != nil {
			last = r.FoundSize // no size that does not hold the recovery is signed after it
		}
	}
	for _, a := range view.Ring(size).All() {
		at := a.At + 1
		if !a.Stands() || at <= last || at >= int64(size) {
			continue
		}
		signed, err := j.Sign(view, ledger.Position(at))
		// no fault: without the old key there is no hand-over, and the new key is given by hand
		if errors.Is(err, errKeyNotHere) {
			continue
		}
		if err != nil {
			return Signed{}, err
		}
		last = signed.Size
	}
	return j.Sign(view, size)
}

// Spare is a key of the folder that is neither announced nor ever signed
// anything, or nil: one that was made to take over and is still to be
// announced.
func (j *Journal) Spare(view *View) (*Key, error) {
	entries, err := j.Entries()
	if err != nil {
		return nil, err
	}
	lost, err := j.Lost()
	if err != nil {
		return nil, err
	}
	keys, err := Keys(j.disk)
	if err != nil {
		return nil, err
	}
	ring := view.Ring(view.Size())
	for _, k := range keys {
		// in a journal that is empty every key may be the first one
		used := ring.HasAnnounced(k.public) || len(entries) == 0
		for _, s := range append(lost, entries...) {
			used = used || signedBy(s, k.public)
		}
		if !used {
			return k, nil
		}
	}
	return nil, nil
}

// A SignedCheck is what a look at one checkpoint found.
type SignedCheck struct {
	Signed
	Key  string    // the public key that signed it in its turn, or ""
	Lost *Recovery // that gave it up, or nil
	Err  error     // why it does not hold, or nil
}

// CheckSigned holds signed checkpoints, smallest first, to a ledger that was
// read back: each is of this ledger's first records, and signed by the key whose
// turn it was, which is one of the keys given or vouched for by one. The keys
// are our own, of the folder: they decide what voids left in dispute.
func CheckSigned(view *View, signed []Signed, keys []string, own bool) []SignedCheck {
	all := view.keys()
	trusts := map[int]*trust{} // by how many records about keys are taken: voids speak of what comes after them
	list := make([]SignedCheck, len(signed))
	for i, s := range signed {
		list[i].Signed = s
		if list[i].Err = s.checkHistory(view); list[i].Err != nil {
			if list[i].Lost = givenUp(view, signed, s.Checkpoint); list[i].Lost != nil {
				list[i].Err = nil
			}
			continue
		}
		// a checkpoint is judged by the announcements of all records, but without the voids that
		// came after it
		ring := all.BeforeVoids(s.Size)
		t := trusts[ring.Records()]
		if t == nil {
			t = &trust{ring: ring, anchors: keys, root: view.tree.Root, handed: signed}
			trusts[ring.Records()] = t
		}
		var anchor int64
		list[i].Key, anchor, list[i].Err = t.accept(s)
		if list[i].Err == nil && !own {
			list[i].Err = t.dispute(anchor)
		}
	}
	return list
}

// givenUp is the recovery that gave a checkpoint up, or nil: it names that one,
// or a later one of those that were signed after it.
func givenUp(view *View, signed []Signed, c Checkpoint) *Recovery {
	for _, r := range view.RecoveriesBefore(view.Size()) {
		if c.Origin == view.Origin() && r.covers(c.Size) && slices.ContainsFunc(signed, func(s Signed) bool { return r.names(s.Checkpoint) }) {
			return &r
		}
	}
	return nil
}

// checkHistory is nil if a checkpoint is of a view's first records.
func (c Checkpoint) checkHistory(view *View) error {
	if c.Origin != view.Origin() {
		return errOtherOrigin.With(c.Origin, view.Origin())
	}
	root, err := view.tree.Root(c.Size)
	switch {
	case err != nil:
		return errEarlierBeyond.With(c.Size, view.Size())
	case root != c.Root:
		return errEarlier.With(c.Size)
	}
	return nil
}
