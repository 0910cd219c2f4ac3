package imports_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/api/imports"
	"htxledger/api/sheets/sheetstest"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/projections/asof"
)

// The model would prove nothing if it used the code under test.
func TestTheModelKnowsNoRoom(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "model_test.go", nil, parser.ImportsOnly)
	require.NoError(t, err)
	for _, i := range file.Imports {
		require.NotContains(t, i.Path.Value, ".", "only the standard library")
		require.NotContains(t, i.Path.Value, "htxledger")
	}
}

// TestRandomFilesGiveTheLedgerOfTheModel hands random files in to random ledgers, in
// which records are doubled, corrected and taken back, and holds what becomes of each
// to the plain model: the records, the facts that stand, the counts that are said, and
// that a file that is refused adds nothing. HTXLEDGER_FILES is how many histories of
// one to four files there are.
func TestRandomFilesGiveTheLedgerOfTheModel(t *testing.T) {
	histories := 150
	if text := os.Getenv("HTXLEDGER_FILES"); text != "" {
		var err error
		histories, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	checks := flag.Lookup("rapid.checks")
	old := checks.Value.String()
	require.NoError(t, checks.Value.Set(strconv.Itoa(histories)))
	t.Cleanup(func() { require.NoError(t, checks.Value.Set(old)) })
	met := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := newRandomOffice(t, met)
		for range w.random.IntN(30) {
			w.sayRecord()
		}
		for range rapid.IntRange(1, 4).Draw(t, "files") {
			w.handIn()
			for range rapid.IntRange(0, 2).Draw(t, "records between") {
				w.sayRecord()
			}
		}
	})
	t.Logf("what the files came to: %v", met)
	if histories < 1000 {
		return // too few for the rare ones
	}
	for _, what := range []string{"recorded", "new", "correction", "brought back", "repeat", "row-changed", "row-retracted", "row-disagrees", "row-which", "row-which-row", "part-over-whole", "member-required", "lacks"} {
		require.NotZero(t, met[what], "no file came to this: %s", what)
	}
}

// A randomOffice is a ledger with its model. Rapid draws how much happens there and
// a seed: its own numbers lean to the small, and would tell the same few things.
type randomOffice struct {
	*rapid.T
	log    ledger.Log
	rec    *recorder.Recorder
	now    calendar.Instant
	random *rand.Rand
	model  *plainModel
	met    map[string]int // what files came to, how often
	keys   int
}

func newRandomOffice(t *rapid.T, met map[string]int) *randomOffice {
	now, err := calendar.ParseInstant("2024-01-10T02:00:00.000000Z")
	require.NoError(t, err)
	w := &randomOffice{T: t, log: ledgertest.NewMemory(), now: now, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 13)), model: &plainModel{}, met: met}
	w.rec, err = recorder.Open(context.Background(), w.log, func() calendar.Instant { w.now += 1_000_000; return w.now })
	require.NoError(t, err)
	t.Cleanup(w.rec.Close)
	for _, line := range []string{
		`{"key":"o","stream":"ledger/p","kind":"ledger.opened/1","valid":"2020-01-01","data":{"origin":"test.example/p","place":"p","title":"Sổ thử"}}`,
		`{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"p","name":"Tỉnh P","level":"province"}}`,
		`{"key":"q","stream":"place/q","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"q","name":"Xã Q","level":"commune","parent":"p"}}`,
	} {
		require.NoError(t, w.record(line))
	}
	for _, key := range []string{"htx-a", "htx-b"} {
		require.NoError(t, w.record(`{"key":"`+key+`","stream":"coop/`+key+`","kind":"coop.established/1","valid":"2019-05-01","data":{"name":"`+key+`","form":"htx","place":"q","agricultural":true,"sector":"lúa"}}`))
	}
	w.learn(0)
	return w
}

func (w *randomOffice) record(line string) error {
	d, err := ledger.ParseDraft([]byte(line))
	require.NoError(w, err, line)
	_, err = w.rec.Record(context.Background(), d)
	return err
}

