package ledger

import (
	"fmt"
	"reflect"
	"strings"

	"htxledger/domain/calendar"
)

// A Field is one member of an event, read from the tags beside its name:
//
//	Place   string        `json:"place" text:"key" names:"seat" vi:"Trụ sở"`
//	Revenue int64         `json:"revenue" most:"100000000000000" as:"money" vi:"Doanh thu"`
//	Workers *int64        `json:"workers,omitempty" most:"1000000" vi:"Lao động" unit:"người"`
//	Until   *calendar.Day `json:"until,omitempty" as:"until" vi:"Có hiệu lực đến"`
//
// text, least and most are its bound (see Bound).
type Field struct {
	Name     string // of the member
	Label    string // vi: in Vietnamese, as forms and tables head it
	Unit     string // unit: of a number, in Vietnamese
	Help     string // help: what to write, in Vietnamese, where the label does not say it
	Type     FieldType
	Names    string // names: what its text refers to, one of the Names constants
	Optional bool
	Many     bool  // a list of Type
	Words    Words // nil where it may hold any value of its type

	at int // index in the struct
	in reflect.Type
}

// A FieldType is how a member is written and read. as: names one that the Go
// type does not tell.
type FieldType string

// The types of fields.
const (
	TypeText    FieldType = "text"
	TypeKey     FieldType = "key" // of a stream, or a code
	TypeWhole   FieldType = "whole"
	TypeYesNo   FieldType = "yes-no"
	TypeDay     FieldType = "day"
	TypeStated  FieldType = "stated"  // a day as a paper states it
	TypeUntil   FieldType = "until"   // as: the first day on which something no longer holds
	TypeYear    FieldType = "year"    // as
	TypeMoney   FieldType = "money"   // as: whole đồng
	TypeProfit  FieldType = "profit"  // as: whole đồng, a loss below zero
	TypePoints  FieldType = "points"  // as: hundredths of a point
	TypeScheme  FieldType = "scheme"  // as: a code of a scheme of classification
	TypeShare   FieldType = "share"   // as: a percentage or a word, as policies choose
	TypeSigner  FieldType = "signer"  // as: a verifier key
	TypeCommand FieldType = "command" // as: a command within a request
	TypeParts   FieldType = "object"  // an object with members of its own
)

// What the text of a member can refer to.
const (
	NamesCoop       = "coop"       // a co-operative's key: mentioned
	NamesSubject    = "subject"    // a co-operative's key: its figures can change
	NamesFair       = "fair"       // the name by which a fair is counted
	NamesConference = "conference" // the name by which a conference is counted
	NamesPlace      = "place"      // a place's code
	NamesSeat       = "seat"       // a place's code: the co-operative of the stream sits there from the record's day on
	NamesSite       = "site"       // a place's code: what the record is about happened there
	namesSelf       = "self"       // the name that what the record is about has from now on
	NamesCode       = "code"       // an identifier that what the record is about has from now on
	NamesTaxCode    = "tax-code"   // the same, which no other may have
)

// concerningIn are the fields, by index, that name a subject.
func concerningIn(fields []Field) []int {
	var list []int
	for i, f := range fields {
		if f.Names == NamesSubject || f.Names == NamesFair || f.Names == NamesConference {
			list = append(list, i)
		}
	}
	return list
}

// Fields are the members of the kind's data, in their order.
func (s *Spec) Fields() []Field { return s.fields }

func fieldsOf(t reflect.Type, words map[string]Words) []Field {
	var list []Field
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		name, options, _ := strings.Cut(tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		f := Field{
			Name: name, Label: tag.Get("vi"), Unit: tag.Get("unit"), Help: tag.Get("help"), Names: tag.Get("names"),
			Optional: strings.Contains(options, "omitempty"), Words: words[name], at: i, in: t.Field(i).Type,
		}
		f.Type, f.Many = typeOf(f.in, tag)
		if f.Unit == "" && (f.Type == TypeMoney || f.Type == TypeProfit) {
			f.Unit = "đồng"
		}
		list = append(list, f)
	}
	for name := range words {
		if !hasField(list, name) {
			panic(fmt.Sprintf("ledger: words of %s, which %s has not", name, t))
		}
	}
	return list
}

func hasField(list []Field, name string) bool {
	for i := range list {
		if list[i].Name == name {
			return true
		}
	}
	return false
}

// typeOf is how a member of a Go type is written, and whether it is a list.
func typeOf(t reflect.Type, tag reflect.StructTag) (of FieldType, many bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
		of, _ = typeOf(t.Elem(), tag)
		return of, true
	}
	if as := tag.Get("as"); as != "" {
		return FieldType(as), false
	}
	switch {
	case t == reflect.TypeFor[calendar.Day]():
		return TypeDay, false
	case t == reflect.TypeFor[calendar.Stated]():
		return TypeStated, false
	case t.Kind() == reflect.Bool:
		return TypeYesNo, false
	case t.Kind() == reflect.Int64:
		return TypeWhole, false
	case t.Kind() == reflect.Struct && tag.Get("text") == "", t.Kind() == reflect.Map:
		return TypeParts, false
	case tag.Get("text") == "key":
		return TypeKey, false
	}
	return TypeText, false
}

