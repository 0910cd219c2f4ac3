package indicator_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/indicator"
	"htxledger/domain/place"
	"htxledger/domain/register/registertest"
)

type ask = registertest.Ask

// A row is a question and its answer, worked out by hand from the story.
type row struct {
	code string
	ask  ask
	want string
}

func answers(t *testing.T, w *registertest.World, rows ...row) {
	t.Helper()
	for _, r := range rows {
		require.Equal(t, r.want, w.Says(r.code, r.ask), "%s %+v", r.code, r.ask)
	}
}

// Thirteen organisations and all ways in and out of the register.
const lives = `
coop/a coop.established/1 2015-05-04 {"law":"2003"}
coop/b coop.established/1 2018-05-04 {"law":"2012"}
coop/b coop.suspended/1 2023-02-01 {"until":"2023-06-01"}
coop/c coop.established/1 2018-05-04 {}
coop/c coop.inactive/1 2023-03-01 {}
coop/c coop.resumed/1 2023-09-01 {}
coop/d coop.established/1 2018-05-04 {}
coop/d coop.dissolving/1 2023-04-01 {}
coop/d coop.dissolved/1 2023-10-01 {}
coop/e coop.established/1 2018-05-04 {"form":"tht"}
coop/f coop.established/1 2018-05-04 {"agricultural":false}
coop/f coop.resectored/1 2023-07-01 {"agricultural":true}
coop/g coop.established/1 2018-05-04 {}
coop/g coop.resectored/1 2023-08-01 {"agricultural":false}
coop/h coop.established/1 2023-05-15 {"place":"cu-jut"}
coop/h coop.relocated/1 2023-11-01 {"place":"nam-da"}
coop/i coop.established/1 2018-05-04 {}
coop/i coop.merged/1 2023-12-01 {"into":"a"}
coop/j coop.established/1 2018-05-04 {}
coop/k coop.established/1 2023-12-10 {}
coop/j coop.divided/1 2023-12-10 {"into":["j","k"]}
coop/l coop.established/1 2018-05-04 {}
coop/l coop.left/1 2022-12-31 {"to":"enterprise"}
coop/m coop.established/1 2005-05-04 {"law":"1996"}
coop/m coop.reorganised/1 2014-06-01 {"law":"2012"}
`

func TestLivesOfCooperatives(t *testing.T) {
	w := registertest.New(t).Tell(lives)
	on := func(code, day, want string) row { return row{code, ask{On: day}, want} }
	answers(t, w,
		on("coops.registered", "2022-12-30", "9"), // a b c d g i j l m
		on("coops.registered", "2022-12-31", "8"), // l is out on its end day
		on("coops.operating", "2023-01-31", "8"),
		on("coops.idle", "2023-01-31", "0"),
		on("coops.idle", "2023-02-01", "1"),      // b
		on("coops.idle", "2023-05-31", "3"),      // b c d
		on("coops.operating", "2023-05-31", "6"), // 9 with h
		on("coops.idle", "2023-06-01", "2"),      // b is back on its until day
		on("coops.operating", "2023-06-01", "7"),
		on("coops.idle", "2023-08-31", "2"),
		on("coops.idle", "2023-09-01", "1"),       // c resumed
		on("coops.operating", "2023-09-01", "8"),  // a b c f h i j m
		on("coops.registered", "2023-10-01", "8"), // d gone
		on("coops.idle", "2023-10-01", "0"),
		on("coops.registered", "2023-12-09", "7"), // i merged into a
		on("coops.registered", "2023-12-31", "8"), // a b c f h j k m
		on("coops.established", "2023-12-31", "2"),
		on("coops.ended", "2023-12-31", "3"), // d g i
		on("coops.rescoped", "2023-12-31", "1"),
		on("coops.unconverted", "2013-12-31", "1"), // m
		on("coops.unconverted", "2014-06-01", "0"),
		on("coops.unconverted", "2015-05-04", "1"), // a
		on("coops.established", "2023-05-14", "0"),
		row{"coops.established", ask{On: "2023-12-31", Period: "2023-06-01"}, "1"},
		row{"coops.ended", ask{On: "2022-12-31"}, "1"},
		row{"coops.ended", ask{On: "2023-12-14", Period: "statistical-year"}, "4"}, // l on 31/12/2022 too
	)
}

