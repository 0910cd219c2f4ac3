package canonical

import (
	"encoding"
	"reflect"
	"slices"
	"strconv"
)

// Marshal gives the canonical bytes of v.
//
// Members of a struct are its fields with a `json:"name"` tag; `json:"-"`
// leaves a field out, and an exported field without a tag is refused. With the
// option omitempty (or omitzero, which means the same here) a field is absent
// when it is a nil pointer, an empty string, slice or map, false, 0, the zero
// value of a struct, or says so itself by IsZero; a number whose zero means
// something is a *int64. Types that are a Marshaler, an encoding.TextAppender
// or an encoding.TextMarshaler write themselves; the last two become strings.
// A nil slice or map that may not be absent is written empty.
//
// Floats, integers beyond MaxInteger, nil pointers and nil Raws that may not
// be absent, and text that is not sound or not in normal form C are faults
// with the pointer of the value: nothing is rounded or mended.
func Marshal(v any) ([]byte, error) { return Append(nil, v) }

// Append is Marshal behind dst. After an error what is beyond len(dst) is void.
func Append(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return nil, errAbsent
	}
	rv := reflect.ValueOf(v)
	c, err := codecOf(rv.Type())
	if err != nil {
		return nil, err
	}
	return c.append(dst, rv, 0)
}

func appendRaw(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	raw := v.Bytes()
	if len(raw) == 0 {
		return nil, errAbsent
	}
	// checked once more: a caller may have made the Raw by hand
	if err := checkAt(raw, depth); err != nil {
		return nil, err
	}
	return append(dst, raw...), nil
}

func appendString(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	dst = append(dst, '"')
	return closeQuoted(append(dst, v.String()...), len(dst))
}

func appendBool(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	return strconv.AppendBool(dst, v.Bool()), nil
}

func appendInt(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	n := v.Int()
	if n < -MaxInteger || n > MaxInteger {
		return nil, errUnsafe.With(strconv.FormatInt(n, 10))
	}
	return strconv.AppendInt(dst, n, 10), nil
}

func appendUint(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	n := v.Uint()
	if n > MaxInteger {
		return nil, errUnsafe.With(strconv.FormatUint(n, 10))
	}
	return strconv.AppendUint(dst, n, 10), nil
}

func appendInterface(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if v.IsNil() {
		return nil, errAbsent
	}
	c, err := codecOf(v.Elem().Type())
	if err != nil {
		return nil, err
	}
	return c.append(dst, v.Elem(), depth)
}

// customCodec is the codec of a type with methods of our own.
func customCodec(t reflect.Type) codec {
	c := codec{append: appendCustom, decode: decodeCustom}
	if !implements(t, marshaler) {
		c.append = func([]byte, reflect.Value, int) ([]byte, error) {
			return nil, unsupportedType(t, "it can be read only")
		}
	}
	if !implements(t, unmarshaler) {
		c.decode = refuseDecode(t, "it can be written only")
	}
	return c
}

func appendCustom(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	start := len(dst)
	dst, err := valueAs[Marshaler](v).AppendCanonical(dst)
	if err != nil {
		return nil, methodFault(err, errValue)
	}
	return dst, checkAt(dst[min(start, len(dst)):], depth)
}

// textCodec is the codec of a type that is a string by its own methods.
func textCodec(t reflect.Type) codec {
	c := codec{append: appendTextMarshaler, decode: decodeTextUnmarshaler}
	switch {
	case implements(t, textAppender):
		c.append = appendTextAppender
	case !implements(t, textMarshaler):
		c.append = func([]byte, reflect.Value, int) ([]byte, error) {
			return nil, unsupportedType(t, "it can be read only")
		}
	}
	if !implements(t, textUnmarshaler) {
		c.decode = refuseDecode(t, "it can be written only")
	}
	return c
}

func appendTextAppender(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	dst = append(dst, '"')
	start := len(dst)
	dst, err := valueAs[encoding.TextAppender](v).AppendText(dst)
	if err != nil {
		return nil, methodFault(err, errValue)
	}
	return closeQuoted(dst, start)
}

