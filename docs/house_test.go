// Package docs_test holds the papers to the tree: the rooms and arrows of
// house.md, the names of glossary.md, and every link.
package docs_test

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "htxledger"

// A room is one package of the tree.
type room struct {
	dir     string
	files   []*ast.File // without tests
	tests   []*ast.File
	imports map[string]bool // of files: rooms by directory, third parties with a plus

	standard map[string]bool // of files: packages of the standard library
}

// rooms parses every package of the module. It reads the files itself: what a
// test learns from another program, the test cache does not know to be stale.
func rooms(t *testing.T) map[string]*room {
	t.Helper()
	all := map[string]*room{}
	set := token.NewFileSet()
	require.NoError(t, filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && p != ".." && (name == "testdata" || strings.HasPrefix(name, ".")) {
			return fs.SkipDir
		}
		if filepath.Ext(p) != ".go" || d.IsDir() {
			return nil
		}
		f, err := parser.ParseFile(set, p, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(p)), "../")
		if all[dir] == nil {
			all[dir] = &room{dir: dir, imports: map[string]bool{}, standard: map[string]bool{}}
		}
		all[dir].take(p, f)
		return nil
	}))
	return all
}

func (r *room) take(file string, f *ast.File) {
	if strings.HasSuffix(file, "_test.go") {
		r.tests = append(r.tests, f)
		return
	}
	r.files = append(r.files, f)
	for _, to := range imported(f) {
		switch {
		case strings.HasPrefix(to, module+"/"):
			r.imports[strings.TrimPrefix(to, module+"/")] = true
		case thirdParty(to):
			r.imports["+"+to] = true
		default:
			r.standard[to] = true
		}
	}
}

func imported(f *ast.File) []string {
	var list []string
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value) // the parser has read it
		list = append(list, p)
	}
	return list
}

// thirdParty reports whether a path is neither ours nor the standard library's,
// whose paths have no dot before their first slash.
func thirdParty(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return strings.Contains(first, ".")
}

// block gives the lines of the block of one name in a paper.
func block(t *testing.T, paper, name string) []string {
	t.Helper()
	b, err := os.ReadFile(paper)
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(b), "\n```"+name+"\n")
	require.True(t, ok, "%s has no block %s", paper, name)
	text, _, ok := strings.Cut(rest, "\n```")
	require.True(t, ok)
	return strings.Split(text, "\n")
}

// arrows are the lines of the block arrows: a room and what it points to.
func arrows(t *testing.T) (order []string, to map[string][]string) {
	t.Helper()
	to = map[string][]string{}
	for _, line := range block(t, "house.md", "arrows") {
		from, list, ok := strings.Cut(line, "->")
		require.True(t, ok, "no arrow in %q", line)
		from = strings.TrimSpace(from)
		require.NotContains(t, to, from, "two lines for one room")
		order = append(order, from)
		to[from] = strings.Fields(strings.TrimSpace(list))
		if strings.TrimSpace(list) == "(nothing)" {
			to[from] = []string{}
		}
	}
	return order, to
}

// TestArrows holds the imports of the tree to the arrows: none more, none less.
// With -update it draws them anew, for whoever reads the difference.
func TestArrows(t *testing.T) {
	tree := rooms(t)
	if *update {
		redraw(t, tree)
	}
	_, drawn := arrows(t)
	for dir, r := range tree {
		if len(r.files) == 0 {
			continue // tests only
		}
		to, ok := drawn[dir]
		if !ok {
			t.Errorf("house.md has no line for %s -> %s", dir, strings.Join(sorted(r.imports), " "))
			continue
		}
		for _, x := range sorted(r.imports) {
			if !slices.Contains(to, x) {
				t.Errorf("%s imports %s, which no arrow allows", dir, x)
			}
		}
		for _, x := range to {
			if !r.imports[x] {
				t.Errorf("house.md draws %s -> %s, which nothing imports", dir, x)
			}
		}
	}
	for dir := range drawn {
		if tree[dir] == nil {
			t.Errorf("house.md has a line for %s, which is not there", dir)
		}
	}
}