func TestFlowsCountWhereTheSeatWasThatDay(t *testing.T) {
	w := registertest.New(t).Tell(lives)
	parts := func(place, period string) string {
		f := w.Count("coops.movement", ask{On: "2023-12-31", Place: place, Period: period})
		require.True(t, f.Holds(), place)
		var nums []int64
		for _, p := range f.Parts {
			nums = append(nums, p.Num)
		}
		return fmt.Sprint(nums)
	}
	// opening, established, ended, re-scoped, closing
	for place, want := range map[string]string{
		"": "[8 2 3 1 8]", "dak-nong": "[8 2 3 1 8]",
		"dak-mil": "[8 1 3 1 7]", "cu-jut": "[0 1 0 -1 0]", "krong-no": "[0 0 0 1 1]", "nam-da": "[0 0 0 1 1]", "dak-dro": "[0 0 0 0 0]",
	} {
		require.Equal(t, want, parts(place, ""), place)
	}
	require.Equal(t, "[1 0 0 -1 0]", parts("cu-jut", "2023-11-01"))
	answers(t, w,
		row{"coops.established", ask{On: "2023-12-31", Place: "cu-jut"}, "1"},
		row{"coops.registered", ask{On: "2023-10-31", Place: "cu-jut"}, "1"},
		row{"coops.registered", ask{On: "2023-11-01", Place: "cu-jut"}, "0"},
	)
	_, err := w.Try("coops.registered", ask{On: "2023-12-31", Place: "khong-co"})
	require.ErrorIs(t, err, place.ErrNotOnMap)
	_, err = w.Try("coops.registered", ask{On: "2023-12-31", Map: "2003-12-31"})
	require.ErrorIs(t, err, indicator.ErrNoPlace)
}

func TestNoDataIsNotZero(t *testing.T) {
	w := registertest.New(t)
	for code, want := range map[string]string{
		"coops.registered": "0", "coops.established": "0", "support.chain": "0", "trade.fairs": "0", "ocop.products": "0",
		"members.total": "no data [0 of 0]", "workers.regular": "no data [0 of 0]", "revenue.mean": "no data [0 of 0]",
		"income.mean": "no data [0 of 0]", "quality.good-fair.share": "no data [0 of 0]", "linked.share": "no data",
		"tasks.delivered": "no data", "reports.received": "no data",
	} {
		require.Equal(t, want, w.Says(code, ask{On: "2023-12-31"}), code)
	}
	w.Tell("coop/a coop.established/1 2018-05-04 {}")
	for code, want := range map[string]string{
		"members.total": "no data [0 of 1]", "revenue.mean.registered": "no data [0 of 1]",
		"quality.good-fair.share": "no data [0 of 1]", "linked.share": "0/1", "linked.share.registered": "0/1", "certificates.valid": "0",
	} {
		require.Equal(t, want, w.Says(code, ask{On: "2023-12-31"}), code)
	}
	w.Tell(`coop/a coop.members-counted/1 2023-05-01 {"official":0}
coop/a coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":0,"pay":0,"workers":0}`)
	answers(t, w,
		row{"members.total", ask{On: "2023-12-31"}, "0 [1 of 1]"},
		row{"revenue.mean", ask{On: "2023-12-31"}, "0/1 [1 of 1]"},
		row{"income.mean", ask{On: "2023-12-31"}, "no data [1 of 1]"}, // nobody to divide by
	)
}

