package ledger

import (
	"cmp"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
)

// ErrChoice is raised for a word outside the list that a member allows.
var ErrChoice = fault.Declare("choice", fault.Rejected,
	"%q is not one of %s", "%q không thuộc các giá trị cho phép: %s")

// ErrNegative is raised for a negative count or sum.
var ErrNegative = fault.Declare("negative", fault.Rejected,
	"%d is negative", "%d là số âm")

// ErrRequired is raised for an empty text or list that must say something.
var ErrRequired = fault.Declare("required", fault.Rejected,
	"must not be empty", "không được để trống")

// errKeyForm is raised for a reference that is no stream key.
var errKeyForm = fault.Declare("key-form", fault.Rejected,
	"%q is not a key (ASCII letters, digits, . _ : -)", "%q không phải là khóa hợp lệ (chữ cái ASCII, chữ số, . _ : -)")

// Opened is ledger.opened/1, record 0 of every ledger.
type Opened struct {
	Origin string `json:"origin" text:"200" vi:"Tên sổ cái"`           // a name unique in the world, such as a host and path
	Place  string `json:"place" text:"key" names:"place" vi:"Mã tỉnh"` // the code of the province that the ledger belongs to
	Title  string `json:"title" text:"name" vi:"Tiêu đề"`
}

// EventKind is ledger.opened/1.
func (Opened) EventKind() Kind { return KindOpened }

// Check wants all three.
func (e Opened) Check() error {
	return cmp.Or(Require("/origin", e.Origin), RequireKey("/place", e.Place), Require("/title", e.Title))
}

// KeyAnnounced is ledger.key-announced/1: a signing key and the position from
// which it may sign.
type KeyAnnounced struct {
	Key  string `json:"key" text:"1000" as:"signer" vi:"Khóa ký"` // a C2SP verifier key
	From int64  `json:"from" most:"9007199254740991" vi:"Dùng từ cỡ sổ" unit:"bản ghi"`
}

// EventKind is ledger.key-announced/1.
func (KeyAnnounced) EventKind() Kind { return KindKeyAnnounced }

// Check wants a key and a position.
func (e KeyAnnounced) Check() error {
	return cmp.Or(Require("/key", e.Key), NotNegative("/from", e.From))
}

// KeyAnnounced2 is ledger.key-announced/2: a signing key that takes over with
// the consent of the key before. Both keys sign the text that names the ledger,
// the record's position, From and both of them (keyring.Text).
type KeyAnnounced2 struct {
	Key     string  `json:"key" text:"1000" as:"signer" vi:"Khóa ký mới"`                   // of the new key: a C2SP verifier key
	From    int64   `json:"from" most:"9007199254740991" vi:"Dùng từ cỡ sổ" unit:"bản ghi"` // the first size that it signs: the record's position and 2
	Proof   string  `json:"proof" text:"200" vi:"Chữ ký của khóa mới"`                      // base64 of the new key's Ed25519 signature
	Consent Consent `json:"consent" vi:"Chữ ký đồng ý của khóa trước"`                      // of the key whose turn it was
	Second  string  `json:"second,omitempty" text:"200" vi:"Người thứ hai"`                 // the account of the second person, beside the record's actor
}

// Consent is the signature of a key that hands over. It names the key, for the
// first key of a ledger stands nowhere else in it.
type Consent struct {
	Key       string `json:"key" text:"1000" as:"signer" vi:"Khóa trước"` // a C2SP verifier key
	Signature string `json:"signature" text:"200" vi:"Chữ ký"`            // base64 of its Ed25519 signature
}

// EventKind is ledger.key-announced/2.
func (KeyAnnounced2) EventKind() Kind { return KindKeyAnnounced2 }

// Check wants both keys and both signatures.
func (e KeyAnnounced2) Check() error {
	return cmp.Or(
		Require("/key", e.Key), NotNegative("/from", e.From), Require("/proof", e.Proof),
		Require("/consent/key", e.Consent.Key), Require("/consent/signature", e.Consent.Signature),
	)
}

