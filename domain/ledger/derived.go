package ledger

import (
	"crypto/sha256"
	"encoding/hex"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
)

// content is what the digest of a command is made of: all that it says, but not
// which file and row brought it. Its canonical bytes are a contract: another form
// would make every file that was ever sent new.
type content struct {
	Corrects *ID             `json:"corrects,omitempty"`
	Data     canonical.Raw   `json:"data,omitempty"`
	Document string          `json:"document,omitempty"`
	Issued   calendar.Stated `json:"issued,omitempty"`
	Issuer   string          `json:"issuer,omitempty"`
	Kind     Kind            `json:"kind"`
	Note     string          `json:"note,omitempty"`
	Stream   Stream          `json:"stream"`
	Valid    calendar.Stated `json:"valid,omitempty"`
}

// ContentDigest is the SHA-256, in hex, of what a command says.
func (d *Draft) ContentDigest() (string, error) {
	said := content{Data: d.Data, Kind: d.Kind, Stream: d.Stream, Valid: d.Valid}
	if d.Corrects != nil {
		id := d.Corrects.Ident()
		said.Corrects = &id
	}
	if s := d.Source; s != nil {
		said.Document, said.Issued, said.Issuer, said.Note = s.Document, s.Issued, s.Issuer, s.Note
	}
	b, err := canonical.Marshal(said)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
