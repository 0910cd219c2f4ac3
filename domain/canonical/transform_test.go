package canonical

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"htxledger/domain/fault"
)

const limit = 1 << 20

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// badBodies are texts that no door may let in, with the fault and the pointer
// that it has to name.
var badBodies = []struct {
	body    string
	want    *fault.Fault
	pointer string
}{
	// Cut off.
	{``, errEnded, ""},
	{` `, errEnded, ""},
	{`{`, errEnded, ""},
	{`[`, errEnded, "/0"},
	{`[1`, errEnded, ""},
	{`[1,`, errEnded, "/1"},
	{`{"a"`, errEnded, ""},
	{`{"a":`, errEnded, "/a"},
	{`{"a":1`, errEnded, ""},
	{`{"a":1,`, errEnded, ""},
	{`"`, errEnded, ""},
	{`"abc`, errEnded, ""},
	{`"abc\`, errEnded, ""},
	{`"\u00`, errEnded, ""},
	// More than one value.
	{`{"value":1}{"value":9}`, errTrailing, ""},
	{`{"value":1} x`, errTrailing, ""},
	{`1 2`, errTrailing, ""},
	{`{}}`, errTrailing, ""},
	{`[] ,`, errTrailing, ""},
	{"{}\x00", errTrailing, ""},
	{`01`, errNumber, ""},
	// Not the grammar of JSON.
	{`{a:1}`, errUnexpected, ""},
	{`{'a':1}`, errUnexpected, ""},
	{`{"a" 1}`, errUnexpected, ""},
	{`{"a":1 "b":2}`, errUnexpected, ""},
	{`{"a":1,}`, errUnexpected, ""},
	{`{,}`, errUnexpected, ""},
	{`{1:2}`, errUnexpected, ""},
	{`[1,]`, errUnexpected, "/1"},
	{`[,1]`, errUnexpected, "/0"},
	{`[1 2]`, errUnexpected, ""},
	{`[1}`, errUnexpected, ""},
	{`{"a":[}`, errUnexpected, "/a/0"},
	{`// note` + "\n1", errUnexpected, ""},
	{`[1/*note*/]`, errUnexpected, ""},
	{`True`, errUnexpected, ""},
	{`tru`, errUnexpected, ""},
	{`{"a":undefined}`, errUnexpected, "/a"},
	{`{"a":NaN}`, errUnexpected, "/a"},
	{`{"a":Infinity}`, errUnexpected, "/a"},
	{"[1,\u00a02]", errUnexpected, "/1"},
	{"[\v1]", errCharacter, "/0"},
	// Numbers that are not plain safe integers.
	{`{"a":1.0}`, errNumber, "/a"},
	{`{"a":1.5}`, errNumber, "/a"},
	{`{"a":1e3}`, errNumber, "/a"},
	{`{"a":1E400}`, errNumber, "/a"},
	{`{"a":-0}`, errNumber, "/a"},
	{`{"a":-}`, errNumber, "/a"},
	{`{"a":--1}`, errNumber, "/a"},
	{`{"a":+1}`, errUnexpected, "/a"},
	{`{"a":.5}`, errUnexpected, "/a"},
	{`{"a":007}`, errNumber, "/a"},
	{`{"a":0x10}`, errUnexpected, ""},
	{`{"a":1_000}`, errUnexpected, ""},
	{`{"a":9007199254740992}`, errUnsafe, "/a"},
	{`{"a":-9007199254740992}`, errUnsafe, "/a"},
	{`{"a":18446744073709551617}`, errUnsafe, "/a"},
	// Values without a canonical form.
	{`null`, errNull, ""},
	{`{"a":null}`, errNull, "/a"},
	{`{"a":[true,null]}`, errNull, "/a/1"},
	{nested(17), errDeep, strings.Repeat("/0", 16)},
	{nested(100_000), errDeep, strings.Repeat("/0", 16)},
	// A name twice, however it is written.
	{`{"a":1,"a":2}`, errDuplicate, "/a"},
	{`{"a":1,"b":2,"a":1}`, errDuplicate, "/a"},
	{`{"a":1,"\u0061":2}`, errDuplicate, "/a"},
	{"{\"\u00e9\":1,\"e\u0301\":2}", errDuplicate, "/\u00e9"},
	{`{"x":[{"a/b~c":1,"a/b~c":2}]}`, errDuplicate, "/x/0/a~1b~0c"},
	{`{"":1,"":2}`, errDuplicate, "/"},
	// Text that is not text.
	{"{\"a\":\"\xff\"}", errUTF8, "/a"},
	{"{\"\xc3\":1}", errUTF8, ""},
	{"\"\xc0\xaf\"", errUTF8, ""},
	{"\"\xed\xa0\x80\"", errUTF8, ""},
	{"\"\xf4\x90\x80\x80\"", errUTF8, ""},
	{"\"a\nb\"", errUnexpected, ""},
	{"\"a\tb\"", errUnexpected, ""},
	{"\"a\x00b\"", errCharacter, ""},
	{"\"a\x1fb\"", errCharacter, ""},
	{"\"a\x7fb\"", errCharacter, ""},
	{"\"a\u0085b\"", errCharacter, ""},
	{`"\u0000"`, errCharacter, ""},
	{`"\r"`, errCharacter, ""},
	{`"\b"`, errCharacter, ""},
	{`"\f"`, errCharacter, ""},
	{`"\u202e"`, errCharacter, ""},
	{`{"a":{"b":"\u2066x"}}`, errCharacter, "/a/b"},
	{"\"\u202a\"", errCharacter, ""},
	{"\"\u2069\"", errCharacter, ""},
	{"\"\ufeff\"", errCharacter, ""},
	{"\ufeff{}", errCharacter, ""},
	{"\"\ufdd0\"", errCharacter, ""},
	{"\"\U0001ffff\"", errCharacter, ""},
	{`"\ud800"`, errSurrogate, ""},
	{`"\udc00"`, errSurrogate, ""},
	{`"\ud800x"`, errSurrogate, ""},
	{`"\ud800\u0041"`, errSurrogate, ""},
	{`"\udc00\ud800"`, errSurrogate, ""},
	{`"\ud800\n"`, errSurrogate, ""},
	{`{"\ud83d":1}`, errSurrogate, ""},
	{`"\x41"`, errEscape, ""},
	{`"\'"`, errEscape, ""},
	{`"\U0041"`, errEscape, ""},
	{`"\u00g0"`, errEscape, ""},
	{`"\ud800\u00zz"`, errEscape, ""},
	{"\"e" + strings.Repeat("\u0301", 40) + "\"", errMarks, ""},
}

func TestBadBodiesAreRefusedWithTheirPlace(t *testing.T) {
	require.GreaterOrEqual(t, len(badBodies), 60)
	for _, bad := range badBodies {
		t.Run(shorten(bad.body), func(t *testing.T) {
			out, err := Transform([]byte(bad.body), limit)
			require.ErrorIs(t, err, bad.want)
			f, _ := fault.Of(err)
			require.Equal(t, bad.pointer, f.Field)
			require.Nil(t, out)
			require.NotContains(t, f.Vi()+f.En(), "%!", "the sentences must fit what was raised")
			require.Error(t, Check([]byte(bad.body)), "what is no JSON of ours is not canonical either")
		})
	}
}

func TestATextOverTheLimitIsRefusedUnread(t *testing.T) {
	_, err := Transform([]byte(`{"a":1}`), 6)
	require.ErrorIs(t, err, errTooLarge)
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
	_, err = Transform([]byte(`{"a":1}`), 7)
	require.NoError(t, err)
}

func TestFaultsCountBytesFromZero(t *testing.T) {
	_, err := Transform([]byte("{\"tên\":\"é\x01\"}"), limit)
	require.EqualError(t, err, "/tên: the character U+0001 at byte 11 is not allowed")
	f, _ := fault.Of(err)
	require.Equal(t, "không được dùng ký tự U+0001 (tại byte 11)", f.Vi())
}

func TestTransformVectors(t *testing.T) {
	for _, v := range []struct{ name, in, want string }{
		{"scalars", ` true `, `true`},
		{"false", `false`, `false`},
		{"zero", `0`, `0`},
		{"largest", `9007199254740991`, `9007199254740991`},
		{"smallest", `-9007199254740991`, `-9007199254740991`},
		{"empty string", `""`, `""`},
		{"empty object", "{ \r\n\t}", `{}`},
		{"empty array", `[ ]`, `[]`},
		{"deepest", " " + nested(16), nested(16)},
		{"spaces", " { \"b\" : [ 1 , 2 ] ,\r\n\t\"a\" : \"x y\" } ", `{"a":"x y","b":[1,2]}`},
		{"array order stays", `[3,1,2]`, `[3,1,2]`},
		{"inner objects sort", `{"b":{"d":1,"c":2},"a":[{"f":1,"e":2}]}`, `{"a":[{"e":2,"f":1}],"b":{"c":2,"d":1}}`},
		{"prefix first", `{"aa":1,"a":2,"":3}`, `{"":3,"a":2,"aa":1}`},
		{"capitals first", `{"a":1,"B":2}`, `{"B":2,"a":1}`},
		{"escaped names sort by what they say", `{"]":1,"\\":2,"\"":3,"#":4}`, `{"\"":3,"#":4,"\\":2,"]":1}`},
		// RFC 8785 §3.2.3, without the names that we do not allow; U+FF21
		// stands for U+FB33, which normal form C takes apart.
		{"utf-16 order", `{"\u20ac":"Euro Sign","\uff21":"Wide A","1":"One","\ud83d\ude00":"Smiley","\u00f6":"O diaeresis"}`,
			`{"1":"One","ö":"O diaeresis","€":"Euro Sign","😀":"Smiley","Ａ":"Wide A"}`},
		{"composition exclusion", `{"\ufb33":1,"\u20ac":2}`, "{\"\u05d3\u05bc\":1,\"€\":2}"},
		// RFC 8785 §3.2.2.2, without its U+000F.
		{"escapes", `"\u20ac$\u000aA'\u0042\u0022\u005c\\\"\/"`, `"€$\nA'B\"\\\\\"/"`},
		{"tab", `"\u0009\t"`, `"\t\t"`},
		{"raw stays raw", `"\u003c\u2028\u00ff"`, "\"<\u2028ÿ\""},
		{"capital hex", `"\u00E9\u00e9"`, `"éé"`},
		{"pair", `"\uD83D\uDE00"`, `"😀"`},
		{"vietnamese nfd", "\"Hợp tác xã\"", "\"H\u1ee3p t\u00e1c x\u00e3\""},
		{"mark by escape", `"e\u0301"`, `"é"`},
		{"mark after an escape", `"\u0065` + "\u0301" + `"`, `"é"`},
		{"mark after a line feed", `"\n` + "\u0303" + `"`, "\"\\n\u0303\""},
		{"ohm", "\"\u2126\"", "\"\u03a9\""},
		{"last of the BMP's private use", "\"\uf8ff\"", "\"\uf8ff\""},
		{"replacement character", "\"\ufffd\"", "\"\ufffd\""},
		{"thirty marks", "\"x" + strings.Repeat("\u0302", 30) + "\"", "\"x" + strings.Repeat("\u0302", 30) + "\""},
	} {
		t.Run(v.name, func(t *testing.T) {
			out, err := Transform([]byte(v.in), limit)
			require.NoError(t, err)
			require.Equal(t, v.want, string(out))
			require.NoError(t, Check(out))
		})
	}
}

func TestOnlyTheCanonicalFormChecks(t *testing.T) {
	for _, v := range []struct {
		body    string
		want    *fault.Fault
		pointer string
	}{
		{` {}`, errSpace, ""},
		{`{} `, errTrailing, ""},
		{"{}\n", errTrailing, ""},
		{`{ "a":1}`, errSpace, ""},
		{`{"a" :1}`, errSpace, ""},
		{`{"a": 1}`, errSpace, "/a"},
		{`{"a":1 }`, errSpace, ""},
		{`[1, 2]`, errSpace, "/1"},
		{"[\ttrue]", errSpace, "/0"},
		{`{"b":1,"a":2}`, errOrder, "/a"},
		{`{"x":{"b":1,"a":2}}`, errOrder, "/x/a"},
		{"{\"\uff21\":1,\"\U0001f600\":2}", errOrder, "/\U0001f600"},
		{`{"a":1,"a":1}`, errDuplicate, "/a"},
		{`"\u0041"`, errEscapeForm, ""},
		{`"\/"`, errEscapeForm, ""},
		{`"\u000a"`, errEscapeForm, ""},
		{`["\u00e9"]`, errEscapeForm, "/0"},
		{"\"e\u0301\"", errNotNFC, ""},
		{"{\"e\u0301\":1}", errNotNFC, ""},
		{"\"\\\"e\u0301\"", errNotNFC, ""},
	} {
		err := Check([]byte(v.body))
		require.ErrorIs(t, err, v.want, v.body)
		f, _ := fault.Of(err)
		require.Equal(t, v.pointer, f.Field, v.body)
		require.NotContains(t, f.Vi()+f.En(), "%!")
	}
}

// spelling writes a tree in one of the many ways of JSON, drawn at random.
type spelling struct{ t *rapid.T }

func (s spelling) space() string {
	return rapid.StringOfN(rapid.SampledFrom([]rune(" \t\r\n")), 0, 2, -1).Draw(s.t, "space")
}

func (s spelling) text(text string) string {
	if rapid.Bool().Draw(s.t, "decompose") {
		text = norm.NFD.String(text)
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch plainly := rapid.Bool().Draw(s.t, "plainly"); {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r >= ' ' && plainly:
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04X`, unit)
			}
		}
	}
	return b.String() + `"`
}

func (s spelling) value(v any) string {
	switch v := v.(type) {
	case string:
		return s.text(v)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = s.space() + s.value(v[i]) + s.space()
		}
		return "[" + strings.Join(parts, ",") + s.closing(parts)
	case map[string]any:
		names := slices.Sorted(maps.Keys(v))
		names = rapid.Permutation(names).Draw(s.t, "order")
		parts := make([]string, len(names))
		for i, name := range names {
			parts[i] = s.space() + s.text(name) + s.space() + ":" + s.space() + s.value(v[name]) + s.space()
		}
		return "{" + strings.Join(parts, ",") + strings.Replace(s.closing(parts), "]", "}", 1)
	}
	return fmt.Sprint(v)
}

func (s spelling) closing(parts []string) string {
	if len(parts) == 0 {
		return s.space() + "]"
	}
	return "]"
}

// plainForm is the canonical text of a tree, written as RFC 8785 tells it and
// without any of the package's own means.
func plainForm(v any) string {
	switch v := v.(type) {
	case string:
		return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(v) + `"`
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = plainForm(v[i])
		}
		return "[" + strings.Join(parts, ",") + "]"
	case map[string]any:
		names := slices.SortedFunc(maps.Keys(v), byUnits)
		parts := make([]string, len(names))
		for i, name := range names {
			parts[i] = plainForm(name) + ":" + plainForm(v[name])
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprint(v)
}

func byUnits(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

var letters = []rune("abzAZ09 \"\\/\n\t'<&~éêộưỗđĐ₫–…”" + "日한\ue000\uff21\U0001f600\U0010fffd\u0410\u0e01")

func drawText() *rapid.Generator[string] {
	return rapid.Map(rapid.StringOfN(rapid.SampledFrom(letters), 0, 8, -1), norm.NFC.String)
}

func drawTree(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		drawText().AsAny(),
		rapid.Bool().AsAny(),
		rapid.Int64Range(-MaxInteger, MaxInteger).AsAny(),
	}
	if depth > 0 {
		leaves = append(leaves,
			rapid.SliceOfN(drawTree(depth-1), 0, 4).AsAny(),
			rapid.MapOfN(drawText(), drawTree(depth-1), 0, 5).AsAny())
	}
	return rapid.OneOf(leaves...)
}

func TestEverySpellingOfAValueHasOneForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := drawTree(3).Draw(t, "tree")
		want := plainForm(tree)
		src := spelling{t}.value(tree)
		out, err := Transform([]byte(src), limit)
		require.NoError(t, err, src)
		require.Equal(t, want, string(out))
		sameMeaning(t, []byte(src), out)
	})
}

