// Package eventtest holds the kinds of a family to their bytes, in tests.
//
// A kind once written is never re-meant, so each has a golden file with one
// canonical example, and members.txt lists which members must be there and
// which may be absent. A change of either is a change of the contract; -update
// writes them anew.
package eventtest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

const folder = "testdata/events"

// Golden tests that there is one sample of every kind, with every member that
// it can have; that the sample has the bytes of its golden file; that the file
// decodes to the sample and back to the same bytes; and that without any one
// member the data are refused, or decode to what leaves it out again, just as
// members.txt says. It wants a bound of every member that needs one, and every
// sample within its bounds. Samples are pointers, as specs decode them.
func Golden(t *testing.T, specs []ledger.Spec, samples ...ledger.Event) {
	t.Helper()
	byKind := map[ledger.Kind]ledger.Event{}
	for _, e := range samples {
		require.Nil(t, byKind[e.EventKind()], "two samples of %s", e.EventKind())
		byKind[e.EventKind()] = e
	}
	var members, names []string
	for _, spec := range specs {
		e := byKind[spec.Kind]
		require.NotNil(t, e, "no sample of %s", spec.Kind)
		name := strings.ReplaceAll(string(spec.Kind), "/", "@") + ".json"
		names = append(names, name)
		b, err := canonical.Marshal(e)
		require.NoError(t, err, spec.Kind)
		Text(t, filepath.Join(folder, name), string(b)+"\n")
		roundTrip(t, spec, b, e)
		require.Empty(t, spec.MissingBounds(), "members of %s without a bound in their tags", spec.Kind)
		require.NoError(t, ledger.CheckBounds(&ledger.Record{Event: e}), spec.Kind)
		members = append(members, string(spec.Kind)+membersOf(t, spec, b))
	}
	require.Len(t, samples, len(specs), "a sample of an unknown kind")
	Text(t, filepath.Join(folder, "members.txt"), strings.Join(members, "\n")+"\n")
	onlyFiles(t, append(names, "members.txt"))
}

// Text tests that a text is that of a golden file.
func Text(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), got, path)
}

func roundTrip(t *testing.T, spec ledger.Spec, b []byte, e ledger.Event) {
	t.Helper()
	back, err := spec.Decode(b)
	require.NoError(t, err, spec.Kind)
	require.Equal(t, e, back, spec.Kind)
	require.Equal(t, spec.Kind, back.EventKind())
	RequireRefused(t, []ledger.Spec{spec}, spec.Kind, with(b, `"zz-unknown":1`), "json-unknown-member", "/data/zz-unknown")
}

// with adds a member at the end of an object.
func with(object []byte, member string) string {
	head := strings.TrimSuffix(string(object), "}")
	if head != "{" {
		head += ","
	}
	return head + member + "}"
}

// membersOf leaves out each member in turn, and tells which may be absent.
func membersOf(t *testing.T, spec ledger.Spec, object []byte) string {
	t.Helper()
	line := ""
	for name := range canonical.Members(object) {
		left := without(t, object, name)
		e, err := spec.Decode([]byte(left))
		if err != nil {
			f, ok := fault.Of(err)
			require.True(t, ok, "%s without %s", spec.Kind, name)
			line += " " + name
			if f.Code != "json-missing-member" {
				line += "(" + f.Code + ")"
			}
			continue
		}
		line += " " + name + "?"
		again, err := canonical.Marshal(e)
		require.NoError(t, err)
		require.Equal(t, left, string(again), "%s without %s", spec.Kind, name)
	}
	return line
}

func without(t *testing.T, object []byte, gone string) string {
	t.Helper()
	var kept []string
	for name, value := range canonical.Members(object) {
		if name != gone {
			kept = append(kept, `"`+name+`":`+string(value))
		}
	}
	return "{" + strings.Join(kept, ",") + "}"
}

func onlyFiles(t *testing.T, names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, e := range entries {
		require.Contains(t, names, e.Name(), "a golden file of no kind")
	}
}

// RequireRefused tests that data of a kind are refused with a fault of a code at a
// pointer.
func RequireRefused(t *testing.T, specs []ledger.Spec, kind ledger.Kind, data, code, field string) {
	t.Helper()
	for _, spec := range specs {
		if spec.Kind != kind {
			continue
		}
		e, err := spec.Decode([]byte(data))
		require.Error(t, err, "%s %s gave %+v", kind, data, e)
		f, ok := fault.Of(err)
		require.True(t, ok, "no fault: %v", err)
		require.Equal(t, code, f.Code, err)
		require.Equal(t, field, f.Field, err)
		return
	}
	require.Fail(t, "no kind "+string(kind))
}

// Day reads a day that the test knows to be one.
func Day(s string) calendar.Day { return ParseStated(s).Day }

// ParseStated reads a day, month or year that the test knows to be one.
func ParseStated(s string) calendar.Stated {
	at, err := calendar.ParseStated(s)
	if err != nil {
		panic(err)
	}
	return at
}

// Fact makes a fact of one record, for tests of states and decisions.
func Fact(position ledger.Position, stream ledger.Stream, valid string, e ledger.Event) *ledger.Fact {
	day := ParseStated(valid)
	r := &ledger.Record{Position: position, Stream: stream, Kind: e.EventKind(), Valid: day, Event: e}
	return &ledger.Fact{Root: r, By: r, Valid: day, Event: e}
}
