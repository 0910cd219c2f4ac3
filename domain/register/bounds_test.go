package register_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// refusal is the code and place of what a command is refused for, or "".
func refusal(t testing.TB, b *register.Book, command string) string {
	t.Helper()
	d, err := ledger.ParseDraft([]byte(command))
	if err == nil {
		_, err = b.Decide(d, b.Index().Last()+1)
	}
	if err == nil {
		return ""
	}
	f, ok := fault.Of(err)
	require.True(t, ok, "no fault: %v", err)
	return f.Code + " " + f.Field
}

// quoted is a JSON string with every character beyond ASCII escaped, so that the
// test file shows what it holds.
func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// A text that reads otherwise than it is stored, or says nothing, or fills a
// page, is refused at its place, whatever command brings it.
func TestTextsThatAreRefused(t *testing.T) {
	b := bookFor(t)
	established := func(name string) string {
		return `{"key":"k","stream":"coop/k","kind":"coop.established/1","valid":"2020-01-01","data":{"agricultural":true,"form":"htx","name":` +
			quoted(name) + `,"place":"p","sector":"x"}}`
	}
	require.Empty(t, refusal(t, b, established("HTX Nông nghiệp – Dịch vụ “Đắk R'lấp” (Ê Đê: Buôn Čuôr Knia), số 1/2023 & 50% 100₫")))
	require.Empty(t, refusal(t, b, established(strings.Repeat("ạ", 500))))
	for name, text := range map[string]string{
		"500 characters and one": strings.Repeat("ạ", 501),
		"900 kB":                 strings.Repeat("HTX ", 225_000),
	} {
		require.Equal(t, "text-too-long /data/name", refusal(t, b, established(text)), name)
	}
	for name, r := range map[string]rune{
		"zero width space": '\u200B', "joiner": '\u200D', "soft hyphen": '\u00AD', "word joiner": '\u2060', "grapheme joiner": '\u034F',
		"Hangul filler": '\u3164', "half Hangul filler": '\uFFA0', "Mongolian vowel separator": '\u180E', "annotation": '\uFFF9',
		"variation selector": '\uFE0F', "variation selector 17": '\U000E0100', "tag": '\U000E0041', "Khmer vowel": '\u17B4',
		"left-to-right mark": '\u200E', "Arabic mark": '\u061C', "private": '\uF0B7', "private plane": '\U00100000',
		"unassigned": '\u0378', "unassigned plane": '\U000C0000', "line separator": '\u2028', "paragraph separator": '\u2029',
		"line feed": '\n', "tab": '\t', "no-break space": '\u00A0', "thin space": '\u2009', "ideographic space": '\u3000',
		"braille blank": '\u2800', "object": '\uFFFC', "replacement": '\uFFFD',
	} {
		require.Equal(t, "text-character /data/name", refusal(t, b, established("HTX "+string(r)+"A")), name)
	}
	for name, r := range map[string]rune{"override": '\u202E', "isolate": '\u2066', "byte order mark": '\uFEFF', "noncharacter": '\uFFFE', "bell": '\a', "C1": '\u0085'} {
		require.Equal(t, "json-character", strings.Fields(refusal(t, b, established("HTX "+string(r)+"A")))[0], name) // no record can hold these
	}
	require.Equal(t, "text-blank /data/name", refusal(t, b, established("   ")))
	require.Equal(t, "text-space /data/name", refusal(t, b, established(" HTX A")))
	require.Equal(t, "text-space /data/name", refusal(t, b, established("HTX A ")))
	require.Equal(t, "text-nameless /data/name", refusal(t, b, established("– …")))
}