// KeyVoided is ledger.key-voided/1: the end of an announcement that should
// never have been, of either version.
type KeyVoided struct {
	Key          string `json:"key" text:"quoted" as:"signer" vi:"Khóa ký"`                          // as it was announced, even if it is none
	Announcement *int64 `json:"announcement,omitempty" most:"9007199254740991" vi:"Bản ghi công bố"` // position of the record that announced it; absent: every one before
	Reason       string `json:"reason" text:"2000 lines" vi:"Lý do"`
	Second       string `json:"second,omitempty" text:"200" vi:"Người thứ hai"` // the account of the second person, beside the record's actor
}

// EventKind is ledger.key-voided/1.
func (KeyVoided) EventKind() Kind { return KindKeyVoided }

// Check wants a key and a reason.
func (e KeyVoided) Check() error {
	return cmp.Or(Require("/key", e.Key), OptionalNotNegative("/announcement", e.Announcement), Require("/reason", e.Reason))
}

// Specs are the kinds that belong to the ledger itself, but for corrections,
// whose data are of the kind that they correct.
func Specs() []Spec {
	return []Spec{
		Specify(Row[Opened]{
			Name: fault.Text{English: "opened", Vietnamese: "mở sổ"}, Sentence: "mở sổ cái {origin}: {title}",
			Same: OneInStream[Opened],
		}).Final(),
		Specify(Row[KeyAnnounced]{
			Name: fault.Text{English: "signing key announced", Vietnamese: "công bố khóa ký"}, Sentence: "khóa ký mới, dùng từ cỡ sổ {from}, không có chữ ký đồng ý của khóa trước",
			Same: func(e *KeyAnnounced, _ calendar.Day) Sameness {
				return InStream(e.Key, e.From)
			},
		}).OnlyBy("htxledger key rotate"),
		Specify(Row[KeyAnnounced2]{
			Name: fault.Text{English: "signing key handed over", Vietnamese: "bàn giao khóa ký"}, Sentence: "khóa ký mới {key}, dùng từ cỡ sổ {from}, có chữ ký đồng ý của khóa {consent/key}",
			Same: func(e *KeyAnnounced2, _ calendar.Day) Sameness {
				return InStream(e.Key, e.From)
			},
		}).OnlyBy("htxledger key rotate"),
		Specify(Row[KeyVoided]{
			Name: fault.Text{English: "signing key voided", Vietnamese: "hủy công bố khóa ký"}, Sentence: "hủy khóa ký {key}: {reason}",
			Same: func(e *KeyVoided, _ calendar.Day) Sameness {
				return InStream(e.Key)
			},
			Act: ActOnKeys,
		}).Final(),
		Specify(Row[Recovered]{
			Name: fault.Text{English: "recovered", Vietnamese: "ghi tiếp sau khi mất bản ghi"}, Sentence: "ghi tiếp sau khi mất bản ghi: đã ký cỡ {signed_size}, tìm thấy {found_size} bản ghi, khớp với điểm kiểm tra đến cỡ {agreed_size}; lý do: {reason}[; người thứ hai đồng ý: {second}]",
		}).OnlyBy("htxledger recover"),
	}
}

// The checks below are shared by the events of all families. Each gives a
// fault at the pointer, or nil.

// Require refuses an empty text.
func Require(pointer, s string) error {
	if s == "" {
		return ErrRequired.At(pointer)
	}
	return nil
}

// RequireKey refuses what is not the key of a stream.
func RequireKey(pointer, s string) error {
	if !IsKey(s) {
		return errKeyForm.With(s).At(pointer)
	}
	return nil
}

// NotNegative refuses a number below zero.
func NotNegative(pointer string, n int64) error {
	if n < 0 {
		return ErrNegative.With(n).At(pointer)
	}
	return nil
}

// OptionalNotNegative refuses a stated number below zero.
func OptionalNotNegative(pointer string, n *int64) error {
	if n == nil {
		return nil
	}
	return NotNegative(pointer, *n)
}

// OneOf refuses a word outside a list.
func OneOf[S ~string](pointer string, s S, allowed ...S) error {
	list := ""
	for i, a := range allowed {
		if s == a {
			return nil
		}
		if i > 0 {
			list += ", "
		}
		list += string(a)
	}
	return ErrChoice.With(string(s), list).At(pointer)
}
