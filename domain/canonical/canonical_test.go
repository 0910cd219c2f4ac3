package canonical

//lint:file-ignore SA5008 some tags here are wrong on purpose: they must be refused
//lint:file-ignore U1000 some fields here only have to be there

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/fault"
)

// A page is a record in small: what the tests and benchmarks read and write.
type page struct {
	Position int64  `json:"position"`
	Recorded string `json:"recorded"`
	ID       string `json:"id"`
	Stream   string `json:"stream"`
	Revision int64  `json:"revision"`
	Kind     string `json:"kind"`
	Valid    string `json:"valid"`
	Actor    *actor `json:"actor,omitempty"`
	Source   *paper `json:"source,omitempty"`
	Data     Raw    `json:"data"`
}

type actor struct {
	ID    string `json:"id"`
	Role  string `json:"role"`
	Place string `json:"place,omitempty"`
}

type paper struct {
	Document string `json:"document"`
	Issued   string `json:"issued,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	Row      *int64 `json:"row,omitempty"`
}

const samplePage = `{"actor":{"id":"can-bo-1","place":"dak-mil","role":"officer"},` +
	`"data":{"agricultural":true,"form":"htx","founders":17,"name":"HTX Nông nghiệp Thuận An","place":"dak-mil"},` +
	`"id":"5f0c3a52-3d0e-5b3c-9d5f-0d1f0f5a6a10","kind":"coop.established/1","position":1204,` +
	`"recorded":"2023-12-05T02:11:09.123456Z","revision":3,` +
	`"source":{"document":"Quyết định 123/QĐ-UBND","issued":"2023-03-10","issuer":"UBND huyện Đắk Mil","row":12},` +
	`"stream":"coop/thuan-an","valid":"2023-03-14"}`

func TestAPageComesBackByteForByte(t *testing.T) {
	var p page
	require.NoError(t, Unmarshal([]byte(samplePage), &p))
	require.Equal(t, "Quyết định 123/QĐ-UBND", p.Source.Document)
	require.Equal(t, int64(12), *p.Source.Row)
	b, err := Marshal(p)
	require.NoError(t, err)
	require.Equal(t, samplePage, string(b))
	b, err = Append([]byte("x"), &p)
	require.NoError(t, err)
	require.Equal(t, "x"+samplePage, string(b))
}

// A colour is a string by the text methods, on value and pointer.
type colour struct{ code int }

var (
	errNoColour  = errors.New("no such colour")
	errDarkGreen = fault.Declare("test-dark", fault.Rejected, "too dark: %s", "quá tối: %s")
)

func (c colour) MarshalText() ([]byte, error) {
	if c.code < 0 {
		return nil, errNoColour
	}
	return []byte([]string{"", "đỏ", "vàng \"chanh\""}[c.code]), nil
}

func (c *colour) UnmarshalText(b []byte) error {
	switch string(b) {
	case "đỏ":
		c.code = 1
	case "vàng \"chanh\"":
		c.code = 2
	case "xanh":
		return fmt.Errorf("colour: %w", errDarkGreen.With("xanh").At("--colour"))
	default:
		return errNoColour
	}
	return nil
}

// A day writes itself with AppendText, on its pointer alone, and knows its
// own zero.
type day struct{ n, salt int }

func (d *day) AppendText(b []byte) ([]byte, error) { return fmt.Appendf(b, "d%d", d.n), nil }
func (d *day) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "d%d", &d.n)
	return err
}
func (d day) IsZero() bool { return d.n == 0 }

// A span is canonical by itself: an array of two.
type span struct{ from, to int64 }

func (s span) AppendCanonical(dst []byte) ([]byte, error) {
	if s.from > s.to {
		return nil, errDarkGreen.With("x").At("/0")
	}
	if s.from == -1 {
		return append(dst, "[1, 2]"...), nil
	}
	return Append(dst, []int64{s.from, s.to})
}

func (s *span) UnmarshalCanonical(b []byte) error {
	var two []int64
	if err := Unmarshal(b, &two); err != nil {
		return err
	}
	if len(two) != 2 {
		return errNoColour
	}
	s.from, s.to = two[0], two[1]
	return nil
}

type name string

type tree struct {
	Value int64  `json:"value"`
	Left  *tree  `json:"left,omitempty"`
	Kids  []tree `json:"kids,omitempty"`
}

// everything has a field of every supported kind.
type everything struct {
	Text    string           `json:"text"`
	Named   name             `json:"named,omitempty"`
	Yes     bool             `json:"yes,omitempty"`
	I       int              `json:"i,omitempty"`
	I8      int8             `json:"i8,omitempty"`
	I64     int64            `json:"i64"`
	U8      uint8            `json:"u8,omitempty"`
	U64     uint64           `json:"u64,omitempty"`
	Zero    *int64           `json:"zero,omitempty"`
	Pointed *name            `json:"pointed,omitempty"`
	List    []string         `json:"list,omitempty"`
	Lists   [][]int64        `json:"lists,omitempty"`
	Map     map[string]int64 `json:"map,omitempty"`
	Maps    map[name]tree    `json:"maps,omitempty"`
	Colour  colour           `json:"colour,omitempty"`
	Day     day              `json:"day,omitzero"`
	Days    []day            `json:"days,omitempty"`
	Span    span             `json:"span"`
	Spans   []span           `json:"spans,omitempty"`
	Raw     Raw              `json:"raw,omitempty"`
	Tree    tree             `json:"tree,omitempty"`
	Skipped float64          `json:"-"`
	private float64
}

func TestEveryKindOfValue(t *testing.T) {
	zero, pointed := int64(0), name("p")
	full := everything{
		Text: "a\"b\\\n\tđ", Named: "n", Yes: true, I: -1, I8: -128, I64: MaxInteger, U8: 255, U64: MaxInteger,
		Zero: &zero, Pointed: &pointed, List: []string{"x", ""}, Lists: [][]int64{{1, 2}, {}},
		Map:  map[string]int64{"b": 2, "a": 1, "\U0001f600": 3, "\uff21": 4, "\"": 5},
		Maps: map[name]tree{"m": {Value: 1}}, Colour: colour{2}, Day: day{n: 5}, Days: []day{{n: 1}, {n: 0}},
		Span: span{1, 2}, Spans: []span{{3, 4}}, Raw: Raw(`{"k":[true]}`),
		Tree: tree{Value: 1, Left: &tree{Value: 2}, Kids: []tree{{Value: 3}}},
	}
	want := `{"colour":"vàng \"chanh\"","day":"d5","days":["d1","d0"],"i":-1,"i64":9007199254740991,"i8":-128,"list":["x",""],` +
		`"lists":[[1,2],[]],"map":{"\"":5,"a":1,"b":2,"😀":3,"Ａ":4},"maps":{"m":{"value":1}},"named":"n","pointed":"p",` +
		`"raw":{"k":[true]},"span":[1,2],"spans":[[3,4]],"text":"a\"b\\\n\tđ",` +
		`"tree":{"kids":[{"value":3}],"left":{"value":2},"value":1},"u64":9007199254740991,"u8":255,"yes":true,"zero":0}`
	for _, v := range []any{full, &full} {
		b, err := Marshal(v)
		require.NoError(t, err)
		require.Equal(t, want, string(b))
		require.NoError(t, Check(b))
	}
	var back everything
	require.NoError(t, Unmarshal([]byte(want), &back))
	require.Equal(t, full, back)
}

func TestAnEmptyOptionalMemberIsAbsent(t *testing.T) {
	v := everything{List: []string{}, Map: map[string]int64{}, Raw: Raw{}, Day: day{salt: 9}}
	b, err := Marshal(v)
	require.NoError(t, err)
	require.Equal(t, `{"i64":0,"span":[0,0],"text":""}`, string(b))
}

func TestARequiredEmptyMemberIsThere(t *testing.T) {
	type required struct {
		L []string         `json:"l"`
		M map[string]int64 `json:"m"`
		S struct{}         `json:"s"`
		T string           `json:"t"`
	}
	b, err := Marshal(required{})
	require.NoError(t, err)
	require.Equal(t, `{"l":[],"m":{},"s":{},"t":""}`, string(b))
	var back required
	require.NoError(t, Unmarshal(b, &back))
	again, err := Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(b), string(again))
}

func TestOtherValuesAtTheTop(t *testing.T) {
	for want, v := range map[string]any{
		`"x"`: "x", `7`: uint16(7), `true`: true, `["a"]`: []any{"a"}, `{"a":1}`: map[string]any{"a": 1}, `"đỏ"`: colour{1},
		`[1,2]`: span{1, 2}, `[]`: []int{}, `"d3"`: day{n: 3},
	} {
		b, err := Marshal(v)
		require.NoError(t, err)
		require.Equal(t, want, string(b))
	}
	var n int
	require.NoError(t, Unmarshal([]byte(`-12`), &n))
	require.Equal(t, -12, n)
	var p *string
	require.NoError(t, Unmarshal([]byte(`"a\nb"`), &p))
	require.Equal(t, "a\nb", *p)
	var r Raw
	require.NoError(t, Unmarshal([]byte(`{"a":[]}`), &r))
	require.Equal(t, `{"a":[]}`, string(r))
}

func TestMarshalMendsNothing(t *testing.T) {
	type in = map[string]any
	self := map[string]any{}
	self["a"] = self
	ring := &tree{}
	ring.Left = ring
	deep := any("x")
	for range 16 {
		deep = []any{deep}
	}
	for _, v := range []struct {
		name    string
		value   any
		want    error
		pointer string
	}{
		{"nil", nil, errAbsent, ""},
		{"nil pointer", (*page)(nil), errAbsent, ""},
		{"nil inside", in{"a": []any{1, nil}}, errAbsent, "/a/1"},
		{"required pointer", struct {
			P *int64 `json:"p"`
		}{}, errAbsent, "/p"},
		{"required raw", page{}, errAbsent, "/data"},
		{"float", in{"a": 1.5}, errUnsupported, "/a"},
		{"float field", struct {
			F float32 `json:"f"`
		}{}, errUnsupported, "/f"},
		{"large", int64(MaxInteger + 1), errUnsafe, ""},
		{"small", in{"a": int64(-MaxInteger - 1)}, errUnsafe, "/a"},
		{"large unsigned", in{"a": uint64(math.MaxUint64)}, errUnsafe, "/a"},
		{"nfd", in{"a": "e\u0301"}, errNotNFC, "/a"},
		{"nfd with escapes", "\"e\u0301", errNotNFC, ""},
		{"nfd name", in{"e\u0301": 1}, errNotNFC, ""},
		{"utf-8", in{"a/b": "\xff"}, errUTF8, "/a~1b"},
		{"control", []string{"\r"}, errCharacter, "/0"},
		{"control behind an escape", "\n\x01", errCharacter, ""},
		{"bidi", tree{}.with("\u202e"), errCharacter, "/maps/\u00e9/text"},
		{"raw with space", in{"a": Raw(`{ }`)}, errSpace, "/a"},
		{"raw within", in{"a": Raw(`{"b":[null]}`)}, errNull, "/a/b/0"},
		{"raw of two", in{"a": Raw(`1 2`)}, errTrailing, "/a"},
		{"raw too deep here", []any{[]any{Raw(nested(15))}}, errDeep, "/0/0" + strings.Repeat("/0", 14)},
		{"deep", []any{deep}, errDeep, strings.Repeat("/0", 16)},
		{"ring", ring, errDeep, strings.Repeat("/left", 16)},
		{"map in itself", self, errDeep, strings.Repeat("/a", 16)},
		{"own method refuses", in{"a": span{2, 1}}, errDarkGreen, "/a/0"},
		{"own method lies", in{"a": span{-1, 1}}, errSpace, "/a/1"},
		{"text method refuses", in{"a": colour{-1}}, errNoColour, "/a"},
		{"bytes", []byte("x"), errUnsupported, ""},
		{"array", [2]int{}, errUnsupported, ""},
		{"channel", make(chan int), errUnsupported, ""},
		{"key", map[int]string{}, errUnsupported, ""},
		{"pointer to pointer", new(*int), errUnsupported, ""},
	} {
		t.Run(v.name, func(t *testing.T) {
			b, err := Marshal(v.value)
			require.ErrorIs(t, err, v.want)
			require.Nil(t, b)
			f, ok := fault.Of(err)
			require.True(t, ok)
			require.Equal(t, v.pointer, f.Field)
			require.NotContains(t, f.Vi()+f.En(), "%!")
		})
	}
	_, err := Marshal([]any{deep, "just"}) // 17 deep through the first
	require.ErrorIs(t, err, errDeep)
	_, err = Marshal(deep)
	require.NoError(t, err)
}

func (tree) with(text string) any {
	type leaf struct {
		Text string `json:"text"`
	}
	return map[string]any{"maps": map[string]leaf{"\u00e9": {text}}}
}

func TestMistakesInTagsAreRefused(t *testing.T) {
	type Inner struct {
		A int `json:"a"`
	}
	for _, v := range []any{
		struct{ A int }{},
		struct{ Inner }{},
		struct {
			A int `json:",omitempty"`
		}{},
		struct {
			A int `json:"a,string"`
		}{},
		struct {
			A int `json:"a,omitempty,omitzero"`
		}{},
		struct {
			A int `json:"a\"b"`
		}{},
		reflect.New(reflect.StructOf([]reflect.StructField{
			{Name: "A", Type: reflect.TypeFor[int](), Tag: `json:"a"`},
			{Name: "B", Type: reflect.TypeFor[int](), Tag: `json:"a"`},
		})).Elem().Interface(),
		struct{ a int }{},
	} {
		_, err := Marshal(v)
		require.ErrorIs(t, err, errUnsupported, "%T", v)
	}
}

func TestUnmarshalNamesWhatDoesNotFit(t *testing.T) {
	type sample struct {
		Actor *actor           `json:"actor,omitempty"`
		B     bool             `json:"b,omitempty"`
		C     colour           `json:"c,omitempty"`
		I     int8             `json:"i,omitempty"`
		L     []paper          `json:"l,omitempty"`
		M     map[string]int64 `json:"m,omitempty"`
		S     string           `json:"s"`
		Span  *span            `json:"span,omitempty"`
		U     uint8            `json:"u,omitempty"`
		U64   uint64           `json:"u64,omitempty"`
		V     string           `json:"v"`
	}
	for _, v := range []struct {
		body, pointer string
		want          error
		english       string
	}{
		{`{}`, "/s", ErrMissing, `member "s" is missing`},
		{`{"s":""}`, "/v", ErrMissing, `member "v" is missing`},
		{`{"v":""}`, "/s", ErrMissing, `member "s" is missing`},
		{`{"a":1,"s":"","v":""}`, "/a", ErrUnknown, `member "a" is unknown here`},
		{`{"s":"","t":1,"v":""}`, "/t", ErrUnknown, ""},
		{`{"s":"","v":"","w":1}`, "/w", ErrUnknown, ""},
		{`{"S":"","s":"","v":""}`, "/S", ErrUnknown, ""},
		{`{"s":"","v":"","v\n":1}`, "/v\n", ErrUnknown, ""},
		{`{"actor":{"id":"x"},"s":"","v":""}`, "/actor/role", ErrMissing, ""},
		{`{"actor":{"id":"x","role":"y","way":1},"s":"","v":""}`, "/actor/way", ErrUnknown, ""},
		{`{"actor":[],"s":"","v":""}`, "/actor", errType, "expected an object, found an array"},
		{`{"b":1,"s":"","v":""}`, "/b", errType, "expected a boolean, found an integer"},
		{`{"c":1,"s":"","v":""}`, "/c", errType, "expected a string, found an integer"},
		{`{"c":"tím","s":"","v":""}`, "/c", errNoColour, `"tím" cannot be read here`},
		{`{"c":"xanh","s":"","v":""}`, "/c", errDarkGreen, "too dark: xanh"},
		{`{"i":128,"s":"","v":""}`, "/i", errRange, "the number 128 is not within -128 to 127"},
		{`{"i":-129,"s":"","v":""}`, "/i", errRange, ""},
		{`{"i":"1","s":"","v":""}`, "/i", errType, "expected an integer, found a string"},
		{`{"l":[{"document":"a"},{"document":2}],"s":"","v":""}`, "/l/1/document", errType, ""},
		{`{"l":{},"s":"","v":""}`, "/l", errType, "expected an array, found an object"},
		{`{"m":{"x/y":true},"s":"","v":""}`, "/m/x~1y", errType, "expected an integer, found a boolean"},
		{`{"m":3,"s":"","v":""}`, "/m", errType, ""},
		{`{"s":false,"v":""}`, "/s", errType, "expected a string, found a boolean"},
		{`{"s":"","span":[1,"x"],"v":""}`, "/span/1", errType, ""},
		{`{"s":"","span":[1],"v":""}`, "/span", errNoColour, "the value is not usable here"},
		{`{"s":"","u":-1,"v":""}`, "/u", errRange, "the number -1 is not within 0 to 255"},
		{`{"s":"","u":256,"v":""}`, "/u", errRange, ""},
		{`{"s":"","u64":-1,"v":""}`, "/u64", errRange, "the number -1 is not within 0 to 9007199254740991"},
		// Form comes before content.
		{`{"s":1,"v":""} `, "", errTrailing, ""},
		{`{"s":"","v":""} `, "", errTrailing, ""},
		{`{"s":"","v":""}{}`, "", errTrailing, ""},
		{`{"v":"","s":""}`, "/s", errOrder, ""},
		{`{"a":1,"s": ""}`, "/s", errSpace, ""},
		{`{"s":"","s":"","v":""}`, "/s", errDuplicate, ""},
		{`{"s":null,"v":""}`, "/s", errNull, ""},
		{`{"s":"","v":"\u0041"}`, "/v", errEscapeForm, ""},
		{`{"i":1.0,"s":"","v":""}`, "/i", errNumber, ""},
		{`{"m":{"b":1,"a":2},"s":"","v":""}`, "/m/a", errOrder, ""},
		{`{"m":{"a":1,"a":2},"s":"","v":""}`, "/m/a", errDuplicate, ""},
		{`{"s":"","v":""`, "", errEnded, ""},
		{`[]`, "", errType, "expected an object, found an array"},
		{``, "", errEnded, ""},
	} {
		t.Run(v.body, func(t *testing.T) {
			got := sample{S: "left from before"}
			err := Unmarshal([]byte(v.body), &got)
			require.ErrorIs(t, err, v.want)
			f, ok := fault.Of(err)
			require.True(t, ok)
			require.Equal(t, v.pointer, f.Field)
			if v.english != "" {
				require.Equal(t, v.english, f.En())
			}
			require.NotContains(t, f.Vi()+f.En(), "%!")
			require.Zero(t, got, "nothing half read may be left")
		})
	}
}

func TestVietnameseSentences(t *testing.T) {
	for body, want := range map[string]string{
		`{"document":1}`:                           "cần một chuỗi ký tự, nhưng nhận được một số nguyên",
		`{"document":"a","document":"b"}`:          `thành viên "document" xuất hiện hai lần`,
		`{"document":"a","ngày ký":"1/1/2023"}`:    `không có thành viên nào tên là "ngày ký" ở đây`,
		`{"issued":"2023-01-01"}`:                  `thiếu thành viên "document"`,
		`{"document":"a","row":1.5}`:               `"1.5" tại byte 22 không phải là số nguyên viết thường (không thập phân, không số mũ, không số 0 đứng đầu)`,
		`{"document":"a","row":false}`:             "cần một số nguyên, nhưng nhận được một giá trị đúng/sai (true, false)",
		`{"document":"a","row":12345678901234567}`: "số 12345678901234567 nằm ngoài khoảng ±9007199254740991",
	} {
		f, ok := fault.Of(Unmarshal([]byte(body), new(paper)))
		require.True(t, ok, body)
		require.Equal(t, want, f.Vi())
	}
}

func TestUnmarshalWantsAPointer(t *testing.T) {
	for _, v := range []any{nil, page{}, (*page)(nil), new(any), new([]byte), new(float64)} {
		require.ErrorIs(t, Unmarshal([]byte(`{}`), v), errUnsupported, "%T", v)
	}
}

func TestWhatIsReadIsItsOwn(t *testing.T) {
	src := []byte(samplePage)
	var p page
	require.NoError(t, Unmarshal(src, &p))
	data := append([]byte(nil), p.Data...)
	for i := range src {
		src[i] = 'x'
	}
	require.Equal(t, data, []byte(p.Data))
	require.Equal(t, "officer", p.Actor.Role)
	b, err := Marshal(p)
	require.NoError(t, err)
	require.Equal(t, samplePage, string(b))
}

func TestAnOptionalMemberWithoutContentIsRefused(t *testing.T) {
	type optional struct {
		B    bool              `json:"b,omitempty"`
		D    day               `json:"d,omitempty"`
		I    int               `json:"i,omitempty"`
		L    []string          `json:"l,omitempty"`
		M    map[string]string `json:"m,omitempty"`
		P    *int64            `json:"p,omitempty"`
		S    string            `json:"s,omitempty"`
		Tree tree              `json:"tree,omitempty"`
		U    *optional         `json:"u,omitempty"`
	}
	for body, pointer := range map[string]string{
		`{"b":false}`: "/b", `{"d":"d0"}`: "/d", `{"i":0}`: "/i", `{"l":[]}`: "/l", `{"m":{}}`: "/m",
		`{"s":""}`: "/s", `{"tree":{"value":0}}`: "/tree", `{"u":{"s":""}}`: "/u/s",
	} {
		err := Unmarshal([]byte(body), new(optional))
		require.ErrorIs(t, err, errEmpty, body)
		f, _ := fault.Of(err)
		require.Equal(t, pointer, f.Field)
	}
	for _, body := range []string{`{"p":0}`, `{"l":[""]}`, `{"m":{"":""}}`, `{"u":{}}`, `{}`} {
		var v optional
		require.NoError(t, Unmarshal([]byte(body), &v), "a pointer says that there is something")
		b, err := Marshal(v)
		require.NoError(t, err)
		require.Equal(t, body, string(b))
	}
}

func TestMembers(t *testing.T) {
	got := map[string]string{}
	var names []string
	for name, value := range Members([]byte(`{"":[],"\"":{"x":1},"a":"é","b":-1}`)) {
		names = append(names, name)
		got[name] = string(value)
	}
	require.Equal(t, []string{"", `"`, "a", "b"}, names)
	require.Equal(t, map[string]string{"": "[]", `"`: `{"x":1}`, "a": `"é"`, "b": "-1"}, got)
	for name := range Members([]byte(samplePage)) {
		require.Equal(t, "actor", name)
		break
	}
	for _, none := range []string{``, `[1]`, `{}`, `{"a" :1}`, `{"a":}`, `{`} {
		require.Empty(t, maps.Collect(Members([]byte(none))), none)
	}
	require.Len(t, maps.Collect(Members([]byte(`{"b":1,"a":2}`))), 1, "ends at the fault")
}

func TestElements(t *testing.T) {
	texts := func(b string) (list []string) {
		for value := range Elements([]byte(b)) {
			list = append(list, string(value))
		}
		return list
	}
	require.Equal(t, []string{"1", `"é"`, `{"x":[2]}`, "[]"}, texts(`[1,"é",{"x":[2]},[]]`))
	for range Elements([]byte(`[1,2]`)) {
		break
	}
	for _, none := range []string{``, `{"a":1}`, `[]`, `[ 1]`, `[`, `1`} {
		require.Empty(t, texts(none), none)
	}
	require.Equal(t, []string{"1"}, texts(`[1,null]`), "ends at the fault")
}

func TestReadingMakesNothingButTheStrings(t *testing.T) {
	var v flat
	src := []byte(sampleFlat)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		if Unmarshal(src, &v) != nil {
			t.Fail()
		}
	}), float64(12+1), "12 strings and the reader")
	dst := make([]byte, 0, 1024)
	require.Zero(t, testing.AllocsPerRun(100, func() { dst, _ = Append(dst[:0], &v) }))
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = Check(src) }))
}