// Value is what a member of an event holds: an int64, a string, a bool, a Day,
// or a list of them. ok is false where the member is absent. A way leads
// through objects: "consent/key".
func (s *Spec) Value(e Event, way string) (f Field, value any, ok bool) {
	v, fields := reflect.ValueOf(e).Elem(), s.fields
	for {
		name, rest, deeper := strings.Cut(way, "/")
		at := -1
		for i := range fields {
			if fields[i].Name == name {
				at = i
			}
		}
		if at < 0 {
			panic(fmt.Sprintf("ledger: %s has no member %s", s.Kind, name))
		}
		f, v = fields[at], v.Field(fields[at].at)
		if f.Optional && v.IsZero() {
			return f, nil, false
		}
		for v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if !deeper {
			return f, v.Interface(), true
		}
		fields, way = fieldsOf(v.Type(), nil), rest
	}
}

// FieldNamed is the field of a member; ok is false for a member that the kind has
// not.
func (s *Spec) FieldNamed(name string) (f Field, ok bool) {
	for i := range s.fields {
		if s.fields[i].Name == name {
			return s.fields[i], true
		}
	}
	return Field{}, false
}

// Compose is base with the members of over that takes names in place of its own;
// a nil base has none. Neither is changed, and nothing is checked.
func (s *Spec) Compose(base, over Event, takes func(member string) bool) Event {
	c := reflect.New(s.event)
	if base != nil {
		c.Elem().Set(reflect.Indirect(reflect.ValueOf(base)))
	}
	from := reflect.Indirect(reflect.ValueOf(over)) // which may be a value, as its maker has it
	for i := range s.fields {
		if takes(s.fields[i].Name) {
			at := s.fields[i].at
			c.Elem().Field(at).Set(from.Field(at))
		}
	}
	return c.Interface().(Event)
}

// Fill makes an event of values by member, each of the type that Value gives; a
// member without a value is absent. Nothing is checked.
func (s *Spec) Fill(values map[string]any) Event {
	e := reflect.New(s.event)
	for _, f := range s.fields {
		x, ok := values[f.Name]
		if !ok {
			continue
		}
		to := e.Elem().Field(f.at)
		if to.Kind() == reflect.Pointer {
			to.Set(reflect.New(to.Type().Elem()))
			to = to.Elem()
		}
		to.Set(reflect.ValueOf(x).Convert(to.Type()))
	}
	return e.Interface().(Event)
}

// NamedTexts are the texts of an event that refer to something; what is one of the
// Names constants.
func (s *Spec) NamedTexts(e Event, what string) []string {
	var list []string
	for i := range s.fields {
		if s.fields[i].Names == what {
			list = s.fields[i].appendTexts(list, e)
		}
	}
	return list
}

// appendTexts adds the texts that a member of an event holds: none where it is
// absent.
func (f *Field) appendTexts(list []string, e Event) []string {
	v := reflect.ValueOf(e).Elem().Field(f.at)
	if f.Many {
		return append(list, v.Interface().([]string)...)
	}
	if text := v.String(); text != "" {
		list = append(list, text)
	}
	return list
}

// A Reference is a co-operative that an event names by its key. Free is one that
// the member may also name otherwise, in words: it is a key only where there is
// such a co-operative.
type Reference struct {
	Key  string
	Free bool
}

// Coops are the co-operatives that an event names itself.
func (s *Spec) Coops(e Event) []Reference {
	var list []Reference
	for i := range s.fields {
		f := &s.fields[i]
		if f.Names != NamesCoop && f.Names != NamesSubject {
			continue
		}
		for _, key := range f.appendTexts(nil, e) {
			list = append(list, Reference{key, f.Type == TypeText})
		}
	}
	return list
}

// Subjects are what an event concerns beside what its stream is about: a
// co-operative by its key, a fair or a conference by its name without regard to
// capitals and spaces. None of the names need stand for something that there is.
func (s *Spec) Subjects(e Event) []Stream {
	var list []Stream
	for _, i := range s.concerning { // most kinds have none: the fast index asks for every fact
		f := &s.fields[i]
		for _, text := range f.appendTexts(nil, e) {
			if f.Names == NamesSubject {
				list = append(list, StreamOf("coop", text))
			} else {
				list = append(list, StreamOf(f.Names, Caseless(text)))
			}
		}
	}
	return list
}

// Site is the place where what an event is about happened; known is false for a
// kind that happens in no place.
func (s *Spec) Site(e Event) (code string, known bool) {
	for i := range s.fields {
		if s.fields[i].Names == NamesSite {
			return strings.Join(s.fields[i].appendTexts(nil, e), ""), true
		}
	}
	return "", false
}

// SubjectName is the name that an event gives its subject; "" for none.
func (s *Spec) SubjectName(e Event) string {
	for _, what := range []string{namesSelf, NamesFair, NamesConference} {
		if list := s.NamedTexts(e, what); len(list) > 0 {
			return list[0]
		}
	}
	return ""
}
