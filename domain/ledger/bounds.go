package ledger

import (
	"encoding"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
)

// errNumberBound is raised for a number that no such thing can have.
var errNumberBound = fault.Declare("number-bound", fault.Rejected,
	"%d is outside %d to %d", "số %d nằm ngoài khoảng cho phép từ %d đến %d")

// Most is the largest number that a record can hold, 2^53-1. It bounds numbers
// that a program works out, such as sums and positions.
const Most = 1<<53 - 1

// A Bound is what the door takes for one member of an event, or of a record
// beside its data. An event declares the bounds of its members in the tags of
// its fields, beside their names:
//
//	Name     string `json:"name" text:"name"`
//	Contract string `json:"contract" text:"200"`
//	Text     string `json:"text" text:"4000 lines"`
//	Place    string `json:"place" text:"key"`
//	Official int64  `json:"official" most:"1000000"`
//	Profit   *int64 `json:"profit,omitempty" least:"-100" most:"100"`
//
// The tag of a list is that of its elements; of a map, text is of its keys and
// most of its numbers. Days need no tag, nor what is true or false.
type Bound struct {
	Member string     // with its way from the top: "targets/*/text", * for every element
	Text   *textBound // nil for a number
	Least  int64
	Most   int64
}

// String is the bound in English, for documentation.
func (b Bound) String() string {
	switch t := b.Text; {
	case t == nil:
		return fmt.Sprintf("%d to %d", b.Least, b.Most)
	case t.Quoted:
		return "as it is recorded elsewhere"
	case t.Key:
		return "a key or a code"
	case t.Name:
		return fmt.Sprintf("a name, %d characters", t.Most)
	case t.Lines:
		return fmt.Sprintf("%d characters, several lines", t.Most)
	default:
		return fmt.Sprintf("%d characters", t.Most)
	}
}

// NameLength is the most characters of a name.
const NameLength = 500

// BoundFaults gives everything that keeps a record from being recorded though
// it can be read: texts and numbers beyond the bounds of their members. A fault's
// Field is a pointer from the top of the record, and the order is that of the
// members. The record's Event may be nil; Data are not looked at.
func BoundFaults(r *Record) iter.Seq[error] {
	return func(yield func(error) bool) {
		for _, part := range []struct {
			pointer string
			value   any
		}{{"/actor", r.Actor}, {"/source", r.Source}, {"/corrects", r.Corrects}, {"/data", r.Event}} {
			v := reflect.ValueOf(part.value)
			if part.value == nil || v.Kind() == reflect.Pointer && v.IsNil() {
				continue
			}
			for v.Kind() == reflect.Pointer {
				v = v.Elem()
			}
			if !limitsOf(v.Type()).check(v, part.pointer, yield) {
				return
			}
		}
	}
}

// CheckBounds is the first of BoundFaults, or nil.
func CheckBounds(r *Record) error {
	for err := range BoundFaults(r) {
		return err
	}
	return nil
}

// CheckKeyText refuses a command's key that holds what no text may hold.
func CheckKeyText(key string) error {
	return fault.PrefixField(textBound{Most: MaxKey}.Check(key), "/key")
}

// Bounds lists the bounds of an event type's members.
func (s Spec) Bounds() []Bound { return limitsOf(s.event).bounds }

// MissingBounds lists the members of an event type that declare no bound and need
// one. A test keeps it empty.
func (s Spec) MissingBounds() []string { return limitsOf(s.event).unbounded }

// HeaderBounds lists the bounds of what a record holds beside its data.
func HeaderBounds() []Bound {
	var all []Bound
	for name, t := range headerTypes {
		for _, b := range limitsOf(t).bounds {
			b.Member = name + "/" + b.Member
			all = append(all, b)
		}
	}
	slices.SortFunc(all, func(a, b Bound) int { return strings.Compare(a.Member, b.Member) })
	return all
}

var headerTypes = map[string]reflect.Type{
	"actor": reflect.TypeFor[Actor](), "source": reflect.TypeFor[Source](), "corrects": reflect.TypeFor[Corrects](),
}

// limits is the bounds of one Go type, ready to be checked. check passes every
// fault on, and gives false once yield has.
type limits struct {
	bounds    []Bound
	unbounded []string
	check     checker
}

type checker func(v reflect.Value, pointer string, yield func(error) bool) bool

var limitsByType sync.Map // of *limits by reflect.Type

func limitsOf(t reflect.Type) *limits {
	if l, ok := limitsByType.Load(t); ok {
		return l.(*limits)
	}
	l := new(limits)
	l.check = l.structure(t, "")
	limitsByType.Store(t, l)
	return l
}