func TestMembersAndWorkers(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {}
coop/a coop.members-counted/1 2022-12-31 {"official":15}
coop/a coop.members-counted/1 2023 {"official":19,"associate":20}
coop/a coop.workers-counted/1 2023-06-01 {"regular":5}
coop/b coop.established/1 2018-05-04 {"place":"cu-jut"}
coop/b coop.members-counted/1 2023-03-01 {"official":7}
coop/b coop.workers-counted/1 2023-06-01 {"regular":3,"total":9}
coop/c coop.established/1 2018-05-04 {}
coop/c coop.members-counted/1 2023-03-01 {"official":100}
coop/c coop.merged/1 2023-09-01 {"into":"a"}
coop/t coop.established/1 2018-05-04 {"form":"tht"}
coop/t coop.members-counted/1 2023-03-01 {"official":30}
coop/d coop.established/1 2023-02-01 {}`)
	answers(t, w,
		row{"members.total", ask{On: "2023-08-31"}, "122 [3 of 4]"}, // 15 7 100
		row{"members.total", ask{On: "2023-12-30"}, "22 [2 of 3]"},  // what c counted is not a's
		row{"members.total", ask{On: "2023-12-31"}, "46 [2 of 3]"},  // 2023 counts from its last day
		row{"members.official", ask{On: "2023-12-31"}, "26 [2 of 3]"},
		row{"workers.total", ask{On: "2023-12-31"}, "14 [2 of 3]"},
		row{"workers.regular", ask{On: "2023-12-31"}, "8 [2 of 3]"},
		row{"members.total", ask{On: "2023-12-31", Place: "cu-jut"}, "7 [1 of 1]"},
		row{"members.total", ask{On: "2022-12-31"}, "15 [1 of 3]"},
	)
}

func TestReportsOfAYear(t *testing.T) {
	w := registertest.New(t).Tell(`
@ 2024-01-20
coop/a coop.established/1 2018-05-04 {}
coop/b coop.established/1 2018-05-04 {}
coop/c coop.established/1 2018-05-04 {}
coop/c coop.inactive/1 2023-02-01 {}
coop/d coop.established/1 2018-05-04 {}
#actual coop/a coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":120,"pay":60,"workers":2}
coop/a coop.year-reported/1 2023-10-15 {"year":2023,"basis":"estimate","revenue":100}
coop/a coop.year-reported/1 2023-12-31 {"year":2023,"basis":"estimate","revenue":999}
coop/b coop.year-reported/1 2023-11-01 {"year":2023,"basis":"estimate","revenue":50,"pay":40,"workers":3}
coop/b coop.year-reported/1 2023-11-20 {"year":2023,"basis":"estimate","revenue":70,"workers":3}
coop/c coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":10,"pay":5}
refuse year-day coop/d coop.year-reported/1 2024-01-15 {"year":2023,"basis":"actual","revenue":10}
refuse year-day coop/d coop.year-reported/1 2024-01-15 {"year":2023,"basis":"estimate","revenue":10}`)
	answers(t, w,
		row{"revenue.mean", ask{On: "2023-10-14"}, "no data [0 of 4]"},
		row{"revenue.mean", ask{On: "2023-10-31"}, "100/1 [1 of 4]"},
		row{"revenue.mean", ask{On: "2023-11-10"}, "150/2 [2 of 4]"},
		row{"income.mean", ask{On: "2023-11-10"}, "40/3 [1 of 4]"},
		row{"income.mean", ask{On: "2023-11-20"}, "no data [0 of 4]"}, // the latest estimate says nothing of pay
		row{"revenue.mean", ask{On: "2023-12-31"}, "200/3 [3 of 4]"},
		row{"revenue.mean.registered", ask{On: "2023-12-31"}, "200/4 [3 of 4]"},
		row{"revenue.mean.operating", ask{On: "2023-12-31"}, "200/3 [3 of 4]"}, // a b d; c's revenue stays
		row{"income.mean", ask{On: "2023-12-31"}, "60/2 [1 of 4]"},
		row{"revenue.mean", ask{On: "2024-01-31"}, "no data [0 of 4]"},
	)
	w.Tell(`@ 2024-02-01
#again restate #actual {"year":2023,"basis":"actual","revenue":130}`)
	require.Equal(t, "210/3 [3 of 4]", w.Says("revenue.mean", ask{On: "2023-12-31"}))
	w.Tell(`@ 2024-02-02
#gone retract #actual`)
	require.Equal(t, "1079/3 [3 of 4]", w.Says("revenue.mean", ask{On: "2023-12-31"}), "the last estimate")
	w.Tell(`@ 2024-02-03
retract #gone
retract #again`)
	require.Equal(t, "200/3 [3 of 4]", w.Says("revenue.mean", ask{On: "2023-12-31"}))
	answers(t, w,
		row{"revenue.mean", ask{On: "2023-12-31", Known: "2024-01-31"}, "200/3 [3 of 4]"},
		row{"revenue.mean", ask{On: "2023-12-31", Known: "2024-02-01"}, "210/3 [3 of 4]"},
		row{"revenue.mean", ask{On: "2023-12-31", Known: "2024-02-02"}, "1079/3 [3 of 4]"},
	)
}

