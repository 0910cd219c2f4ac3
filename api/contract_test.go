package api

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"htxledger/api/report"
	"htxledger/api/wire"
)

var update = flag.Bool("update", false, "rewrite openapi.json from openapi.yaml")

// A contract is openapi.yaml, held to what goes over the wire.
type contract struct {
	doc    *openapi3.T
	router routers.Router
}

func loadContract(t *testing.T) *contract {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
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
		var p wire.Problem
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

func TestOpenAPIJSONIsTheYAML(t *testing.T) {
	b, err := json.MarshalIndent(loadContract(t).doc, "", " ")
	require.NoError(t, err)
	b = append(b, '\n')
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", b, 0o644))
	}
	have, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	require.Equal(t, string(b), string(have), "run go test ./api -update")
}

// The contract has the routes of the table, and no others.
func TestContractHasTheRoutes(t *testing.T) {
	var want, have []string
	for _, r := range routes {
		path := r.path
		for _, name := range []string{"code", "record", "key", "file", "id"} {
			path = strings.ReplaceAll(path, ":"+name, "{"+name+"}")
		}
		want = append(want, r.method+" "+path)
	}
	for path, item := range loadContract(t).doc.Paths.Map() {
		for method := range item.Operations() {
			have = append(have, method+" "+path)
		}
	}
	slices.Sort(want)
	slices.Sort(have)
	require.Equal(t, want, have)
}

// Each schema of the contract has the members of the type of its name.
func TestContractHasTheMembers(t *testing.T) {
	schemas := loadContract(t).doc.Components.Schemas
	seen := map[string]bool{}
	for _, v := range []any{
		wire.Indicators{}, wire.Targets{}, wire.Explanation{}, wire.Vintages{}, wire.Coops{}, wire.Card{}, wire.Events{},
		wire.Event{}, wire.Plans{}, wire.Plan{}, wire.Lint{}, wire.Receipt{}, wire.Problem{}, wire.Checks{}, Readiness{},
		wire.Requests{}, wire.OneRequest{}, wire.Differences{}, wire.Staged{}, wire.StagedList{}, wire.Triangle{}, wire.Touched{}, wire.Statements{}, wire.Statement{}, wire.InclusionProof{}, wire.ConsistencyProof{}, report.Report{},
	} {
		sameMembers(t, schemas, reflect.TypeOf(v), seen)
	}
	for name := range schemas {
		require.True(t, seen[name] || name == "Command" || name == "StatementRequest" || name == "RefusalRequest" || name == "Reason", "schema %s describes nothing", name)
	}
}

func sameMembers(t *testing.T, schemas openapi3.Schemas, typ reflect.Type, seen map[string]bool) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct || seen[typ.Name()] {
		return
	}
	seen[typ.Name()] = true
	require.Contains(t, schemas, typ.Name())
	s := schemas[typ.Name()].Value
	var have, required []string
	for _, f := range reflect.VisibleFields(typ) {
		if f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		have = append(have, name)
		if options == "" {
			required = append(required, name)
		}
		sameMembers(t, schemas, f.Type, seen)
	}
	var want []string
	for name := range s.Properties {
		want = append(want, name)
	}
	require.ElementsMatch(t, want, have, typ.Name())
	require.ElementsMatch(t, s.Required, required, typ.Name())
	require.NotNil(t, s.AdditionalProperties.Has, typ.Name())
	require.False(t, *s.AdditionalProperties.Has, typ.Name())
}