// redraw writes the block arrows as the tree is, each room below those that it
// points to.
func redraw(t *testing.T, tree map[string]*room) {
	t.Helper()
	depth := map[string]int{}
	var deep func(dir string) int
	deep = func(dir string) int {
		if d, ok := depth[dir]; ok || tree[dir] == nil {
			return d
		}
		depth[dir] = 0
		for x := range tree[dir].imports {
			depth[dir] = max(depth[dir], 1+deep(x))
		}
		return depth[dir]
	}
	var order []string
	for dir, r := range tree {
		if len(r.files) > 0 {
			deep(dir)
			order = append(order, dir)
		}
	}
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(floorOf(a)-floorOf(b), depth[a]-depth[b], strings.Compare(a, b))
	})
	var lines []string
	for _, dir := range order {
		to := strings.Join(sorted(tree[dir].imports), " ")
		if to == "" {
			to = "(nothing)"
		}
		lines = append(lines, dir+" -> "+to)
	}
	b, err := os.ReadFile("house.md")
	require.NoError(t, err)
	before, rest, _ := strings.Cut(string(b), "\n```arrows\n")
	_, after, ok := strings.Cut(rest, "\n```\n")
	require.True(t, ok)
	text := before + "\n```arrows\n" + strings.Join(lines, "\n") + "\n```\n" + after
	require.NoError(t, os.WriteFile("house.md", []byte(text), 0o644))
}

// floors are the floors of the house, from the ground up.
var floors = []string{"domain", "projections", "api", "cmd"}

func floorOf(dir string) int {
	first, _, _ := strings.Cut(dir, "/")
	return slices.Index(floors, first)
}

// families are the rooms that do not know one another.
var families = []string{"place", "coop", "certificate", "ocop", "training", "support", "plan", "statement"}

// TestFloors wants no room to point to a floor above its own, and no family to
// another.
func TestFloors(t *testing.T) {
	for dir, r := range rooms(t) {
		for x := range r.imports {
			if strings.HasPrefix(x, "+") {
				continue
			}
			if floorOf(x) > floorOf(dir) {
				t.Errorf("%s -> %s points up", dir, x)
			}
			from, ok1 := strings.CutPrefix(dir, "domain/")
			to, ok2 := strings.CutPrefix(x, "domain/")
			if ok1 && ok2 && slices.Contains(families, from) && slices.Contains(families, to) {
				t.Errorf("%s -> %s: families do not know one another", dir, x)
			}
		}
	}
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// TestArrowsPointDown wants every arrow to point to a line above its own.
func TestArrowsPointDown(t *testing.T) {
	order, to := arrows(t)
	above := map[string]bool{}
	for _, from := range order {
		for _, x := range to[from] {
			if !strings.HasPrefix(x, "+") && !above[x] {
				t.Errorf("%s -> %s points up or sideways", from, x)
			}
		}
		above[from] = true
	}
}

// TestHomes wants what comes from elsewhere to stay in its home, tests too.
func TestHomes(t *testing.T) {
	homes := map[string][]string{}
	for _, line := range block(t, "house.md", "homes") {
		prefix, list, ok := strings.Cut(line, "->")
		require.True(t, ok, "no arrow in %q", line)
		homes[strings.TrimSpace(prefix)] = strings.Fields(list)
	}
	for dir, r := range rooms(t) {
		for i, f := range slices.Concat(r.files, r.tests) {
			for _, p := range imported(f) {
				if !thirdParty(p) {
					continue
				}
				if home := homeOf(homes, p); !allowed(home, dir, i >= len(r.files)) {
					t.Errorf("%s imports %s, whose home is %v", dir, p, home)
				}
			}
		}
	}
}

func homeOf(homes map[string][]string, p string) []string {
	for prefix, rooms := range homes {
		if p == prefix || strings.HasPrefix(p, prefix+"/") {
			return rooms
		}
	}
	return []string{"(nowhere)"}
}

// allowed reports whether a room is among those of a home: a room with all
// below it, or the word tests.
func allowed(home []string, dir string, test bool) bool {
	for _, h := range home {
		if h == "tests" && test || dir == h || strings.HasPrefix(dir, h+"/") {
			return true
		}
	}
	return false
}

// TestDomain wants no fractions of the machine and no clock in the domain: a
// number is exact there, and time comes in as a parameter.
func TestDomain(t *testing.T) {
	for dir, r := range rooms(t) {
		if dir != "domain" && !strings.HasPrefix(dir, "domain/") {
			continue
		}
		for _, f := range r.files {
			for _, p := range imported(f) {
				if (p == "math/rand" || p == "math/rand/v2") && !strings.HasSuffix(dir, "test") { // a harness may
					t.Errorf("%s draws lots: %s", dir, p)
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if what := notForDomain(n); what != "" {
					t.Errorf("%s (package %s) has %s", dir, f.Name.Name, what)
				}
				return true
			})
		}
	}
}

// wholeLiteral is a whole number that the language counts as a fraction: 1e6.
var wholeLiteral = regexp.MustCompile(`^[0-9]+e[0-9]+$`)

// notForDomain names what has no place in the domain, or is "".
func notForDomain(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		if slices.Contains([]string{"float32", "float64", "complex64", "complex128"}, n.Name) {
			return n.Name
		}
	case *ast.BasicLit:
		if n.Kind == token.FLOAT && !wholeLiteral.MatchString(n.Value) {
			return "the literal " + n.Value
		}
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, n.Sel.Name) {
			return "time." + n.Sel.Name
		}
	}
	return ""
}

