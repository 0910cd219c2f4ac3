package imports

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

// An office is a ledger that files are handed in to.
type office struct {
	t   *testing.T
	log ledger.Log
	rec *recorder.Recorder
	now calendar.Instant
}

func newOffice(t *testing.T) *office {
	now, err := calendar.ParseInstant("2024-01-10T02:00:00.000000Z")
	require.NoError(t, err)
	o := &office{t: t, log: ledgertest.NewMemory(), now: now}
	o.rec, err = recorder.Open(t.Context(), o.log, func() calendar.Instant { o.now += 1_000_000; return o.now })
	require.NoError(t, err)
	t.Cleanup(o.rec.Close)
	o.say(
		`{"key":"o","stream":"ledger/p","kind":"ledger.opened/1","valid":"2020-01-01","data":{"origin":"test.example/p","place":"p","title":"Sổ thử"}}`,
		`{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"p","name":"Tỉnh P","level":"province"}}`,
		`{"key":"q","stream":"place/q","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"q","name":"Xã Q","level":"commune","parent":"p"}}`,
		`{"key":"a","stream":"coop/htx-a","kind":"coop.established/1","valid":"2020-05-01","data":{"name":"HTX Nông nghiệp Đắk Lao","form":"htx","place":"q","agricultural":true,"sector":"lúa"}}`,
		`{"key":"a22","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2022-12-31","data":{"year":2022,"basis":"actual","revenue":2000000000,"pay":500000000}}`,
		`{"key":"am","stream":"coop/htx-a","kind":"coop.members-counted/1","valid":"2022-12-31","data":{"official":20}}`,
		`{"key":"kh","stream":"plan/kh-1","kind":"plan.adopted/1","valid":"2023-01-05","data":{"number":"1/KH","issued":"2023-01-05","year":2023,"place":"p","title":"Kế hoạch thử",`+
			`"targets":[{"id":"T01","text":"Thành lập mới 2 HTX","rule":"exactly","low":2,"unit":"HTX","indicator":"coops.established","owners":["lmhtx"],"cited":"mục 1"},`+
			`{"id":"T02","text":"Doanh thu","rule":"at-least","low":1000,"unit":"triệu đồng","indicator":"revenue.mean","owners":["lmhtx"],"cited":"mục 2"}],"tasks":[]}}`,
	)
	return o
}

func (o *office) say(lines ...string) {
	for _, line := range lines {
		d, err := ledger.ParseDraft([]byte(line))
		require.NoError(o.t, err, line)
		_, err = o.rec.Record(context.Background(), d)
		require.NoError(o.t, err, line)
	}
}

func (o *office) projection() *asof.Projection {
	p := asof.New()
	for r, err := range ledger.Read(o.t.Context(), o.log, 0) {
		require.NoError(o.t, err)
		require.NoError(o.t, p.Apply(r))
	}
	return p
}

func (o *office) service() answerstest.Asker {
	return answerstest.New(o.projection(), func() calendar.Instant { return o.now + 1 })
}

// sheet reads a file of a form.
func (o *office) sheet(form, text string) *imports.Sheet {
	f, err := imports.FindForm(form)
	require.NoError(o.t, err)
	s, err := imports.CSV(context.Background(), "tệp.csv", []byte(text), f, imports.Options{})
	require.NoError(o.t, err)
	require.Empty(o.t, s.Problems())
	return s
}

// hold holds a file against the ledger, with a reason for corrections or "".
func (o *office) hold(s *imports.Sheet, reason string) []command {
	out, err := holdAgainst(o.projection(), s, How{Reason: reason})
	require.NoError(o.t, err)
	return out.commands
}

// desk is the ledger on a day.
func (o *office) desk(today calendar.Day) Ledger {
	at, err := calendar.ParseInstant(today.String() + "T02:00:00.000000Z")
	require.NoError(o.t, err)
	return Ledger{Projection: o.projection(), Now: func() calendar.Instant { return at }}
}

