package ledger

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"htxledger/domain/fault"
)

// What a text is refused for when it comes to be recorded. Records that exist
// are never held to these rules: they bind commands.
var (
	errTextCharacter = fault.Declare("text-character", fault.Rejected,
		"character %d, U+%04X, %s", "ký tự thứ %d (U+%04X) %s; hãy xóa hoặc gõ lại ký tự này")
	errTextLong = fault.Declare("text-too-long", fault.Rejected,
		"%d characters are over the limit of %d", "dài %d ký tự, vượt giới hạn %d ký tự")
	errTextBlank = fault.Declare("text-blank", fault.Rejected,
		"only spaces", "chỉ có khoảng trắng, không có chữ nào")
	errTextNameless = fault.Declare("text-nameless", fault.Rejected,
		"%q has neither a letter nor a digit", "%q không có chữ cái hay chữ số nào")
	errTextSpace = fault.Declare("text-space", fault.Rejected,
		"character %d is a space %s", "ký tự thứ %d là khoảng trắng thừa %s; hãy xóa")
)

// Why a character is refused. The words follow its number in ErrTextCharacter.
var (
	turnsDirection = fault.Text{English: "changes the direction of writing", Vietnamese: "đảo chiều chữ"}
	isControl      = fault.Text{English: "is a control character", Vietnamese: "là ký tự điều khiển"}
	breaksLine     = fault.Text{English: "breaks the line", Vietnamese: "làm ngắt dòng"}
	isOtherSpace   = fault.Text{English: "is a space other than the common one", Vietnamese: "là khoảng trắng đặc biệt, không phải dấu cách thường"}
	isPrivate      = fault.Text{English: "has a meaning in one font only", Vietnamese: "là ký tự riêng của một phông chữ, máy khác không đọc được"}
	isUnassigned   = fault.Text{English: "is not a character of Unicode", Vietnamese: "không phải là ký tự của bảng mã Unicode"}
	cannotBeSeen   = fault.Text{English: "cannot be seen", Vietnamese: "là ký tự không nhìn thấy"}
	standsForLost  = fault.Text{English: "stands for something that was lost", Vietnamese: "là dấu thay cho nội dung đã bị mất"}
)

// Where a space is too many. The words follow its number in ErrTextSpace.
var (
	atStart = fault.Text{English: "at the start", Vietnamese: "ở đầu"}
	atEnd   = fault.Text{English: "at the end", Vietnamese: "ở cuối"}
)

// blankSymbols are drawn as nothing, though Unicode has them among its symbols
// and no table lists them.
var blankSymbols = map[rune]bool{
	'\u2800':     true, // braille pattern without dots
	'\U0001D159': true, // null notehead of music
}

// CharacterFlaw tells why no text may hold a character, as the end of a
// sentence about it. Of white space only the common space is without flaw; a
// text of several lines takes the line feed besides.
func CharacterFlaw(r rune) (why fault.Text, flawed bool) {
	switch {
	case r == ' ':
		return fault.Text{}, false
	case r == '\n', r == '\r', unicode.In(r, unicode.Zl, unicode.Zp):
		return breaksLine, true
	case unicode.Is(unicode.Zs, r):
		return isOtherSpace, true
	case unicode.Is(unicode.Bidi_Control, r):
		return turnsDirection, true
	case unicode.IsControl(r):
		return isControl, true
	case unicode.Is(unicode.Co, r):
		return isPrivate, true
	case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), blankSymbols[r]:
		return cannotBeSeen, true
	case r == utf8.RuneError, r == '\uFFFC': // a byte or a picture that did not come along
		return standsForLost, true
	}
	return isUnassigned, !unicode.IsGraphic(r)
}

// A TextBound is what the door takes for one text.
type textBound struct {
	Most  int  // characters, in normal form C; 0 for a key
	Name  bool // it must hold a letter or a digit
	Lines bool // it may have several lines
	// Quoted is a text that names one that is recorded: it is taken as it stands
	// there, for what was recorded before the bounds must be named, too.
	Quoted bool
	Key    bool // it must have the form of a stream's key, which has its own length
}

// Check gives the first rule that a text breaks, or nil. The empty text breaks
// none: whether a member may be without content is for its event to say.
func (b textBound) Check(text string) error {
	if text == "" || b.Quoted {
		return nil
	}
	if b.Key {
		return RequireKey("", text)
	}
	n := utf8.RuneCountInString(text)
	if n > b.Most {
		return errTextLong.With(n, b.Most)
	}
	if err := b.checkCharacters(text); err != nil {
		return err
	}
	switch within := strings.Trim(text, whiteSpace); {
	case within == "":
		return errTextBlank
	case text[0] != within[0]:
		return errTextSpace.With(1, atStart)
	case len(within) < len(text):
		return errTextSpace.With(n, atEnd)
	case b.Name && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return errTextNameless.With(text)
	}
	return nil
}

// whiteSpace is the white space that a text of several lines may hold.
const whiteSpace = " \n"

func (b textBound) checkCharacters(text string) error {
	n := 0
	for _, r := range text {
		n++
		if b.Lines && r == '\n' {
			continue
		}
		if why, flawed := CharacterFlaw(r); flawed {
			return errTextCharacter.With(n, r, why)
		}
	}
	return nil
}