func TestQuality(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {}
coop/a coop.classed/1 2023-12-31 {"year":2023,"class":"good","scheme":"tt09-2017"}
coop/b coop.established/1 2018-05-04 {}
coop/b coop.classed/1 2022-12-31 {"year":2022,"class":"fair","scheme":"tt09-2017"}
coop/c coop.established/1 2018-05-04 {}
coop/c coop.scored/1 2023-12-31 {"year":2023,"scheme":"tt09-2017","points_hundredths":8000}
coop/c coop.classed/1 2023-12-31 {"year":2023,"class":"average","scheme":"tt01-2020"}
coop/d coop.established/1 2018-05-04 {}
coop/d coop.classed/1 2022-12-31 {"year":2022,"class":"good","scheme":"tt09-2017"}
coop/d coop.classed/1 2023-12-31 {"year":2023,"class":"unrated","scheme":"tt09-2017"}
coop/e coop.established/1 2018-05-04 {}
coop/e coop.scored/1 2022-12-31 {"year":2022,"scheme":"tt09-2017","points_hundredths":4000}
coop/f coop.established/1 2023-03-10 {}
coop/f coop.scored/1 2023-12-31 {"year":2023,"scheme":"tt09-2017","points_hundredths":9000}
coop/g coop.established/1 2018-05-04 {}
coop/h coop.established/1 2018-05-04 {}
coop/h coop.inactive/1 2021-05-04 {}
coop/h coop.classed/1 2023-12-31 {"year":2023,"class":"good","scheme":"tt09-2017"}
coop/i coop.established/1 2018-05-04 {"agricultural":false}
coop/i coop.classed/1 2023-12-31 {"year":2023,"class":"good","scheme":"tt09-2017"}`)
	answers(t, w,
		// good or fair: a, b (of 2022), c by its score; e is weak of 2022; d and
		// f are unrated; g never was classed; h is idle.
		row{"quality.good-fair.share", ask{On: "2023-12-31"}, "3/7 [6 of 7] (2 carried)"},
		row{"quality.good-fair.share.registered", ask{On: "2023-12-31"}, "3/8 [6 of 7] (2 carried)"},
		row{"quality.good-fair.share.classified", ask{On: "2023-12-31"}, "3/4 [6 of 7] (2 carried)"},
		row{"quality.good-fair.share", ask{On: "2023-12-31", Scheme: "tt01-2020"}, "0/7 [1 of 7]"},
		row{"quality.good-fair.share", ask{On: "2023-12-30"}, "2/7 [3 of 7] (3 carried)"}, // all of 2022: b d, and e
		row{"quality.good-fair.share", ask{On: "2022-12-31"}, "2/6 [3 of 6]"},
		row{"quality.good-fair.share", ask{On: "2024-12-31"}, "2/7 [4 of 7] (4 carried)"}, // of 2023: a c, unrated d f; b's is too old
	)
	f := w.Count("quality.good-fair.share", ask{On: "2023-12-31"})
	why := map[string]indicator.Reason{}
	for _, c := range f.Out {
		why[c.Subject.Key] = c.Why
	}
	require.Equal(t, map[string]indicator.Reason{"d": "unrated", "e": "other-class", "f": "unrated", "g": "not-classed", "h": "inactive", "i": "not-agricultural"}, why)
}

// Months of operation that a score does not state are counted from the
// founding to the end of the year.
func TestMonthsOfOperationFromTheFounding(t *testing.T) {
	for founded, rated := range map[string]bool{
		"2023-01-01": true, "2023-01-02": false, "2022-12-31": true, "2023-12-31": false,
		"2022-12": true, "2023-01": false, "2022": true, "2023": false,
	} {
		w := registertest.New(t).Tell("coop/a coop.established/1 " + founded + ` {}
coop/a coop.scored/1 2023-12-31 {"year":2023,"scheme":"tt09-2017","points_hundredths":9000}`)
		want := "0/1 [1 of 1]"
		if rated {
			want = "1/1 [1 of 1]"
		}
		require.Equal(t, want, w.Says("quality.good-fair.share", ask{On: "2023-12-31"}), founded)
	}
	w := registertest.New(t).Tell(`coop/a coop.established/1 2023-11-01 {}
coop/a coop.scored/1 2023-12-31 {"year":2023,"scheme":"tt01-2020","points_hundredths":9000,"months_operated":12,"idle_months":3}`)
	require.Equal(t, "1/1 [1 of 1]", w.Says("quality.good-fair.share", ask{On: "2023-12-31", Scheme: "tt01-2020"}), "what is stated stands; three idle months are not more than three")
}

func TestCertificatesContractsProducts(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {}
coop/b coop.established/1 2018-05-04 {"place":"cu-jut"}
coop/b coop.suspended/1 2023-02-01 {}
coop/c coop.established/1 2018-05-04 {}
certificate/v1 certificate.granted/1 2022-06-15 {"coop":"a","scheme":"vietgap","group":"production","until":"2023-06-15"}
certificate/v2 certificate.granted/1 2023-03-01 {"coop":"a","scheme":"haccp","group":"quality"}
certificate/v2 certificate.suspended/1 2023-08-01 {}
certificate/v2 certificate.reinstated/1 2023-09-01 {}
certificate/v2 certificate.withdrawn/1 2023-11-01 {}
certificate/v3 certificate.granted/1 2023-01-10 {"coop":"b","scheme":"organic","group":"production","until":"2024-01-10"}
coop/a coop.linked/1 2023-01-10 {"contract":"1","until":"2023-07-01"}
coop/a coop.linked/1 2023-05-10 {"contract":"2"}
coop/a coop.unlinked/1 2023-10-01 {"contract":"2"}
coop/b coop.linked/1 2023-01-10 {"contract":"3"}
ocop/gao ocop.rated/1 2022-05-01 {"owner":"a"}
ocop/ca-phe ocop.rated/1 2021-05-01 {"owner":"a","stars":4}
ocop/ca-phe ocop.revoked/1 2023-04-01 {}
ocop/tieu ocop.rated/1 2023-05-01 {"owner":"Cơ sở tư nhân"}
ocop/mat-ong ocop.rated/1 2023-05-01 {"owner":"c","stars":2,"authority":"district"}
ocop/gao ocop.rated/1 2023-12-01 {"owner":"c"}
refuse coop-unknown certificate/v4 certificate.granted/1 2023-01-10 {"coop":"khong-co","scheme":"organic","group":"production"}
refuse certificate-exists certificate/v1 certificate.granted/1 2023-07-10 {"coop":"a","scheme":"organic","group":"production"}
refuse ocop-not-in-force ocop/ca-phe ocop.revoked/1 2023-05-01 {}`)
	on := func(code, day, want string) row { return row{code, ask{On: day}, want} }
	answers(t, w,
		on("certificates.valid", "2023-06-14", "2"), on("certificates.valid.production", "2023-06-14", "2"), on("certificates.valid.quality", "2023-06-14", "1"),
		on("certificates.valid.production", "2023-06-15", "1"), // the first day out
		on("certificates.valid.quality", "2023-08-01", "0"),
		on("certificates.valid", "2023-08-01", "1"), // b is idle and still registered
		on("certificates.valid.quality", "2023-09-01", "1"),
		on("certificates.valid.quality", "2023-11-01", "0"),
		on("certificates.valid", "2024-01-10", "0"),
		row{"certificates.valid", ask{On: "2023-12-31", Place: "cu-jut"}, "1"},

		on("linked.share", "2023-01-10", "2/3"),
		on("linked.share", "2023-02-01", "1/2"), // b is idle: out above and below
		on("linked.share.registered", "2023-02-01", "1/3"),
		on("linked.share", "2023-07-01", "1/2"), // contract 2 still runs
		on("linked.share", "2023-10-01", "0/2"),

		on("ocop.products", "2023-03-31", "2"), on("ocop.coops", "2023-03-31", "1"),
		on("ocop.products", "2023-04-01", "1"), on("ocop.products", "2023-05-01", "2"),
		on("ocop.coops", "2023-05-01", "1"),
		on("ocop.coops", "2023-12-31", "1"), // gao went from a to c
		on("ocop.coops.recognised", "2023-12-31", "1"), on("ocop.coops.recognised", "2022-12-31", "1"), on("ocop.coops.recognised", "2023-11-30", "0"),
	)
	f := w.Count("ocop.coops", ask{On: "2023-12-31"})
	require.Equal(t, "c", f.In[0].Subject.Key)
	require.Len(t, f.In[0].By, 1, "the rating that counts, not the one below three stars")
}

