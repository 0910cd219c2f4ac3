package imports

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/answers"
)

// A handed-in file and what became of it.
type ran struct {
	*Review
	t   *testing.T
	err error
}

// run hands a CSV file in, for recording.
func (o *office) run(form, text string, how How) ran {
	how.Form = form
	r, err := Run(o.t.Context(), File{Name: "tệp.csv", Bytes: []byte(text), How: how}, o.openDesk(), RecordNow)
	var bad *Rejected
	if err != nil {
		require.True(o.t, errors.As(err, &bad), "%v", err)
	}
	return ran{r, o.t, err}
}

func (o *office) openDesk() Desk {
	return Desk{Open: func(context.Context) (Ledger, error) {
		return Ledger{Projection: o.projection(), Try: o.rec.TryImport, Record: o.rec.Import, Now: func() calendar.Instant { return o.now + 1 }}, nil
	}}
}

// codes lists the codes of problems.
func (r ran) codes() (list []string) {
	for _, m := range r.Problems {
		list = append(list, m.Code)
	}
	return list
}

// said are the problems in Vietnamese.
func (r ran) said() string {
	var list []string
	for _, m := range r.Problems {
		list = append(list, m.Vi())
	}
	return strings.Join(list, "\n")
}

func (r ran) notes() (list []string) {
	for _, m := range r.Notes {
		list = append(list, m.Code)
	}
	return list
}

// outcome is what became of the file, which was not refused.
func (r ran) outcome() string {
	r.t.Helper()
	require.NoError(r.t, r.err, r.said())
	return r.Import().Outcome
}

// changes are the changes by member, in words.
func (r ran) changes() (list []string) {
	for _, c := range r.Changes() {
		for _, m := range c.Members {
			list = append(list, m.Vi())
		}
	}
	return list
}

// data are those of the fact that stands by a key, as JSON.
func (o *office) data(key string) string {
	p := o.projection()
	r := p.Find(ledger.IDOf(key))
	require.NotNil(o.t, r, key)
	for _, f := range ledger.Effective(p.Stream(r.Stream, p.Size())) {
		if f.Root == r {
			return string(f.By.Data) + " " + f.Valid.String()
		}
	}
	return "taken back"
}

const revenueHead = "Mã HTX,Năm,Loại số liệu,Doanh thu (đồng)\n"