func appendTextMarshaler(dst []byte, v reflect.Value, _ int) ([]byte, error) {
	text, err := valueAs[encoding.TextMarshaler](v).MarshalText()
	if err != nil {
		return nil, methodFault(err, errValue)
	}
	dst = append(dst, '"')
	return closeQuoted(append(dst, text...), len(dst))
}

// pointerCodec is the codec of a pointer, which writes the value behind it. A pointer to a pointer is
// refused: JSON has no word for which of the two is nil.
func (b builder) pointerCodec(t reflect.Type) (codec, error) {
	if kind := t.Elem().Kind(); kind == reflect.Pointer || kind == reflect.Interface {
		return codec{}, unsupportedType(t, "it points to what may be nil again, or to itself")
	}
	elem, err := b.codecOf(t.Elem())
	if err != nil {
		return codec{}, err
	}
	write := func(dst []byte, v reflect.Value, depth int) ([]byte, error) {
		if v.IsNil() {
			return nil, errAbsent
		}
		return elem.append(dst, v.Elem(), depth)
	}
	read := func(s *scanner, v reflect.Value) error {
		v.Set(reflect.New(t.Elem()))
		return elem.decode(s, v.Elem())
	}
	return codec{append: write, decode: read}, nil
}

// append writes the members in the order of their names, without empty optional members.
func (p structure) append(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if depth++; depth > maxDepth {
		return nil, errDeep.With(maxDepth)
	}
	dst = append(dst, '{')
	start := len(dst)
	for i := range p {
		f := &p[i]
		value := v.Field(f.index)
		if f.omit && f.codec.empty(value) {
			continue
		}
		if len(dst) > start {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = f.codec.append(append(dst, f.quoted...), value, depth); err != nil {
			return nil, addStep(err, f.name)
		}
	}
	return append(dst, '}'), nil
}

func (b builder) sliceCodec(t reflect.Type) (codec, error) {
	if t.Elem().Kind() == reflect.Uint8 {
		return codec{}, unsupportedType(t, "bytes may be text, numbers or Raw")
	}
	elem, err := b.codecOf(t.Elem())
	if err != nil {
		return codec{}, err
	}
	l := list{elem}
	return codec{append: l.append, decode: l.decode}, nil
}

// A list is a slice type, by the codec of its elements.
type list struct{ elem *codec }

// append writes the elements in order; a fault carries the index of its element.
func (l list) append(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if depth++; depth > maxDepth {
		return nil, errDeep.With(maxDepth)
	}
	dst = append(dst, '[')
	for i := range v.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = l.elem.append(dst, v.Index(i), depth); err != nil {
			return nil, addStep(err, strconv.Itoa(i))
		}
	}
	return append(dst, ']'), nil
}

// mapCodec is the codec of a map whose keys are plain strings. Keys that write themselves are
// refused: two of them might write the same name.
func (b builder) mapCodec(t reflect.Type) (codec, error) {
	key := t.Key()
	if key.Kind() != reflect.String || implements(key, textMarshaler) || implements(key, marshaler) {
		return codec{}, unsupportedType(t, "its keys are not plain strings")
	}
	elem, err := b.codecOf(t.Elem())
	if err != nil {
		return codec{}, err
	}
	m := mapping{t, elem}
	return codec{append: m.append, decode: m.decode}, nil
}

// A mapping is a map type with strings for keys, by the codec of its values.
type mapping struct {
	t    reflect.Type
	elem *codec
}

// append writes the entries in the order of their names, which a Go map does not keep.
func (m mapping) append(dst []byte, v reflect.Value, depth int) ([]byte, error) {
	if depth++; depth > maxDepth {
		return nil, errDeep.With(maxDepth)
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int {
		return compareNames([]byte(a.String()), []byte(b.String()))
	})
	dst = append(dst, '{')
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendString(dst, key, depth); err != nil {
			return nil, err
		}
		if dst, err = m.elem.append(append(dst, ':'), v.MapIndex(key), depth); err != nil {
			return nil, addStep(err, key.String())
		}
	}
	return append(dst, '}'), nil
}