func TestSupportTrainingTrade(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {"place":"cu-jut"}
coop/a coop.relocated/1 2023-07-01 {"place":"dak-dro"}
coop/b coop.established/1 2018-05-04 {}
coop/b coop.dissolved/1 2023-09-01 {}
coop/t coop.established/1 2018-05-04 {"form":"tht"}
support/1 support.given/1 2023-03-01 {"coop":"a","help":"packaging"}
support/1 support.given/1 2023-08-01 {"coop":"a","help":"production-certificate"}
support/1 support.given/1 2023-04-01 {"coop":"b","help":"traceability"}
support/1 support.given/1 2023-04-01 {"coop":"t","help":"traceability"}
support/1 support.given/1 2023-04-01 {"coop":"a","help":"equipment"}
support/2 support.given/1 2023-04-01 {"coop":"a","help":"infrastructure","amount":500}
support/2 support.given/1 2022-04-01 {"coop":"b","help":"infrastructure"}
support/2 support.given/1 2023-04-01 {"coop":"b","help":"chain-model"}
support/3 support.model-recognised/1 2023-05-01 {"coop":"a","model":"value-chain"}
support/3 support.model-recognised/1 2023-11-01 {"coop":"a","model":"value-chain"}
support/3 support.model-recognised/1 2023-11-01 {"coop":"a","model":"new-style"}
support/4 support.fair-attended/1 2023-05-01 {"fair":"Hội chợ Xuân","coops":["a","b"],"place":"dak-mil"}
support/5 support.fair-attended/1 2023-06-01 {"fair":"HỘI CHỢ  xuân","coops":["a"]}
support/5 support.fair-attended/1 2023-12-05 {"fair":"Hội chợ Đông","coops":["a"]}
support/6 support.conference-held/1 2023-06-01 {"title":"Hội nghị cung cầu"}
refuse coop-ended support/7 support.given/1 2023-09-01 {"coop":"b","help":"land"}
training/l1 training.held/1 2023-05-01 {"attendances":30,"place":"cu-jut"}
training/l2 training.held/1 2023-06-01 {"attendances":25,"programme":"director"}
training/l3 training.held/1 2022-06-01 {"attendances":40}
training/l4 training.held/1 2023-07-01 {"attendances":20,"programme":"raw-material-zone","place":"nam-da"}
refuse training-held training/l4 training.held/1 2023-08-01 {"attendances":21}`)
	on := func(code, want string) row { return row{code, ask{On: "2023-12-31"}, want} }
	at := func(code, place, want string) row { return row{code, ask{On: "2023-12-31", Place: place}, want} }
	answers(t, w,
		on("certificates.supported", "2"), on("certificates.supported.production", "1"), on("certificates.supported.quality", "0"),
		at("certificates.supported", "cu-jut", "1"), // a, where it was first helped
		at("certificates.supported", "krong-no", "0"),
		at("certificates.supported.production", "krong-no", "1"),
		at("certificates.supported", "dak-mil", "1"), // b, though it ended since
		on("support.infrastructure", "1"), on("support.chain", "1"), on("support.consolidated", "0"),
		on("chain.models", "2"), on("new-style.models", "1"),
		at("chain.models", "cu-jut", "1"), at("chain.models", "dak-dro", "1"),
		on("trade.fairs", "2"), on("trade.conferences", "1"), at("trade.fairs", "dak-mil", "no data"), at("trade.fairs", "cu-jut", "no data"),
		row{"trade.fairs", ask{On: "2023-12-31", Period: "2023-06-01"}, "2"},
		row{"trade.fairs", ask{On: "2023-05-31"}, "1"},
		on("training.classes", "3"), on("training.classes.plan", "1"), on("training.classes.director", "1"),
		on("training.classes.raw-material-zone", "1"), on("training.classes.other", "0"),
		on("training.attendances", "75"), on("training.attendances.plan", "30"), on("training.attendances.director", "25"),
		on("training.attendances.raw-material-zone", "20"), on("training.attendances.other", "0"),
		at("training.classes", "krong-no", "1"), at("training.classes", "dak-mil", "0"),
	)
}

// Help given on a day that a later correction put outside the life of the
// co-operative does not count, and the reason says so.
func TestHelpOutsideTheLife(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {}
support/1 support.given/1 2023-05-01 {"coop":"a","help":"chain-model"}
coop/a coop.dissolved/1 2023-04-01 {}`)
	f := w.Count("support.chain", ask{On: "2023-12-31"})
	require.Zero(t, f.Num)
	require.Equal(t, indicator.NotCountedThen, f.Out[0].Why)
}

