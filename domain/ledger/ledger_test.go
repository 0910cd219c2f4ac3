package ledger

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
)

const goldenRecord = `{"actor":{"id":"bien-tap-1","place":"dak-mil","role":"officer"},"data":{"name":"HTX Nông nghiệp"},"id":"8b1f0a1c-2a0e-5d3e-9c8b-0123456789ab","kind":"coop.renamed/1","position":1204,"recorded":"2023-12-05T02:11:09.123456Z","revision":3,"source":{"document":"Quyết định 123/QĐ-UBND","issued":"2023-03-10","issuer":"UBND huyện Đắk Mil","row":12},"stream":"coop/abc","valid":"2023-03"}`

func TestARecordKeepsItsBytes(t *testing.T) {
	r, err := Decode([]byte(goldenRecord))
	require.NoError(t, err)
	require.Equal(t, Position(1204), r.Position)
	require.Equal(t, "2023-03-31", r.Valid.Day.String())
	require.Equal(t, "2023-12-05T02:11:09.123456Z", r.Recorded.String())
	again, err := Encode(r)
	require.NoError(t, err)
	require.Equal(t, goldenRecord, string(again))
}

func TestRecordsThatAreRefused(t *testing.T) {
	for name, edit := range map[string][2]string{
		"white space":    {`{"actor"`, `{ "actor"`},
		"unknown member": {`"position":1204`, `"pos":1,"position":1204`},
		"missing member": {`"position":1204,`, ``},
		"no decimals":    {`09.123456Z`, `09Z`},
		"upper-case id":  {`8b1f0a1c`, `8B1F0A1C`},
		"negative":       {`"position":1204`, `"position":-1`},
		"no kind":        {`coop.renamed/1`, `coop.renamed`},
		"bad role":       {`"officer"`, `"clerk"`},
		"empty optional": {`"row":12`, `"row":0`},
		"bad day":        {`"valid":"2023-03"`, `"valid":"2023-3"`},
		"no valid":       {`,"valid":"2023-03"`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(goldenRecord, edit[0], edit[1], 1)
			require.NotEqual(t, goldenRecord, bad)
			_, err := Decode([]byte(bad))
			require.Error(t, err)
			_, isFault := fault.Of(err)
			require.True(t, isFault, "%v", err)
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(goldenRecord))
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Encode(r)
		require.NoError(t, err)
		require.Equal(t, string(b), string(again))
	})
}

