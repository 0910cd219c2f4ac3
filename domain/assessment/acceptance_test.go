package assessment_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/assessment"
	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register/registertest"
)

type ask = registertest.Ask

// The twelve acceptance cases of real documents (domain.md §8.5). Each goes the
// whole way: commands, recorder, log, fold, figure. The co-operatives are
// invented; the numbers are those of the documents.

// many tells a line for each number from 1 to n, in which % is the number.
func many(w *registertest.World, n int, line string) {
	w.TB.Helper()
	var story strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintln(&story, strings.ReplaceAll(line, "%", fmt.Sprint(i)))
	}
	w.Tell(story.String())
}

// Case 1: Bình Thuận 2022 printed 70 effective HTX as 34,3 % of all 204; of the
// 184 that operated they are 38,0 %.
func TestCase01TheDenominatorDecides(t *testing.T) {
	w := registertest.New(t)
	many(w, 204, `coop/c% coop.established/1 2015-05-04 {}`)
	many(w, 20, `coop/c% coop.inactive/1 2022-03-01 {}`)
	for i := 101; i <= 170; i++ {
		w.Tell(fmt.Sprintf(`coop/c%d coop.classed/1 2022-12-31 {"year":2022,"class":"good","scheme":"tt09-2017"}`, i))
	}
	at := ask{On: "2022-12-31"}
	require.Equal(t, "204", w.Says("coops.registered", at))
	require.Equal(t, "184", w.Says("coops.operating", at))
	registered := w.Count("quality.good-fair.share.registered", at)
	operating := w.Count("quality.good-fair.share", at)
	require.Equal(t, "70/204 [70 of 184]", registertest.Print(registered))
	require.Equal(t, "70/184 [70 of 184]", registertest.Print(operating))
	require.Equal(t, "34,3", percent(70, registered.Den))
	require.Equal(t, "38,0", percent(70, operating.Den))
}

// Case 2: Đắk Nông printed 304 HTX, 234 operating and 73 not.
func TestCase02PartsAreNotTheWhole(t *testing.T) {
	require.EqualValues(t, 3, assessment.Reconcile(304, 234, 73))
	require.EqualValues(t, -1, assessment.Reconcile(304, 234, 69))
	require.Zero(t, assessment.Reconcile(304, 234, 70))
}

// Case 3: of 48 products rated on 4/2/2020 eight were rated again; the other
// forty lapsed from 4/2/2023 on, by the calendar alone.
func TestCase03RatingsLapseByTheCalendar(t *testing.T) {
	w := registertest.New(t).Tell(`
@ 2023-01-10
coop/a coop.established/1 2018-05-04 {}`)
	many(w, 48, `ocop/p% ocop.rated/1 2020-02-04 {"owner":"a"}`)
	many(w, 8, `ocop/p% ocop.rated/1 2022-12-20 {"owner":"a"}`)
	require.Equal(t, "48", w.Says("ocop.products", ask{On: "2023-02-03"}))
	require.Equal(t, "8", w.Says("ocop.products", ask{On: "2023-02-04"}))

	for _, c := range []struct{ issued, last, out string }{
		{"2020-08-31", "2023-08-30", "2023-08-31"},
		{"2020-02-29", "2023-02-27", "2023-02-28"}, // no 29/2 in 2023
		{"2021-03-01", "2024-02-29", "2024-03-01"},
	} {
		w := registertest.New(t).Tell("ocop/p ocop.rated/1 " + c.issued + ` {"owner":"Cơ sở sản xuất thử"}`)
		require.Equal(t, "1", w.Says("ocop.products", ask{On: c.last}), c.issued)
		require.Equal(t, "0", w.Says("ocop.products", ask{On: c.out}), c.issued)
	}
}

// Case 4: three stars in 2019, four in 2021, before the first ran out.
func TestCase04ANewRatingSupersedesARunningOne(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {}
ocop/sen ocop.rated/1 2019-12-10 {"owner":"a","stars":3}
ocop/sen ocop.rated/1 2021-11-05 {"owner":"a","stars":4}`)
	stars := func(day string) int {
		r := w.Fold(ask{On: day})
		for _, s := range r.Subjects {
			if s.Product != nil {
				return s.Product.On(r.Day).Stars(r.Day)
			}
		}
		return 0
	}
	require.Equal(t, 3, stars("2021-11-04"))
	require.Equal(t, 4, stars("2021-11-05"))
	require.Equal(t, 4, stars("2022-12-10"), "the first would have run out")
	require.Equal(t, 4, stars("2024-11-04"))
	require.Equal(t, 0, stars("2024-11-05"))
	require.Equal(t, "1", w.Says("ocop.coops.recognised", ask{On: "2021-12-31"}), "a new recognition counts")
}

// Case 5: four stars, then three; and below three it is no OCOP product.
func TestCase05ANewRatingMayGoDown(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {}
ocop/det ocop.rated/1 2020-06-01 {"owner":"a","stars":4}
ocop/det ocop.rated/1 2022-06-01 {"owner":"a","stars":3}
ocop/che ocop.rated/1 2020-06-01 {"owner":"a","stars":4}
ocop/che ocop.rated/1 2022-06-01 {"owner":"a","stars":2,"authority":"district"}`)
	require.Equal(t, "2", w.Says("ocop.products", ask{On: "2022-05-31"}))
	f := w.Count("ocop.products", ask{On: "2022-06-01"})
	require.EqualValues(t, 1, f.Num)
	require.Equal(t, "det", f.In[0].Subject.Key)
	require.EqualValues(t, "below-three-stars", f.Out[0].Why)
	require.Equal(t, "1", w.Says("ocop.coops", ask{On: "2023-06-01"}), "the fourth star of che does not come back to life")
}

