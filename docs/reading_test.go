package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// ratchets bound how the code reads; a bound may only be tightened. What good Go
// programs have (sumdb, wtf, tessera, go-cloud, pebble) stands behind each. The
// figures of today: go test ./docs -run TestReading -v
var ratchets = struct {
	bodyComments     float64 // at least: lines of comment in 100 lines of function bodies (4 to 14)
	oneWordFunctions float64 // at most: % of functions whose name is one word (22 to 37)
	participles      float64 // at most: % of functions whose name is a bare participle (0 to 2)
	riddles          float64 // at most: % of the words of comments (2 to 4)
	longBare         float64 // at most: % of the unexported functions over ten lines without a comment
	exported         int     // at most: exported names of a package (about 90)
	arrows           int     // at most: arrows of house.md between our own packages
}{
	bodyComments:     1.6,
	oneWordFunctions: 45.5,
	participles:      2.3,
	riddles:          8.5,
	longBare:         10,
	exported:         172,
	arrows:           365,
}

// riddleWords point at something that a reader has to find elsewhere.
var riddleWords = map[string]bool{
	"it": true, "its": true, "that": true, "this": true, "those": true, "they": true, "them": true, "such": true, "what": true,
	"whatever": true, "who": true, "whose": true, "whoever": true, "one": true, "ones": true,
}

// participle is a name such as told, named or folding: it says that something
// happens to something, and neither to what nor what.
var participle = regexp.MustCompile(`^[a-z]+(ed|ing)$`)

// A reading holds the counts of the source, without tests and generated files.
type reading struct {
	lines, bodyLines, bodyComments  int
	functions, oneWord, participles int
	words, riddles                  int
	long, longBare                  int // unexported functions over ten lines; those without a comment
	exported                        map[string]int
	mostExported                    int
	mostExportedIn                  string
}

// longFunction is the length in lines from which an unexported function needs a
// comment.
const longFunction = 10

// TestReading holds the code to the ratchets.
func TestReading(t *testing.T) {
	r := readTree(t)
	own := 0
	_, drawn := arrows(t)
	for _, to := range drawn {
		for _, x := range to {
			if !strings.HasPrefix(x, "+") {
				own++
			}
		}
	}
	percent := func(part, whole int) float64 { return 100 * float64(part) / float64(whole) }
	body, one, part := percent(r.bodyComments, r.bodyLines), percent(r.oneWord, r.functions), percent(r.participles, r.functions)
	riddles, bare := percent(r.riddles, r.words), percent(r.longBare, r.long)
	t.Logf("lines of code %d, functions %d", r.lines, r.functions)
	t.Logf("lines of comment in 100 lines of bodies %.2f (at least %v)", body, ratchets.bodyComments)
	t.Logf("functions named by one word %.1f %% (at most %v)", one, ratchets.oneWordFunctions)
	t.Logf("functions named by a participle %.2f %% (at most %v)", part, ratchets.participles)
	t.Logf("riddle words in comments %.1f %% (at most %v)", riddles, ratchets.riddles)
	t.Logf("unexported functions over %d lines without a comment %.0f %% (at most %v)", longFunction, bare, ratchets.longBare)
	t.Logf("exported names: %s has %d (at most %d)", r.mostExportedIn, r.mostExported, ratchets.exported)
	t.Logf("own arrows %d (at most %d)", own, ratchets.arrows)
	require.GreaterOrEqual(t, body, ratchets.bodyComments)
	require.LessOrEqual(t, one, ratchets.oneWordFunctions)
	require.LessOrEqual(t, part, ratchets.participles)
	require.LessOrEqual(t, riddles, ratchets.riddles)
	require.LessOrEqual(t, bare, ratchets.longBare)
	require.LessOrEqual(t, r.mostExported, ratchets.exported, r.mostExportedIn)
	require.LessOrEqual(t, own, ratchets.arrows)
}

// readTree reads every file of the module that is neither a test nor generated.
func readTree(t *testing.T) *reading {
	t.Helper()
	r := &reading{exported: map[string]int{}}
	require.NoError(t, filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != ".." && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(p) != ".go" || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		source, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, p, source, parser.ParseComments|parser.SkipObjectResolution)
		if err == nil && !ast.IsGenerated(f) {
			r.add(filepath.ToSlash(filepath.Dir(p)), set, f, strings.Split(string(source), "\n"))
		}
		return err
	}))
	for dir, n := range r.exported {
		if n > r.mostExported {
			r.mostExported, r.mostExportedIn = n, strings.TrimPrefix(dir, "../")
		}
	}
	return r
}

// add counts one file of a package.
func (r *reading) add(dir string, set *token.FileSet, f *ast.File, lines []string) {
	line := func(p token.Pos) int { return set.Position(p).Line }
	commented := map[int]bool{} // lines that are comment alone
	for _, g := range f.Comments {
		for _, c := range g.List {
			first := set.Position(c.Pos())
			for l := first.Line; l <= line(c.End()); l++ {
				if l > first.Line || strings.TrimSpace(lines[l-1][:first.Column-1]) == "" {
					commented[l] = true
				}
			}
		}
		for _, w := range strings.FieldsFunc(g.Text(), func(c rune) bool { return !unicode.IsLetter(c) }) {
			r.words++
			if riddleWords[strings.ToLower(w)] {
				r.riddles++
			}
		}
	}
	for n, text := range lines {
		if strings.TrimSpace(text) != "" && !commented[n+1] {
			r.lines++
		}
	}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil && d.Name.IsExported() {
				r.exported[dir]++
			}
			r.function(d, f.Comments, line)
		case *ast.GenDecl:
			r.exported[dir] += exportedSpecs(d)
		}
	}
}

// function counts one function, with the comments of its file.
func (r *reading) function(d *ast.FuncDecl, comments []*ast.CommentGroup, line func(token.Pos) int) {
	r.functions++
	if wordsOf(d.Name.Name) == 1 {
		r.oneWord++
		if participle.MatchString(strings.ToLower(d.Name.Name)) {
			r.participles++
		}
	}
	if d.Body == nil {
		return
	}
	length := line(d.Body.Rbrace) - line(d.Body.Lbrace)
	r.bodyLines += length
	if length > longFunction && !d.Name.IsExported() {
		r.long++
		if d.Doc == nil {
			r.longBare++
		}
	}
	for _, g := range comments {
		if g.Pos() > d.Body.Lbrace && g.End() < d.Body.Rbrace {
			r.bodyComments += line(g.End()) - line(g.Pos()) + 1
		}
	}
}

// exportedSpecs counts the exported types, constants and variables of a
// declaration.
func exportedSpecs(d *ast.GenDecl) (n int) {
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() {
				n++
			}
		case *ast.ValueSpec:
			for _, name := range s.Names {
				if name.IsExported() {
					n++
				}
			}
		}
	}
	return n
}

// wordsOf is how many words a name has: setFreshnessHeaders has three.
func wordsOf(name string) (n int) {
	lower := false
	for i, c := range name {
		if i == 0 || unicode.IsUpper(c) && lower {
			n++
		}
		lower = unicode.IsLower(c) || unicode.IsDigit(c)
	}
	return n
}

func TestWordsOf(t *testing.T) {
	for name, want := range map[string]int{"told": 1, "setFreshnessHeaders": 3, "JSON": 1, "parseJSON": 2, "A1Of": 2, "NewRoot": 2} {
		require.Equal(t, want, wordsOf(name), name)
	}
}
