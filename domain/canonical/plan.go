package canonical

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Raw is the canonical bytes of one value, kept as they are: Marshal checks
// them and copies them in, Unmarshal copies them out.
type Raw []byte

// A Marshaler writes its own canonical bytes. What it appends is checked.
type Marshaler interface {
	AppendCanonical(dst []byte) ([]byte, error)
}

// An Unmarshaler reads itself from the canonical bytes of one value, which it
// must copy to keep. The pointer of a fault that it gives is read from its own
// value, and is completed by the pointer of that value.
type Unmarshaler interface {
	UnmarshalCanonical(b []byte) error
}

// A codec is how the values of one Go type are written, read and left out. It
// is made once for each type.
type codec struct {
	append func(dst []byte, v reflect.Value, depth int) ([]byte, error)
	decode func(s *scanner, v reflect.Value) error
	empty  func(v reflect.Value) bool
}

var codecs sync.Map // of *codec by reflect.Type, complete ones only

// codecOf gives the codec of t, made now if t is seen for the first time.
func codecOf(t reflect.Type) (*codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec), nil
	}
	b := builder{}
	c, err := b.codecOf(t)
	if err != nil {
		return nil, err
	}
	// stored only when all are complete: another goroutine must not meet a codec that is half made
	for t, c := range b {
		codecs.Store(t, c)
	}
	return c, nil
}

// A builder holds the codecs being made, so that types may name themselves.
type builder map[reflect.Type]*codec

var (
	rawType           = reflect.TypeFor[Raw]()
	marshaler         = reflect.TypeFor[Marshaler]()
	unmarshaler       = reflect.TypeFor[Unmarshaler]()
	textMarshaler     = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler   = reflect.TypeFor[encoding.TextUnmarshaler]()
	textAppender      = reflect.TypeFor[encoding.TextAppender]()
	zeroer            = reflect.TypeFor[interface{ IsZero() bool }]()
	unsupportedReason = map[reflect.Kind]string{
		reflect.Float32: "floats are not exact", reflect.Float64: "floats are not exact",
	}
)

// codecOf gives the codec of t from the finished ones or from those being made. A type that
// contains itself meets its own codec here before it is filled.
func (b builder) codecOf(t reflect.Type) (*codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*codec), nil
	}
	if c := b[t]; c != nil {
		return c, nil
	}
	c := new(codec)
	// entered before it is made: a type that names itself ends here
	b[t] = c
	made, err := b.makeCodec(t)
	if err != nil {
		return nil, err
	}
	made.empty = emptyOf(t)
	*c = made
	return c, nil
}

// makeCodec chooses how a type is written: Raw as it is, a type with methods by its methods, any
// other by its kind.
func (b builder) makeCodec(t reflect.Type) (codec, error) {
	switch kind := t.Kind(); {
	case t == rawType:
		return codec{append: appendRaw, decode: decodeRaw}, nil
	case kind == reflect.Pointer:
		return b.pointerCodec(t)
	case kind == reflect.Interface:
		return codec{append: appendInterface, decode: refuseDecode(t, "it is an interface")}, nil
	case implements(t, marshaler) || implements(t, unmarshaler):
		return customCodec(t), nil
	case implements(t, textMarshaler) || implements(t, textAppender) || implements(t, textUnmarshaler):
		return textCodec(t), nil
	default:
		return b.plainCodec(t, kind)
	}
}

// implements reports whether t, or a pointer to it, has the methods of i.
func implements(t, i reflect.Type) bool {
	return t.Implements(i) || reflect.PointerTo(t).Implements(i)
}

// plainCodec is the codec of a type without methods of its own, by kind; a kind that has no exact
// JSON form is errUnsupported.
func (b builder) plainCodec(t reflect.Type, kind reflect.Kind) (codec, error) {
	switch kind {
	case reflect.String:
		return codec{append: appendString, decode: decodeString}, nil
	case reflect.Bool:
		return codec{append: appendBool, decode: decodeBool}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return codec{append: appendInt, decode: decodeInt}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return codec{append: appendUint, decode: decodeUint}, nil
	case reflect.Slice:
		return b.sliceCodec(t)
	case reflect.Map:
		return b.mapCodec(t)
	case reflect.Struct:
		return b.structCodec(t)
	}
	return codec{}, unsupportedType(t, unsupportedReason[kind])
}