// handIn records what is new in a file.
func (o *office) handIn(s *imports.Sheet, reason string) {
	var drafts []*ledger.Draft
	for _, c := range o.hold(s, reason) {
		if c.draft != nil {
			drafts = append(drafts, c.draft)
		}
	}
	_, err := o.rec.Import(o.t.Context(), drafts, nil)
	require.NoError(o.t, err)
}

const head = "Mã HTX,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng),Tổng thu nhập của người lao động (triệu đồng),Ghi chú\n"

func counts(list []command) string {
	fresh, known, changed := 0, 0, 0
	for _, c := range list {
		if c.draft != nil {
			fresh++
		}
		if c.known != nil {
			known++
		}
		if c.changes() {
			changed++
		}
	}
	return fmt.Sprintf("%d new, %d known, %d changed", fresh, known, changed)
}

// A file goes through the ledger's hands: new, again, in other words, changed
// with a reason, changed back; and the old file stays the file that it was.
func TestFilesAreHeldAgainstWhatStands(t *testing.T) {
	o := newOffice(t)
	first := o.sheet("coop-annual", head+"htx-a,2023,25,thực hiện,1800,400,\n")
	require.Equal(t, "2 new, 0 known, 0 changed", counts(o.hold(first, "")))
	o.handIn(first, "")

	again := o.hold(first, "")
	require.Equal(t, "0 new, 2 known, 0 changed", counts(again))
	require.Equal(t, first.SHA256, again[0].known.Source.SHA256)
	spaced := o.hold(o.sheet("coop-annual", head+"\nhtx-a,2023,25,thực hiện,1800,400,\n"), "")
	require.Equal(t, "0 new, 2 known, 0 changed", counts(spaced))
	require.Equal(t, first.SHA256, spaced[0].known.Source.SHA256, "the record is still that of the first file")

	changed := o.sheet("coop-annual", head+"htx-a,2023,25,thực hiện,1900,400,\n")
	require.Equal(t, "0 new, 1 known, 1 changed", counts(o.hold(changed, "")))
	with := o.hold(changed, "typo")
	require.Equal(t, "1 new, 1 known, 1 changed", counts(with))
	require.Equal(t, ledger.KindRestated, with[1].draft.Kind)
	o.handIn(changed, "typo")
	require.Equal(t, "0 new, 2 known, 0 changed", counts(o.hold(changed, "typo")))
	require.Equal(t, "0 new, 1 known, 1 changed", counts(o.hold(first, "")), "the old file says otherwise than what stands by now")

	back := o.sheet("coop-annual", head+"\n\nhtx-a,2023,25,thực hiện,1800,400,\n")
	o.handIn(back, "other")
	require.Equal(t, int64(1_800_000_000), o.revenue())
	require.Equal(t, "0 new, 2 known, 0 changed", counts(o.hold(back, "")))
	require.Equal(t, "0 new, 1 known, 1 changed", counts(o.hold(changed, "")), "and so does the one between")
	forth := o.sheet("coop-annual", head+"\n\n\nhtx-a,2023,25,thực hiện,1900,400,\n")
	o.handIn(forth, "typo")
	require.Equal(t, int64(1_900_000_000), o.revenue(), "the same correction, of another record")
}

// revenue is that of the year of the files.
func (o *office) revenue() int64 {
	f, err := o.service().Indicators(answers.Query{Codes: []string{"revenue.mean"}, AsOf: "2023-12-31"})
	require.NoError(o.t, err)
	return f.Figures[0].Num
}

// figure counts an indicator in the office's ledger on a day: numerator/denominator.
func (o *office) figure(code, asOf string) string {
	f, err := o.service().Indicators(answers.Query{Codes: []string{code}, AsOf: asOf})
	require.NoError(o.t, err)
	return fmt.Sprintf("%d/%d", f.Figures[0].Num, f.Figures[0].Den)
}