// Every text of a command is held to a bound, not only those of its data.
func TestTextsBesideTheDataAreRefused(t *testing.T) {
	b := bookFor(t)
	send(t, b, `{"key":"m","stream":"coop/c","kind":"coop.members-counted/1","valid":"2021-01-01","data":{"official":1}}`)
	with := func(member string) string {
		return `{"key":"k","stream":"coop/c","kind":"coop.members-counted/1","valid":"2021-02-01",` + member + `,"data":{"official":1}}`
	}
	long := strings.Repeat("x", 5000)
	for member, want := range map[string]string{
		`"source":{"document":"\u200b"}`:                        "text-character /source/document",
		`"source":{"document":"` + long + `"}`:                  "text-too-long /source/document",
		`"source":{"issuer":"  "}`:                              "text-blank /source/issuer",
		`"source":{"note":"` + long + `"}`:                      "text-too-long /source/note",
		`"source":{"sheet":"a\ue000"}`:                          "text-character /source/sheet",
		`"source":{"note":"hai\ndòng"}`:                         "",
		`"source":{"document":"hai\ndòng"}`:                     "text-character /source/document",
		`"source":{"row":9000000000000000}`:                     "number-bound /source/row",
		`"actor":{"id":"a\u200b","role":"officer"}`:             "text-character /actor/id",
		`"actor":{"id":"a","role":"officer","place":"Đắk Mil"}`: "key-form /actor/place",
	} {
		require.Equal(t, want, refusal(t, b, with(member)), member)
	}
	require.Equal(t, "text-character /key", refusal(t, b, `{"key":"k\u3164","stream":"coop/c","kind":"coop.members-counted/1","valid":"2021-02-01","data":{"official":1}}`))
	for _, kind := range []string{"restated", "retracted"} {
		data := map[string]string{"restated": `{"official":2}`, "retracted": `{}`}[kind]
		require.Equal(t, "text-character /corrects/note", refusal(t, b,
			`{"key":"k","stream":"coop/c","kind":"ledger.`+kind+`/1","corrects":{"key":"m","reason":"typo","note":"\u200b"},"data":`+data+`}`), kind)
	}
	require.Equal(t, "number-bound /data/official", refusal(t, b,
		`{"key":"k","stream":"coop/c","kind":"ledger.restated/1","corrects":{"key":"m","reason":"typo"},"data":{"official":9000000000000000}}`))
}

// A request is for a command that keeps its bounds.
func TestARequestForMoreThanTheBoundsIsRefused(t *testing.T) {
	b := bookFor(t)
	require.Equal(t, "number-bound /data/command/data/official", refusal(t, b, `{"key":"k","stream":"request/k","kind":"request.made/1","valid":"2023-12-31",`+
		`"data":{"command":{"stream":"coop/c","kind":"coop.members-counted/1","valid":"2023-05-01","data":{"official":9000000000000000}}}}`))
}

func TestNumbersThatAreRefused(t *testing.T) {
	b := bookFor(t)
	for _, c := range []struct{ stream, kind, data, want string }{
		{"coop/c", "coop.members-counted/1", `{"official":9000000000000000}`, "number-bound /data/official"},
		{"coop/c", "coop.members-counted/1", `{"official":1000000,"associate":1000001}`, "number-bound /data/associate"},
		{"coop/c", "coop.members-counted/1", `{"official":1000000,"associate":1000000}`, ""},
		{"coop/c", "coop.year-reported/1", `{"basis":"actual","revenue":100000000000000,"year":2023,"profit":-100000000000000}`, ""},
		{"coop/c", "coop.year-reported/1", `{"basis":"actual","revenue":100000000000001,"year":2023}`, "number-bound /data/revenue"},
		{"coop/c", "coop.year-reported/1", `{"basis":"actual","revenue":1,"year":2023,"profit":-100000000000001}`, "number-bound /data/profit"},
		{"coop/c", "coop.scored/1", `{"points_hundredths":1,"scheme":"tt09-2017","year":2023,"months_operated":2001}`, "number-bound /data/months_operated"},
		{"training/t", "training.held/1", `{"attendances":100001,"programme":"plan","title":"Lớp"}`, "number-bound /data/attendances"},
		{"training/t", "training.held/1", `{"attendances":1,"days":9007199254740991,"programme":"plan","title":"Lớp"}`, "number-bound /data/days"},
		{"support/s", "support.given/1", `{"amount":1000000000001,"coop":"c","help":"equipment"}`, "number-bound /data/amount"},
	} {
		require.Equal(t, c.want, refusal(t, b, fmt.Sprintf(`{"key":"k","stream":%q,"kind":%q,"valid":"2023-12-31","data":%s}`, c.stream, c.kind, c.data)), c.data)
	}
}