func FuzzParseDraft(f *testing.F) {
	f.Add([]byte(`{"key":"k","stream":"coop/a","kind":"coop.renamed/1","valid":"2023","data":{"name":"x"}}`))
	f.Add([]byte(`{"key":"k","stream":"coop/a","kind":"ledger.retracted/1","corrects":{"key":"j","reason":"typo"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ParseDraft(b)
		if err != nil {
			return
		}
		r, err := d.Record(0, 1, 0)
		require.NoError(t, err)
		back, err := Decode(r.Bytes)
		require.NoError(t, err)
		require.True(t, d.Repeats(back))
	})
}

func TestCommandsThatAreRefused(t *testing.T) {
	good := `{"key":"k","stream":"coop/a","kind":"coop.renamed/1","valid":"2023","data":{"name":"x"}}`
	_, err := ParseDraft([]byte(good))
	require.NoError(t, err)
	for _, c := range []struct {
		old, new string
		want     error
		field    string
	}{
		{`{"key"`, `{"position":4,"key"`, ErrReadOnlyField, "/position"},
		{`{"key"`, `{"recorded":"2023-12-05T02:11:09.123456Z","key"`, ErrReadOnlyField, "/recorded"},
		{`"k"`, `""`, ErrKey, "/key"},
		{`"k"`, `"` + strings.Repeat("k", 201) + `"`, ErrKey, "/key"},
		{`"coop/a"`, `"coop"`, ErrStream, "/stream"},
		{`"coop/a"`, `"coop/a b"`, ErrStream, "/stream"},
		{`"coop.renamed/1"`, `"coop.renamed"`, errKind, "/kind"},
		{`,"valid":"2023"`, ``, errValidMissing, "/valid"},
		{`,"data":{"name":"x"}`, ``, errDataMissing, "/data"},
		{`"data"`, `"corrects":{"key":"j","reason":"typo"},"data"`, errNotCorrection, "/corrects"},
		{`"data"`, `"source":{"sha256":"ABC"},"data"`, errSource, "/source/sha256"},
		{`"data"`, `"actor":{"id":"x","role":"boss"},"data"`, errRole, "/actor/role"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		_, err := ParseDraft([]byte(bad))
		require.ErrorIs(t, err, c.want, bad)
		f, _ := fault.Of(err)
		require.Equal(t, c.field, f.Field, bad)
	}
	for _, bad := range []string{
		`{"key":"k","stream":"coop/a","kind":"ledger.retracted/1"}`,
		`{"key":"k","stream":"coop/a","kind":"ledger.retracted/1","corrects":{"reason":"typo"}}`,
		`{"key":"k","stream":"coop/a","kind":"ledger.retracted/1","corrects":{"key":"j","reason":"whim"}}`,
		`{"key":"k","stream":"coop/a","kind":"ledger.retracted/1","valid":"2023","corrects":{"key":"j","reason":"typo"}}`,
		`{"key":"k","stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"j","reason":"typo"}}`,
	} {
		_, err := ParseDraft([]byte(bad))
		require.Error(t, err, bad)
	}
}

func TestIDsAreUUIDv5(t *testing.T) {
	// From RFC 9562, appendix A.4: www.example.com in the DNS namespace.
	dns := ID{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	require.Equal(t, "2ed6657d-e927-568b-95e1-2665a8aea6a2", uuid5(dns, "www.example.com").String())
	id := IDOf("lệnh 1")
	back, err := ParseID(id.String())
	require.NoError(t, err)
	require.Equal(t, id, back)
}

// said builds records of one stream for the tests of corrections.
type said struct{ records []*Record }

type word struct{ Text string }

func (word) EventKind() Kind { return "test.said/1" }
func (word) Check() error    { return nil }

func (s *said) add(kind Kind, about int, valid, text string) {
	at := len(s.records)
	r := &Record{Position: Position(at), ID: IDOf(strings.Repeat("x", at+1)), Kind: kind, Data: canonical.Raw("{}")}
	if valid != "" {
		r.Valid, _ = calendar.ParseStated(valid)
	}
	if text != "" {
		r.Event = word{text}
	}
	if about >= 0 {
		r.Corrects = &Corrects{ID: s.records[about].ID, Reason: "typo"}
	}
	s.records = append(s.records, r)
}

func (s *said) now() string {
	var b strings.Builder
	for _, f := range Effective(s.records) {
		b.WriteString(f.Valid.String() + "=" + f.Event.(word).Text + " ")
	}
	return strings.TrimSpace(b.String())
}

func TestACorrectionMayBeCorrected(t *testing.T) {
	s := &said{}
	steps := []struct {
		kind  Kind
		about int
		valid string
		text  string
		want  string
	}{
		{"test.said/1", -1, "2023-05-01", "21", "2023-05-01=21"},
		{KindRestated, 0, "", "12", "2023-05-01=12"},
		{KindRetracted, 1, "", "", "2023-05-01=21"},
		{KindRetracted, 2, "", "", "2023-05-01=12"},
		{KindRestated, 1, "2023-06-01", "13", "2023-06-01=13"},
		{KindRetracted, 4, "", "", "2023-05-01=12"},
		{"test.said/1", -1, "2023-04-01", "first", "2023-04-01=first 2023-05-01=12"},
		{KindRetracted, 0, "", "", "2023-04-01=first"},
		{KindRetracted, 7, "", "", "2023-04-01=first 2023-05-01=12"},
		{KindRestated, 0, "2023-03-01", "last", "2023-03-01=last 2023-04-01=first"},
	}
	for i, step := range steps {
		s.add(step.kind, step.about, step.valid, step.text)
		require.Equal(t, step.want, s.now(), "after step %d", i)
	}
}

func TestAFactKeepsTheOrderOfItsFirstRecord(t *testing.T) {
	s := &said{}
	s.add("test.said/1", -1, "2023-05-01", "a")
	s.add("test.said/1", -1, "2023-05-01", "b")
	s.add(KindRestated, 0, "", "a2")
	require.Equal(t, "2023-05-01=a2 2023-05-01=b", s.now())
}

// A later record never changes what an earlier prefix says.
func TestThePastStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &said{}
		var before []string
		for range rapid.IntRange(1, 25).Draw(t, "records") {
			n := len(s.records)
			about := rapid.IntRange(-1, n-1).Draw(t, "about")
			kind := Kind("test.said/1")
			if about >= 0 {
				kind = rapid.SampledFrom([]Kind{KindRestated, KindRetracted}).Draw(t, "kind")
				if s.records[about].Kind == KindRetracted {
					kind = KindRetracted
				}
			}
			s.add(kind, about, "2023", "v")
			before = append(before, s.now())
		}
		all := s.records
		for n := range before {
			s.records = all[:n+1]
			require.Equal(t, before[n], s.now())
		}
		retractEachTwice(t, &said{all}, before[len(before)-1])
	})
}

// Retracting the last record and retracting that retraction changes nothing.
func retractEachTwice(t *rapid.T, s *said, want string) {
	last := len(s.records) - 1
	s.add(KindRetracted, last, "", "")
	s.add(KindRetracted, last+1, "", "")
	require.Equal(t, want, s.now())
}

func TestKnownAtBecomesASize(t *testing.T) {
	x := NewIndex()
	at := func(s string) calendar.Instant {
		i, err := calendar.ParseInstant(s)
		require.NoError(t, err)
		return i
	}
	for i, when := range []string{"2023-11-30T10:00:00Z", "2023-12-31T16:59:59.999999Z", "2023-12-31T17:00:00Z"} {
		r := &Record{Position: Position(i), ID: IDOf(when), Recorded: at(when), Stream: StreamOf("coop", when[:4]), Revision: int64(i)}
		require.NoError(t, x.Add(r))
	}
	now := at("2024-02-01T00:00:00Z")
	for _, c := range []struct {
		typed string
		size  Position
		open  bool
	}{
		{"", 3, true}, {"@0", 0, false}, {"@2", 2, false}, {"2023-11-29", 0, false}, {"30/11/2023", 1, false},
		{"2023-12-31", 2, false}, {"2024-01-01", 3, true}, {"2024-02-01", 3, true},
		{"2023-12-31T17:00:00Z", 3, true}, {"2023-12-31T16:59:59.999998Z", 1, false},
	} {
		k, err := ParseKnown(c.typed)
		require.NoError(t, err, c.typed)
		p, err := k.Resolve(x, now)
		require.NoError(t, err, c.typed)
		require.Equal(t, Prefix{c.size, c.open}, p, c.typed)
	}
	// A clock behind the last record hides nothing, and pins nothing.
	behind := at("2023-12-31T16:59:58Z")
	for _, typed := range []string{"", "2023-12-31", "2023-12-31T17:00:00Z"} {
		k, err := ParseKnown(typed)
		require.NoError(t, err)
		p, err := k.Resolve(x, behind)
		require.NoError(t, err, typed)
		require.Equal(t, Prefix{3, true}, p, typed)
	}
	for typed, want := range map[string]error{"@4": ErrBeyondHead, "2024-02-02": errKnownFuture, "2024-02-01T00:00:00.000001Z": errKnownFuture} {
		k, err := ParseKnown(typed)
		require.NoError(t, err)
		_, err = k.Resolve(x, now)
		require.ErrorIs(t, err, want, typed)
	}
	_, err := ParseKnown("1944-12-31")
	require.ErrorIs(t, err, calendar.ErrDayRange)
	for _, bad := range []string{"@", "@-1", "@01", "@1e3", "hôm nay", "2023", "@99999999999999999999"} {
		_, err := ParseKnown(bad)
		require.ErrorIs(t, err, ErrKnown, bad)
	}
}

func TestTheIndexRefusesWhatCannotBe(t *testing.T) {
	x := NewIndex()
	first := &Record{ID: IDOf("a"), Recorded: calendar.InstantOf(time.Unix(10, 0)), Stream: StreamOf("coop", "a")}
	require.NoError(t, x.Add(first))
	for name, r := range map[string]*Record{
		"gap":      {Position: 2, ID: IDOf("b"), Recorded: first.Recorded, Stream: first.Stream, Revision: 1},
		"revision": {Position: 1, ID: IDOf("b"), Recorded: first.Recorded, Stream: first.Stream, Revision: 0},
		"clock":    {Position: 1, ID: IDOf("b"), Recorded: first.Recorded - 1, Stream: first.Stream, Revision: 1},
		"id":       {Position: 1, ID: IDOf("a"), Recorded: first.Recorded, Stream: first.Stream, Revision: 1},
	} {
		require.ErrorIs(t, x.Add(r), ErrCorrupt, name)
		require.Equal(t, Position(1), x.Size(), name)
	}
	x.Remove(first)
	require.Equal(t, Position(0), x.Size())
	require.NoError(t, x.Add(first))
}

func TestOutcomes(t *testing.T) {
	require.Equal(t, NotRecorded, OutcomeOf(ErrKey))
	require.Equal(t, NotRecorded, OutcomeOf(NotWritten(ErrStorageFull)))
	require.Equal(t, Unknown, OutcomeOf(ErrStorageFailed))
	require.Equal(t, Unknown, OutcomeOf(context.DeadlineExceeded))
}

// What is wrong is said in Vietnamese to whoever reads Vietnamese.
func TestFaultsSpeakOneLanguageAtATime(t *testing.T) {
	for want, source := range map[string]*Source{
		"nguồn không hợp lệ: không nêu gì":                    {},
		"nguồn không hợp lệ: số dòng phải là số nguyên dương": {Row: -1},
		"nguồn không hợp lệ: sha256 gồm 64 ký tự 0–9, a–f":    {SHA256: "x"},
	} {
		f, ok := fault.Of(source.check())
		require.True(t, ok)
		require.Equal(t, want, f.Vi())
	}
	f, ok := fault.Of(NewIndex().Add(&Record{Position: 1}))
	require.True(t, ok)
	require.Equal(t, "sổ cái bị hỏng ở vị trí 0: thiếu bản ghi hoặc sai thứ tự", f.Vi())
	require.Equal(t, "the ledger is damaged at position 0: a record is missing or out of order", f.En())
}

// A stream without corrections is read in a shorter way; it must say what it
// says beside a fact that was taken back.
func TestFactsAreTheSameBesideOneThatWasTakenBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &said{}
		for range rapid.IntRange(0, 12).Draw(t, "length") {
			day := calendar.DayOf(2023, 1, rapid.IntRange(1, 9).Draw(t, "day"))
			s.add("test.said/1", -1, day.String(), "x")
		}
		short := Effective(s.records)
		s.add("test.said/1", -1, "2023-01-05", "taken back")
		s.add(KindRetracted, len(s.records)-1, "", "")
		require.Equal(t, Effective(s.records), short)
	})
}