// Of two records of one fact the last counts, and a row is held against that.
func TestARowIsHeldAgainstTheRecordThatCounts(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"y1","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2021-12-31","data":{"year":2021,"basis":"actual","revenue":100}}`,
		`{"key":"y2","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2021-12-31","data":{"year":2021,"basis":"actual","revenue":200}}`)
	require.Equal(t, "200/1", o.figure("revenue.mean", "2021-12-31"))
	row := func(revenue string) string { return revenueHead + "htx-a,2021,thực hiện," + revenue + "\n" }
	require.Equal(t, "repeated", o.run("coop-annual", row("200"), How{}).outcome())
	hundred := o.run("coop-annual", row("100"), How{})
	require.Equal(t, []string{"row-changed"}, hundred.codes())
	require.Contains(t, hundred.said(), "Doanh thu: 200 đồng → 100 đồng")
	mended := o.run("coop-annual", row("300"), How{Reason: "typo"})
	require.Equal(t, "recorded", mended.outcome())
	require.Equal(t, 1, mended.Import().Corrections)
	require.Equal(t, "300/1", o.figure("revenue.mean", "2021-12-31"))
}

// The same for every kind that a record may be doubled of.
func TestEveryKindIsHeldAgainstTheRecordThatCounts(t *testing.T) {
	for _, c := range []struct{ kind, stream, day, one, two, form, same, other string }{
		{"coop.members-counted/1", "coop/htx-a", "2021-12-31", `{"official":10}`, `{"official":20}`,
			"coop-annual", "Mã HTX,Năm,Thành viên\nhtx-a,2021,20\n", "Mã HTX,Năm,Thành viên\nhtx-a,2021,10\n"},
		{"coop.workers-counted/1", "coop/htx-a", "2021-12-31", `{"regular":10}`, `{"regular":20}`,
			"coop-annual", "Mã HTX,Năm,Lao động thường xuyên\nhtx-a,2021,20\n", "Mã HTX,Năm,Lao động thường xuyên\nhtx-a,2021,10\n"},
		{"coop.scored/1", "coop/htx-a", "2021-12-31", `{"year":2021,"scheme":"tt09-2017","points_hundredths":5000}`, `{"year":2021,"scheme":"tt09-2017","points_hundredths":6000}`,
			"coop-classes", "Mã HTX,Năm,Thông tư,Điểm\nhtx-a,2021,TT 09/2017,60\n", "Mã HTX,Năm,Thông tư,Điểm\nhtx-a,2021,TT 09/2017,50\n"},
		{"coop.classed/1", "coop/htx-a", "2021-12-31", `{"year":2021,"scheme":"tt09-2017","class":"good"}`, `{"year":2021,"scheme":"tt09-2017","class":"fair"}`,
			"coop-classes", "Mã HTX,Năm,Thông tư,Xếp loại\nhtx-a,2021,TT 09/2017,khá\n", "Mã HTX,Năm,Thông tư,Xếp loại\nhtx-a,2021,TT 09/2017,tốt\n"},
		{"coop.linked/1", "coop/htx-a", "2021-05-01", `{"contract":"1","enterprise":"A"}`, `{"contract":"1","enterprise":"B"}`,
			"coop-links", "Mã HTX,Sự kiện,Ngày,Số hợp đồng,Doanh nghiệp\nhtx-a,ký,1/5/2021,1,B\n", "Mã HTX,Sự kiện,Ngày,Số hợp đồng,Doanh nghiệp\nhtx-a,ký,1/5/2021,1,A\n"},
		{"coop.renamed/1", "coop/htx-a", "2021-05-01", `{"name":"HTX Một"}`, `{"name":"HTX Hai"}`,
			"coop-changes", "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,đổi tên,1/5/2021,HTX Hai\n", "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,đổi tên,1/5/2021,HTX Một\n"},
		{"support.given/1", "support/x", "2021-05-01", `{"coop":"htx-a","help":"land","amount":1000000}`, `{"coop":"htx-a","help":"land","amount":2000000}`,
			"support", "Mã HTX,Nội dung hỗ trợ,Ngày hỗ trợ,Kinh phí (triệu đồng)\nhtx-a,đất đai,1/5/2021,2\n", "Mã HTX,Nội dung hỗ trợ,Ngày hỗ trợ,Kinh phí (triệu đồng)\nhtx-a,đất đai,1/5/2021,1\n"},
	} {
		o := newOffice(t)
		for i, data := range []string{c.one, c.two} {
			o.say(`{"key":"d` + string(rune('1'+i)) + `","stream":"` + c.stream + `","kind":"` + c.kind + `","valid":"` + c.day + `","data":` + data + `}`)
		}
		require.Equal(t, "repeated", o.run(c.form, c.same, How{}).outcome(), c.kind)
		require.Equal(t, []string{"row-changed"}, o.run(c.form, c.other, How{}).codes(), c.kind)
		require.Equal(t, "recorded", o.run(c.form, c.other, How{Reason: "typo"}).outcome(), c.kind)
		require.Equal(t, "repeated", o.run(c.form, c.other, How{}).outcome(), c.kind)
		require.Equal(t, []string{"row-changed"}, o.run(c.form, c.same, How{}).codes(), c.kind)
	}
}

// A correction keeps every member that the row does not name.
func TestACorrectionKeepsWhatItDoesNotName(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"y","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2021-12-31","data":{"year":2021,"basis":"actual","revenue":1000000000,"pay":400000000,"workers":10}}`)
	require.Equal(t, "40000000/1", o.figureValue("income.mean", "2021-12-31"))
	only := o.run("coop-annual", revenueHead+"htx-a,2021,thực hiện,1100000000\n", How{Reason: "typo"})
	require.Equal(t, []string{"Doanh thu: 1.000.000.000 đồng → 1.100.000.000 đồng"}, only.changes())
	require.Equal(t, `{"basis":"actual","pay":400000000,"revenue":1100000000,"workers":10,"year":2021} 2021-12-31`, o.data("y"))
	require.Equal(t, "40000000/1", o.figureValue("income.mean", "2021-12-31"), "as before")
	blank := "Mã HTX,Năm,Loại số liệu,Doanh thu (đồng),Tổng thu nhập của người lao động (đồng),Lao động hưởng thu nhập\nhtx-a,2021,thực hiện,1200000000,,\n"
	require.Equal(t, "recorded", o.run("coop-annual", blank, How{Reason: "typo"}).outcome())
	require.Equal(t, `{"basis":"actual","pay":400000000,"revenue":1200000000,"workers":10,"year":2021} 2021-12-31`, o.data("y"))
	for _, basisLess := range []string{"Mã HTX,Năm,Doanh thu (đồng)\nhtx-a,2021,1300000000\n"} {
		require.Equal(t, "recorded", o.run("coop-annual", basisLess, How{Reason: "typo"}).outcome(), "required members are required of the fact")
		require.Equal(t, `{"basis":"actual","pay":400000000,"revenue":1300000000,"workers":10,"year":2021} 2021-12-31`, o.data("y"), "from the data of the correction")
	}
	payOnly := o.run("coop-annual", "Mã HTX,Năm,Tổng thu nhập của người lao động (đồng)\nhtx-a,2021,500000000\n", How{Reason: "late"})
	require.Equal(t, []string{"Tổng thu nhập của người lao động: 400.000.000 đồng → 500.000.000 đồng"}, payOnly.changes())
	require.Equal(t, "50000000/1", o.figureValue("income.mean", "2021-12-31"))
}