// The bounds hold within lists and what they hold, too.
func TestBoundsWithinAPlan(t *testing.T) {
	b := bookFor(t)
	adopt := func(target, task string) string {
		return `{"key":"k","stream":"plan/k","kind":"plan.adopted/1","valid":"2023-06-14","data":{"number":"1/KH","issued":"2023-06-14","year":2023,"place":"p","title":"KẾ HOẠCH","targets":[` + target + `],"tasks":[` + task + `]}}`
	}
	target := func(member string) string {
		return `{"id":"T1","text":"Hai\ndòng","rule":"about","unit":"HTX","owners":["Sở A"],"cited":"L1",` + member + `}`
	}
	task := func(member string) string {
		return `{"id":"A1","text":"Việc","leads":["Sở A"],"with":[],"cited":"A-1",` + member + `}`
	}
	require.Empty(t, refusal(t, b, adopt(target(`"low":5`), task(`"due":"thường xuyên","results":[{"text":"Báo cáo"}]`))))
	require.Equal(t, "number-bound /data/targets/0/low", refusal(t, b, adopt(target(`"low":9007199254740991`), "")))
	require.Equal(t, "text-character /data/targets/0/named/1", refusal(t, b, adopt(target(`"low":5,"named":["Hội chợ","Hội\u00a0chợ"]`), "")))
	require.Equal(t, "text-too-long /data/tasks/0/due", refusal(t, b, adopt("", task(`"due":"`+strings.Repeat("x", 201)+`","results":[]`))))
	require.Equal(t, "text-blank /data/tasks/0/results/0/text", refusal(t, b, adopt("", task(`"due":"2023","results":[{"text":"  "}]`))))
}

// What was recorded before there were bounds stays recorded: the book takes the
// records, the same command again gives its record, and a correction mends it.
func TestRecordsFromBeforeTheBoundsStand(t *testing.T) {
	b := bookFor(t)
	command := `{"key":"old","stream":"coop/c","kind":"coop.renamed/1","valid":"2021-01-01","data":{"name":"\u200e  \u3164"}}`
	d, err := ledger.ParseDraft([]byte(command))
	require.NoError(t, err)
	r, err := d.Record(b.Size(), b.Index().Last()+1, 1)
	require.NoError(t, err)
	old, err := ledger.Decode(r.Bytes)
	require.NoError(t, err)
	require.NoError(t, b.Add(old))

	v, err := b.Decide(d, b.Index().Last()+1)
	require.NoError(t, err)
	require.True(t, v.Repeated)
	require.Equal(t, "text-character /data/name", refusal(t, b, strings.Replace(command, `"old"`, `"new"`, 1)))
	require.Empty(t, refusal(t, b, `{"key":"n","stream":"coop/c","kind":"ledger.restated/1","corrects":{"key":"old","reason":"typo"},"data":{"name":"HTX B"}}`))
	require.Empty(t, refusal(t, b, `{"key":"n","stream":"coop/c","kind":"ledger.retracted/1","corrects":{"key":"old","reason":"typo"},"data":{}}`))
}

// No kind can be added without bounds for all its texts and numbers.
func TestEveryMemberHasABound(t *testing.T) {
	for _, k := range register.Kinds() {
		if k == ledger.KindRestated || k == ledger.KindRetracted {
			continue
		}
		spec, err := register.Spec(k)
		require.NoError(t, err)
		require.Empty(t, spec.MissingBounds(), k)
		listed := map[string]bool{}
		for _, b := range spec.Bounds() {
			listed[b.Member] = true
		}
		var data any
		require.NoError(t, json.Unmarshal([]byte(goldenData(t, k)), &data))
		for member, value := range leaves("", data) {
			if strings.HasPrefix(member, "/command/") {
				continue // a request's command is tried, by the bounds of its own kind
			}
			if _, isText := value.(string); isText && isDay(value.(string)) || value == true || value == false {
				continue
			}
			require.True(t, listed[strings.TrimPrefix(member, "/")], "%s: %s of %v has no bound", k, member, value)
		}
	}
	require.Len(t, ledger.HeaderBounds(), 11)
}

func isDay(s string) bool { return len(s) == 10 && s[4] == '-' && s[7] == '-' }

// leaves are the texts and numbers of a JSON value, by their way from the top.
func leaves(path string, v any) map[string]any {
	all := map[string]any{}
	add := func(more map[string]any) {
		for k, x := range more {
			all[k] = x
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			if strings.HasSuffix(path, "definitions") {
				name = "*"
			}
			add(leaves(path+"/"+name, x))
		}
	case []any:
		for _, x := range v {
			add(leaves(path+"/*", x))
		}
	default:
		all[path] = v
	}
	return all
}

