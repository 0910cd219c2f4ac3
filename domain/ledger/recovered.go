package ledger

import (
	"cmp"
	"encoding/base64"

	"htxledger/domain/fault"
)

// What a recovery can be wrong about.
var (
	errRecoveredSizes = fault.Declare("recovered-sizes", fault.Rejected,
		"a recovery of %d signed and %d found records that agree up to size %d cannot be",
		"không thể ghi tiếp như vậy: đã ký %d bản ghi, tìm thấy %d, khớp đến cỡ %d")
	errRecoveredRoot = fault.Declare("recovered-root", fault.Rejected,
		"%q is not a Merkle root", "%q không phải là gốc Merkle")
	ErrRecoveredPosition = fault.Declare("recovered-position", fault.Rejected,
		"a recovery of %d found records stands at that position, not at %d",
		"bản ghi về việc ghi tiếp từ %d bản ghi tìm thấy phải đứng đúng ở vị trí đó, không phải %d")
)

// Recovered is ledger.recovered/1: records that a checkpoint vouches for are
// lost for good, or are others, and recording goes on after the records that
// were found. It is the first record after them, so it stands at the position
// FoundSize.
type Recovered struct {
	SignedSize int64  `json:"signed_size" most:"9007199254740991" vi:"Cỡ đã ký" unit:"bản ghi"`   // records of the newest checkpoint that was signed before
	SignedRoot string `json:"signed_root" text:"100" vi:"Gốc đã ký"`                              // the Merkle root of that checkpoint, base64
	FoundSize  int64  `json:"found_size" most:"9007199254740991" vi:"Cỡ tìm thấy" unit:"bản ghi"` // records that were found
	FoundRoot  string `json:"found_root" text:"100" vi:"Gốc tìm thấy"`                            // their Merkle root, base64
	// AgreedSize is the largest size of which a signed checkpoint has the root
	// of the records found; 0 where there is none. Of what was signed, the
	// records from there on may be lost or others.
	AgreedSize int64  `json:"agreed_size" most:"9007199254740991" vi:"Khớp đến cỡ" unit:"bản ghi"`
	Reason     string `json:"reason" text:"2000 lines" vi:"Lý do"`
	// Second is the account of the second administrator who agreed; the first is
	// the record's actor. Absent: one person decided, on the ledger's own machine.
	Second string `json:"second,omitempty" text:"200" vi:"Người thứ hai"`
}

// EventKind is ledger.recovered/1.
func (Recovered) EventKind() Kind { return KindRecovered }

// Check wants sizes between which something is lost, roots and a reason. The
// found records include record 0: where nothing is left there is no ledger to
// go on with.
func (e Recovered) Check() error {
	if e.AgreedSize < 0 || e.AgreedSize >= e.SignedSize || e.AgreedSize > e.FoundSize || e.FoundSize < 1 {
		return errRecoveredSizes.With(e.SignedSize, e.FoundSize, e.AgreedSize)
	}
	return cmp.Or(
		checkRoot("/signed_root", e.SignedRoot),
		checkRoot("/found_root", e.FoundRoot),
		Require("/reason", e.Reason),
	)
}

// CheckPosition wants the position after the records found.
func (e Recovered) CheckPosition(at Position) error {
	if int64(at) != e.FoundSize {
		return ErrRecoveredPosition.With(e.FoundSize, at).At("/data/found_size")
	}
	return nil
}

func checkRoot(pointer, root string) error {
	b, err := base64.StdEncoding.Strict().DecodeString(root)
	if err != nil || len(b) != 32 || base64.StdEncoding.EncodeToString(b) != root {
		return errRecoveredRoot.With(root).At(pointer)
	}
	return nil
}