// figureValue is an indicator in lowest terms.
func (o *office) figureValue(code, asOf string) string {
	f, err := o.service().Indicators(answers.Query{Codes: []string{code}, AsOf: asOf})
	require.NoError(o.t, err)
	num, den, ok := f.Figures[0].Value()
	if !ok {
		return "no data"
	}
	return fmt.Sprintf("%d/%d", num, den)
}

// A name that is mended loses nothing else of the founding.
func TestAMendedNameKeepsTheFounding(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"e","stream":"coop/htx-e","kind":"coop.established/1","valid":"2019-05-01","data":{"name":"HTX Nhầm","form":"htx","place":"q","agricultural":true,"sector":"lúa","tax_code":"6400000015","registration":"DK 1","founders":12,"charter_capital":500000000,"law":"2012"}}`)
	mended := o.run("coop-establishments", "Mã HTX,Tên HTX\nhtx-e,HTX Đúng\n", How{Reason: "typo"})
	require.Equal(t, "recorded", mended.outcome())
	require.Equal(t, []string{"Tên HTX: HTX Nhầm → HTX Đúng"}, mended.changes())
	require.Equal(t, `{"agricultural":true,"charter_capital":500000000,"form":"htx","founders":12,"law":"2012","name":"HTX Đúng","place":"q","registration":"DK 1","sector":"lúa","tax_code":"6400000015"} 2019-05-01`, o.data("e"))
	unknown := o.run("coop-establishments", "Mã HTX,Tên HTX\nhtx-f,HTX Khác\n", How{Reason: "typo"})
	require.Equal(t, []string{"row-column-missing", "row-column-missing", "row-column-missing", "row-column-missing", "row-column-missing"}, unknown.codes(), "a new one needs them")
}

// A word takes an optional member away, and no required one.
func TestAWordTakesAMemberAway(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"y","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2021-12-31","data":{"year":2021,"basis":"actual","revenue":1000,"pay":400,"workers":10}}`)
	const head = "Mã HTX,Năm,Loại số liệu,Doanh thu (đồng),Tổng thu nhập của người lao động (đồng)\n"
	for _, word := range []string{"Xóa", "xoá"} {
		gone := o.run("coop-annual", head+"htx-a,2021,thực hiện,,"+word+"\n", How{})
		require.Equal(t, []string{"row-changed"}, gone.codes())
		require.Equal(t, []string{"Tổng thu nhập của người lao động: 400 đồng → (không có)"}, gone.changes())
	}
	require.Equal(t, []string{"member-required"}, o.run("coop-annual", head+"htx-a,2021,thực hiện,xóa,\n", How{Reason: "typo"}).codes())
	require.Equal(t, []string{"cell-removal"}, o.run("coop-annual", head+"xóa,2021,thực hiện,5,\n", How{Reason: "typo"}).codes())
	require.Equal(t, []string{"cell-removal"}, o.run("coop-annual", head+"htx-a,xóa,thực hiện,5,\n", How{Reason: "typo"}).codes())
	require.Equal(t, "recorded", o.run("coop-annual", head+"htx-a,2021,thực hiện,,xóa\n", How{Reason: "typo"}).outcome())
	require.Equal(t, `{"basis":"actual","revenue":1000,"workers":10,"year":2021} 2021-12-31`, o.data("y"))
	require.Equal(t, "repeated", o.run("coop-annual", head+"htx-a,2021,thực hiện,,xóa\n", How{}).outcome(), "it is gone")
	require.Equal(t, []string{"cell-unused"}, o.run("coop-changes", "Mã HTX,Sự kiện,Ngày,Tên mới,Cơ quan ghi nhận\nhtx-a,đổi tên,1/1/2021,HTX B,xóa\n", How{}).codes())
}