func (w *randomOffice) records() (list []*ledger.Record) {
	for r, err := range ledger.Read(context.Background(), w.log, 0) {
		require.NoError(w, err)
		list = append(list, r)
	}
	return list
}

// membersOf are the members of some data as the model has them.
func membersOf(data canonical.Raw, valid calendar.Stated) map[string]string {
	members := map[string]string{plainDay: valid.Day.String()}
	for name, value := range canonical.Members(data) {
		members[name] = string(value)
	}
	return members
}

// learn tells the model the records from a size on, and gives them in the words in
// which the model foretells them.
func (w *randomOffice) learn(size int) (added []string) {
	records := w.records()
	at := map[ledger.ID]*ledger.Record{}
	for i, r := range records {
		at[r.ID] = r
		if i < size || plainKinds[string(r.Kind)].identity == nil && !r.IsCorrection() {
			continue
		}
		members, about := membersOf(r.Data, r.Valid), -1
		if r.Corrects != nil {
			about = int(at[r.Corrects.ID].Position)
		}
		if r.Kind == ledger.KindRetracted {
			members = nil
		}
		w.model.add(i, string(r.Kind), r.Stream.String(), about, members)
		if f, _ := w.model.recordAt(i); about < 0 {
			added = append(added, "new "+plainWords(f.kind, f.stream, members))
		} else {
			added = append(added, fmt.Sprintf("of %d %s", about, plainWords(f.kind, f.stream, members)))
		}
	}
	slices.Sort(added)
	return added
}

// standing are the facts that stand in the ledger, in the words of the model.
func (w *randomOffice) standing() (list []string) {
	for _, f := range ledger.Effective(w.records()) {
		if kind := string(f.Root.Kind); plainKinds[kind].identity != nil {
			list = append(list, plainWords(kind, f.Root.Stream.String(), membersOf(f.By.Data, f.Valid)))
		}
	}
	slices.Sort(list)
	return list
}

func (w *randomOffice) chance(percent int) bool { return w.random.IntN(100) < percent }

func draw[E any](w *randomOffice, list ...E) E { return list[w.random.IntN(len(list))] }

// wordOf is a word of a column: mostly the first where the column tells no facts apart,
// so that rows agree with each other and with the ledger often enough.
func (w *randomOffice) wordOf(c randomColumn) string {
	if c.kind != "" && c.member != "basis" && !c.always && w.chance(60) {
		return c.words[0]
	}
	return draw(w, c.words...)
}

// sayRecord records something that comes in no file: a fact, which may stand already, a
// restatement, or a retraction of any record that stands.
func (w *randomOffice) sayRecord() {
	w.keys++
	key := fmt.Sprintf("k%d", w.keys)
	size := len(w.records())
	var facts []*plainFact
	for _, f := range w.model.facts {
		if f.kind != "coop.established/1" || f.stream != "coop/htx-a" && f.stream != "coop/htx-b" { // everything hangs on those
			facts = append(facts, f)
		}
	}
	what := draw(w, "fact", "fact", "restatement", "retraction")
	if len(facts) == 0 {
		what = "fact"
	}
	var line string
	switch what {
	case "fact":
		kind := draw(w, slices.Sorted(maps.Keys(plainKinds))...)
		stream := "coop/" + draw(w, "htx-a", "htx-b")
		switch kind {
		case "coop.established/1":
			stream = "coop/" + draw(w, "htx-e", "htx-f")
		case "certificate.granted/1":
			stream = "certificate/" + key
		}
		members := w.someMembers(kind)
		if kind == granted && w.model.lastOf(plainIdentity(kind, stream, members)) != nil {
			return // one certificate in two streams is two for the register, and neither is the last
		}
		line = w.commandOf(key, stream, kind, members, "")
	case "restatement":
		f := draw(w, facts...)
		line = w.commandOf(key, f.stream, "ledger.restated/1", w.someMembers(f.kind), w.idOf(draw(w, f.records...)))
		if f.kind == "certificate.granted/1" { // whose stream is of its number
			return
		}
	default:
		f := draw(w, facts...)
		line = w.commandOf(key, f.stream, "ledger.retracted/1", nil, w.idOf(draw(w, f.records...)))
	}
	if w.record(line) == nil { // what the ledger refuses is no part of the history
		w.learn(size)
	}
}

