package openapi_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"
	"github.com/stretchr/testify/require"

	"htxledger/api/openapi"
)

type Leaf struct {
	Name string   `json:"name" doc:"What people call it." enum:"'' one two" example:"one"`
	Sums []string `json:"sums,omitempty" doc:"One a year." pattern:"^-?[0-9]+$"`
}

// Describe is for the document.
func (Leaf) Describe() string { return "A leaf." }

type Tree struct {
	Leaf
	First  *Leaf           `json:"first,omitempty" doc:"The oldest."`
	Leaves []Leaf          `json:"leaves"`
	Inner  *Tree           `json:"inner,omitempty"`
	Size   int64           `json:"size"`
	Whole  bool            `json:"whole,omitempty"`
	Data   json.RawMessage `json:"data"`
	hidden int             //lint:ignore U1000 what is not exported is no member
	Left   string          `json:"-"`
}

var head = openapi.Object{"openapi": "3.0.3", "info": openapi.Object{"title": "t", "version": "1"}}

func document(t *testing.T, operations ...openapi.Operation) *openapi3.T {
	t.Helper()
	b, err := openapi.Write(head, operations)
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(b)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()))
	return doc
}

func replying(path string, v any) openapi.Operation {
	return openapi.Operation{Method: "GET", Path: path, Tag: "t", ID: path[1:], Summary: "s",
		Replies: []openapi.Reply{{Status: 200, Description: "d", Content: openapi.Content{"application/json": v}}}}
}

// A schema has the members of its type, with what their tags say.
func TestSchemaOfAType(t *testing.T) {
	doc := document(t, replying("/tree", Tree{}))
	b, err := json.Marshal(doc.Components.Schemas)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"Leaf": {"type": "object", "description": "A leaf.", "additionalProperties": false, "required": ["name"], "properties": {
			"name": {"type": "string", "description": "What people call it.", "enum": ["", "one", "two"], "example": "one"},
			"sums": {"type": "array", "description": "One a year.", "items": {"type": "string", "pattern": "^-?[0-9]+$"}}}},
		"Tree": {"type": "object", "description": "A leaf.", "additionalProperties": false, "required": ["name", "leaves", "size", "data"], "properties": {
			"name": {"type": "string", "description": "What people call it.", "enum": ["", "one", "two"], "example": "one"},
			"sums": {"type": "array", "description": "One a year.", "items": {"type": "string", "pattern": "^-?[0-9]+$"}},
			"first": {"description": "The oldest.", "allOf": [{"$ref": "#/components/schemas/Leaf"}]},
			"leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Leaf"}},
			"inner": {"$ref": "#/components/schemas/Tree"},
			"size": {"type": "integer"}, "whole": {"type": "boolean"}, "data": {"type": "object"}}}}`, string(b))
}

// The generator of kin-openapi finds the same members.
func TestSchemaHasTheMembersOfTheOtherGenerator(t *testing.T) {
	theirs, err := openapi3gen.NewSchemaRefForValue(Tree{}, openapi3.Schemas{})
	require.NoError(t, err)
	ours := document(t, replying("/tree", Tree{})).Components.Schemas["Tree"].Value
	for name := range theirs.Value.Properties {
		require.Contains(t, ours.Properties, name)
	}
	require.Len(t, ours.Properties, len(theirs.Value.Properties))
}

// What several operations share is written once; a path's variables are described
// even where nobody did.
func TestOperations(t *testing.T) {
	at := openapi.Parameter{Shared: "At", In: "query", Name: "at", Schema: openapi.Object{"type": "string"}}
	wrong := openapi.Reply{Shared: "Wrong", Description: "What is wrong", Content: openapi.Content{"text/plain": ""}}
	one, other := replying("/trees/:key", Tree{}), replying("/leaves", []byte(nil))
	one.Parameters, other.Parameters = []openapi.Parameter{at}, []openapi.Parameter{at}
	one.Replies, other.Replies = append(one.Replies, wrong), append(other.Replies, wrong)
	other.Public, other.Method, other.Body = true, "POST", openapi.Content{"multipart/form-data": openapi.Form{Of: Leaf{}}}
	doc := document(t, one, other)
	get, post := doc.Paths.Find("/trees/{key}").Get, doc.Paths.Find("/leaves").Post
	require.Equal(t, "key", get.Parameters[0].Value.Name)
	require.True(t, get.Parameters[0].Value.Required)
	for _, o := range []*openapi3.Operation{get, post} {
		require.Equal(t, "#/components/parameters/At", o.Parameters[len(o.Parameters)-1].Ref)
		require.Equal(t, "#/components/responses/Wrong", o.Responses.Default().Ref)
	}
	require.Nil(t, get.Security)
	require.Empty(t, *post.Security)
	require.True(t, post.RequestBody.Value.Required)
	require.Nil(t, post.RequestBody.Value.Content["multipart/form-data"].Schema.Value.AdditionalProperties.Has)
	require.Equal(t, "binary", post.Responses.Status(200).Value.Content["application/json"].Schema.Value.Format)
}

// Two types of one name are refused, unless they look the same; so is what has no
// schema.
func TestRefused(t *testing.T) {
	other := func() any {
		type Leaf struct {
			Size int `json:"size"`
		}
		return Leaf{}
	}()
	_, err := openapi.Write(head, []openapi.Operation{replying("/a", Leaf{}), replying("/b", other)})
	require.ErrorContains(t, err, "one name and two schemas")
	_, err = openapi.Write(head, []openapi.Operation{replying("/a", map[string]int{})})
	require.ErrorContains(t, err, "cannot be described")
}
