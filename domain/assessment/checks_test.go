package assessment_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/assessment"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	_ "htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func check(w *registertest.World, a ask) []assessment.Problem {
	w.TB.Helper()
	return assessment.Check(w.Fold(a), a.Question(w.TB))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// A ledger in which everything that Check knows has gone wrong once, by
// commands that were right when they came and corrections after them.
const troubled = `
@ 2023-02-01
coop/late coop.established/1 2018-05-04 {}
coop/late coop.renamed/1 2023-05-01 {"name":"Mới"}
coop/late coop.members-counted/1 2023-09-01 {"official":12}
support/s3 support.given/1 2023-07-15 {"coop":"late","help":"land"}
support/s4 support.given/1 2023-06-01 {"coop":"late","help":"land"}
coop/late coop.dissolved/1 2023-06-01 {}
#born coop/moved coop.established/1 2018-05-04 {"place":"cu-jut"}
coop/moved coop.members-counted/1 2019-01-01 {"official":6}
restate #born 2020-01-01 {"name":"HTX thử","form":"htx","place":"cu-jut","agricultural":true,"sector":"Trồng trọt"}
#never coop/gone coop.established/1 2018-05-04 {}
coop/gone coop.workers-counted/1 2023-01-31 {"regular":3}
certificate/c1 certificate.granted/1 2023-01-31 {"coop":"gone","scheme":"vietgap","group":"production"}
support/s1 support.given/1 2023-01-31 {"coop":"gone","help":"land"}
#clean coop/clean coop.established/1 2018-05-04 {}
support/s2 support.fair-attended/1 2023-01-31 {"fair":"Hội chợ Xuân","coops":["clean","late"]}
coop/late2 coop.established/1 2018-05-04 {}
coop/late2 coop.merged/1 2023-01-31 {"into":"clean"}
retract #never
retract #clean
certificate/c2 certificate.granted/1 2022-01-31 {"coop":"late","scheme":"vietgap","group":"production"}
certificate/c2 certificate.suspended/1 2023-08-01 {}
certificate/c2 certificate.withdrawn/1 2023-07-01 {}
coop/tax1 coop.established/1 2018-05-04 {"tax_code":"0300588569"}
#tax coop/tax2 coop.established/1 2018-05-04 {"tax_code":"0300588569-001"}
coop/tax3 coop.established/1 2018-05-04 {"tax_code":"0300588568"}
coop/tax4 coop.established/1 2018-05-04 {"tax_code":"40 1234"}
coop/tax5 coop.established/1 2018-05-04 {"tax_code":"0101248141"}
#dead coop/tax5 coop.dissolved/1 2019-05-04 {}
coop/tax6 coop.established/1 2020-05-04 {"tax_code":"0101248141"}
force retract #dead
coop/pay coop.established/1 2018-05-04 {"place":"cu-jut"}
coop/pay coop.year-reported/1 2022-12-31 {"year":2022,"basis":"actual","revenue":100,"pay":100,"workers":1}
coop/pay coop.year-reported/1 2023-10-01 {"year":2023,"basis":"estimate","revenue":100,"pay":9999,"workers":1}
coop/pay coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":1550000,"pay":1550001,"workers":1}
coop/class coop.established/1 2018-05-04 {}
coop/class coop.scored/1 2023-12-31 {"year":2023,"scheme":"tt09-2017","points_hundredths":7200,"fined":true}
coop/class coop.classed/1 2023-12-31 {"year":2023,"scheme":"tt09-2017","class":"fair"}
coop/class coop.scored/1 2023-12-31 {"year":2023,"scheme":"tt01-2020","points_hundredths":7200,"fined":true}
coop/class coop.classed/1 2023-12-31 {"year":2023,"scheme":"tt01-2020","class":"fair"}
coop/class coop.classed/1 2022-12-31 {"year":2022,"scheme":"tt09-2017","class":"good"}
coop/few coop.established/1 2018-05-04 {}
coop/few coop.members-counted/1 2023-03-01 {"official":4,"associate":2}
coop/seven coop.established/1 2018-05-04 {}
coop/seven coop.members-counted/1 2023-03-01 {"official":4,"associate":3}
ocop/right ocop.rated/1 2023-05-01 {"owner":"Cơ sở A","stars":3,"score_hundredths":6999,"authority":"district"}
ocop/potential ocop.rated/1 2023-05-01 {"owner":"Cơ sở A","stars":4,"score_hundredths":9564,"authority":"province","potential_five":true}
ocop/stars ocop.rated/1 2023-05-01 {"owner":"few","stars":4,"score_hundredths":6999,"authority":"province"}
ocop/between ocop.rated/1 2022-05-01 {"owner":"Cơ sở A","stars":4,"score_hundredths":8950,"authority":"province"}
ocop/who ocop.rated/1 2023-02-24 {"owner":"Cơ sở A","stars":3,"authority":"province"}
ocop/before ocop.rated/1 2023-02-23 {"owner":"Cơ sở A","stars":3,"authority":"province"}
ocop/five ocop.rated/1 2023-05-01 {"owner":"Cơ sở A","stars":5,"authority":"province"}
#hamlet place/xa-moi place.declared/1 2022-01-01 {"code":"xa-moi","level":"commune","name":"Xã Mới","parent":"cu-jut"}
coop/lost coop.established/1 2022-05-04 {"place":"xa-moi"}
retract #hamlet
#once training/l training.held/1 2023-05-01 {}
#undone retract #once
training/l training.held/1 2023-06-01 {}
retract #undone`

func TestWhatDoesNotAddUp(t *testing.T) {
	w := registertest.New(t).Tell(troubled)
	var b strings.Builder
	for _, p := range check(w, ask{On: "2023-12-31"}) {
		fmt.Fprintf(&b, "%s %s %s", p.Code, p.Severity, p.Subject)
		for _, f := range p.By {
			require.NotNil(t, f)
			fmt.Fprintf(&b, " @%d", f.Root.Position)
		}
		fmt.Fprintf(&b, "\n  %s\n  %s\n", p.Vi, p.En)
	}
	golden(t, "problems.txt", b.String())

	codes := func(a ask) (list []string) {
		for _, p := range check(w, a) {
			list = append(list, p.Code+" "+p.Subject)
		}
		return list
	}
	require.Equal(t, []string{"orphan coop/moved", "pay-over-revenue coop/pay"}, codes(ask{On: "2023-12-31", Place: "cu-jut"}))
	require.Contains(t, codes(ask{On: "2023-12-30"}), "pay-over-revenue coop/pay", "the estimate, while it was all there was")
	require.NotContains(t, codes(ask{On: "2024-06-30"}), "members-below-minimum coop/seven")
	require.Contains(t, codes(ask{On: "2024-07-01"}), "members-below-minimum coop/seven", "four official, and five are asked from 1/7/2024")
	require.Equal(t, []string{"place-not-on-map khong-co"}, codes(ask{On: "2023-12-31", Place: "khong-co"}))
	require.NotContains(t, strings.Join(codes(ask{On: "2023-12-31", Map: "2021-12-31"}), "\n"), "seat-off-map", "an older map need not know a seat")
}

func TestNothingWrong(t *testing.T) {
	w := registertest.New(t).Tell(`
coop/a coop.established/1 2018-05-04 {"tax_code":"0100109106"}
coop/a coop.members-counted/1 2023-05-01 {"official":7}
coop/a coop.year-reported/1 2022-12-31 {"year":2022,"basis":"actual","revenue":100,"pay":100,"workers":1}
certificate/c certificate.granted/1 2023-05-01 {"coop":"a","scheme":"vietgap","group":"production"}
support/s support.given/1 2023-12-05 {"coop":"a","help":"land"}
coop/a coop.dissolved/1 2023-12-05 {}
ocop/p ocop.rated/1 2022-05-01 {"owner":"a"}`)
	require.Empty(t, check(w, ask{On: "2023-12-31"}), "help on the very day of the end is no problem")
	require.Empty(t, check(registertest.New(t), ask{On: "2023-12-31"}))
}

// Random histories, with all that corrections can do, break neither Check nor
// the identities, and every problem is told in both languages.
func TestChecksOnRandomHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Random(rt, 60)
		a := ask{On: rapid.SampledFrom(registertest.Days).Draw(rt, "on"), Place: rapid.SampledFrom([]string{"", "krong-no"}).Draw(rt, "place")}
		for _, p := range assessment.Check(register.Fold(h.Records(), registertest.Day(t, a.On)), a.Question(t)) {
			require.NotContains(rt, []string{"movement", "parts-whole", "seat-off-map"}, p.Code)
			require.NotContains(rt, p.Vi+p.En, "%!")
			require.NotEmpty(rt, p.By, p.Code)
			require.NotEmpty(rt, p.Subject)
		}
	})
}