func unsupportedType(t reflect.Type, why string) error {
	if why == "" {
		why = "this kind of type is not supported"
	}
	return errUnsupported.With(t.String(), why)
}

func refuseDecode(t reflect.Type, why string) func(*scanner, reflect.Value) error {
	return func(*scanner, reflect.Value) error { return unsupportedType(t, why) }
}

// A field is one member of a struct.
type field struct {
	name   string
	quoted string // the canonical bytes of the name, with the colon
	index  int
	omit   bool // left out when empty, and may be absent
	codec  *codec
}

// A structure is the members of a struct type, in the order of their names.
type structure []field

// structCodec is the codec of a struct by the json tags of its fields, sorted by name. Two fields
// of one name, or none at all, are refused.
func (b builder) structCodec(t reflect.Type) (codec, error) {
	var p structure
	for i := range t.NumField() {
		f, ok, err := fieldOf(t, t.Field(i))
		if err != nil {
			return codec{}, err
		}
		if !ok {
			continue
		}
		f.index = i
		if f.codec, err = b.codecOf(t.Field(i).Type); err != nil {
			return codec{}, addStep(err, f.name)
		}
		p = append(p, f)
	}
	if len(p) == 0 && t.NumField() > 0 {
		return codec{}, unsupportedType(t, "it has fields, and none with a json tag")
	}
	slices.SortFunc(p, func(a, b field) int { return compareNames([]byte(a.name), []byte(b.name)) })
	for i := 1; i < len(p); i++ {
		if p[i-1].name == p[i].name {
			return codec{}, unsupportedType(t, "two fields have the name "+p[i].name)
		}
	}
	return codec{append: p.append, decode: p.decode}, nil
}

// fieldOf reads a struct field's tag; ok is false for a field that is not a
// member. A mistake in a tag would change what is stored for ever, so anything
// that is not understood is refused.
func fieldOf(t reflect.Type, sf reflect.StructField) (f field, ok bool, err error) {
	tag, tagged := sf.Tag.Lookup("json")
	if tag == "-" || !sf.IsExported() && !tagged {
		return f, false, nil
	}
	name, options, _ := strings.Cut(tag, ",")
	if name == "" || !sf.IsExported() {
		return f, false, unsupportedType(t, "field "+sf.Name+" needs an exported name and a name in its json tag")
	}
	quoted, err := closeQuoted(append([]byte{'"'}, name...), 1)
	if err != nil || len(quoted) != len(name)+2 {
		return f, false, unsupportedType(t, "field "+sf.Name+" has a name that would need escapes")
	}
	if options != "" && options != "omitempty" && options != "omitzero" {
		return f, false, unsupportedType(t, "field "+sf.Name+" has the tag option "+options)
	}
	return field{name: name, quoted: string(quoted) + ":", omit: options != ""}, true, nil
}

// emptyOf is what makes a value of type t absent when its field may be left
// out: its own IsZero, or having nothing in it.
func emptyOf(t reflect.Type) func(reflect.Value) bool {
	if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && implements(t, zeroer) {
		return func(v reflect.Value) bool {
			return valueAs[interface{ IsZero() bool }](v).IsZero()
		}
	}
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return func(v reflect.Value) bool { return v.Len() == 0 }
	}
	return reflect.Value.IsZero
}

// valueAs gives v, or a pointer to it, as the interface I that one of them has.
func valueAs[I any](v reflect.Value) I {
	if v.CanAddr() {
		return v.Addr().Interface().(I) // a pointer has the methods of its value
	}
	if i, ok := v.Interface().(I); ok {
		return i
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.Interface().(I)
}