// Two sessions in one stream, which only corrections can bring about, are one.
func TestASessionIsCountedOnce(t *testing.T) {
	w := registertest.New(t).Tell(`
#first training/l training.held/1 2023-05-01 {"attendances":30}
#gone retract #first
training/l training.held/1 2023-06-01 {"attendances":25}
retract #gone`)
	answers(t, w,
		row{"training.classes", ask{On: "2023-12-31"}, "1"},
		row{"training.attendances", ask{On: "2023-12-31"}, "30"},
		row{"training.classes", ask{On: "2023-12-31", Period: "2023-05-15"}, "0"},
	)
}

func TestPlansPapers(t *testing.T) {
	w := registertest.New(t).Tell(`
plan/kh plan.adopted/1 2023-06-14 {"number":"Thử","issued":"2023-06-14","year":2023,"place":"dak-nong","title":"Kế hoạch thử","targets":[` +
		`{"id":"T25","text":"báo cáo","rule":"done","unit":"","indicator":"reports.received","due":"2023-11-29","owners":["Các sở"],"cited":"VI"}],"tasks":[` +
		`{"id":"A-01","text":"x","leads":["Sở A"],"with":[],"results":[{"text":"Kế hoạch"},{"text":"Báo cáo"}],"due":"2023-07","cited":"1"},` +
		`{"id":"A-02","text":"y","leads":["Sở B"],"with":[],"results":[{"text":"Báo cáo"},{"text":"3 đợt","rule":"at-least","low":3,"indicator":"trade.fairs"}],"due":"2023-12","cited":"2"}]}
plan/kh plan.delivered/1 2023-07-31 {"task":"A-01","deliverable":"Kế hoạch","unit":"Sở A"}
plan/kh plan.delivered/1 2023-08-01 {"task":"A-01","deliverable":"BÁO CÁO","unit":"Sở A"}
plan/kh plan.delivered/1 2023-11-29 {"task":"T25","deliverable":"Báo cáo","unit":"Sở A"}
plan/kh plan.delivered/1 2023-11-30 {"task":"T25","deliverable":"Báo cáo","unit":"Sở C"}
refuse plan-deliverable plan/kh plan.delivered/1 2023-11-30 {"task":"A-02","deliverable":"Kế hoạch","unit":"Sở B"}`)
	parts := func(code, on string) string { return fmt.Sprint(w.Count(code, ask{On: on}).Parts) }
	require.Equal(t, "[{on-time 1} {late 0} {missing 0} {pending 2}]", parts("tasks.delivered", "2023-07-31"))
	require.Equal(t, "[{on-time 1} {late 1} {missing 0} {pending 1}]", parts("tasks.delivered", "2023-12-31"))
	require.Equal(t, "[{on-time 1} {late 1} {missing 1} {pending 0}]", parts("tasks.delivered", "2026-11-23"), "late for ever")
	require.Equal(t, "[{on-time 1} {late 1} {missing 0}]", parts("reports.received", "2026-11-23"))
	require.Equal(t, "2", w.Says("tasks.delivered", ask{On: "2023-12-31", Period: "2023-12-15"}), "no flow of a period")
	for _, code := range []string{"tasks.delivered", "reports.received"} {
		require.Equal(t, "2", w.Says(code, ask{On: "2023-12-31", Place: "dak-nong"}), code)
		for _, place := range []string{"krong-no", "nam-da", "lam-dong"} {
			require.Equal(t, "no data", w.Says(code, ask{On: "2023-12-31", Place: place}), "%s of %s", code, place)
		}
	}
	require.Equal(t, "[{on-time 1} {late 0} {missing 0}]", parts("reports.received", "2023-11-29"))
	require.Equal(t, "[{on-time 1} {late 1} {missing 0}]", parts("reports.received", "2023-11-30"))
	require.Equal(t, "no data", w.Says("reports.received", ask{On: "2023-06-13"}))
}