func TestAnEstimateOfAnotherDayIsAFactOfItsOwn(t *testing.T) {
	o := newOffice(t)
	o.now += 2 * 366 * 86_400_000_000
	head := "Mã HTX,Năm,Loại số liệu,Doanh thu (triệu đồng),Ngày chốt số liệu\n"
	o.handIn(o.sheet("coop-annual", head+"htx-a,2024,ước,1000,30/6/2024\n"), "")
	require.Equal(t, "1000000000/1", o.figure("revenue.mean", "2024-07-31"))
	september := o.sheet("coop-annual", head+"htx-a,2024,ước,1500,30/9/2024\n")
	require.Equal(t, "1 new, 0 known, 0 changed", counts(o.hold(september, "typo")))
	o.handIn(september, "typo")
	require.Equal(t, "1000000000/1", o.figure("revenue.mean", "2024-07-31"), "what was expected in June")
	require.Equal(t, "1500000000/1", o.figure("revenue.mean", "2024-10-31"))
	o.handIn(o.sheet("coop-annual", head+"htx-a,2024,thực hiện,1200,\n"), "")
	require.Equal(t, "1 new, 0 known, 0 changed", counts(o.hold(o.sheet("coop-annual", head+"htx-a,2024,ước,1700,31/10/2024\n"), "")))
	require.Equal(t, "1200000000/1", o.figure("revenue.mean", "2024-12-31"))
	require.Equal(t, "0 new, 0 known, 1 changed", counts(o.hold(o.sheet("coop-annual", head+"htx-a,2024,ước,1600,09/2024\n"), "")), "of the same last day")
}

func TestAContractRenewedUnderItsNumberLeavesTheOldOneItsDay(t *testing.T) {
	o := newOffice(t)
	o.now += 2 * 366 * 86_400_000_000
	head := "Mã HTX,Sự kiện,Ngày,Số hợp đồng,Doanh nghiệp,Có hiệu lực đến\n"
	o.handIn(o.sheet("coop-links", head+"htx-a,ký,1/7/2023,HĐ 01,Công ty A,30/6/2024\n"), "")
	require.Equal(t, "1/1", o.figure("linked.share", "2024-06-30"))
	again := head + "htx-a,ký,1/7/2024,HĐ 01,Công ty A,30/6/2025\n"
	require.Equal(t, []string{"row-other-day"}, o.run("coop-links", again, How{Reason: "typo"}).codes())
	require.Equal(t, "recorded", o.run("coop-links", again, How{OtherDay: "renewal"}).outcome())
	require.Equal(t, "1/1", o.figure("linked.share", "2024-06-30"), "under the old contract")
	require.Equal(t, "repeated", o.run("coop-links", again, How{}).outcome(), "the question is asked once")
	later := head + "htx-a,ký,2/7/2024,HĐ 01,Công ty A,\n"
	require.Equal(t, []string{"row-changed"}, o.run("coop-links", later, How{OtherDay: "correction"}).codes())
	moved := o.run("coop-links", later, How{OtherDay: "correction", Reason: "typo"})
	require.Equal(t, []string{"Ngày: 01/07/2024 → 02/07/2024"}, moved.changes())
	require.Equal(t, "0/1", o.figure("linked.share", "2024-07-01"), "the renewed one begins a day later")
	require.Equal(t, "1/1", o.figure("linked.share", "2024-07-02"))
	require.Equal(t, "1/1", o.figure("linked.share", "2025-06-30"))
	require.Equal(t, "0 new, 0 known, 1 changed", counts(o.hold(o.sheet("coop-links", head+"htx-a,ký,2/7/2024,hđ 01,Công ty B,30/6/2025\n"), "")))
}

