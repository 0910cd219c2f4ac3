package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"htxledger/api/shown"
)

// A contract is the OpenAPI document that the server gives, held to what goes over
// the wire.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

func loadContract(t *testing.T) *contract {
	written, err := writeContract()
	require.NoError(t, err)
	doc, err := openapi3.NewLoader().LoadFromData(written)
	require.NoError(t, err)
	require.NoError(t, doc.Validate(context.Background()))
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	return &contract{doc, router}
}

// check holds one exchange to the contract. A request that was answered with
// an error may be wrong in any way; the reply may not.
func (k *contract) check(t *testing.T, at string, r *http.Request, body string, res *http.Response, got string) {
	route, params, err := k.router.FindRoute(r)
	if res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusMethodNotAllowed {
		var p shown.Problem
		d := json.NewDecoder(strings.NewReader(got))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(&p), at)
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	require.NoError(t, err, at)
	r.Body = io.NopCloser(strings.NewReader(body))
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if res.StatusCode < 400 {
		require.NoError(t, openapi3filter.ValidateRequest(context.Background(), in), at)
	}
	require.NoError(t, openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.StatusCode, Header: res.Header,
		Body:    io.NopCloser(bytes.NewBufferString(got)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}), at)
}

func init() {
	openapi3filter.RegisterBodyDecoder("text/html", plainBody)
	openapi3filter.RegisterBodyDecoder("text/css", plainBody)
	for _, kind := range []string{"xlsx", "docx", "csv"} { // a charset behind the type is not part of it
		name, _, _ := strings.Cut(reportTypes[kind], ";")
		openapi3filter.RegisterBodyDecoder(name, plainBody)
	}
}

func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", plainBody)
}

func plainBody(r io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
	b, err := io.ReadAll(r)
	return string(b), err
}

// The document is the same each time, each operation says in it what it does under a
// name of its own, and everything in it is used.
func TestContractIsWhole(t *testing.T) {
	written, err := writeContract()
	require.NoError(t, err)
	again, err := writeContract()
	require.NoError(t, err)
	require.Equal(t, string(written), string(again))
	doc, seen := loadContract(t).doc, map[string]bool{}
	for path, item := range doc.Paths.Map() {
		for method, o := range item.Operations() {
			at := method + " " + path
			require.NotEmpty(t, o.Summary, at)
			require.NotNil(t, doc.Tags.Get(o.Tags[0]), at)
			require.False(t, seen[o.OperationID], at)
			seen[o.OperationID] = true
			for _, response := range o.Responses.Map() {
				require.NotEmpty(t, *response.Value.Description, at)
			}
		}
	}
	require.Len(t, seen, len(routes))
	for name := range doc.Components.Schemas {
		require.Contains(t, string(written), `"#/components/schemas/`+name+`"`)
	}
}

// What is sent says itself whatever the document says of it: no member that is not
// in its schema gets through, and none that is needed is missing.
func TestContractIsOfTheTypes(t *testing.T) {
	schema := loadContract(t).doc.Components.Schemas["Indicators"].Value
	good := map[string]any{}
	var b bytes.Buffer
	require.NoError(t, shown.Encode(&b, shown.Indicators{Figures: []shown.Figure{{Code: "a", Numerator: "1", Denominator: "1"}}}))
	require.NoError(t, json.Unmarshal(b.Bytes(), &good))
	require.NoError(t, schema.VisitJSON(good))
	figure := good["figures"].([]any)[0].(map[string]any)
	for name, change := range map[string]func(){
		"more":   func() { figure["other"] = "1" },
		"less":   func() { delete(figure, "numerator") },
		"number": func() { figure["numerator"] = 1.0 },
		"words":  func() { figure["numerator"] = "one" },
	} {
		kept := maps.Clone(figure)
		change()
		require.Error(t, schema.VisitJSON(good), name)
		maps.DeleteFunc(figure, func(string, any) bool { return true })
		maps.Copy(figure, kept)
	}
	require.NoError(t, schema.VisitJSON(good))
}