func TestTypesAreLearntByManyAtOnce(t *testing.T) {
	type fresh struct {
		A []struct {
			B *tree `json:"b"`
		} `json:"a"`
		Z map[string]page `json:"z,omitempty"`
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			var v fresh
			body := []byte(`{"a":[{"b":{"kids":[{"value":1}],"value":2}}]}`)
			if err := Unmarshal(body, &v); err != nil {
				t.Error(err)
				return
			}
			if b, err := Marshal(v); err != nil || string(b) != string(body) {
				t.Errorf("%s, %v", b, err)
			}
		})
	}
	all.Wait()
}

func drawPaper() *rapid.Generator[paper] {
	return rapid.Custom(func(t *rapid.T) paper {
		p := paper{drawText().Draw(t, "document"), drawText().Draw(t, "issued"), drawText().Draw(t, "issuer"), nil}
		if rapid.Bool().Draw(t, "has row") {
			n := rapid.Int64Range(-MaxInteger, MaxInteger).Draw(t, "row")
			p.Row = &n
		}
		return p
	})
}

func TestValuesComeBack(t *testing.T) {
	type box struct {
		Papers []paper          `json:"papers,omitempty"`
		ByName map[string]paper `json:"by_name,omitempty"`
		Counts map[string]int64 `json:"counts,omitempty"`
		Flag   bool             `json:"flag"`
		Small  int8             `json:"small"`
		Up     *paper           `json:"up,omitempty"`
	}
	rapid.Check(t, func(t *rapid.T) {
		v := box{Flag: rapid.Bool().Draw(t, "flag"), Small: rapid.Int8().Draw(t, "small")}
		if s := rapid.SliceOfN(drawPaper(), 0, 4).Draw(t, "papers"); len(s) > 0 {
			v.Papers = s
		}
		if m := rapid.MapOfN(drawText(), drawPaper(), 0, 4).Draw(t, "by name"); len(m) > 0 {
			v.ByName = m
		}
		if m := rapid.MapOf(drawText(), rapid.Int64Range(-MaxInteger, MaxInteger)).Draw(t, "counts"); len(m) > 0 {
			v.Counts = m
		}
		v.Up = rapid.Ptr(drawPaper(), true).Draw(t, "up")

		b, err := Marshal(v)
		require.NoError(t, err)
		require.NoError(t, Check(b))
		theirs, err := json.Marshal(v)
		require.NoError(t, err)
		fromTheirs, err := Transform(theirs, limit)
		require.NoError(t, err)
		require.Equal(t, string(fromTheirs), string(b), "the same value as encoding/json writes")
		var back box
		require.NoError(t, Unmarshal(b, &back))
		require.Equal(t, v, back)
	})
}

