package audit

import (
	"fmt"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// errRecovered is raised for a recovery that goes on after other records than
// those that stand before it.
var errRecovered = fault.Declare("verify-recovered", fault.Unverified,
	"record %d says that the ledger goes on after %d records that are not those before it",
	"bản ghi %d nói sổ được ghi tiếp sau %d bản ghi khác với những bản ghi đứng trước nó")

// A Recovery is a ledger.recovered/1 where it stands: records that somebody
// vouched for are lost or others, and the ledger went on without them.
type Recovery struct {
	Position   int64  `json:"position"`
	LostFrom   int64  `json:"lost_from"` // positions of the records that were signed and are not here
	LostTo     int64  `json:"lost_to"`
	SignedSize int64  `json:"signed_size"` // of the newest checkpoint before the loss
	SignedRoot string `json:"signed_root"`
	FoundSize  int64  `json:"found_size"`
	FoundRoot  string `json:"found_root"`
	AgreedSize int64  `json:"agreed_size"` // the largest size signed of which the root was found again
	Recorded   string `json:"recorded"`
	Actor      string `json:"actor,omitempty"`
	Role       string `json:"role,omitempty"`
	Second     string `json:"second,omitempty"`
	Reason     string `json:"reason"`
}

// newRecovery describes the recovery e that record r states; sizes are in records, positions count
// from 0.
func newRecovery(r *ledger.Record, e *ledger.Recovered) Recovery {
	out := Recovery{
		Position: int64(r.Position), LostFrom: e.FoundSize, LostTo: e.SignedSize - 1,
		SignedSize: e.SignedSize, SignedRoot: e.SignedRoot, FoundSize: e.FoundSize, FoundRoot: e.FoundRoot, AgreedSize: e.AgreedSize,
		Recorded: r.Recorded.String(), Second: e.Second, Reason: e.Reason,
	}
	if e.FoundSize >= e.SignedSize { // nothing is missing, but other records stand where those were
		out.LostFrom = e.AgreedSize
	}
	out.Actor, out.Role = actorOf(r)
	return out
}

// names reports whether a checkpoint is the one that the recovery names as
// signed before.
func (r Recovery) names(c Checkpoint) bool {
	return r.SignedSize == c.Size && r.SignedRoot == c.Root.String()
}

// covers reports whether a checkpoint of a size, from the same line as the one
// that the recovery names, is given up with it.
func (r Recovery) covers(size int64) bool { return size > r.AgreedSize && size <= r.SignedSize }

// lostWords names the records lost by some recoveries: "@8059–8897, @9100".
func lostWords(list []Recovery) string {
	var parts []string
	for _, r := range list {
		parts = append(parts, spanWords(r.LostFrom, r.LostTo))
	}
	return strings.Join(parts, ", ")
}

// spanWords names the records from one position to another, both included.
func spanWords(from, to int64) string {
	if from == to {
		return fmt.Sprintf("@%d", from)
	}
	return fmt.Sprintf("@%d–%d", from, to)
}

// RecoveredVietnamese says that a ledger went on after losses, or "".
func RecoveredVietnamese(list []Recovery) string {
	if len(list) == 0 {
		return ""
	}
	return "khôi phục sau khi mất " + lostWords(list)
}

// English says what is known of the recovery, in one line.
func (r Recovery) English() string {
	s := fmt.Sprintf("record %d by %s: recovered after a loss of %s; %d records were signed, %d were found: %q",
		r.Position, describePeople(r.Actor, r.Role, r.Second, "an unnamed account"), lostWords([]Recovery{r}), r.SignedSize, r.FoundSize, r.Reason)
	if r.AgreedSize < r.FoundSize && r.FoundSize < r.SignedSize {
		s += fmt.Sprintf("; nothing signed before covers %s, which was found", spanWords(r.AgreedSize, r.FoundSize-1))
	}
	return oneLine(s)
}

// Vietnamese says what is known of the recovery, in one line.
func (r Recovery) Vietnamese() string {
	s := fmt.Sprintf("bản ghi @%d do %s ghi: khôi phục sau khi mất %s; đã ký %d bản ghi, tìm thấy %d: %q",
		r.Position, describePeople(r.Actor, r.Role, r.Second, "một tài khoản không nêu tên"), lostWords([]Recovery{r}), r.SignedSize, r.FoundSize, r.Reason)
	if r.AgreedSize < r.FoundSize && r.FoundSize < r.SignedSize {
		s += fmt.Sprintf("; phần tìm thấy %s chưa có chữ ký nào từ trước bảo đảm", spanWords(r.AgreedSize, r.FoundSize-1))
	}
	return oneLine(s)
}

// meetRecovery takes a ledger.recovered/1 at a position.
func (v *View) meetRecovery(b []byte, at int64) error {
	// found by its bytes alone, so the kind is still to be confirmed
	r, err := ledger.Decode(b)
	if err == nil && r.Kind != ledger.KindRecovered {
		return nil // the words stand deeper, in somebody's data
	}
	e := new(ledger.Recovered)
	if err := decodeAs(b, ledger.KindRecovered, at, e); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.recovered = append(v.recovered, newRecovery(r, e))
	return nil
}

// RecoveriesBefore are the recoveries among the first n records.
func (v *View) RecoveriesBefore(n ledger.Position) []Recovery {
	v.mu.RLock()
	defer v.mu.RUnlock()
	i := 0
	for i < len(v.recovered) && v.recovered[i].Position < int64(n) {
		i++
	}
	return v.recovered[:i:i]
}

// recovery is the recovery that names a checkpoint as signed before, or nil.
// What it says it found must be what stands before it.
func (v *View) recovery(c Checkpoint) (*Recovery, error) {
	for _, r := range v.RecoveriesBefore(v.Size()) {
		if !r.names(c) {
			continue
		}
		// a recovery that describes another history would give up checkpoints without cause
		if root, err := v.tree.Root(r.FoundSize); err != nil || root.String() != r.FoundRoot {
			return nil, errRecovered.With(r.Position, r.FoundSize)
		}
		return &r, nil
	}
	return nil, nil
}