// A copy of another agency after the deadline makes no result late; with a
// plan of the next year that one is asked about, from its first day.
func TestPlansPapersOfTwoYears(t *testing.T) {
	adopted := func(year string) string {
		return `plan/kh` + year + ` plan.adopted/1 2023-06-14 {"number":"Thử","issued":"2023-06-14","year":` + year + `,"place":"dak-nong","title":"Thử","targets":[],` +
			`"tasks":[{"id":"A-01","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"}],"due":"` + year + `-07","cited":"1"}]}`
	}
	w := registertest.New(t).Tell(adopted("2023") + "\n" + adopted("2024") + `
plan/kh2023 plan.delivered/1 2023-07-01 {"task":"A-01","deliverable":"Báo cáo","unit":"Sở A"}
plan/kh2023 plan.delivered/1 2023-08-01 {"task":"A-01","deliverable":"Báo cáo","unit":"Sở B"}`)
	parts := func(on string) string { return fmt.Sprint(w.Count("tasks.delivered", ask{On: on}).Parts) }
	require.Equal(t, "[{on-time 1} {late 0} {missing 0} {pending 0}]", parts("2023-12-31"))
	require.Equal(t, "[{on-time 0} {late 0} {missing 0} {pending 1}]", parts("2024-01-01"))
	require.Equal(t, "[{on-time 0} {late 0} {missing 1} {pending 0}]", parts("2025-01-01"))
}