func TestTheOrderOfNamesIsThatOfUTF16(t *testing.T) {
	name := rapid.OneOf(drawText(), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		got := compareNames([]byte(a), []byte(b))
		want := byUnits(a, b)
		require.Equal(t, want < 0, got < 0)
		require.Equal(t, want > 0, got > 0)
	})
}

// sameMeaning holds two texts against each other as encoding/json reads them,
// up to the normal form of strings.
func sameMeaning(t require.TestingT, src, out []byte) {
	require.Equal(t, meaning(t, src), meaning(t, out))
}

func meaning(t require.TestingT, src []byte) any {
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v), "%q", src)
	return composed(v)
}

func composed(v any) any {
	switch v := v.(type) {
	case string:
		return norm.NFC.String(v)
	case []any:
		for i := range v {
			v[i] = composed(v[i])
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[norm.NFC.String(name)] = composed(value)
		}
		return out
	}
	return v
}

func FuzzTransform(f *testing.F) {
	for _, bad := range badBodies {
		f.Add([]byte(bad.body))
	}
	f.Add([]byte(samplePage))
	f.Add(pretty([]byte(sampleFlat)))
	f.Add([]byte(`{"\ufb33":1,"\u20ac":"\ud83d\ude00","e\u0301":[{},[],""]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		before := bytes.Clone(src)
		out, err := Transform(src, limit)
		require.Equal(t, before, src, "the source must not be touched")
		if err != nil {
			f, ok := fault.Of(err)
			require.True(t, ok)
			require.NotContains(t, f.En()+f.Vi(), "%!")
			require.Error(t, Check(src), "what is canonical must pass")
			return
		}
		require.NoError(t, Check(out))
		again, err := Transform(out, len(out))
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
		require.Equal(t, Check(src) == nil, bytes.Equal(src, out), "canonical is what stays the same")
		sameMeaning(t, src, out)
		pretty, err := Transform(pretty(out), 100*len(out)+100)
		require.NoError(t, err)
		require.Equal(t, string(out), string(pretty))
	})
}