// TestPackageComments wants every package to say what it is, once.
func TestPackageComments(t *testing.T) {
	for dir, r := range rooms(t) {
		said := 0
		for _, f := range r.files {
			if f.Doc != nil {
				said++
			}
		}
		if len(r.files) > 0 && said != 1 {
			t.Errorf("%s has %d package comments", dir, said)
		}
		if path.Base(dir) == "util" || path.Base(dir) == "utils" || path.Base(dir) == "common" {
			t.Errorf("%s: a package is named for what it does", dir)
		}
	}
}

// TestTopLevel wants at the top what the owner fixed, dot-files, and nothing else
// but what is not part of the project: a built program, a demo's ledger.
func TestTopLevel(t *testing.T) {
	fixed := []string{"domain", "projections", "api", "cmd", "docs", "docker-compose.yml", "go.mod", "go.sum", "README.md"}
	list, err := os.ReadDir("..")
	require.NoError(t, err)
	for _, e := range list {
		if name := e.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(fixed, name) && !ignored(t, name) {
			t.Errorf("%s has no place at the top", name)
		}
	}
}

// ignored reports whether git passes a name over; by the names that are known
// where there is no git.
func ignored(t *testing.T, name string) bool {
	err := exec.CommandContext(t.Context(), "git", "-C", "..", "check-ignore", "--quiet", name).Run()
	var exit *exec.ExitError
	if err == nil || errors.As(err, &exit) && exit.ExitCode() == 1 {
		return err == nil
	}
	return slices.Contains([]string{"htxledger", "htxverify", "htxledger.exe", "htxverify.exe", "htxledger-data", "demo"}, name)
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks wants every link to a file of ours to lead somewhere.
func TestLinks(t *testing.T) {
	papers, err := filepath.Glob("*.md")
	require.NoError(t, err)
	more, err := filepath.Glob("decisions/*.md")
	require.NoError(t, err)
	for _, paper := range slices.Concat([]string{"../README.md"}, papers, more) {
		b, err := os.ReadFile(paper)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(b), -1) {
			to, _, _ := strings.Cut(m[1], "#")
			if to == "" || strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(paper), filepath.FromSlash(to))); err != nil {
				t.Errorf("%s: %v", paper, fmt.Errorf("link to %s: %w", m[1], err))
			}
		}
	}
}