// After the merger the plan of the old province is about the new one.
func TestPlansPapersFollowTheMerger(t *testing.T) {
	w := registertest.New(t).Tell(`
plan/kh plan.adopted/1 2023-06-14 {"number":"Thử","issued":"2023-06-14","year":2023,"place":"dak-nong","title":"Thử","targets":[],"tasks":[{"id":"A-01","text":"x","leads":[],"with":[],"results":[{"text":"Báo cáo"}],"due":"2023-07","cited":"1"}]}
plan/kh plan.delivered/1 2023-08-01 {"task":"A-01","deliverable":"Báo cáo","unit":"Sở A"}
@ 2025-07-01
place/dak-nong place.merged/1 2025-07-01 {"into":"lam-dong"}`)
	answers(t, w,
		row{"tasks.delivered", ask{On: "2025-06-30", Place: "lam-dong"}, "no data"},
		row{"tasks.delivered", ask{On: "2025-07-01", Place: "lam-dong"}, "1"},
		row{"tasks.delivered", ask{On: "2025-07-01"}, "1"},
	)
}

// What is not operating has no share of linked HTX: 0 of 0 is no data
// (docs/decisions/0004).
func TestAShareOfNobody(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2020-03-01 {}
coop/a coop.suspended/1 2020-04-01 {}`)
	answers(t, w,
		row{"coops.registered", ask{On: "2023-12-31"}, "1"},
		row{"linked.share", ask{On: "2023-12-31"}, "no data"},
		row{"linked.share.registered", ask{On: "2023-12-31"}, "0/1"},
	)
}

func TestTheCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range indicator.All() {
		require.False(t, seen[d.Code], d.Code)
		seen[d.Code] = true
		require.NotEmpty(t, d.Name, d.Code)
		require.NotEmpty(t, d.English, d.Code)
		require.NotEmpty(t, d.Unit, d.Code)
		require.Positive(t, d.Version)
		for _, v := range d.Variants {
			_, err := indicator.Find(v.Code)
			require.NoError(t, err)
		}
	}
	require.Len(t, indicator.Codes(), len(seen))
	_, err := indicator.Find("coops.regist")
	require.ErrorIs(t, err, indicator.ErrUnknown)
	require.Contains(t, err.Error(), "coops.registered")
	for typed, near := range map[string]string{
		"fairs": "trade.fairs", "coops.registred": "coops.registered", "suport.chian": "support.chain",
		"nothing.at.all": "", "x": "", "": "", "coops": "coops.registered",
	} {
		_, err = indicator.Find(typed)
		if near == "" {
			require.NotContains(t, err.Error(), "close to it", typed)
			continue
		}
		require.Contains(t, err.Error(), "close to it: "+near+" (", typed)
	}
}