func (w *randomOffice) idOf(r *plainRecord) string { return w.records()[r.position].ID.String() }

func (w *randomOffice) commandOf(key, stream, kind string, members map[string]string, corrects string) string {
	line := `{"key":"` + key + `","stream":"` + stream + `","kind":"` + kind + `"`
	if corrects != "" {
		line += `,"corrects":{"id":"` + corrects + `","reason":"typo"}`
	}
	if members != nil {
		var data []string
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if name != plainDay {
				data = append(data, `"`+name+`":`+members[name])
			}
		}
		line += `,"valid":"` + members[plainDay] + `","data":{` + strings.Join(data, ",") + `}`
	}
	return line + "}"
}

// A randomColumn is a column of a form with the values that its cells may hold.
type randomColumn struct {
	heading string
	member  string   // "" for none
	kind    string   // of which it is a member; "" for all of the form
	words   []string // of cells
	json    []string // what each says, as JSON; nil for the word itself
	always  bool     // the column is in every file
}

const (
	membersCounted = "coop.members-counted/1"
	workersCounted = "coop.workers-counted/1"
	yearReported   = "coop.year-reported/1"
	scored         = "coop.scored/1"
	classed        = "coop.classed/1"
	established    = "coop.established/1"
	granted        = "certificate.granted/1"
)

var (
	randomYears = []string{"2021", "2022"}
	randomForms = map[string][]randomColumn{
		"coop-annual": {
			{heading: "Mã HTX", words: []string{"htx-a", "htx-a", "htx-b"}, always: true},
			{heading: "Năm", member: "year", words: randomYears, always: true},
			{heading: "Ngày chốt số liệu", member: plainDay, words: []string{"30/6", "12", "31/12"}},
			{heading: "Thành viên", member: "official", kind: membersCounted, words: []string{"8", "12", "20"}},
			{heading: "Thành viên liên kết", member: "associate", kind: membersCounted, words: []string{"1", "2"}},
			{heading: "Lao động thường xuyên", member: "regular", kind: workersCounted, words: []string{"3", "6"}},
			{heading: "Tổng số lao động", member: "total", kind: workersCounted, words: []string{"9", "8", "5"}},
			{heading: "Loại số liệu", member: "basis", kind: yearReported, words: []string{"thực hiện", "ước tính"}, json: []string{`"actual"`, `"estimate"`}},
			{heading: "Doanh thu (đồng)", member: "revenue", kind: yearReported, words: []string{"100", "200", "300"}},
			{heading: "Lợi nhuận (đồng)", member: "profit", kind: yearReported, words: []string{"10", "-20"}},
			{heading: "Doanh thu từ thành viên (đồng)", member: "revenue_from_members", kind: yearReported, words: []string{"50", "60", "150"}},
		},
		"coop-classes": {
			{heading: "Mã HTX", words: []string{"htx-a", "htx-a", "htx-b"}, always: true},
			{heading: "Năm", member: "year", words: randomYears, always: true},
			{heading: "Thông tư", member: "scheme", words: []string{"TT 09/2017", "TT 01/2020"}, json: []string{`"tt09-2017"`, `"tt01-2020"`}},
			{heading: "Điểm", member: "points_hundredths", kind: scored, words: []string{"50", "60"}, json: []string{"5000", "6000"}},
			{heading: "Bị xử phạt", member: "fined", kind: scored, words: []string{"có", "không"}, json: []string{"true", "false"}},
			{heading: "Xếp loại", member: "class", kind: classed, words: []string{"tốt", "khá"}, json: []string{`"good"`, `"fair"`}},
			{heading: "Cơ quan xếp loại", member: "decided_by", kind: classed, words: []string{"Xã", "Tỉnh"}, json: []string{`"Xã"`, `"Tỉnh"`}},
		},
		"coop-establishments": {
			{heading: "Mã HTX", words: []string{"htx-e", "htx-f"}, always: true},
			{heading: "Tên HTX", member: "name", kind: established, words: []string{"HTX Một", "HTX Hai"}, json: []string{`"HTX Một"`, `"HTX Hai"`}},
			{heading: "Loại hình", member: "form", kind: established, words: []string{"HTX", "THT"}, json: []string{`"htx"`, `"tht"`}},
			{heading: "Mã địa bàn", member: "place", kind: established, words: []string{"q"}, json: []string{`"q"`}},
			{heading: "Ngày thành lập", member: plainDay, kind: established, words: []string{"1/5/2020", "2/5/2020"}, json: []string{"2020-05-01", "2020-05-02"}},
			{heading: "Nông nghiệp", member: "agricultural", kind: established, words: []string{"có", "không"}, json: []string{"true", "false"}},
			{heading: "Ngành nghề", member: "sector", kind: established, words: []string{"lúa", "ngô"}, json: []string{`"lúa"`, `"ngô"`}},
			{heading: "Luật", member: "law", kind: established, words: []string{"Luật 2012"}, json: []string{`"2012"`}},
			{heading: "Thành viên sáng lập", member: "founders", kind: established, words: []string{"7", "9"}},
		},
		"certificates": {
			{heading: "Mã HTX", member: "coop", kind: granted, words: []string{"htx-a", "htx-a", "htx-b"}, json: []string{`"htx-a"`, `"htx-a"`, `"htx-b"`}, always: true},
			{heading: "Sự kiện", words: []string{"cấp"}, always: true},
			{heading: "Ngày", member: plainDay, kind: granted, words: []string{"1/5/2021", "2/5/2021"}, json: []string{"2021-05-01", "2021-05-02"}},
			{heading: "Số giấy chứng nhận", member: "number", kind: granted, words: []string{"V1", "V2"}, json: []string{`"V1"`, `"V2"`}},
			{heading: "Tiêu chuẩn", member: "scheme", kind: granted, words: []string{"VietGAP"}, json: []string{`"vietgap"`}},
			{heading: "Nhóm tiêu chuẩn", member: "group", kind: granted, words: []string{"sản xuất", "chất lượng"}, json: []string{`"production"`, `"quality"`}},
			{heading: "Tổ chức chứng nhận", member: "body", kind: granted, words: []string{"Vina", "Cert"}, json: []string{`"Vina"`, `"Cert"`}},
		},
	}
)

