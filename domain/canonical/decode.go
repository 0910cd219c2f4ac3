package canonical

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"htxledger/domain/fault"
)

// Unmarshal reads canonical bytes into what v points to, strictly: a member
// must have the exact name of a field, every field without omitempty must be
// there, a value must be of its field's type and range, and b must be in
// canonical form to the last byte. The first fault carries its pointer; a
// fault of form comes before one of content. v is overwritten whole, and is
// zero after an error. Nothing in v shares memory with b.
//
// An optional member that is present but empty (what Marshal would leave out:
// "", [], {}, 0, false, a zero struct) is refused, so b is what Marshal of v
// gives back, byte for byte, where the types with methods of their own write
// what they read.
func Unmarshal(b []byte, v any) error {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return errUnsupported.With(fmt.Sprintf("%T", v), "it is not a pointer to a value")
	}
	rv = rv.Elem()
	c, err := codecOf(rv.Type())
	if err != nil {
		return err
	}
	rv.SetZero()
	s := scanner{src: b}
	if err = c.decode(&s, rv); err == nil {
		err = s.end()
	}
	if err == nil {
		return nil
	}
	rv.SetZero()
	// read a second time only after a fault, because a fault of form is to come before one of
	// content
	if form := Check(b); form != nil {
		return form
	}
	return err
}

// typeFault is the fault of a value of another type than the field's.
func (s *scanner) typeFault(want word) error {
	return errType.With(want, wordOf(s.peek()))
}

// bytes skips one value and gives its canonical bytes.
func (s *scanner) bytes() ([]byte, error) {
	start := s.pos
	err := s.skip()
	return s.src[start:s.pos:s.pos], err
}

func decodeRaw(s *scanner, v reflect.Value) error {
	b, err := s.bytes()
	if err != nil {
		return err
	}
	v.SetBytes(append(Raw(nil), b...))
	return nil
}