// selfBoundTypes are the types of members whose own form is their bound. Raw is
// a command within a request: it is tried as a command, by its own bounds.
var selfBoundTypes = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[calendar.Day](), reflect.TypeFor[calendar.Stated](), reflect.TypeFor[ID](),
	reflect.TypeFor[canonical.Raw](),
}

func (l *limits) structure(t reflect.Type, path string) checker {
	type member struct {
		index int
		name  string
		check checker
	}
	var members []member
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		if c := l.member(f.Type, f.Tag, strings.TrimPrefix(path+"/"+name, "/")); c != nil {
			members = append(members, member{i, "/" + name, c})
		}
	}
	return func(v reflect.Value, pointer string, yield func(error) bool) bool {
		for _, m := range members {
			if !m.check(v.Field(m.index), pointer+m.name, yield) {
				return false
			}
		}
		return true
	}
}

// member reads the bound of one member; nil for one that needs none.
func (l *limits) member(t reflect.Type, tag reflect.StructTag, path string) checker {
	switch {
	case slices.Contains(selfBoundTypes, t):
		return nil
	case t.Kind() == reflect.Pointer:
		return l.optional(l.member(t.Elem(), tag, path))
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return l.text(writtenText, tag, path)
	case t.Kind() == reflect.String:
		return l.text(reflect.Value.String, tag, path)
	case t.Kind() == reflect.Int64:
		return l.number(tag, path)
	case t.Kind() == reflect.Slice:
		return elements(l.member(t.Elem(), tag, path+"/*"))
	case t.Kind() == reflect.Map:
		return entries(l.text(reflect.Value.String, tag, path+"/key"), l.member(t.Elem(), tag, path+"/*"))
	case t.Kind() == reflect.Struct:
		return l.structure(t, path)
	}
	l.unbounded = append(l.unbounded, path)
	return nil
}

func (l *limits) optional(c checker) checker {
	if c == nil {
		return nil
	}
	return func(v reflect.Value, pointer string, yield func(error) bool) bool {
		return v.IsNil() || c(v.Elem(), pointer, yield)
	}
}

func (l *limits) text(read func(reflect.Value) string, tag reflect.StructTag, path string) checker {
	words := strings.Fields(tag.Get("text"))
	if len(words) == 0 {
		l.unbounded = append(l.unbounded, path)
		return nil
	}
	b := textBound{Lines: slices.Contains(words, "lines")}
	switch words[0] {
	case "name":
		b.Name, b.Most = true, NameLength
	case "key":
		b.Key = true
	case "quoted":
		b.Quoted = true
	default:
		n, err := strconv.Atoi(words[0])
		if err != nil {
			panic("ledger: the text bound of " + path + " is no number: " + words[0])
		}
		b.Most = n
	}
	l.bounds = append(l.bounds, Bound{Member: path, Text: &b})
	return func(v reflect.Value, pointer string, yield func(error) bool) bool {
		err := fault.PrefixField(b.Check(read(v)), pointer)
		return err == nil || yield(err)
	}
}

// writtenText is the text of a member whose type writes itself as one. What
// cannot be written is refused where it is encoded.
func writtenText(v reflect.Value) string {
	text, _ := v.Interface().(encoding.TextMarshaler).MarshalText()
	return string(text)
}

func (l *limits) number(tag reflect.StructTag, path string) checker {
	if tag.Get("most") == "" {
		l.unbounded = append(l.unbounded, path)
		return nil
	}
	least, most := wholeTag(tag, "least", path), wholeTag(tag, "most", path)
	l.bounds = append(l.bounds, Bound{Member: path, Least: least, Most: most})
	return func(v reflect.Value, pointer string, yield func(error) bool) bool {
		if n := v.Int(); n < least || n > most {
			return yield(errNumberBound.With(n, least, most).At(pointer))
		}
		return true
	}
}

// wholeTag reads a tag that is a whole number; 0 where it is absent.
func wholeTag(tag reflect.StructTag, name, path string) int64 {
	text := tag.Get(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > Most || n < -Most {
		panic("ledger: the bound " + name + " of " + path + " is no number: " + text)
	}
	return n
}

func elements(c checker) checker {
	if c == nil {
		return nil
	}
	return func(v reflect.Value, pointer string, yield func(error) bool) bool {
		for i := range v.Len() {
			if !c(v.Index(i), pointer+"/"+strconv.Itoa(i), yield) {
				return false
			}
		}
		return true
	}
}

// entries checks a map in the order of its keys, so that of several faults the
// same comes first every time.
func entries(key, value checker) checker {
	return func(v reflect.Value, pointer string, yield func(error) bool) bool {
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, k := range keys {
			if key != nil && !key(k, pointer, yield) || value != nil && !value(v.MapIndex(k), pointer+"/"+k.String(), yield) {
				return false
			}
		}
		return true
	}
}