// says is what a word of the column says, as JSON.
func (c randomColumn) says(word string) string {
	if c.json == nil {
		return word
	}
	return c.json[slices.Index(c.words, word)]
}

// dayIn is what a day of the column "Ngày chốt số liệu" says in a year, and how it is
// written there.
func dayIn(word, year string) (says, written string) {
	return year + map[string]string{"30/6": "-06-30", "12": "-12-31", "31/12": "-12-31"}[word], word + "/" + year
}

// someMembers draws the members of a random fact.
func (w *randomOffice) someMembers(kind string) map[string]string {
	members := map[string]string{}
	for _, form := range slices.Sorted(maps.Keys(randomForms)) {
		columns := randomForms[form]
		if !slices.ContainsFunc(columns, func(c randomColumn) bool { return c.kind == kind }) {
			continue
		}
		for _, c := range columns {
			if c.member == "" || c.kind != "" && c.kind != kind {
				continue
			}
			if slices.Contains(plainKinds[kind].needs, c.member) || c.member == "year" || c.member == "coop" || c.member == plainDay || w.chance(50) {
				members[c.member] = c.says(w.wordOf(c))
			}
		}
		if form == "coop-annual" {
			w.dateAnnual(kind, members)
		}
		if form == "coop-classes" {
			members[plainDay] = members["year"] + "-12-31"
		}
	}
	return members
}

// dateAnnual gives a random fact of coop-annual its day.
func (w *randomOffice) dateAnnual(kind string, members map[string]string) {
	year := members["year"]
	members[plainDay], _ = dayIn(members[plainDay], year)
	switch {
	case kind != yearReported:
		delete(members, "year")
	case members["basis"] == `"actual"`:
		members[plainDay] = year + "-12-31"
	}
}

