package register

import (
	"fmt"
	"regexp"
	"strconv"

	"htxledger/domain/ledger"
)

// Prefixes of derived keys: keys that the program makes of what a command says,
// so that the same content sent again is the same command. Anybody can compute
// them, so a command that has such a key and says something else is refused
// (Book.CheckKey): it would hold the place of the right one for ever.
const (
	RowKeyPrefix  = "csv/"  // csv/FORM/DIGEST: a row of a file; csv/FORM/DIGEST/of/ID: its correction of what record ID says
	UndoKeyPrefix = "undo/" // undo/RECEIPT/ID: the retraction of record ID of an import
)

// RowKey is the key of a command that a row of a form makes. Of a correction it
// names the newest record about the fact before it (Book.Newest), so that going back
// and forth is told apart from sending the same twice; of a fact of its own in words
// that were recorded before, and were corrected to say something else, the newest
// record about what they say now.
func RowKey(form string, d *ledger.Draft, last ledger.ID) (string, error) {
	digest, err := d.ContentDigest()
	if err != nil {
		return "", err
	}
	key := RowKeyPrefix + form + "/" + digest
	if !last.IsZero() {
		key += "/of/" + last.String()
	}
	return key, nil
}

// A RowKeyParts is a key of RowKey, taken apart.
type RowKeyParts struct {
	Form, Digest string
	Last         ledger.ID // zero for a command that follows on no record
}

// first is the key of the same content where it follows on no record.
func (p RowKeyParts) first() string { return RowKeyPrefix + p.Form + "/" + p.Digest }

var rowKeyForm = regexp.MustCompile(`^csv/([a-z0-9-]+)/([0-9a-f]{64})(?:/of/([0-9a-f-]{36}))?$`)

// ParseRowKey takes a key of RowKey apart; ok is false for any other.
func ParseRowKey(key string) (parts RowKeyParts, ok bool) {
	m := rowKeyForm.FindStringSubmatch(key)
	if m == nil {
		return parts, false
	}
	parts.Form, parts.Digest = m[1], m[2]
	if m[3] == "" {
		return parts, true
	}
	last, err := ledger.ParseID(m[3])
	parts.Last = last
	return parts, err == nil
}

// A Receipt names an import: the file, and the positions of the first and the last
// record that handing it in made. The ledger has both, so a receipt is never lost.
// The records of an import are those between the two whose source is the file.
type Receipt struct {
	SHA256      string
	First, Last ledger.Position
}

// String is the receipt in the form that ParseReceipt reads: SHA256@FIRST-LAST.
func (r Receipt) String() string { return fmt.Sprintf("%s@%d-%d", r.SHA256, r.First, r.Last) }

// Holds reports whether a record is one that the import made.
func (r Receipt) Holds(rec *ledger.Record) bool {
	return rec.Source != nil && rec.Source.SHA256 == r.SHA256 && rec.Position >= r.First && rec.Position <= r.Last
}

var (
	receiptForm = regexp.MustCompile(`^([0-9a-f]{64})@(\d{1,15})-(\d{1,15})$`)
	undoKeyForm = regexp.MustCompile(`^undo/([^/]+)/([0-9a-f-]{36})$`)
)

// ParseReceipt reads a receipt; ok is false for anything else.
func ParseReceipt(s string) (r Receipt, ok bool) {
	m := receiptForm.FindStringSubmatch(s)
	if m == nil {
		return r, false
	}
	first, err := strconv.ParseInt(m[2], 10, 64)
	last, err2 := strconv.ParseInt(m[3], 10, 64)
	r = Receipt{SHA256: m[1], First: ledger.Position(first), Last: ledger.Position(last)}
	// Each import has one receipt in one spelling, so that its keys are ones too.
	return r, err == nil && err2 == nil && r.First <= r.Last && r.String() == s
}

// UndoKey is the key of the command that retracts a record of an import.
func (r Receipt) UndoKey(id ledger.ID) string { return UndoKeyPrefix + r.String() + "/" + id.String() }

// ParseUndoKey takes a key of Receipt.UndoKey apart; ok is false for any other.
func ParseUndoKey(key string) (r Receipt, id ledger.ID, ok bool) {
	m := undoKeyForm.FindStringSubmatch(key)
	if m == nil {
		return r, id, false
	}
	if r, ok = ParseReceipt(m[1]); !ok {
		return r, id, false
	}
	id, err := ledger.ParseID(m[2])
	return r, id, err == nil
}