// Facts that their members tell apart are found in whatever stream they stand,
// and corrected there.
func TestAFactIsFoundUnderAnotherKey(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"s","stream":"support/ho-tro-1","kind":"support.given/1","valid":"2023-03-01","data":{"coop":"htx-a","help":"packaging","amount":5000000,"fund":"Ngân sách tỉnh"}}`)
	head := "Mã HTX,Nội dung hỗ trợ,Ngày hỗ trợ,Kinh phí (triệu đồng),Nguồn vốn\n"
	require.Equal(t, "0 new, 1 known, 0 changed", counts(o.hold(o.sheet("support", head+"htx-a,bao bì,1/3/2023,5,Ngân sách tỉnh\n"), "")))
	more := o.sheet("support", head+"htx-a,bao bì,1/3/2023,7,Ngân sách tỉnh\n")
	require.Equal(t, "support/ho-tro-1", o.hold(more, "typo")[0].draft.Stream.String())
	o.handIn(more, "typo")
	again := o.hold(more, "")
	require.Equal(t, "0 new, 1 known, 0 changed", counts(again))
	require.Equal(t, more.SHA256, again[0].known.Source.SHA256)
	require.Equal(t, "1 new, 0 known, 0 changed", counts(o.hold(o.sheet("support", head+"htx-a,bao bì,1/4/2023,5,Ngân sách tỉnh\n"), "")), "another day")
}

// Of several records of one fact, which only other ways in than a file can make,
// a row is held against the one that counts.
func TestOfSeveralTheLastCounts(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"m1","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2023-12-31","data":{"year":2023,"basis":"actual","revenue":100000000}}`,
		`{"key":"m2","stream":"coop/htx-a","kind":"coop.year-reported/1","valid":"2023-12-31","data":{"year":2023,"basis":"actual","revenue":200000000}}`)
	head := "Mã HTX,Năm,Loại số liệu,Doanh thu (triệu đồng)\n"
	require.Equal(t, "0 new, 1 known, 0 changed", counts(o.hold(o.sheet("coop-annual", head+"htx-a,2023,thực hiện,200\n"), "")))
	require.Equal(t, "0 new, 0 known, 1 changed", counts(o.hold(o.sheet("coop-annual", head+"htx-a,2023,thực hiện,100\n"), "")))
	o.handIn(o.sheet("coop-annual", head+"htx-a,2023,thực hiện,300\n"), "typo")
	require.Equal(t, int64(300_000_000), o.revenue())
}

// Another year, an estimate beside what was, and another co-operative are new.
func TestOtherFactsAreNoCorrections(t *testing.T) {
	o := newOffice(t)
	o.handIn(o.sheet("coop-annual", head+"htx-a,2023,25,thực hiện,1800,400,\n"), "")
	for _, row := range []string{"htx-a,2021,25,thực hiện,1,,", "htx-b,2023,25,thực hiện,1800,400,"} {
		require.Equal(t, "2 new, 0 known, 0 changed", counts(o.hold(o.sheet("coop-annual", head+row+"\n"), "")), row)
	}
}

// The effect of a file on the plan is what the plan shows once it is recorded.
func TestTheEffectIsWhatComesOfIt(t *testing.T) {
	o := newOffice(t)
	s := o.sheet("coop-establishments", "Mã HTX,Tên HTX,Loại hình,Mã địa bàn,Ngày thành lập,Nông nghiệp,Ngành nghề\n"+
		"htx-b,HTX B,HTX,q,1/3/2023,có,lúa\nhtx-c,HTX C,HTX,q,1/4/2023,có,lúa\n")
	before := o.service()
	tried, err := o.rec.TryImport(t.Context(), s.Drafts())
	require.NoError(t, err)
	var would []*ledger.Record
	for _, r := range tried {
		would = append(would, r.Record)
	}
	q := answers.Query{AsOf: "2023-12-31"}
	e, err := before.Effect(context.Background(), before.Head(), q, would)
	require.NoError(t, err)
	require.Len(t, e.Shifts, 1, "T02 stays")
	require.Equal(t, "T01", e.Shifts[0].After.Target.ID)
	require.Equal(t, int64(0), e.Shifts[0].Before.Judged.Figure.Num)
	require.Equal(t, int64(2), e.Shifts[0].After.Judged.Figure.Num)
	require.NotEqual(t, e.Shifts[0].Before.Verdict.Code, e.Shifts[0].After.Verdict.Code)
	untouched, err := before.Targets(q)
	require.NoError(t, err)
	require.Equal(t, int64(0), untouched.Targets[0].Judged.Figure.Num, "nothing was recorded")

	_, err = o.rec.Import(t.Context(), s.Drafts(), nil)
	require.NoError(t, err)
	after, err := o.service().Targets(q)
	require.NoError(t, err)
	require.Equal(t, after.Targets[0].Verdict, e.Shifts[0].After.Verdict)
	later := o.service()
	_, err = later.Effect(context.Background(), later.Head(), q, would)
	require.ErrorIs(t, err, answers.ErrStale)
}