// A randomFile is a file with the facts that its rows state.
type randomFile struct {
	form   string
	sheets [][][]string // rows of cells, the headings first
	claims []plainClaim
}

// drawFile makes a file: of some columns of a form, whose rows are much alike. One
// with two sheets has other columns in the second.
func (w *randomOffice) drawFile() *randomFile {
	f := &randomFile{form: draw(w, "coop-annual", "coop-annual", "coop-annual", "coop-classes", "coop-establishments", "certificates")}
	sheets := 1
	if w.chance(25) {
		sheets = 2
	}
	missing := draw(w, 0, 0, 15, 40)
	blank := draw(w, 0, 0, 15, 40)
	for range sheets {
		var columns []randomColumn
		var heads []string
		for _, c := range randomForms[f.form] {
			if c.always || !w.chance(missing) {
				columns, heads = append(columns, c), append(heads, c.heading)
			}
		}
		rows := [][]string{heads}
		for range 1 + w.random.IntN(3) {
			if len(rows) > 1 && w.chance(10) {
				rows = append(rows, rows[len(rows)-1])
				f.claims = append(f.claims, f.claimsOf(columns, f.wordsOf(columns, rows[len(rows)-1]))...)
				continue
			}
			words := map[string]string{}
			for _, c := range columns {
				switch {
				case !c.always && w.chance(blank):
				case c.kind != "" && !c.always && c.member != plainDay && c.member != "number" && w.chance(3) && (w.chance(15) || !slices.Contains(plainKinds[c.kind].needs, c.member)):
					words[c.heading] = "xóa"
				default:
					words[c.heading] = w.wordOf(c)
				}
			}
			claims := f.claimsOf(columns, words)
			if len(claims) == 0 {
				continue // a row that says nothing is a question about the file, and none about the ledger
			}
			f.claims = append(f.claims, claims...)
			var cells []string
			for _, c := range columns {
				word := words[c.heading]
				if c.heading == "Ngày chốt số liệu" && word != "" {
					_, word = dayIn(word, words["Năm"])
				}
				cells = append(cells, word)
			}
			rows = append(rows, cells)
		}
		if len(rows) > 1 {
			f.sheets = append(f.sheets, rows)
		}
	}
	return f
}

// wordsOf are the words of a row by heading, as they were drawn.
func (f *randomFile) wordsOf(columns []randomColumn, cells []string) map[string]string {
	words := map[string]string{}
	for i, c := range columns {
		words[c.heading] = cells[i]
		if c.heading == "Ngày chốt số liệu" && cells[i] != "" {
			words[c.heading] = cells[i][:len(cells[i])-len("/2021")]
		}
	}
	return words
}

// claimsOf are what a row says, one claim for each kind.
func (f *randomFile) claimsOf(columns []randomColumn, words map[string]string) (claims []plainClaim) {
	byKind := map[string]map[string]string{}
	common := map[string]string{}
	for _, c := range columns {
		word := words[c.heading]
		if word == "" || c.member == "" {
			continue
		}
		value := ""
		if word != "xóa" {
			value = c.says(word)
		}
		if c.kind == "" {
			common[c.member] = value
			continue
		}
		if byKind[c.kind] == nil {
			byKind[c.kind] = map[string]string{}
		}
		byKind[c.kind][c.member] = value
	}
	for _, kind := range []string{membersCounted, workersCounted, yearReported, scored, classed, established, granted} {
		says := byKind[kind]
		if says == nil {
			continue
		}
		stream := "coop/" + words["Mã HTX"]
		switch f.form {
		case "coop-annual":
			dateClaim(kind, says, common)
		case "coop-classes":
			maps.Copy(says, common)
			says[plainDay] = common["year"] + "-12-31"
		case "certificates":
			stream = "certificate"
		}
		claims = append(claims, plainClaim{kind, stream, says})
	}
	return claims
}