func decodeString(s *scanner, v reflect.Value) error {
	if s.peek() != '"' {
		return s.typeFault(wordString)
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	v.SetString(string(text))
	return nil
}

func decodeBool(s *scanner, v reflect.Value) error {
	if c := s.peek(); c != 't' && c != 'f' {
		return s.typeFault(wordBoolean)
	}
	b, err := s.boolean()
	if err != nil {
		return err
	}
	v.SetBool(b)
	return nil
}

// number reads an integer for a field.
func (s *scanner) number() (int64, error) {
	if c := s.peek(); c != '-' && (c < '0' || c > '9') {
		return 0, s.typeFault(wordInteger)
	}
	return s.integer()
}

// decodeInt reads an integer into a field; errRange where the field's type is too narrow for the
// number.
func decodeInt(s *scanner, v reflect.Value) error {
	n, err := s.number()
	if err != nil {
		return err
	}
	if v.OverflowInt(n) {
		half := int64(1) << (v.Type().Bits() - 1)
		return errRange.With(n, -half, half-1)
	}
	v.SetInt(n)
	return nil
}

// decodeUint is decodeInt for a type without negative numbers.
func decodeUint(s *scanner, v reflect.Value) error {
	n, err := s.number()
	if err != nil {
		return err
	}
	if n < 0 || v.OverflowUint(uint64(n)) {
		most := uint64(math.MaxUint64) >> (64 - v.Type().Bits())
		return errRange.With(n, 0, min(most, MaxInteger))
	}
	v.SetUint(uint64(n))
	return nil
}

func decodeCustom(s *scanner, v reflect.Value) error {
	b, err := s.bytes()
	if err != nil {
		return err
	}
	if err := v.Addr().Interface().(Unmarshaler).UnmarshalCanonical(b); err != nil {
		return methodFault(err, errValue)
	}
	return nil
}

// decodeTextUnmarshaler reads a string by the type's own UnmarshalText; errText, or the fault of
// the method, where the text is not one of its texts.
func decodeTextUnmarshaler(s *scanner, v reflect.Value) error {
	if s.peek() != '"' {
		return s.typeFault(wordString)
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(text); err != nil {
		return methodFault(err, errText.With(shorten(text)))
	}
	return nil
}

// methodFault makes a fault of what a type's own method said: its fault, from its
// own value on, or else plain with the error as its cause.
func methodFault(err error, plain *fault.Fault) error {
	if f, ok := fault.Of(err); ok {
		return f.At(pointer(f.Field))
	}
	return plain.Because(err)
}

// decode reads an object member by member. Fields and members have the same order, so one index,
// next, tells which field may come: a required field that is passed over is missing.
func (p structure) decode(s *scanner, v reflect.Value) error {
	if s.peek() != '{' {
		return s.typeFault(wordObject)
	}
	if err := s.open('{'); err != nil {
		return err
	}
	next := 0
	for n := 0; ; n++ {
		more, err := s.more(n, '}')
		if err != nil {
			return err
		}
		if !more {
			return p.refuseMissing(next, len(p))
		}
		at := p.match(s, next)
		if at < 0 {
			return p.refuseUnknown(s, next)
		}
		f := &p[at]
		s.pos += len(f.quoted)
		if err := f.codec.decode(s, v.Field(f.index)); err != nil {
			return addStep(err, f.name)
		}
		// an empty optional member is a second spelling of an absent one
		if f.omit && f.codec.empty(v.Field(f.index)) {
			return addStep(errEmpty, f.name)
		}
		next = at + 1
	}
}

// match finds the field, from next on, whose name and colon stand at pos, over
// none but optional ones; -1 if there is none. As fields and members have the
// same order, what matches to the end is sorted and has no name twice.
func (p structure) match(s *scanner, next int) int {
	rest := s.src[s.pos:]
	for ; next < len(p); next++ {
		if startsWith(rest, p[next].quoted) {
			return next
		}
		if !p[next].omit {
			break
		}
	}
	return -1
}

// refuseUnknown says why the member at pos is no field after next.
func (p structure) refuseUnknown(s *scanner, next int) error {
	name, err := s.name(0, nil)
	if err != nil {
		return err
	}
	for at := range p {
		if p[at].name == string(name) {
			if err := p.refuseMissing(next, at); err != nil {
				return err
			}
		}
	}
	return addStep(ErrUnknown.With(shorten(name)), string(name))
}

// refuseMissing refuses the absence of a required field from from to before to.
func (p structure) refuseMissing(from, to int) error {
	for i := from; i < to; i++ {
		if f := &p[i]; !f.omit {
			return addStep(ErrMissing.With(f.name), f.name)
		}
	}
	return nil
}

// decode reads an array into a slice, which is never nil after it: absent and empty are not the
// same.
func (l list) decode(s *scanner, v reflect.Value) error {
	if s.peek() != '[' {
		return s.typeFault(wordArray)
	}
	if err := s.open('['); err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	for n := 0; ; n++ {
		more, err := s.more(n, ']')
		if err != nil || !more {
			return err
		}
		// grown by the runtime's own rule, so that n elements cost no more than a few copies
		if n == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(n + 1)
		elem := v.Index(n)
		// memory that the slice had before may hold an older value
		elem.SetZero()
		if err := l.elem.decode(s, elem); err != nil {
			return addStep(err, strconv.Itoa(n))
		}
	}
}

// decode reads an object into a map; the names must come in the order of JCS, without repeats.
func (m mapping) decode(s *scanner, v reflect.Value) error {
	if s.peek() != '{' {
		return s.typeFault(wordObject)
	}
	if err := s.open('{'); err != nil {
		return err
	}
	v.Set(reflect.MakeMap(m.t))
	var name []byte
	for n := 0; ; n++ {
		more, err := s.more(n, '}')
		if err != nil || !more {
			return err
		}
		if name, err = s.name(n, name); err != nil {
			return err
		}
		key := reflect.New(m.t.Key()).Elem()
		key.SetString(string(name))
		elem := reflect.New(m.t.Elem()).Elem()
		if err := m.elem.decode(s, elem); err != nil {
			return addStep(err, string(name))
		}
		v.SetMapIndex(key, elem)
	}
}
