package imports

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
)

const manual = "../../docs/import.md"

var typeNames = map[Type]string{
	Text: "text", Key: "key", Keys: "keys", TaxCode: "tax code", Whole: "whole number", Money: "money", Points: "points",
	Day: "day", LastDay: "last day", FirstOut: "first day out", Year: "year", YesNo: "yes or no", Choice: "word", Remark: "not recorded",
}

// The tables of docs/import.md are those of the code; -update writes them.
func TestManualShowsEveryFormColumnAndFault(t *testing.T) {
	b, err := os.ReadFile(manual)
	require.NoError(t, err)
	want := string(b)
	for name, table := range map[string]string{"common": columnsTable(common()), "forms": formsTables(), "faults": faultsTable(t)} {
		want = between(t, want, name, table)
	}
	if *update {
		require.NoError(t, os.WriteFile(manual, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(b), "docs/import.md is behind the code: run go test ./domain/imports -update")
}

// between puts a text between the two marks of a name.
func between(t *testing.T, doc, name, text string) string {
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	at, to := strings.Index(doc, begin), strings.Index(doc, end)
	require.True(t, at >= 0 && to > at, "no marks for %s", name)
	return doc[:at] + begin + "\n" + text + "\n" + doc[to:]
}

func formsTables() string {
	shared := map[string]bool{}
	for _, c := range common() {
		shared[c.Name] = true
	}
	var b strings.Builder
	for _, f := range Forms() {
		fmt.Fprintf(&b, "### %s: %s\n\n", f.Name, f.Title)
		var own []*Column
		for _, c := range f.Columns {
			if !shared[c.Name] {
				own = append(own, c)
			}
		}
		b.WriteString(columnsTable(own) + "\n")
		for _, c := range own {
			if c.Type == Choice {
				fmt.Fprintf(&b, "Words of `%s`: %s.\n\n", c.Name, words(c))
			}
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func columnsTable(list []*Column) string {
	var b strings.Builder
	b.WriteString("| column | heading | also | read as | must |\n|---|---|---|---|---|\n")
	for _, c := range list {
		must := ""
		if c.Required {
			must = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", c.Name, c.Heading, strings.Join(c.Also, "; "), typeNames[c.Type], must)
	}
	return b.String()
}

func words(c *Column) string {
	var list []string
	for _, w := range c.Words {
		text := "`" + w.Record + "` " + w.Word
		if len(w.Also) > 0 {
			text += " (" + strings.Join(w.Also, ", ") + ")"
		}
		list = append(list, text)
	}
	if c.Open {
		list = append(list, "any other key as it stands")
	}
	return strings.Join(list, " · ")
}

var declaration = regexp.MustCompile(`fault\.Declare\("([a-z0-9-]+)"`)

func faultsTable(t *testing.T) string {
	source, err := os.ReadFile("faults.go")
	require.NoError(t, err)
	byCode := map[string]*fault.Fault{}
	for _, f := range fault.Declarations() {
		byCode[f.Code] = f
	}
	var b strings.Builder
	b.WriteString("| code | meaning | what the officer reads |\n|---|---|---|\n")
	for _, m := range declaration.FindAllStringSubmatch(string(source), -1) {
		f := byCode[m[1]]
		require.NotNil(t, f, m[1])
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.Code, plain(f.English), plain(f.Vietnamese))
	}
	return b.String()
}

// plain writes the verbs of a sentence as an ellipsis.
func plain(format string) string {
	return strings.ReplaceAll(regexp.MustCompile(`%0?\d*[a-zA-Z]`).ReplaceAllString(format, "…"), "|", "\\|")
}
