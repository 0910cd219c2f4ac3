package canonical

import (
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Transform reads one JSON text as people and other programs write it, in any
// order and spacing, with any of JSON's escapes and in any normal form, and
// gives its canonical bytes. It refuses what the canonical form has no room
// for (null, numbers that are not safe integers, deep nesting, forbidden
// characters), a member named twice, and anything after the value; names that
// are equal in normal form C are the same name. A text over maxBytes is
// refused unread.
func Transform(src []byte, maxBytes int) ([]byte, error) {
	if len(src) > maxBytes {
		return nil, errTooLarge.With(len(src), maxBytes)
	}
	t := transformer{src: src, out: make([]byte, 0, len(src))}
	t.space()
	if err := t.value(0); err != nil {
		return nil, err
	}
	t.space()
	if t.pos < len(src) {
		return nil, errTrailing.With(t.pos)
	}
	return t.out, nil
}

type transformer struct {
	src     []byte
	pos     int
	out     []byte
	members []member // of the objects being read, the outermost first
	spare   []byte
}

// A member is one of an object's, already in out.
type member struct {
	name       []byte
	start, end int // in out, name to value
}

func (t *transformer) space() {
	for t.pos < len(t.src) {
		switch t.src[t.pos] {
		case ' ', '\t', '\n', '\r':
			t.pos++
		default:
			return
		}
	}
}

func (t *transformer) peek() byte {
	if t.pos < len(t.src) {
		return t.src[t.pos]
	}
	return 0
}

// value brings over the value at pos, which stands within depth others.
func (t *transformer) value(depth int) error {
	switch c := t.peek(); {
	case c == '"':
		text, err := t.text()
		if err != nil {
			return err
		}
		t.out = appendQuoted(t.out, text)
		return nil
	case c == '-' || c >= '0' && c <= '9':
		n, end, err := integer(t.src, t.pos)
		t.pos, t.out = end, strconv.AppendInt(t.out, n, 10)
		return err
	case c == '{' || c == '[':
		if depth == maxDepth {
			return errDeep.With(maxDepth)
		}
		if c == '{' {
			return t.object(depth + 1)
		}
		return t.array(depth + 1)
	}
	b, end, err := literal(t.src, t.pos)
	t.pos, t.out = end, strconv.AppendBool(t.out, b)
	return err
}

// more goes over space, and the comma before all but the first, to member or
// element n; at the closing c it gives false.
func (t *transformer) more(n int, c byte) (bool, error) {
	t.space()
	switch next := t.peek(); {
	case next == c:
		t.pos++
		t.out = append(t.out, c)
		return false, nil
	case n == 0:
		return true, nil
	case next == ',':
		t.pos++
		t.out = append(t.out, ',')
		t.space()
		return true, nil
	}
	return false, textFault(t.src, t.pos)
}

// array brings over the array at pos, whose elements stand within depth arrays and objects.
func (t *transformer) array(depth int) error {
	t.pos++
	t.out = append(t.out, '[')
	for n := 0; ; n++ {
		more, err := t.more(n, ']')
		if err != nil || !more {
			return err
		}
		if err := t.value(depth); err != nil {
			return addStep(err, strconv.Itoa(n))
		}
	}
}

// object brings over the object at pos and sorts its members by name.
func (t *transformer) object(depth int) error {
	t.pos++
	t.out = append(t.out, '{')
	first, start := len(t.members), len(t.out)
	for n := 0; ; n++ {
		more, err := t.more(n, '}')
		if err != nil {
			return err
		}
		if !more {
			break
		}
		if err := t.member(depth); err != nil {
			return err
		}
	}
	err := t.sort(t.members[first:], start)
	// one stack for all objects being read: each takes its own members off again
	t.members = t.members[:first]
	return err
}

// member brings over one name with its value, and notes where in out they stand for the sorting.
func (t *transformer) member(depth int) error {
	if t.peek() != '"' {
		return textFault(t.src, t.pos)
	}
	name, err := t.text()
	if err != nil {
		return err
	}
	start := len(t.out)
	t.out = append(appendQuoted(t.out, name), ':')
	t.space()
	if t.peek() != ':' {
		return textFault(t.src, t.pos)
	}
	t.pos++
	t.space()
	if err := t.value(depth); err != nil {
		return addStep(err, string(name))
	}
	t.members = append(t.members, member{name, start, len(t.out)})
	return nil
}

// sort puts the members of the object that fills out from start into the
// order of their names, and refuses two of one name.
func (t *transformer) sort(members []member, start int) error {
	byName := func(a, b member) int { return compareNames(a.name, b.name) }
	sorted := slices.IsSortedFunc(members, byName)
	if !sorted {
		slices.SortStableFunc(members, byName)
	}
	for i := 1; i < len(members); i++ {
		if name := members[i].name; compareNames(members[i-1].name, name) == 0 {
			return addStep(errDuplicate.With(shorten(name)), string(name))
		}
	}
	if sorted {
		return nil
	}
	// copied aside, because the members are written back over their own old places
	t.spare = append(t.spare[:0], t.out[start:]...)
	t.out = t.out[:start]
	for i, m := range members {
		if i > 0 {
			t.out = append(t.out, ',')
		}
		t.out = append(t.out, t.spare[m.start-start:m.end-start]...)
	}
	t.out = append(t.out, '}')
	return nil
}

// text reads a string in any of JSON's spellings and gives its text in normal
// form C; the text may be part of the source.
func (t *transformer) text() ([]byte, error) {
	at := t.pos
	end, quick := plainRun(t.src, at+1)
	text := t.src[at+1 : end]
	t.pos = end
	if t.peek() == '\\' {
		var err error
		if text, quick, err = t.textFromEscape(slices.Clone(text), quick); err != nil {
			return nil, err
		}
	}
	if t.peek() != '"' {
		return nil, textFault(t.src, t.pos)
	}
	t.pos++
	if quick {
		return text, nil
	}
	return checkNormal(text, at)
}

// textFromEscape goes on with a string from its first escape on.
func (t *transformer) textFromEscape(text []byte, quick bool) ([]byte, bool, error) {
	for t.peek() == '\\' {
		at := t.pos
		r, err := t.escape()
		if err != nil {
			return nil, false, err
		}
		if isForbidden(r) {
			return nil, false, errCharacter.With(r, at)
		}
		end, q := plainRun(t.src, t.pos)
		text = append(utf8.AppendRune(text, r), t.src[t.pos:end]...)
		// an escaped character may combine with its neighbour: then the normal form is looked at
		quick = quick && q && isAlwaysNormal(r)
		t.pos = end
	}
	return text, quick, nil
}

// escape reads one escape, or two that make a surrogate pair.
func (t *transformer) escape() (rune, error) {
	at := t.pos
	if at+1 >= len(t.src) {
		return 0, errEnded.With(len(t.src))
	}
	t.pos += 2
	switch c := t.src[at+1]; c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return t.unit(at)
	}
	return 0, errEscape.With(at)
}

// unit reads the digits of the escape \u at byte at, and its second half.
func (t *transformer) unit(at int) (rune, error) {
	r, err := t.hex(at)
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if !startsWith(t.src[t.pos:], `\u`) {
		return 0, errSurrogate.With(at)
	}
	second := t.pos
	t.pos += 2
	low, err := t.hex(second)
	if err != nil {
		return 0, err
	}
	pair := utf16.DecodeRune(r, low)
	if pair == utf8.RuneError {
		return 0, errSurrogate.With(at)
	}
	return pair, nil
}

// hex reads the four digits of the escape at byte at, of either case.
func (t *transformer) hex(at int) (r rune, err error) {
	for range 4 {
		if t.pos >= len(t.src) {
			return 0, errEnded.With(t.pos)
		}
		digit, ok := hexDigit(t.src[t.pos])
		if !ok {
			return 0, errEscape.With(at)
		}
		r = r<<4 | digit
		t.pos++
	}
	return r, nil
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}