// Case 6: 72 points and a fine are weak under 09/2017 and fair under 01/2020.
func TestCase06AFineWeighsUnderOneCircularOnly(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2015-05-04 {}
coop/a coop.scored/1 2022-12-31 {"year":2022,"scheme":"tt09-2017","points_hundredths":7200,"fined":true}
coop/a coop.scored/1 2022-12-31 {"year":2022,"scheme":"tt01-2020","points_hundredths":7200,"fined":true}`)
	require.Equal(t, "0/1 [1 of 1]", w.Says("quality.good-fair.share", ask{On: "2022-12-31", Scheme: "tt09-2017"}))
	require.Equal(t, "1/1 [1 of 1]", w.Says("quality.good-fair.share", ask{On: "2022-12-31", Scheme: "tt01-2020"}))
	f := w.Count("quality.good-fair.share", ask{On: "2022-12-31"})
	require.EqualValues(t, "other-class", f.Out[0].Why)
}

// Case 7: a founding on 20/12/2024 is of 2024 by the calendar, and of the
// update year 2025 by Thông tư 09/2024/TT-BKHĐT.
func TestCase07TheStatisticalYear(t *testing.T) {
	w := registertest.New(t).Tell("coop/a coop.established/1 2024-12-20 {}")
	for _, c := range []struct{ on, period, want string }{
		{"2024-12-31", "year", "1"},
		{"2025-12-14", "year", "0"},
		{"2024-12-14", "statistical-year", "0"},
		{"2025-12-14", "statistical-year", "1"},
		{"2025-12-15", "statistical-year", "0"},
	} {
		require.Equal(t, c.want, w.Says("coops.established", ask{On: c.on, Period: c.period}), "%+v", c)
	}
}

// Case 8: consolidated on 26/11/2023, recorded on 5/12/2023.
func TestCase08LateKnowledge(t *testing.T) {
	w := registertest.New(t).Tell(`
@ 2023-01-10
coop/nam-da coop.established/1 2018-05-04 {"place":"krong-no"}
@ 2023-12-05
support/cung-co support.given/1 2023-11-26 {"coop":"nam-da","help":"consolidation"}`)
	require.Equal(t, "0", w.Says("support.consolidated", ask{On: "2023-11-30", Known: "2023-11-30"}), "the report as it could be made")
	require.Equal(t, "1", w.Says("support.consolidated", ask{On: "2023-11-30"}), "the same day, as known now")
	require.Equal(t, "0", w.Says("support.consolidated", ask{On: "2023-12-31", Known: "2023-12-04"}))
	require.Equal(t, "1", w.Says("support.consolidated", ask{On: "2023-12-31", Known: "2023-12-05"}))
	require.Equal(t, "0", w.Says("support.consolidated", ask{On: "2023-11-25"}))
}

// Case 9: six HTX for production certificates, nine for quality, two of them
// the same: 13 HTX, below 14–17, though 6 is within 5–7 and 9 within 8–10.
func TestCase09SetsAreNotSums(t *testing.T) {
	w := registertest.New(t).Tell("@ 2023-01-10")
	many(w, 13, `coop/c% coop.established/1 2018-05-04 {}`)
	many(w, 6, `support/p% support.given/1 2023-06-15 {"coop":"c%","help":"production-certificate"}`)
	for i := 5; i <= 13; i++ {
		w.Tell(fmt.Sprintf(`support/q%d support.given/1 2023-09-15 {"coop":"c%d","help":"quality-certificate"}`, i, i))
	}
	at := ask{On: "2023-12-31"}
	require.Equal(t, "6", w.Says("certificates.supported.production", at))
	require.Equal(t, "9", w.Says("certificates.supported.quality", at))
	require.Equal(t, "13", w.Says("certificates.supported", at))

	within := func(low, high, n int64) plan.Code {
		goal := plan.Goal{Rule: plan.FromTo, Low: &low, High: &high, Unit: "HTX"}
		return plan.Judge(goal, plan.Measured{Num: n, Den: 1}, 0, 0).Code
	}
	require.Equal(t, plan.Within, within(5, 7, 6))
	require.Equal(t, plan.Within, within(8, 10, 9))
	require.Equal(t, plan.Missed, within(14, 17, 13))
}

// Case 10: on 1/7/2025 the districts end and Đắk Nông joins Lâm Đồng. Counts go
// over to the new province, and nothing is founded or ended by it.
func TestCase10AMergerOfProvincesFoundsNothing(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {"place":"dak-mil"}
coop/b coop.established/1 2018-05-04 {"place":"nam-da"}
coop/c coop.established/1 2025-02-03 {"place":"nam-da"}
coop/d coop.established/1 2018-05-04 {"place":"da-lat"}
@ 2025-07-01
place/dak-mil  place.abolished/1 2025-07-01 {}
place/cu-jut   place.abolished/1 2025-07-01 {}
place/krong-no place.abolished/1 2025-07-01 {}
place/da-lat   place.abolished/1 2025-07-01 {}
place/dak-nong place.merged/1 2025-07-01 {"into":"lam-dong"}`)
	for _, c := range []struct{ code, on, place, want string }{
		{"coops.registered", "2025-06-30", "dak-nong", "3"},
		{"coops.registered", "2025-06-30", "lam-dong", "1"},
		{"coops.registered", "2025-06-30", "krong-no", "2"},
		{"coops.registered", "2025-07-01", "lam-dong", "4"},
		{"coops.registered", "2025-07-01", "nam-da", "2"},
		{"coops.established", "2025-07-01", "lam-dong", "1"},
		{"coops.established", "2025-06-30", "dak-nong", "1"},
		{"coops.ended", "2025-07-01", "lam-dong", "0"},
		{"coops.rescoped", "2025-07-01", "lam-dong", "0"},
	} {
		require.Equal(t, c.want, w.Says(c.code, ask{On: c.on, Place: c.place}), "%+v", c)
	}
	for _, code := range []string{"dak-nong", "krong-no"} {
		_, err := w.Try("coops.registered", ask{On: "2025-07-01", Place: code})
		require.ErrorIs(t, err, place.ErrNotOnMap, code)
	}
	require.Equal(t, "3", w.Says("coops.registered", ask{On: "2025-07-01", Map: "2025-06-30", Place: "dak-nong"}), "the old map still answers")
	own := ask{On: "2025-07-01", Period: "2025-07-01"}
	require.Equal(t, "4", w.Says("coops.registered", own), "the ledger's own place is carried forward")
	m := w.Count("coops.movement", own)
	require.True(t, m.Holds())
	require.Equal(t, "[{opening 4} {established 0} {ended 0} {rescoped 0} {closing 4}]", fmt.Sprint(m.Parts))
}