func TestCodesAreOfThisPackage(t *testing.T) {
	n := 0
	for _, f := range fault.Declarations() {
		if strings.HasPrefix(f.Code, "json-") {
			n++
			require.Contains(t, []fault.Kind{fault.Malformed, fault.TooLarge}, f.Kind, f.Code)
		}
	}
	require.Equal(t, 27, n)
}

// The types below have one of two methods, and can go one way alone.
type (
	said   struct{ n int }
	heard  struct{ n int }
	wrote  struct{ n int }
	parsed struct{ n int }
)

func (said) MarshalText() ([]byte, error)                { return []byte("x"), nil }
func (*heard) UnmarshalText([]byte) error                { return nil }
func (wrote) AppendCanonical(dst []byte) ([]byte, error) { return append(dst, '1'), nil }
func (*parsed) UnmarshalCanonical([]byte) error          { return nil }

func TestATypeOfOneMethodGoesOneWay(t *testing.T) {
	for _, v := range []any{said{}, wrote{}} {
		_, err := Marshal(v)
		require.NoError(t, err)
	}
	require.NoError(t, Unmarshal([]byte(`"x"`), new(heard)))
	require.NoError(t, Unmarshal([]byte(`1`), new(parsed)))
	for _, v := range []any{heard{}, parsed{}} {
		_, err := Marshal(v)
		require.ErrorIs(t, err, errUnsupported, "%T", v)
	}
	require.ErrorIs(t, Unmarshal([]byte(`"x"`), new(said)), errUnsupported)
	require.ErrorIs(t, Unmarshal([]byte(`1`), new(wrote)), errUnsupported)
}

