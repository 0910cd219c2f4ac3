package canonical

import (
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// A scanner reads canonical bytes from the front and refuses any other form.
type scanner struct {
	src   []byte
	pos   int
	depth int
}

// Check reports whether b is exactly the canonical bytes of one value: nil, or
// the fault of the first byte that is not.
func Check(b []byte) error { return checkAt(b, 0) }

// checkAt is Check for a value that stands within depth others.
func checkAt(b []byte, depth int) error {
	s := scanner{src: b, depth: depth}
	if err := s.skip(); err != nil {
		return err
	}
	return s.end()
}

// end refuses anything after the value.
func (s *scanner) end() error {
	if s.pos < len(s.src) {
		return errTrailing.With(s.pos)
	}
	return nil
}

// peek is the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.src) {
		return s.src[s.pos]
	}
	return 0
}

// unexpectedByte says what is wrong with the byte that cannot be used.
func (s *scanner) unexpectedByte() error {
	switch s.peek() {
	case ' ', '\t', '\n', '\r':
		return errSpace.With(s.pos)
	}
	return textFault(s.src, s.pos)
}

// open enters the object or array that starts with c.
func (s *scanner) open(c byte) error {
	if s.peek() != c {
		return s.unexpectedByte()
	}
	if s.depth++; s.depth > maxDepth {
		return errDeep.With(maxDepth)
	}
	s.pos++
	return nil
}

// more goes to member or element n of the object or array that ends with c; at
// its end it leaves it and says false.
func (s *scanner) more(n int, c byte) (bool, error) {
	switch next := s.peek(); {
	case next == c:
		s.pos++
		s.depth--
		return false, nil
	case n == 0:
		return true, nil
	case next == ',':
		s.pos++
		return true, nil
	}
	return false, s.unexpectedByte()
}

// name reads a member's name, which must come after the one before it, and the
// colon.
func (s *scanner) name(n int, last []byte) ([]byte, error) {
	name, err := s.text()
	if err != nil {
		return nil, err
	}
	if n > 0 {
		if order := compareNames(last, name); order == 0 {
			return nil, addStep(errDuplicate.With(shorten(name)), string(name))
		} else if order > 0 {
			return nil, addStep(errOrder.With(shorten(name)), string(name))
		}
	}
	if s.peek() != ':' {
		return nil, s.unexpectedByte()
	}
	s.pos++
	return name, nil
}

// skip reads one value for its form alone.
func (s *scanner) skip() error {
	switch c := s.peek(); {
	case c == '"':
		_, err := s.text()
		return err
	case c == '-' || c >= '0' && c <= '9':
		_, err := s.integer()
		return err
	case c == '{':
		return s.skipObject()
	case c == '[':
		return s.skipArray()
	}
	_, err := s.boolean()
	return err
}

func (s *scanner) skipObject() error {
	if err := s.open('{'); err != nil {
		return err
	}
	var name []byte
	for n := 0; ; n++ {
		more, err := s.more(n, '}')
		if err != nil || !more {
			return err
		}
		if name, err = s.name(n, name); err != nil {
			return err
		}
		if err := s.skip(); err != nil {
			return addStep(err, string(name))
		}
	}
}

func (s *scanner) skipArray() error {
	if err := s.open('['); err != nil {
		return err
	}
	for n := 0; ; n++ {
		more, err := s.more(n, ']')
		if err != nil || !more {
			return err
		}
		if err := s.skip(); err != nil {
			return addStep(err, strconv.Itoa(n))
		}
	}
}

// text reads a string. What it gives is part of the source unless the string
// has escapes, and must not be changed.
func (s *scanner) text() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.unexpectedByte()
	}
	start := s.pos + 1
	end, quick := plainRun(s.src, start)
	escapes := false
	for end < len(s.src) && s.src[end] == '\\' {
		if err := s.escape(end); err != nil {
			return nil, err
		}
		more, q := plainRun(s.src, end+2)
		end, quick, escapes = more, quick && q, true
	}
	if end >= len(s.src) || s.src[end] != '"' {
		return nil, textFault(s.src, end)
	}
	text := s.src[start:end]
	if escapes {
		text = unescape(text)
	}
	if !quick && !norm.NFC.IsNormal(text) {
		return nil, errNotNFC.With(shorten(text))
	}
	s.pos = end + 1
	return text, nil
}

// escape looks at the escape at byte at.
func (s *scanner) escape(at int) error {
	if at+1 >= len(s.src) {
		return errEnded.With(at + 1)
	}
	if escapedCharacter(s.src[at+1]) == 0 {
		return errEscapeForm.With(at)
	}
	return nil
}

func (s *scanner) integer() (int64, error) {
	n, end, err := integer(s.src, s.pos)
	if err != nil {
		return 0, err
	}
	s.pos = end
	return n, nil
}

// integer reads the number at src[at:], and gives where it ends. Whatever
// could belong to a number is taken with it, so that "1.5" is refused as it
// stands and not as a 1 with something behind it.
func integer(src []byte, at int) (n int64, end int, err error) {
	end = at
	for end < len(src) && isNumeric(src[end]) {
		end++
	}
	digits := src[at:end]
	negative := len(digits) > 0 && digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	if !plainInteger(digits, negative) {
		return 0, end, errNumber.With(shorten(src[at:end]), at)
	}
	if len(digits) > len("9007199254740991") {
		return 0, end, errUnsafe.With(shorten(src[at:end]))
	}
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	if n > MaxInteger {
		return 0, end, errUnsafe.With(string(src[at:end]))
	}
	if negative {
		n = -n
	}
	return n, end, nil
}

func isNumeric(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// plainInteger reports digits alone, with a 0 in front only as positive zero.
func plainInteger(digits []byte, negative bool) bool {
	if len(digits) == 0 || digits[0] == '0' && (len(digits) > 1 || negative) {
		return false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return false
		}
	}
	return true
}

func (s *scanner) boolean() (bool, error) {
	value, end, err := literal(s.src, s.pos)
	if err != nil {
		if c := s.peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			return false, errSpace.With(s.pos)
		}
		return false, err
	}
	s.pos = end
	return value, nil
}

// literal reads true or false at src[at:], and knows null to refuse it.
func literal(src []byte, at int) (value bool, end int, err error) {
	switch rest := src[at:]; {
	case startsWith(rest, "true"):
		return true, at + len("true"), nil
	case startsWith(rest, "false"):
		return false, at + len("false"), nil
	case startsWith(rest, "null"):
		return false, at, errNull.With(at)
	}
	return false, at, textFault(src, at)
}

func startsWith(b []byte, text string) bool {
	return len(b) >= len(text) && string(b[:len(text)]) == text
}