// Case 11: 4.300 workers at 80 million are 344,0 billion, more than the 337,9
// billion that 218 HTX at 1.550 million take in.
func TestCase11TheWageBillIsMoreThanTheRevenue(t *testing.T) {
	w := registertest.New(t).Tell(`plan/kh plan.adopted/1 2023-06-14 {"number":"Thử","issued":"2023-06-14","year":2023,"place":"dak-nong","title":"Kế hoạch thử","tasks":[],"targets":[` +
		target("T02", "coops.registered", 218, "HTX") + `,` + target("T04", "workers.total", 4300, "người") + `,` +
		target("T05", "revenue.mean", 1_550_000_000, "đồng") + `,` + target("T06", "income.mean", 80_000_000, "đồng") + `]}`)
	r := w.Fold(ask{On: "2023-12-31"})
	require.Len(t, r.Plans, 1)
	var found []string
	for _, f := range plan.Lint(r.Plans[0], indicator.Codes()) {
		if f.ID == "I05" {
			require.ElementsMatch(t, []string{"T02", "T04", "T05", "T06"}, f.About)
			found = append(found, f.Vi)
		}
	}
	require.Len(t, found, 1)
	require.Contains(t, found[0], "344.000.000.000")
	require.Contains(t, found[0], "337.900.000.000")
}

func target(id, code string, low int64, unit string) string {
	return fmt.Sprintf(`{"id":%q,"text":"thử","rule":"about","low":%d,"unit":%q,"indicator":%q,"owners":[],"cited":"mục II"}`, id, low, unit, code)
}

// percent is a share in percent to one decimal, as papers print it.
func percent(part, whole int64) string { return plan.Decimal(big.NewRat(100*part, whole), 1) }

// Case 12: 19.384 of 29.021 is 66,8 %, printed as 68,8 %.
func TestCase12AMisprintedShare(t *testing.T) { require.Equal(t, "66,8", percent(19384, 29021)) }