func TestTaxCodes(t *testing.T) {
	for code, want := range map[string]bool{
		"0300588569": true, "0101248141": true, "0100109106": true, "0100109106-001": true,
		"0300588568": false, "1300588569": false, "0100109106-01": false, "010010910": false, "": false, "01001091O6": false,
	} {
		require.Equal(t, want, assessment.TaxCodeHolds(code), code)
	}
}

// Every fault that can reach a reader has both sentences, a code in kebab-case,
// and Vietnamese that is Vietnamese.
func TestTheCatalogueOfFaults(t *testing.T) {
	list := fault.Declarations()
	require.Greater(t, len(list), 60)
	for _, f := range list {
		require.Regexp(t, `^[a-z][a-z0-9]*(-[a-z0-9]+)*$`, f.Code)
		require.NotEmpty(t, f.English, f.Code)
		require.True(t, strings.ContainsFunc(f.Vietnamese, func(r rune) bool { return r > 127 }), "%s: %q", f.Code, f.Vietnamese)
		require.False(t, strings.ContainsFunc(f.English, func(r rune) bool { return r > 127 && !strings.ContainsRune("đ±", r) }), "%s: %q", f.Code, f.English)
		require.NotEqual(t, f.English, f.Vietnamese, f.Code)
		require.NotZero(t, f.Kind, f.Code)
		require.False(t, strings.HasSuffix(f.Vietnamese, "."), f.Code)
	}
}

func TestEveryReasonHasASentence(t *testing.T) {
	w := registertest.New(t).Tell(troubled[:strings.Index(troubled, "coop/tax1")])
	for _, d := range indicator.All() {
		for _, c := range w.Count(d.Code, ask{On: "2023-12-31"}).Out {
			require.NotEmpty(t, c.Why.Vi(), "%s %s", d.Code, c.Why)
		}
	}
}