// A form has the kinds of member that a fuzzer may confuse.
type form struct {
	Text   string           `json:"text"`
	Also   string           `json:"also,omitempty"`
	Count  int32            `json:"count"`
	Flag   bool             `json:"flag,omitempty"`
	Size   int8             `json:"size,omitempty"`
	Yes    bool             `json:"yes"`
	Zero   *uint8           `json:"zero,omitempty"`
	List   []form           `json:"list,omitempty"`
	Map    map[string]int64 `json:"map,omitempty"`
	Raw    Raw              `json:"raw,omitempty"`
	Colour *colour          `json:"colour,omitempty"`
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"also":"x","colour":"đỏ","count":-1,"list":[{"count":1,"text":"y","yes":false}],` +
		`"map":{"a":0,"😀":2,"Ａ":3},"raw":{"k":[true]},"size":1,"text":"\"\n","yes":true,"zero":0}`))
	f.Add([]byte(`{"count":0,"text":"","yes":true}`))
	for _, bad := range badBodies {
		f.Add([]byte(bad.body))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var v form
		err := Unmarshal(src, &v)
		if err != nil {
			fl, ok := fault.Of(err)
			require.True(t, ok)
			require.NotContains(t, fl.En()+fl.Vi(), "%!")
			return
		}
		require.NoError(t, Check(src), "only canonical bytes are read")
		b, err := Marshal(v)
		require.NoError(t, err)
		require.Equal(t, string(src), string(b), "one value has one text")
		var names []string
		for name := range Members(src) {
			names = append(names, name)
		}
		require.True(t, slices.IsSortedFunc(names, byUnits))
	})
}

// pretty lays JSON out over lines, which Transform brings back.
func pretty(b []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return b
	}
	return out.Bytes()
}