func TestDoubts(t *testing.T) {
	for row, want := range map[string]string{
		"htx-a,2023,25,thực hiện,1800,400,":      "",
		"htx-a,2023,25,thực hiện,9999,400,":      "",
		"htx-a,2023,25,thực hiện,10000,400,":     "doubt-jump",
		"htx-a,2023,25,thực hiện,400,399,":       "doubt-jump",
		"htx-a,2023,25,thực hiện,1800,1801,":     "doubt-pay",
		"htx-a,2023,25,thực hiện,1800000,400,":   "doubt-unit",
		"htx-a,2023,25,thực hiện,2,1,":           "doubt-unit doubt-unit",
		"htx-a,2022,,thực hiện,9,,":              "doubt-small",
		"htx-a,2022,,thực hiện,10,,":             "",
		"htx-a,2022,,thực hiện,1000000,,":        "doubt-large",
		"htx-a,2023,100,,,,":                     "doubt-members",
		"htx-a,2023,4,,,,":                       "doubt-members",
		"htx-a,2024,25,,,,":                      "doubt-future",
		"htx-a,2023,99,thực hiện,1800,,kèm theo": "",
	} {
		o := newOffice(t)
		tried, err := o.rec.TryImport(t.Context(), o.sheet("coop-annual", head+row+"\n").Drafts())
		require.NoError(t, err, row)
		var would []*ledger.Record
		for _, r := range tried {
			would = append(would, r.Record)
		}
		var got []string
		d := newDoubter(o.desk(calendar.DayOf(2024, 1, 10)))
		for _, r := range would {
			for _, f := range d.about(r) {
				got = append(got, f.Code)
				require.NotContains(t, f.Vi()+f.En(), "%!")
			}
		}
		require.Equal(t, want, strings.Join(got, " "), row)
	}
}

