package openapi

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Documented is a type that describes itself in the document.
type Documented interface {
	// Describe is one or more English sentences.
	Describe() string
}

// Fields gives the members of a struct as parameters of the query, for a form
// whose fields may stand there too.
func Fields(form any) []Parameter {
	d := newDocument()
	var out []Parameter
	for _, f := range fieldsOf(reflect.TypeOf(form)) {
		out = append(out, Parameter{In: "query", Name: f.name, Schema: d.field(f)})
	}
	return out
}

var (
	rawJSON  = reflect.TypeFor[json.RawMessage]()
	asText   = reflect.TypeFor[encoding.TextMarshaler]()
	asJSON   = reflect.TypeFor[json.Marshaler]()
	describe = reflect.TypeFor[Documented]()
)

// schema is the schema of the JSON that encoding/json makes of a type. A struct
// with a name becomes a component, under its name with a capital.
func (d *document) schema(t reflect.Type) Object {
	switch {
	case t == rawJSON:
		return Object{"type": "object"}
	case t.Kind() == reflect.Pointer: // absent or the value: none of ours is null
		return d.schema(t.Elem())
	case t.Implements(asText), t.Implements(asJSON): // days, instants and ids: each is text
		return Object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return Object{"type": "string"}
	case reflect.Bool:
		return Object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return Object{"type": "integer"}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return Object{"type": "string", "format": "binary"}
		}
		return Object{"type": "array", "items": d.schema(t.Elem())}
	case reflect.Struct:
		if t.Name() == "" {
			return d.object(t)
		}
		return d.component(t)
	}
	d.fail("%s cannot be described", t)
	return Object{}
}

// component writes a struct once among the schemas and refers to it.
func (d *document) component(t reflect.Type) Object {
	first, size := utf8.DecodeRuneInString(t.Name())
	name := string(unicode.ToUpper(first)) + t.Name()[size:]
	switch have := d.types[name]; {
	case have == nil:
		d.types[name] = t // before its members: a type may hold itself
		d.schemas[name] = d.object(t)
	case have != t && !reflect.DeepEqual(d.schemas[name], d.object(t)):
		d.fail("%s and %s have one name and two schemas", have, t)
	}
	return reference("schemas", name)
}

// object is the schema of a struct: what is not optional is required, and nothing
// else is allowed.
func (d *document) object(t reflect.Type) Object {
	properties, required := Object{}, []string{}
	for _, f := range fieldsOf(t) {
		properties[f.name] = d.field(f)
		if !f.optional {
			required = append(required, f.name)
		}
	}
	out := Object{"type": "object", "additionalProperties": false}
	if len(properties) > 0 {
		out["properties"] = properties
	}
	if len(required) > 0 {
		out["required"] = required
	}
	if t.Implements(describe) {
		withDescription(out, reflect.Zero(t).Interface().(Documented).Describe())
	}
	return out
}

// A field is a member of a struct as JSON has it.
type field struct {
	reflect.StructField
	name     string
	optional bool
}

// fieldsOf lists the members of a struct, with those of the structs that it
// embeds.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous || !f.IsExported() {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "-" {
			out = append(out, field{f, name, options != ""})
		}
	}
	return out
}

// field is the schema of a member, with what its tags say beyond its type:
// doc, its meaning; enum, the words that it may be, separated by spaces, two
// apostrophes for the empty one; pattern and format as OpenAPI has them; example.
// Of a list, doc is about the list and all others are about its elements.
func (d *document) field(f field) Object {
	o := d.schema(f.Type)
	doc := f.Tag.Get("doc")
	if doc != "" && o["$ref"] != nil { // beside a reference nothing is read
		o = Object{"allOf": []Object{o}}
	}
	withDescription(o, doc)
	said := o
	if items, ok := o["items"].(Object); ok {
		said = items
	}
	for _, name := range []string{"pattern", "format", "example"} {
		if s := f.Tag.Get(name); s != "" {
			said[name] = s
		}
	}
	if words := strings.Fields(f.Tag.Get("enum")); len(words) > 0 {
		for i, w := range words {
			words[i] = strings.Trim(w, "'")
		}
		said["enum"] = words
	}
	return o
}

func (d *document) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("openapi: "+format, args...)
	}
}
