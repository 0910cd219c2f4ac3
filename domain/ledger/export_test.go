package ledger

// What the tests name and no other package does.
var (
	ErrTextBlank     = errTextBlank
	ErrTextCharacter = errTextCharacter
	ErrTextLong      = errTextLong
	ErrTextNameless  = errTextNameless
	ErrTextSpace     = errTextSpace
)

type TextBound = textBound