// A member that the file does not name is cited with its record where it clashes.
func TestAClashCitesTheRecord(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"y","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2021-12-31","data":{"year":2021,"basis":"actual","revenue":1000,"revenue_from_members":900}}`,
		`{"key":"l","stream":"coop/htx-a","kind":"coop.linked/1","valid":"2021-05-01","data":{"contract":"1","enterprise":"A","until":"2022-01-01"}}`)
	at := o.projection().Find(ledger.IDOf("y")).Position
	lower := o.run("coop-annual", revenueHead+"htx-a,2021,thực hiện,500\n", How{Reason: "typo"})
	require.Equal(t, []string{"part-over-whole"}, lower.codes())
	require.Contains(t, lower.said(), fmt.Sprintf("dòng không nêu “Doanh thu từ thành viên” = 900 đồng, đang theo bản ghi @%d", at))
	higher := o.run("coop-annual", "Mã HTX,Năm,Loại số liệu,Doanh thu từ thành viên (đồng)\nhtx-a,2021,thực hiện,1001\n", How{Reason: "typo"})
	require.Equal(t, []string{"part-over-whole"}, higher.codes())
	require.Contains(t, higher.said(), fmt.Sprintf("dòng không nêu “Doanh thu” = 1.000 đồng, đang theo bản ghi @%d", at))
	moved := o.run("coop-links", "Mã HTX,Sự kiện,Ngày,Số hợp đồng\nhtx-a,ký,1/5/2022,1\n", How{Reason: "typo", OtherDay: "correction"})
	require.Equal(t, []string{"until"}, moved.codes())
	require.Contains(t, moved.said(), "dòng không nêu “Có hiệu lực đến” = 31/12/2021")
}

// An estimate is a fact beside the results of the year.
func TestAnEstimateOfAYearWhoseResultsStandIsAnotherFact(t *testing.T) {
	o := newOffice(t)
	o.now += 2 * 366 * 86_400_000_000
	const head = "Mã HTX,Năm,Loại số liệu,Doanh thu (đồng),Ngày chốt số liệu\n"
	require.Equal(t, "recorded", o.run("coop-annual", head+"htx-a,2024,ước,5,31/7/2024\n", How{}).outcome())
	require.Equal(t, "recorded", o.run("coop-annual", head+"htx-a,2024,thực hiện,9,\n", How{}).outcome())
	require.Equal(t, "5/1", o.figure("revenue.mean", "2024-07-31"))
	september := o.run("coop-annual", head+"htx-a,2024,ước,7,30/9/2024\n", How{Reason: "typo"})
	require.Equal(t, "recorded", september.outcome())
	require.Zero(t, september.Import().Corrections)
	require.Equal(t, "5/1", o.figure("revenue.mean", "2024-07-31"))
	require.Equal(t, "9/1", o.figure("revenue.mean", "2024-12-31"))
	several := o.run("coop-annual", "Mã HTX,Năm,Doanh thu (đồng)\nhtx-a,2024,11\n", How{Reason: "typo"})
	require.Equal(t, []string{"row-which"}, several.codes(), "it fits an estimate as well as the results")
}

// Rows of one file about one fact are one, and two that contradict each other are
// refused, each naming the other.
func TestRowsAboutOneFactAreOne(t *testing.T) {
	o := newOffice(t)
	const head = "Mã HTX,Năm,Loại số liệu,Doanh thu (đồng),Lợi nhuận (đồng)\n"
	two := o.run("coop-annual", head+"htx-a,2021,thực hiện,100,\nhtx-a,2021,thực hiện,200,\n", How{Reason: "typo"})
	require.Equal(t, []string{"row-disagrees", "row-disagrees"}, two.codes())
	require.Contains(t, two.said(), "dòng 2, cột “Doanh thu (đồng)”: hai dòng nói về cùng một việc mà “Doanh thu” ở đây là 100 đồng, còn 200 đồng ở dòng 3")
	require.Contains(t, two.said(), "dòng 3, cột “Doanh thu (đồng)”: hai dòng nói về cùng một việc mà “Doanh thu” ở đây là 200 đồng, còn 100 đồng ở dòng 2")
	parts := o.run("coop-annual", head+"htx-a,2021,thực hiện,100,\nhtx-a,2021,thực hiện,,30\nhtx-a,2021,,100,\nhtx-a,2021,thực hiện,100,\n", How{})
	require.Equal(t, "recorded", parts.outcome())
	require.Equal(t, 1, parts.Outcome().Recorded)
	require.Equal(t, []string{"note-joined", "note-joined", "note-joined"}, parts.notes())
	require.Equal(t, `{"basis":"actual","profit":30,"revenue":100,"year":2021} 2021-12-31`, o.data(parts.commands[0].draft.Key))
	require.Equal(t, "repeated", o.run("coop-annual", head+"htx-a,2021,thực hiện,100,\nhtx-a,2021,thực hiện,,30\n", How{}).outcome())
	left := o.run("coop-annual", "Mã HTX,Năm,Thành viên,Thành viên liên kết,Lao động thường xuyên\nhtx-a,2021,5,,\nhtx-a,2021,,7,-1\n", How{ValidRows: true})
	require.Equal(t, []string{"negative"}, left.codes(), "a row that cannot be read is joined to none")
}

// Several sheets of a workbook are one file.
func TestTwoSheetsThatContradictAreRefused(t *testing.T) {
	form, err := imports.FindForm("coop-annual")
	require.NoError(t, err)
	grid := func(name, members string) *imports.Grid {
		g := &imports.Grid{Name: name}
		for i, line := range []string{"Mã HTX|Năm|Thành viên|Thành viên liên kết", "htx-a|2021|" + members} {
			row := imports.GridRow{Line: i + 1}
			for _, text := range strings.Split(line, "|") {
				row.Cells = append(row.Cells, imports.Cell{Kind: imports.TextCell, Text: text})
			}
			g.Rows = append(g.Rows, row)
		}
		return g
	}
	o := newOffice(t)
	hold := func(one, two string) *holding {
		s, err := imports.Grids(t.Context(), "x.xlsx", nil, &imports.Workbook{Grids: []*imports.Grid{grid("Một", one), grid("Hai", two)}}, form, imports.Options{})
		require.NoError(t, err)
		require.Empty(t, s.Problems())
		h, err := holdAgainst(o.projection(), s, How{})
		require.NoError(t, err)
		return h
	}
	clash := hold("5|", "6|")
	require.Len(t, clash.problems, 2)
	require.Contains(t, clash.problems[0].mark.Vi(), "sheet “Một”, dòng 2, cột C “Thành viên”")
	require.Contains(t, clash.problems[0].mark.Vi(), "còn 6 ở dòng 2 của sheet “Hai”")
	joined := hold("5|", "|7")
	require.Empty(t, joined.problems)
	require.Len(t, joined.commands, 1)
	require.Equal(t, `{"associate":7,"official":5}`, string(joined.commands[0].draft.Data))
}

// Another paper alone is a repeat, and a note names the paper.
func TestAnotherPaperAloneIsARepeat(t *testing.T) {
	o := newOffice(t)
	row := func(paper string) string {
		return "Mã HTX,Năm,Thành viên,Số văn bản\nhtx-a,2021,25," + paper + "\n"
	}
	require.Equal(t, "recorded", o.run("coop-annual", row("BC 1"), How{}).outcome())
	require.Empty(t, o.run("coop-annual", row(""), How{}).notes())
	require.Empty(t, o.run("coop-annual", row("BC 1"), How{}).notes())
	other := o.run("coop-annual", row("BC 2"), How{})
	require.Equal(t, "repeated", other.outcome())
	require.Equal(t, []string{"note-other-paper"}, other.notes())
}

// Lists are sets: their order says nothing, and a shorter one takes away.
func TestListsAreSets(t *testing.T) {
	o := newOffice(t)
	for _, key := range []string{"b", "c", "d"} {
		o.say(`{"key":"e` + key + `","stream":"coop/htx-` + key + `","kind":"coop.established/1","valid":"2019-05-01","data":{"name":"HTX ` + key + `","form":"htx","place":"q","agricultural":true,"sector":"lúa"}}`)
	}
	o.say(`{"key":"f","stream":"support/hc","kind":"support.fair-attended/1","valid":"2021-05-01","data":{"fair":"Hội chợ","coops":["htx-a","htx-b","htx-c"]}}`)
	row := func(coops string) string {
		return "Sự kiện,Tên hoạt động,Ngày,HTX tham gia\nhội chợ,Hội chợ,1/5/2021," + coops + "\n"
	}
	require.Equal(t, "repeated", o.run("fairs", row("htx-c;htx-a;htx-b"), How{}).outcome())
	shorter := o.run("fairs", row("htx-a;htx-d"), How{})
	require.Equal(t, []string{"row-changed"}, shorter.codes())
	require.Equal(t, []string{"HTX tham gia: bớt htx-b, htx-c; thêm htx-d"}, shorter.changes())
	require.Equal(t, "recorded", o.run("fairs", row("htx-a;htx-d"), How{Reason: "typo"}).outcome())
	require.Equal(t, `{"coops":["htx-a","htx-d"],"fair":"Hội chợ"} 2021-05-01`, o.data("f"))
}

// What was taken back is asked about, and brought back by restating its first
// record.
func TestARetractedRowIsBroughtBack(t *testing.T) {
	o := newOffice(t)
	row := func(revenue string) string { return revenueHead + "htx-a,2021,thực hiện," + revenue + "\n" }
	first := o.run("coop-annual", row("100"), How{})
	require.Equal(t, "recorded", first.outcome())
	root := first.All()[0].Record
	o.say(`{"key":"r","stream":"coop/htx-a","kind":"ledger.retracted/1","corrects":{"id":"` + root.ID.String() + `","reason":"duplicate"}}`)
	require.Equal(t, "no data", o.figureValue("revenue.mean", "2021-12-31"))
	again := o.run("coop-annual", row("100"), How{})
	require.Equal(t, []string{"row-retracted"}, again.codes())
	require.Contains(t, again.said(), "lý do: trùng")
	back := o.run("coop-annual", row("100"), How{Reason: "other", Note: "rút nhầm"})
	require.Equal(t, "recorded", back.outcome())
	made := back.All()[0].Record
	require.Equal(t, ledger.KindRestated, made.Kind)
	require.Equal(t, root.ID, made.Corrects.ID)
	require.Equal(t, "100/1", o.figure("revenue.mean", "2021-12-31"))
	require.Equal(t, "repeated", o.run("coop-annual", row("100"), How{}).outcome())
	o.say(`{"key":"r2","stream":"coop/htx-a","kind":"ledger.retracted/1","corrects":{"id":"` + root.ID.String() + `","reason":"duplicate"}}`)
	require.Equal(t, "recorded", o.run("coop-annual", row("100"), How{Reason: "other"}).outcome(), "and again")
	require.Equal(t, "100/1", o.figure("revenue.mean", "2021-12-31"))
}

// A correction that was taken back can be made again.
func TestAFileGoesBackAndForth(t *testing.T) {
	o := newOffice(t)
	row := func(revenue string) string { return revenueHead + "htx-a,2021,thực hiện," + revenue + "\n" }
	a, b := row("100"), row("200")
	require.Equal(t, "recorded", o.run("coop-annual", a, How{}).outcome())
	require.Equal(t, "recorded", o.run("coop-annual", b, How{Reason: "typo"}).outcome())
	require.Equal(t, []string{"row-changed"}, o.run("coop-annual", a, How{}).codes())
	back := o.run("coop-annual", a, How{Reason: "typo"})
	require.Equal(t, "recorded", back.outcome())
	require.NotEmpty(t, back.Import().HandedIn)
	require.Equal(t, "100/1", o.figure("revenue.mean", "2021-12-31"))
	forth := o.run("coop-annual", b, How{Reason: "typo"})
	require.Equal(t, "recorded", forth.outcome())
	require.Equal(t, "200/1", o.figure("revenue.mean", "2021-12-31"))
	o.say(`{"key":"r","stream":"coop/htx-a","kind":"ledger.retracted/1","corrects":{"id":"` + forth.All()[0].Record.ID.String() + `","reason":"typo"}}`)
	require.Equal(t, "100/1", o.figure("revenue.mean", "2021-12-31"))
	require.Equal(t, "recorded", o.run("coop-annual", b, How{Reason: "typo"}).outcome())
	require.Equal(t, "200/1", o.figure("revenue.mean", "2021-12-31"))
}

// A place declared on another day is the same place.
func TestAPlaceOnAnotherDayIsTheSamePlace(t *testing.T) {
	o := newOffice(t)
	const row = "Sự kiện,Mã địa bàn,Ngày,Tên,Cấp,Cấp trên\nkhai báo,q,2/1/2000,Xã Q,xã,p\n"
	day := o.run("places", row, How{})
	require.Equal(t, []string{"row-changed"}, day.codes())
	require.Equal(t, []string{"Ngày: 01/01/2000 → 02/01/2000"}, day.changes())
	require.Equal(t, "recorded", o.run("places", row, How{Reason: "typo"}).outcome())
	require.Equal(t, `{"code":"q","level":"commune","name":"Xã Q","parent":"p"} 2000-01-02`, o.data("q"))
}

// A row that leaves open which fact it is about fits the only one, or is refused.
func TestARowThatFitsSeveralFactsIsRefused(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"s1","stream":"support/mot","kind":"support.given/1","valid":"2021-05-01","data":{"coop":"htx-a","help":"land","amount":1000000,"fund":"Tỉnh"}}`)
	row := func(code, fund, amount string) string {
		return "Mã HTX,Mã lần hỗ trợ,Nội dung hỗ trợ,Ngày hỗ trợ,Nguồn vốn,Kinh phí (triệu đồng)\nhtx-a," + code + ",đất đai,1/5/2021," + fund + "," + amount + "\n"
	}
	require.Equal(t, []string{"Kinh phí: 1.000.000 đồng → 2.000.000 đồng"}, o.run("support", row("", "", "2"), How{}).changes(), "it is the only one")
	o.say(`{"key":"s2","stream":"support/hai","kind":"support.given/1","valid":"2021-05-01","data":{"coop":"htx-a","help":"land","amount":1000000,"fund":"Huyện"}}`)
	which := o.run("support", row("", "", "2"), How{Reason: "typo"})
	require.Equal(t, []string{"row-which"}, which.codes())
	require.Contains(t, which.said(), "khớp với 2 bản ghi đã có")
	require.Equal(t, "recorded", o.run("support", row("hai", "", "2"), How{Reason: "typo"}).outcome())
	require.Contains(t, o.data("s2"), `"amount":2000000`)
	require.Contains(t, o.data("s1"), `"amount":1000000`)
	require.Equal(t, "recorded", o.run("support", row("", "huyện", "3"), How{Reason: "typo"}).outcome())
	require.Equal(t, "recorded", o.run("support", row("ba", "", "9"), How{}).outcome(), "a code of its own is another one")
}

