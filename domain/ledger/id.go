package ledger

import (
	"crypto/sha1"
	"encoding/hex"
)

// Namespace is the published UUID namespace of record ids:
// the UUIDv5 of "htxledger" in the DNS namespace of RFC 9562.
var Namespace = uuid5(ID{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}, "htxledger")

// An ID names a record: the UUIDv5 of its command's key in Namespace. The zero
// ID is absent.
type ID [16]byte

// IDOf is the id that a command's key gives.
func IDOf(key string) ID { return uuid5(Namespace, key) }

func uuid5(space ID, name string) ID {
	h := sha1.New()
	h.Write(space[:])
	h.Write([]byte(name))
	var id ID
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id
}

// IsZero reports whether id is absent.
func (id ID) IsZero() bool { return id == ID{} }

// String is the usual form, lower case, or "" for the zero ID.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var b [36]byte
	id.encode(b[:])
	return string(b[:])
}

func (id ID) encode(b []byte) {
	hex.Encode(b[:8], id[:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:], id[10:])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
}

// MarshalText is String.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the form of String and no other.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := ParseID(string(b))
	*id = v
	return err
}

// ParseID reads the form of String.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 {
		return ID{}, errID.With(s)
	}
	digits := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(id[:], []byte(digits)); err != nil || id.String() != s {
		return ID{}, errID.With(s)
	}
	return id, nil
}
