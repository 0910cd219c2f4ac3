package docs_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

var update = flag.Bool("update", false, "write the generated pages anew")

// page compares a generated page with what is committed, or writes it.
func page(t *testing.T, name, text string) {
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
		return
	}
	have, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, text, string(have), "%s is stale: go test ./docs -update", name)
}

func TestIndicatorsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Indicators

Generated from the catalogue in ` + "`domain/indicator`" + ` (` + "`go test ./docs -update`" + `). A code and its version never change
meaning. What each counts is fixed by DESIGN's rulings: stocks count HTX registered at V by their seat at V, flows count HTX agricultural and registered
on the day of the fact by their seat on that day; no data is not zero.

| code | version | name | unit | kind | meaning |
|---|---|---|---|---|---|
`)
	for _, d := range indicator.All() {
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s | %s | %s |\n", d.Code, d.Version, d.Name, d.Unit, kindOf(d), d.English)
	}
	b.WriteString("\n## Why a co-operative is not counted\n\nThe reasons that an explanation gives, by their code.\n\n| code | sentence |\n|---|---|\n")
	for _, r := range indicator.Reasons() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", r, r.Vi())
	}
	page(t, "indicators.md", b.String())
}

func kindOf(d *indicator.Definition) string {
	var words []string
	if d.Flow {
		words = append(words, "flow")
	} else {
		words = append(words, "stock")
	}
	if d.Ratio {
		words = append(words, "ratio")
	}
	if d.Covered {
		words = append(words, "coverage")
	}
	if d.Schemed {
		words = append(words, "by scheme")
	}
	if d.IsComposed() {
		words = append(words, "composed")
	}
	return strings.Join(words, ", ")
}

// TestEventsPage shows each kind by its golden file, which is a real record's
// data.
func TestEventsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Event kinds\n\nGenerated from the golden files of the families (`go test ./docs -update`): one example of the `data` of every kind, with what its row says of it: its names, and its members by the labels that forms have. " +
		"Members marked optional in the code of the family may be absent.\n\n" +
		"What is recorded keeps the bounds in the tables, which are those of the tags in the families' code. They are rules of the door: a record from " +
		"before there were bounds is read and verified as ever. A text holds characters that can be seen and the common space alone: no other space, " +
		"no line break (but where the table says *several lines*), no control characters, nothing that changes the direction of writing, nothing private to a font, " +
		"no tags and nothing that Unicode " + unicode.Version + " has not assigned. It has no space at its start or end, and a name has a letter or a digit. " +
		"Characters are counted in normal form C. Sums that a program works out may reach 2^53-1.\n")
	b.WriteString("\n## What a record holds beside its data\n\n")
	bounds(&b, ledger.HeaderBounds())
	family := ""
	for _, k := range register.Kinds() {
		if k == ledger.KindRestated || k == ledger.KindRetracted {
			continue // their data are those of the kind they correct, or {}
		}
		if f := k.Family(); f != family {
			family = f
			fmt.Fprintf(&b, "\n## %s: %s\n", family, register.FamilyTitle(family))
		}
		spec, err := register.Spec(k)
		require.NoError(t, err)
		b.WriteString("\n" + spec.Document(golden(t, k)))
	}
	page(t, "events.md", b.String())
}

// bounds writes a table of members and what each may be.
func bounds(b *strings.Builder, list []ledger.Bound) {
	b.WriteString("| member | at the door |\n|---|---|\n")
	for _, x := range list {
		fmt.Fprintf(b, "| `%s` | %s |\n", x.Member, x)
	}
}

func golden(t *testing.T, k ledger.Kind) string {
	name := strings.ReplaceAll(string(k), "/", "@") + ".json"
	found, err := filepath.Glob(filepath.Join("..", "domain", "*", "testdata", "events", name))
	require.NoError(t, err)
	require.Len(t, found, 1, "golden files of %s", k)
	data, err := os.ReadFile(found[0])
	require.NoError(t, err)
	var pretty bytes.Buffer
	require.NoError(t, json.Indent(&pretty, bytes.TrimSpace(data), "", "  "))
	return pretty.String()
}

func TestEveryKindIsInTheEventsPage(t *testing.T) {
	data, err := os.ReadFile("events.md")
	require.NoError(t, err)
	missing := slices.DeleteFunc(register.Kinds(), func(k ledger.Kind) bool {
		return k == ledger.KindRestated || k == ledger.KindRetracted || strings.Contains(string(data), "`"+string(k)+"`")
	})
	require.Empty(t, missing)
}