// One that has ended cannot report at all: the ledger refuses it.
func TestTheEndedDoNotReport(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"x","stream":"coop/htx-a","kind":"coop.dissolved/1","valid":"2023-06-30","data":{"mode":"voluntary"}}`)
	_, err := o.rec.TryImport(t.Context(), o.sheet("coop-annual", head+"htx-a,2023,25,,,,\n").Drafts())
	require.Equal(t, fault.Conflict, fault.KindOf(err))
}

func TestNamesAreAskedAboutAndNeverOne(t *testing.T) {
	o := newOffice(t)
	names := newNames(o.desk(calendar.DayOf(2024, 1, 10)))
	for name, asked := range map[string]bool{
		"HTX Nông nghiệp Đắk Lao": true, "Hợp tác xã ĐẮK LAO": true, "htx nn dich vu dak lao": true, "HTXNN Đắk Lao 2": false,
		"HTX Đắk Lao Xanh": false, "HTX Nông nghiệp": false,
	} {
		f := names.askAlike(name, "q", "htx-moi")
		require.Equal(t, asked, f != nil, name)
		if asked {
			require.Contains(t, f.Vi(), "Xã Q")
		}
	}
	require.Nil(t, names.askAlike("HTX Đắk Lao", "q", "htx-a"), "itself")
	require.Contains(t, names.askWhose("htx dak lao").Vi(), "có phải là HTX mã htx-a (\"HTX Nông nghiệp Đắk Lao\", Xã Q)?")
	require.Nil(t, names.askWhose("HTX Khác"))
	require.Nil(t, names.askAlike("HTX Đắk Lao", "p", "htx-moi"), "another place")
	require.NotNil(t, names.askAlike("HTX Đắk Lao", "", "htx-moi"))
}

// A key with the name of another is asked about, by whatever way the name is
// written; names of before, names in other words, and no name are not.
func TestAKeyWithTheNameOfAnotherIsAskedAbout(t *testing.T) {
	o := newOffice(t)
	o.say(`{"key":"d","stream":"coop/htx-d","kind":"coop.established/1","valid":"2020-05-01","data":{"name":"HTX Đắk Mil 15","form":"htx","place":"q","agricultural":true,"sector":"lúa","tax_code":"6400000015"}}`,
		`{"key":"r","stream":"coop/htx-d","kind":"coop.renamed/1","valid":"2022-05-01","data":{"name":"HTX Mùa Vàng 15"}}`)
	for name, asked := range map[string]bool{
		"HTX Đắk Mil 27": true, "HTX Nông nghiệp Đắk Lao": true, "Mùa Vàng": true,
		"HTX Đắk Mil 15": false, "hợp tác xã NN dak mil 15": false, "HTX MÙA VÀNG 15": false, "": false,
	} {
		s := o.sheet("coop-annual", "Mã HTX,Tên HTX,Năm,Thành viên\nhtx-a,HTX Đắk Lao,2023,25\nhtx-d,"+name+",2023,25\nhtx-moi,HTX Mới,2023,25\n")
		got := misnamed(o.desk(calendar.DayOf(2024, 1, 10)), s.Rows)
		if !asked {
			require.Empty(t, got, name)
			continue
		}
		require.Len(t, got, 1, name)
		require.Equal(t, "mã htx-d là của \"HTX Mùa Vàng 15\", tên trong tệp là \""+name+"\"; hãy sửa mã hoặc tên", got[1].Vi())
		require.Equal(t, "Tên HTX", s.Rows[1].Named.Spot.Column)
	}
	early := o.sheet("coop-annual", "Mã HTX,Tên HTX,Năm,Thành viên\nhtx-d,HTX Mùa Vàng 15,2021,25\n")
	require.Len(t, misnamed(o.desk(calendar.DayOf(2022, 4, 30)), early.Rows), 1, "it is not called so yet")
}

// misnamed are the questions about rows, by their indices.
func misnamed(l Ledger, rows []imports.Row) map[int]*fault.Fault {
	asked := map[int]*fault.Fault{}
	for i := range rows {
		if rows[i].Named == nil {
			continue
		}
		if ask := askOtherOf(l, rows[i].Named); ask != nil {
			asked[i] = ask
		}
	}
	return asked
}

// The owner of a product beside a key is such a name.
func TestTheOwnerOfAProductIsHeldAgainstTheKey(t *testing.T) {
	o := newOffice(t)
	const head = "Sự kiện,Ngày,Tên sản phẩm,Chủ thể,Mã HTX,Số sao,Cấp công nhận\n"
	for owner, asked := range map[string]bool{"HTX Đắk Mil 27": true, "HTX đắk lao": false} {
		s := o.sheet("ocop", head+"công nhận,1/3/2023,Cà phê,"+owner+",htx-a,4 sao,tỉnh\n")
		require.Equal(t, asked, len(misnamed(o.desk(calendar.DayOf(2024, 1, 10)), s.Rows)) == 1, owner)
	}
	s := o.sheet("ocop", head+"công nhận,1/3/2023,Cà phê,Hộ kinh doanh,,4 sao,tỉnh\n")
	require.Nil(t, s.Rows[0].Named)
}