// dateClaim gives a claim of coop-annual its day, as far as the row says it.
func dateClaim(kind string, says, common map[string]string) {
	year := common["year"]
	day := ""
	if word := common[plainDay]; word != "" {
		day, _ = dayIn(word, year)
	}
	switch {
	case kind != yearReported && day == "", says["basis"] == `"actual"`:
		day = year + "-12-31"
	case kind == yearReported && says["basis"] != `"estimate"`:
		day = "" // of which day such results are only their basis tells
	}
	if day != "" {
		says[plainDay] = day
	}
	if kind == yearReported {
		says["year"] = year
	}
}

// bytes are the file: a table as text where it is one sheet, else a workbook.
func (f *randomFile) bytes(t require.TestingT) (name string, b []byte) {
	if len(f.sheets) == 1 {
		var text strings.Builder
		for _, row := range f.sheets[0] {
			text.WriteString(strings.Join(row, ",") + "\n")
		}
		return "tệp.csv", []byte(text.String())
	}
	b, err := sheetstest.Write(f.sheets)
	require.NoError(t, err)
	return "tệp.xlsx", b
}

// handIn hands a random file in, and holds what becomes of it to the model.
func (w *randomOffice) handIn() {
	f := w.drawFile()
	if len(f.sheets) == 0 {
		return
	}
	how := imports.How{Form: f.form, Others: true}
	if w.chance(60) {
		how.Reason = "typo"
	}
	name, b := f.bytes(w)
	said := fmt.Sprintf("%v", f.sheets)
	want := w.model.judge(f.claims, how.Reason != "")
	before := w.records()
	review, err := imports.Run(context.Background(), imports.File{Name: name, Bytes: b, How: how}, imports.Desk{Open: w.open}, imports.RecordNow)
	if len(want.refused) > 0 {
		require.Error(w, err, "%s: should be refused for %v", said, want.refused)
		w.holdRefusal(said, want.refused, review, err)
		require.Len(w, w.records(), len(before), said)
		return
	}
	var bad *imports.Rejected
	if errors.As(err, &bad) {
		for _, m := range bad.Problems {
			w.Log(m.Vi())
		}
	}
	require.NoError(w, err, said)
	added := w.learn(len(before))
	require.Equal(w, want.added, added, said)
	require.Equal(w, w.model.standing(), w.standing(), said)
	out := review.Import()
	require.Equal(w, want.corrections, out.Corrections, said)
	repeats := 0
	for _, e := range out.Events {
		repeats += e.Repeated
	}
	require.Equal(w, want.repeats, repeats, said)
	w.met["recorded"]++
	w.met["repeat"] += want.repeats
	w.met["correction"] += want.corrections
	w.met["new"] += len(want.added) - want.corrections
	for _, c := range out.Changes {
		if c.Retracted {
			w.met["brought back"]++
		}
	}
}

// holdRefusal holds the codes of the problems to the reasons that the model has.
func (w *randomOffice) holdRefusal(said string, want map[string]bool, review *imports.Review, err error) {
	var bad *imports.Rejected
	require.True(w, errors.As(err, &bad), "%s: %v", said, err)
	got := map[string]bool{}
	for _, m := range review.Problems {
		code := m.Code
		if slices.Contains([]string{"row-column-missing", "cell-missing", "row-estimate-day"}, code) {
			code = "lacks"
		}
		got[code] = true
	}
	for code := range want {
		w.met[code]++
	}
	for _, code := range []string{"member-required", "row-disagrees"} {
		if want[code] { // what else is found depends on what is made of the wrong row
			require.Contains(w, got, code, said)
			return
		}
	}
	require.Equal(w, want, got, said)
}

func (w *randomOffice) open(ctx context.Context) (imports.Ledger, error) {
	p := asof.New()
	for _, r := range w.records() {
		if err := p.Apply(r); err != nil {
			return imports.Ledger{}, err
		}
	}
	return imports.Ledger{Projection: p, Try: w.rec.TryImport, Record: w.rec.Import, Now: func() calendar.Instant { return w.now + 1 }}, nil
}
