package canonical

import (
	"fmt"
	"io"
	"strings"

	"htxledger/domain/fault"
)

// Faults of text that is not the JSON that we accept from people.
var (
	errTooLarge = fault.Declare("json-too-large", fault.TooLarge,
		"the JSON text is %d bytes long, over the limit of %d",
		"văn bản JSON dài %d byte, vượt quá giới hạn %d byte")
	errEnded = fault.Declare("json-ended", fault.Malformed,
		"the JSON text breaks off at byte %d",
		"văn bản JSON bị cụt tại byte %d")
	errUnexpected = fault.Declare("json-unexpected", fault.Malformed,
		"%q is out of place at byte %d",
		"ký tự %q không đúng chỗ, tại byte %d")
	errTrailing = fault.Declare("json-trailing", fault.Malformed,
		"there is more after the end of the JSON value, at byte %d",
		"còn nội dung thừa sau khi giá trị JSON đã kết thúc, tại byte %d")
	errNumber = fault.Declare("json-number", fault.Malformed,
		"%q at byte %d is not a plain integer",
		"%q tại byte %d không phải là số nguyên viết thường (không thập phân, không số mũ, không số 0 đứng đầu)")
	errUnsafe = fault.Declare("json-unsafe-integer", fault.Malformed,
		"the number %s is not within ±9007199254740991",
		"số %s nằm ngoài khoảng ±9007199254740991")
	errNull = fault.Declare("json-null", fault.Malformed,
		"null at byte %d is not accepted; leave the member out",
		"không nhận giá trị null (tại byte %d); nếu không có thì bỏ hẳn thành viên đó")
	errDeep = fault.Declare("json-deep", fault.Malformed,
		"objects and arrays are nested more than %d deep",
		"các đối tượng và mảng lồng nhau quá %d lớp")
	errDuplicate = fault.Declare("json-duplicate", fault.Malformed,
		"member %q appears twice",
		"thành viên %q xuất hiện hai lần")
)

// Faults of the text inside a string.
var (
	errUTF8 = fault.Declare("json-utf8", fault.Malformed,
		"byte %d is not valid UTF-8",
		"byte %d không phải là UTF-8 hợp lệ")
	errCharacter = fault.Declare("json-character", fault.Malformed,
		"the character U+%04X at byte %d is not allowed",
		"không được dùng ký tự U+%04X (tại byte %d)")
	errEscape = fault.Declare("json-escape", fault.Malformed,
		"the escape at byte %d is not one of JSON",
		"chuỗi thoát tại byte %d không có trong JSON")
	errSurrogate = fault.Declare("json-surrogate", fault.Malformed,
		"the escape at byte %d is half of a surrogate pair",
		"chuỗi thoát tại byte %d chỉ là một nửa của cặp thay thế UTF-16")
	errMarks = fault.Declare("json-marks", fault.Malformed,
		"the string at byte %d has too many combining marks in a row",
		"chuỗi ký tự tại byte %d có quá nhiều dấu kết hợp liền nhau")
	errNotNFC = fault.Declare("json-not-nfc", fault.Malformed,
		"%q is not in Unicode normal form C",
		"%q chưa ở dạng chuẩn Unicode NFC (dựng sẵn)")
)

// Faults of JSON that is sound but not in canonical form.
var (
	errSpace = fault.Declare("json-space", fault.Malformed,
		"there is white space between tokens at byte %d",
		"có khoảng trắng giữa các thành phần tại byte %d")
	errOrder = fault.Declare("json-order", fault.Malformed,
		"member %q is not in its place in the order of names",
		"thành viên %q không đứng đúng thứ tự tên")
	errEscapeForm = fault.Declare("json-escape-form", fault.Malformed,
		"the escape at byte %d is not the canonical one",
		"chuỗi thoát tại byte %d không ở dạng chuẩn")
	errEmpty = fault.Declare("json-empty", fault.Malformed,
		"an empty value is not kept; leave the member out",
		"không lưu giá trị rỗng; nếu không có thì bỏ hẳn thành viên đó")
)

// Faults of canonical bytes that do not fit a Go value, or the reverse.
var (
	ErrUnknown = fault.Declare("json-unknown-member", fault.Malformed,
		"member %q is unknown here",
		"không có thành viên nào tên là %q ở đây")
	ErrMissing = fault.Declare("json-missing-member", fault.Malformed,
		"member %q is missing",
		"thiếu thành viên %q")
	errType = fault.Declare("json-type", fault.Malformed,
		"expected %s, found %s",
		"cần %v, nhưng nhận được %v")
	errRange = fault.Declare("json-range", fault.Malformed,
		"the number %d is not within %d to %d",
		"số %d nằm ngoài khoảng từ %d đến %d")
	errText = fault.Declare("json-text", fault.Malformed,
		"%q cannot be read here",
		"không đọc được giá trị %q ở đây")
	errValue = fault.Declare("json-value", fault.Malformed,
		"the value is not usable here",
		"không dùng được giá trị này ở đây")
	errUnsupported = fault.Declare("json-unsupported", fault.Malformed,
		"the Go type %s has no canonical form: %s",
		"kiểu dữ liệu %s của chương trình không có dạng chuẩn: %s")
	errAbsent = fault.Declare("json-absent", fault.Malformed,
		"a required value is absent",
		"thiếu một giá trị bắt buộc")
)

// A word names a type of JSON value in both languages: the verb s gives the
// English, v the Vietnamese.
type word struct{ en, vi string }

func (w word) Format(to fmt.State, verb rune) {
	text := w.en
	if verb == 'v' {
		text = w.vi
	}
	io.WriteString(to, text) //nolint:errcheck // a fmt.State does not fail
}

var (
	wordObject  = word{"an object", "một đối tượng {…}"}
	wordArray   = word{"an array", "một mảng […]"}
	wordString  = word{"a string", "một chuỗi ký tự"}
	wordInteger = word{"an integer", "một số nguyên"}
	wordBoolean = word{"a boolean", "một giá trị đúng/sai (true, false)"}
	wordNull    = word{"null", "null"}
	wordNothing = word{"something else", "một thứ khác"}
)

// wordOf names the type of the value that starts with c.
func wordOf(c byte) word {
	switch {
	case c == '{':
		return wordObject
	case c == '[':
		return wordArray
	case c == '"':
		return wordString
	case c == '-' || c >= '0' && c <= '9':
		return wordInteger
	case c == 't' || c == 'f':
		return wordBoolean
	case c == 'n':
		return wordNull
	}
	return wordNothing
}

// shorten cuts what a sentence quotes from the input to a length that a person
// reads and a log can bear.
func shorten[T ~string | ~[]byte](text T) string {
	const most = 60
	n := 0
	for at := range string(text) {
		if n++; n > most {
			return string(text[:at]) + "…"
		}
	}
	return string(text)
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// addStep gives err, raised somewhere inside the member or element named step,
// the pointer seen from the value around it. Other errors pass as they are.
func addStep(err error, step string) error {
	f, ok := fault.Of(err)
	if !ok {
		return err
	}
	return f.At("/" + pointerEscapes.Replace(step) + pointer(f.Field))
}

// pointer keeps a field that is a JSON pointer and drops one that is not.
func pointer(field string) string {
	if strings.HasPrefix(field, "/") {
		return field
	}
	return ""
}
