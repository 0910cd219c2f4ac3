package audit

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
)

// A View is a ledger as its store gives it back: its tree, its origin and its
// key announcements. What a View holds has been read, so it was durable. The
// zero View is empty. Its methods may be called concurrently.
type View struct {
	following sync.Mutex // one Follow at a time
	tree      Tree

	mu     sync.RWMutex
	origin string
	ring   *keyring.Ring // nil until record 0 is read

	recovered []Recovery
}

// Follow reads the log on, from the view's size to the log's. The view keeps
// what was read before an error.
func (v *View) Follow(ctx context.Context, log ledger.Log) error {
	v.following.Lock()
	defer v.following.Unlock()
	from := v.Size()
	size, err := log.Size(ctx)
	if err != nil {
		return fmt.Errorf("follow the log: %w", err)
	}
	// read before the entries, so that a ledger which was cut off is refused instead of waited for
	if size < from {
		return errShrunk.With(from, size)
	}
	for e, err := range log.Entries(ctx, from) {
		if err == nil {
			err = v.add(e.Bytes)
		}
		if err != nil {
			return fmt.Errorf("follow the log at %d: %w", v.Size(), err)
		}
	}
	return nil
}

// ofKeys is how every kind of keyring.Kinds begins in a record's bytes.
var ofKeys = []byte(`"kind":"ledger.key-`)

var recovering = []byte(`"kind":"` + ledger.KindRecovered + `"`)

// add takes the next record. Only those that matter here are decoded: record 0
// and those about keys and recoveries, whose kind cannot stand unescaped inside a
// text.
func (v *View) add(b []byte) error {
	if err := v.takeRecord(b, v.tree.Size()); err != nil {
		return err
	}
	v.tree.Append(b)
	return nil
}

// takeRecord takes from the record at a position what the view tells of it beside
// its hash.
func (v *View) takeRecord(b []byte, at int64) error {
	if at == 0 {
		var opened ledger.Opened
		if err := decodeAs(b, ledger.KindOpened, 0, &opened); err != nil {
			return err
		}
		v.mu.Lock()
		// record 0 alone names the ledger: the ring cannot check a hand-over before it knows that
		// name
		v.origin, v.ring = opened.Origin, keyring.New(opened.Origin)
		v.mu.Unlock()
		return nil
	}
	if bytes.Contains(b, recovering) {
		if err := v.meetRecovery(b, at); err != nil {
			return err
		}
	}
	if bytes.Contains(b, ofKeys) {
		return v.takeKeyRecord(b, at)
	}
	return nil
}

// takeKeyRecord takes a record about keys at a position into the ring; ledger.ErrCorrupt where it
// cannot stand there.
func (v *View) takeKeyRecord(b []byte, at int64) error {
	r, err := ledger.Decode(b)
	if err != nil {
		return ledger.ErrCorrupt.With(at, ledger.Unreadable).Because(err)
	}
	if !slices.Contains(keyring.Kinds, r.Kind) {
		return nil // the words stand deeper, in somebody's data
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ring == nil || int64(r.Position) != at {
		return ledger.ErrCorrupt.With(at, ledger.Unreadable)
	}
	if err := v.ring.Take(r); err != nil {
		return ledger.ErrCorrupt.With(at, ledger.Unreadable).Because(err)
	}
	return nil
}

// decodeAs reads the record that must stand at a position, and its data.
func decodeAs(b []byte, kind ledger.Kind, at int64, data any) error {
	r, err := ledger.Decode(b)
	if err == nil && r.Kind == kind && int64(r.Position) == at {
		err = canonical.Unmarshal(r.Data, data)
	} else if err == nil {
		err = fmt.Errorf("it is %s at %d", r.Kind, r.Position)
	}
	if err != nil {
		return ledger.ErrCorrupt.With(at, fault.Text{English: "want " + string(kind), Vietnamese: "cần loại " + string(kind)}).Because(err)
	}
	return nil
}

// Size is the number of records read.
func (v *View) Size() ledger.Position { return ledger.Position(v.tree.Size()) }

// Origin is what record 0 names the ledger, or "".
func (v *View) Origin() string {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.origin
}

// Root is the root over the first n records.
func (v *View) Root(n ledger.Position) (Hash, error) { return v.tree.Root(int64(n)) }

// Inclusion proves that the record at a position is among the first size.
func (v *View) Inclusion(at, size ledger.Position) (*Inclusion, error) {
	return v.tree.Inclusion(int64(at), int64(size))
}

// Consistency proves that the first from records begin the first to.
func (v *View) Consistency(from, to ledger.Position) (*Consistency, error) {
	return v.tree.Consistency(int64(from), int64(to))
}

// Ring is the key ring of the first n records.
func (v *View) Ring(n ledger.Position) *keyring.Ring {
	return v.keys().Until(int64(n))
}

// keys is the key ring of all that was read.
func (v *View) keys() *keyring.Ring {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.ring == nil {
		return keyring.New("")
	}
	return v.ring.Until(math.MaxInt64)
}

// Checkpoint is the unsigned checkpoint of the first n records.
func (v *View) Checkpoint(n ledger.Position) (Checkpoint, error) {
	root, err := v.Root(n)
	return Checkpoint{Origin: v.Origin(), Size: int64(n), Root: root}, err
}
