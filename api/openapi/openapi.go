// Package openapi writes the OpenAPI 3.0 document of a table of operations. The
// schemas of bodies are made from the Go types encoded, so that they
// cannot part from what is sent; the prose comes from the table.
//
// The package knows no route, no answer and no type of the ledger, and may not
// learn any: a type says about itself, in its tags and by the interface
// Documented, what is more than its shape.
package openapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An Object is one JSON object of the document.
type Object map[string]any

// An Operation is a method of one path.
type Operation struct {
	Method, Path string // the path as a router has it: /coops/:key
	Tag, ID      string
	Summary      string
	Description  string // more than the summary says, or ""
	Public       bool   // it needs no token
	Parameters   []Parameter
	Body         Content // of the request; nil where it has none
	BodyOptional bool
	Replies      []Reply
}

// A Parameter is a named value of the path, the query or a header.
type Parameter struct {
	Shared      string // the name among the components of a parameter of several operations, or ""
	In, Name    string
	Description string
	Required    bool
	Schema      Object
	Example     string // or ""
}

// A Reply is one of the things an operation answers with.
type Reply struct {
	Shared      string // the name among the components of a reply of several operations, or ""
	Status      int    // 0 is every status that is not named
	Description string
	Headers     map[string]string // name and description; a value is text
	Content     Content
}

// Content is what a body may hold, by media type: a value of the Go type that is
// encoded, a Form, or the schema itself as an Object. Text is a string, and bytes
// are a []byte.
type Content map[string]any

// A Form is the body of a form: each member of the struct Of is a field. A door
// says in its own words which field it does not know.
type Form struct{ Of any }

// Write writes the document of operations. head holds the members of the document
// that do not follow from the operations; components that it has are kept. It
// fails where two different types have one name.
func Write(head Object, operations []Operation) ([]byte, error) {
	d := newDocument()
	paths := Object{}
	for _, o := range operations {
		path := pathVariable.ReplaceAllString(o.Path, "{$1}")
		if paths[path] == nil {
			paths[path] = Object{}
		}
		paths[path].(Object)[strings.ToLower(o.Method)] = d.operation(o)
	}
	if d.err != nil {
		return nil, d.err
	}
	out, components := Object{"paths": paths}, Object{"schemas": d.schemas, "parameters": d.parameters, "responses": d.replies}
	for name, member := range head {
		out[name] = member
	}
	if given, ok := head["components"].(Object); ok {
		for name, member := range given {
			components[name] = member
		}
	}
	out["components"] = components
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(out) // maps are encoded in the order of their keys: the same table gives the same bytes
	return b.Bytes(), err
}

var pathVariable = regexp.MustCompile(`:([a-z_]+)`)

// A document collects the components while the operations are written.
type document struct {
	schemas, parameters, replies Object
	types                        map[string]reflect.Type // behind the schemas
	err                          error                   // the first; the document is of no use then
}

func newDocument() *document {
	return &document{schemas: Object{}, parameters: Object{}, replies: Object{}, types: map[string]reflect.Type{}}
}

// operation is a method of a path, with its parameters, body and replies.
func (d *document) operation(o Operation) Object {
	out := Object{"tags": []string{o.Tag}, "operationId": o.ID, "summary": o.Summary, "responses": d.responses(o.Replies)}
	withDescription(out, o.Description)
	if o.Public {
		out["security"] = []Object{} // no token is asked for, unlike the document's default
	}
	if all := d.parametersOf(o); len(all) > 0 {
		out["parameters"] = all
	}
	if o.Body != nil {
		body := Object{"content": d.content(o.Body)}
		if !o.BodyOptional {
			body["required"] = true
		}
		out["requestBody"] = body
	}
	return out
}

// parametersOf are the parameters of an operation, in their order, behind those
// variables of its path that it does not describe.
func (d *document) parametersOf(o Operation) []Object {
	var out []Object
	for _, variable := range pathVariable.FindAllStringSubmatch(o.Path, -1) {
		name := variable[1]
		if !slices.ContainsFunc(o.Parameters, func(p Parameter) bool { return p.In == "path" && p.Name == name }) {
			out = append(out, d.parameter(Parameter{In: "path", Name: name, Required: true, Schema: Object{"type": "string"}}))
		}
	}
	for _, p := range o.Parameters {
		out = append(out, d.parameter(p))
	}
	return out
}

func (d *document) parameter(p Parameter) Object {
	out := Object{"name": p.Name, "in": p.In, "schema": p.Schema}
	withDescription(out, p.Description)
	if p.Required {
		out["required"] = true
	}
	if p.Example != "" {
		out["example"] = p.Example
	}
	return shareComponent(d.parameters, "parameters", p.Shared, out)
}

// responses are the replies by status; status 0 is the default.
func (d *document) responses(replies []Reply) Object {
	out := Object{}
	for _, r := range replies {
		status := "default"
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		reply := Object{"description": r.Description}
		if len(r.Headers) > 0 {
			headers := Object{}
			for name, description := range r.Headers {
				headers[name] = withDescription(Object{"schema": Object{"type": "string"}}, description)
			}
			reply["headers"] = headers
		}
		if len(r.Content) > 0 {
			reply["content"] = d.content(r.Content)
		}
		out[status] = shareComponent(d.replies, "responses", r.Shared, reply)
	}
	return out
}

// content is a body by its media types.
func (d *document) content(c Content) Object {
	out := Object{}
	for media, v := range c {
		var schema Object
		switch v := v.(type) {
		case Object:
			schema = v
		case Form:
			schema = d.object(reflect.TypeOf(v.Of))
			delete(schema, "additionalProperties")
		default:
			schema = d.schema(reflect.TypeOf(v))
		}
		out[media] = Object{"schema": schema}
	}
	return out
}

// shareComponent puts an object among the components of one kind and gives the reference
// to it, or the object itself where it has no name.
func shareComponent(components Object, kind, name string, o Object) Object {
	if name == "" {
		return o
	}
	components[name] = o
	return reference(kind, name)
}

func reference(kind, name string) Object {
	return Object{"$ref": fmt.Sprintf("#/components/%s/%s", kind, name)}
}

// withDescription adds a description to an object, if there is one.
func withDescription(o Object, description string) Object {
	if description != "" {
		o["description"] = description
	}
	return o
}
