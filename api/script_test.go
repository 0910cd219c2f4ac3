package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestScripts runs testdata/http/*.txt, each against a server of its own.
//
// Lines that begin with "> " are a request (method and address, headers, an
// empty line, a body) and those with "< " what is wanted of the reply: its
// status, headers, and a fragment of its JSON: members that are not named are
// not looked at, arrays are looked at whole, "…" is any value. "< !Name" wants
// no such header, and {name} in a header's wanted value keeps it for later.
// All else is prose. A line "@ token NAME ROLE [PLACE]" makes an account, whose
// token is {NAME} from there on; "@ wait" waits until no file is worked on; "@ sign" signs a checkpoint of what there is,
// and the server of such a script knows a journal from the start.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/http/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	contract := loadContract(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var setup []func(*Deps)
			if strings.Contains(string(text), "\n@ sign") {
				setup = append(setup, signing(t))
			}
			s := &script{house: newHouse(t, setup...), vars: map[string]string{}, contract: contract}
			for _, step := range parseScript(t, string(text)) {
				s.run(t, file, step)
			}
		})
	}
}

type script struct {
	*house
	vars     map[string]string
	contract *contract
}

// A step is one request with what is wanted of its reply, or an account.
type step struct {
	line    int
	account []string
	request []string
	want    []string
}

func parseScript(t *testing.T, text string) (steps []step) {
	var s step
	flush := func() {
		if len(s.request) > 0 {
			require.NotEmpty(t, s.want, "line %d: a request without a wanted reply", s.line)
			steps = append(steps, s)
		}
		s = step{}
	}
	for i, line := range strings.Split(text, "\n") {
		switch mark, rest := mark(line); mark {
		case '@':
			flush()
			steps = append(steps, step{line: i + 1, account: strings.Fields(rest)})
		case '>':
			if len(s.want) > 0 {
				flush()
			}
			if len(s.request) == 0 {
				s.line = i + 1
			}
			s.request = append(s.request, rest)
		case '<':
			s.want = append(s.want, rest)
		}
	}
	flush()
	return steps
}

func mark(line string) (byte, string) {
	if line == ">" || line == "<" {
		return line[0], ""
	}
	if len(line) > 1 && line[1] == ' ' && strings.ContainsRune("@><", rune(line[0])) {
		return line[0], line[2:]
	}
	return 0, line
}

func (s *script) run(t *testing.T, file string, st step) {
	at := fmt.Sprintf("%s:%d", file, st.line)
	if slices.Equal(st.account, []string{"sign"}) {
		s.sign()
		return
	}
	if slices.Equal(st.account, []string{"wait"}) {
		s.server.tray.Wait()
		return
	}
	if st.account != nil {
		require.Equal(t, "token", st.account[0], at)
		s.vars[st.account[1]] = s.token(st.account[1], st.account[2], strings.Join(st.account[3:], ""))
		return
	}
	head, body := split(st.request)
	method, path, ok := strings.Cut(s.expand(head[0]), " ")
	require.True(t, ok, at)
	r, err := http.NewRequest(method, s.http.URL+path, strings.NewReader(s.expand(body)))
	require.NoError(t, err, at)
	for _, h := range head[1:] {
		name, value, ok := strings.Cut(s.expand(h), ": ")
		require.True(t, ok, at)
		if name == "Host" {
			r.Host = value
		} else {
			r.Header.Add(name, value)
		}
	}
	res, got := s.send(r)
	s.check(t, at, st.want, res, got)
	s.contract.check(t, at, r, s.expand(body), res, got)
}

// split parts a message at its first empty line.
func split(lines []string) (head []string, body string) {
	for i, line := range lines {
		if line == "" {
			return lines[:i], strings.Join(lines[i+1:], "\n")
		}
	}
	return lines, ""
}

func (s *script) expand(text string) string {
	for name, value := range s.vars {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (s *script) check(t *testing.T, at string, want []string, res *http.Response, got string) {
	head, body := split(want)
	code, err := strconv.Atoi(head[0])
	require.NoError(t, err, at)
	require.Equal(t, code, res.StatusCode, "%s: %s", at, got)
	for _, h := range head[1:] {
		if absent, ok := strings.CutPrefix(h, "!"); ok {
			require.Empty(t, res.Header.Values(absent), at)
			continue
		}
		name, value, ok := strings.Cut(h, ": ")
		require.True(t, ok, "%s: %s", at, h)
		have := strings.Join(res.Header.Values(name), " | ")
		if v, ok := strings.CutPrefix(value, "{"); ok && s.vars[strings.TrimSuffix(v, "}")] == "" {
			require.NotEmpty(t, have, "%s: %s", at, name)
			s.vars[strings.TrimSuffix(v, "}")] = have
			continue
		}
		require.Equal(t, s.expand(value), have, "%s: %s", at, name)
	}
	if body != "" {
		var fragment, whole any
		require.NoError(t, json.Unmarshal([]byte(s.expand(body)), &fragment), at)
		require.NoError(t, json.Unmarshal([]byte(got), &whole), "%s: %s", at, got)
		if where := differs(fragment, whole, ""); where != "" {
			require.Failf(t, "another body", "%s: at %s\nwant %s\ngot  %s", at, where, body, got)
		}
	}
}

// differs tells where a fragment is not in a value, or "".
func differs(want, got any, at string) string {
	switch w := want.(type) {
	case string:
		if w == "…" && got != nil {
			return ""
		}
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return at + "/"
		}
		for name, value := range w {
			if where := differs(value, g[name], at+"/"+name); where != "" {
				return where
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return at + "/"
		}
		for i := range w {
			if where := differs(w[i], g[i], at+"/"+strconv.Itoa(i)); where != "" {
				return where
			}
		}
		return ""
	}
	if !reflect.DeepEqual(want, got) {
		return at + "/"
	}
	return ""
}
