package imports

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/canonical"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden holds a text to its file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// numbersOf is the declared format of the sample sheets that need one.
var numbersOf = map[string]NumberFormat{"coop-classes": Plain}

func sample(t *testing.T, form *Form) *Sheet {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", form.Name+".csv"))
	require.NoError(t, err)
	opts := Options{Numbers: Vietnamese}
	if f, ok := numbersOf[form.Name]; ok {
		opts.Numbers = f
	}
	s, err := CSV(context.Background(), form.Name+".csv", b, form, opts)
	require.NoError(t, err)
	return s
}

// Every form has a sheet in testdata, and the commands that it makes beside it.
func TestFormsMakeTheirCommands(t *testing.T) {
	for _, form := range Forms() {
		t.Run(form.Name, func(t *testing.T) {
			s := sample(t, form)
			require.Empty(t, vi(s.Problems()))
			var b strings.Builder
			for _, d := range s.Drafts() {
				c, err := canonical.Marshal(d)
				require.NoError(t, err)
				fmt.Fprintf(&b, "%s\n", c)
			}
			golden(t, form.Name+".golden", b.String())
		})
	}
}

// The sheets together fill every column of every form, so that no column is
// read by nobody.
func TestSamplesFillEveryColumn(t *testing.T) {
	shared := map[string]bool{}
	for _, c := range common() {
		shared[c.Name] = true
	}
	filled := map[string]bool{}
	for _, form := range Forms() {
		b, err := os.ReadFile(filepath.Join("testdata", form.Name+".csv"))
		require.NoError(t, err)
		tab, err := tableOf(b, form, Options{})
		require.NoError(t, err)
		for i, h := range tab.head.cells {
			c, _, ok := form.column(h)
			require.True(t, ok, h)
			if tab.filled(i) {
				filled[form.Name+" "+c.Name] = true
				filled["every "+c.Name] = true
			}
		}
	}
	for _, form := range Forms() {
		for _, c := range form.Columns {
			switch {
			case shared[c.Name]:
				require.True(t, filled["every "+c.Name], c.Name)
			case c.Name == "coop_name" || c.Name == "tax_code" || c.Name == "coop" || c.Name == "last_day" || c.Name == "until":
				require.True(t, filled["every "+c.Name], c.Name)
			default:
				require.True(t, filled[form.Name+" "+c.Name], "%s: %s", form.Name, c.Name)
			}
		}
	}
}

func vi(problems []Mark) []string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Vi())
	}
	return list
}