func goldenData(t testing.TB, k ledger.Kind) string {
	name := strings.ReplaceAll(string(k), "/", "@") + ".json"
	found, err := filepath.Glob(filepath.Join("..", "*", "testdata", "events", name))
	require.NoError(t, err)
	require.Len(t, found, 1, k)
	data, err := os.ReadFile(found[0])
	require.NoError(t, err)
	return strings.TrimSpace(string(data))
}

// lawful reports whether a text has nothing but characters that are seen, and no
// space around it. What else the rule wants of a text is tested beside it.
func lawful(s string, lines bool) bool {
	return strings.TrimSpace(s) == s && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && (!lines || r != '\n') })
}

// drawText draws a text with characters of every sort in it.
func drawText(t *rapid.T) string {
	r := rapid.OneOf(rapid.SampledFrom([]rune("aạ0 -ĐHTX\n")), rapid.Rune(), rapid.RuneFrom(nil, unicode.Zs, unicode.Cf, unicode.Co, unicode.Mn))
	text := rapid.StringOfN(r, 1, rapid.SampledFrom([]int{1, 3, 12}).Draw(t, "letters"), -1).Draw(t, "text")
	if rapid.IntRange(0, 9).Draw(t, "long") == 0 {
		text = strings.Repeat(text, rapid.IntRange(1, 1000).Draw(t, "times"))
	}
	return text
}

// Whatever text or number stands in a record that passed, in any member of any
// kind, obeys the rule.
func TestWhatPassesTheDoorObeysTheRule(t *testing.T) {
	type sample struct {
		spec *ledger.Spec
		data map[string]any
	}
	samples := map[ledger.Kind]sample{}
	var kinds []ledger.Kind
	for _, k := range register.Kinds() {
		spec, err := register.Spec(k)
		if err != nil {
			continue
		}
		var data map[string]any
		d := json.NewDecoder(strings.NewReader(goldenData(t, k)))
		d.UseNumber()
		require.NoError(t, d.Decode(&data))
		samples[k] = sample{spec, data}
		kinds = append(kinds, k)
	}
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.SampledFrom(kinds).Draw(t, "kind")
		s := samples[k]
		drawn := redraw(t, s.data)
		b, err := json.Marshal(drawn)
		require.NoError(t, err)
		c, err := canonical.Transform(b, ledger.MaxEntryBytes)
		if err != nil {
			return
		}
		e, err := s.spec.Decode(c)
		if err != nil {
			return
		}
		r := &ledger.Record{Event: e}
		if ledger.CheckBounds(r) != nil {
			return
		}
		passed++
		lines, most, least, quoted := map[string]bool{}, map[string]int{}, map[string]int{}, map[string]bool{}
		for _, b := range s.spec.Bounds() {
			if b.Text != nil {
				quoted[b.Member] = b.Text.Quoted
				lines[b.Member], most[b.Member] = b.Text.Lines, max(b.Text.Most, 128)
				continue
			}
			least[b.Member], most[b.Member] = int(b.Least), int(b.Most)
		}
		var out any
		require.NoError(t, json.Unmarshal(c, &out))
		for member, v := range leaves("", out) {
			member = strings.TrimPrefix(member, "/")
			if strings.HasPrefix(member, "command/") || quoted[member] {
				continue
			}
			switch v := v.(type) {
			case string:
				require.True(t, isDay(v) || v == "" || lawful(v, lines[member]), "%s %s %+q", k, member, v)
				require.True(t, isDay(v) || utf8.RuneCountInString(v) <= most[member], "%s %s is long", k, member)
			case float64:
				require.True(t, int(v) >= least[member] && int(v) <= most[member], "%s %s %v", k, member, v)
			}
		}
	})
	t.Logf("%d passed", passed)
}

// redraw draws a few members of a value anew, and keeps the rest.
func redraw(t *rapid.T, v any) any {
	keep := func() bool { return rapid.IntRange(0, 3).Draw(t, "keep") > 0 }
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for _, name := range sortedNames(v) {
			out[name] = redraw(t, v[name])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = redraw(t, v[i])
		}
		return out
	case string:
		if keep() {
			return v
		}
		return drawText(t)
	case json.Number:
		if keep() {
			return v
		}
		return rapid.OneOf(rapid.Int64Range(-ledger.Most, ledger.Most), rapid.Int64Range(-10, 1_000_001)).Draw(t, "number")
	}
	return v
}

func sortedNames(m map[string]any) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