// Rows that name one fact that stands in different words are one.
func TestRowsThatTheLedgerHasOneFactForAreOne(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"c","stream":"certificate/v","kind":"certificate.granted/1","valid":"2021-05-01","data":{"coop":"htx-a","scheme":"vietgap","group":"production","number":"V1","body":"Vina"}}`)
	file := func(one, two string) string {
		return "Mã HTX,Sự kiện,Ngày,Số giấy chứng nhận,Tiêu chuẩn,Nhóm tiêu chuẩn,Tổ chức chứng nhận\nhtx-a,cấp,1/5/2021,V1,VietGAP," + one + "\nhtx-a,cấp,1/5/2021,,VietGAP," + two + "\n"
	}
	clash := o.run("certificates", file("sản xuất,Cert", "sản xuất,Vina"), How{Reason: "typo"})
	require.Equal(t, []string{"row-disagrees", "row-disagrees"}, clash.codes())
	joined := o.run("certificates", file(",Cert", "chất lượng,"), How{Reason: "typo"})
	require.Equal(t, "recorded", joined.outcome())
	require.Equal(t, 1, joined.Import().Corrections)
	require.Equal(t, `{"body":"Cert","coop":"htx-a","group":"quality","number":"V1","scheme":"vietgap"} 2021-05-01`, o.data("c"))
}

// A row that fits a fact that stands, and another that the file brings, is refused.
func TestARowThatFitsAFactAndAnotherRowIsRefused(t *testing.T) {
	o := newOffice(t)
	const head = "Mã HTX,Năm,Ngày chốt số liệu,Loại số liệu,Doanh thu (đồng),Lợi nhuận (đồng)\n"
	rival := o.run("coop-annual", head+"htx-a,2022,30/6/2022,ước,5,\nhtx-a,2022,,,,7\n", How{Reason: "typo"})
	require.Equal(t, []string{"row-which-row"}, rival.codes())
	require.Contains(t, rival.said(), "dòng 3: dòng này khớp với bản ghi @4 (ngày 31/12/2022), mà cũng khớp với dòng 2")
	alone := o.run("coop-annual", head+"htx-a,2022,30/6/2022,ước,5,\nhtx-a,2021,,,,7\nhtx-a,2021,,thực hiện,5,\n", How{Reason: "typo"})
	require.Equal(t, "recorded", alone.outcome(), "of another year, and told by another row")
	chain := o.run("certificates", "Mã HTX,Sự kiện,Ngày,Số giấy chứng nhận,Tiêu chuẩn,Nhóm tiêu chuẩn\nhtx-a,cấp,1/5/2021,V1,VietGAP,\nhtx-a,cấp,,,,\nhtx-a,cấp,,,VietGAP,sản xuất\n", How{})
	require.Equal(t, "recorded", chain.outcome())
	require.Equal(t, 1, chain.Outcome().Recorded, "whatever the order of the rows")
}

// Words whose record was corrected to say something else are a command of their own
// again.
func TestWordsWhoseRecordMovedAreRecordedAgain(t *testing.T) {
	o := newOffice(t)
	const row = "Mã HTX,Nội dung hỗ trợ,Ngày hỗ trợ\nhtx-a,đất đai,1/5/2021\n"
	first := o.run("support", row, How{})
	require.Equal(t, "recorded", first.outcome())
	root := first.All()[0].Record
	o.say(`{"key":"m","stream":"` + root.Stream.String() + `","kind":"ledger.restated/1","valid":"2021-05-02","corrects":{"id":"` + root.ID.String() + `","reason":"typo"},"data":{"coop":"htx-a","help":"land"}}`)
	again := o.run("support", row, How{})
	require.Equal(t, "recorded", again.outcome())
	require.Equal(t, "repeated", o.run("support", row, How{}).outcome())
	require.Equal(t, "repeated", o.run("support", strings.Replace(row, "1/5", "2/5", 1), How{}).outcome())
}

// A correction of a fact that somebody else corrected since it was looked at is
// recorded by no way in.
func TestAFactThatChangedMeanwhileIsNotCorrected(t *testing.T) {
	o := newOffice(t)
	row := func(revenue string) string { return revenueHead + "htx-a,2021,thực hiện," + revenue + "\n" }
	require.Equal(t, "recorded", o.run("coop-annual", row("100"), How{}).outcome())
	held := o.hold(o.sheet("coop-annual", row("200")), "typo")
	require.Equal(t, "recorded", o.run("coop-annual", row("300"), How{Reason: "typo"}).outcome())
	res, err := o.rec.Import(t.Context(), []*ledger.Draft{held[0].draft}, nil)
	require.Error(t, err)
	require.ErrorIs(t, res.Results[0].Err, register.ErrFactChanged)
	require.Equal(t, "300/1", o.figure("revenue.mean", "2021-12-31"))
}
