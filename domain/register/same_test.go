package register_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// said is a record as far as its identity goes.
type said struct{ stream, valid, data string }

// TestOneFact has a line for every row of the table of identities: a record,
// others that are the same fact, and others that are facts of their own.
func TestOneFact(t *testing.T) {
	for _, c := range []struct {
		kind         ledger.Kind
		of           said
		same, others []said
	}{
		{"coop.established/1", said{"coop/a", "2023-03-01", `{"name":"A","form":"htx","place":"p","agricultural":true,"sector":"s"}`},
			[]said{{"coop/a", "2023-04-01", `{"name":"B","form":"tht","place":"q","agricultural":false,"sector":"t"}`}},
			[]said{{"coop/b", "2023-03-01", `{"name":"A","form":"htx","place":"p","agricultural":true,"sector":"s"}`}}},
		day("coop.renamed/1", "coop", `{"name":"A"}`, `{"name":"B"}`),
		day("coop.relocated/1", "coop", `{"place":"p"}`, `{"place":"q"}`),
		day("coop.resectored/1", "coop", `{"agricultural":true,"sector":"s"}`, `{"agricultural":false,"sector":"t"}`),
		day("coop.identified/1", "coop", `{"registration":"1"}`, `{"tax_code":"6400000015"}`),
		day("coop.suspended/1", "coop", `{}`, `{"until":"2024-01-01"}`),
		day("coop.resumed/1", "coop", `{}`, `{}`),
		day("coop.inactive/1", "coop", `{}`, `{"observed_by":"x"}`),
		day("coop.dissolving/1", "coop", `{}`, `{}`),
		day("coop.dissolved/1", "coop", `{"mode":"voluntary"}`, `{"mode":"revoked"}`),
		day("coop.merged/1", "coop", `{"into":"b"}`, `{"into":"c"}`),
		day("coop.divided/1", "coop", `{"into":["b"]}`, `{"into":["c"]}`),
		day("coop.reorganised/1", "coop", `{"law":"2012"}`, `{"law":"2023"}`),
		day("coop.left/1", "coop", `{"to":"other"}`, `{"to":"enterprise"}`),
		day("coop.members-counted/1", "coop", `{"official":1}`, `{"official":2}`),
		day("coop.workers-counted/1", "coop", `{"regular":1}`, `{"regular":2}`),
		day("place.declared/1", "place", `{"code":"a","name":"A","level":"commune"}`, `{"code":"a","name":"B","level":"commune"}`),
		day("place.renamed/1", "place", `{"name":"A"}`, `{"name":"B"}`),
		day("place.moved/1", "place", `{"parent":"p"}`, `{"parent":"q"}`),
		day("place.merged/1", "place", `{"into":"p"}`, `{"into":"q"}`),
		day("place.abolished/1", "place", `{}`, `{}`),
		day("place.split/1", "place", `{"into":["p"]}`, `{"into":["q"]}`),
		{"coop.year-reported/1", said{"coop/a", "2023-12-31", `{"year":2023,"basis":"actual","revenue":1}`},
			[]said{{"coop/a", "2023", `{"year":2023,"basis":"actual","revenue":2}`}},
			[]said{{"coop/a", "2023-12-31", `{"year":2023,"basis":"estimate","revenue":1}`}, {"coop/a", "2022-12-31", `{"year":2022,"basis":"actual","revenue":1}`}, {"coop/b", "2023-12-31", `{"year":2023,"basis":"actual","revenue":1}`}}},
		{"coop.year-reported/1", said{"coop/a", "2023-09-30", `{"year":2023,"basis":"estimate","revenue":1}`},
			[]said{{"coop/a", "2023-09", `{"year":2023,"basis":"estimate","revenue":2}`}},
			[]said{{"coop/a", "2023-06-30", `{"year":2023,"basis":"estimate","revenue":1}`}}},
		{"coop.scored/1", said{"coop/a", "2023-12-31", `{"year":2023,"scheme":"tt09-2017","points_hundredths":1}`},
			[]said{{"coop/a", "2023", `{"year":2023,"scheme":"tt09-2017","points_hundredths":2}`}},
			[]said{{"coop/a", "2023-12-31", `{"year":2023,"scheme":"tt01-2020","points_hundredths":1}`}, {"coop/a", "2022-12-31", `{"year":2022,"scheme":"tt09-2017","points_hundredths":1}`}}},
		{"coop.classed/1", said{"coop/a", "2023-12-31", `{"year":2023,"scheme":"tt09-2017","class":"good"}`},
			[]said{{"coop/a", "2023", `{"year":2023,"scheme":"tt09-2017","class":"fair"}`}},
			[]said{{"coop/a", "2023-12-31", `{"year":2023,"scheme":"tt01-2020","class":"good"}`}, {"coop/a", "2022-12-31", `{"year":2022,"scheme":"tt09-2017","class":"good"}`}}},
		{"coop.linked/1", said{"coop/a", "2023-07-01", `{"contract":"HĐ 01","enterprise":"x"}`},
			[]said{{"coop/a", "2023-07-01", `{"contract":"hđ 01","enterprise":"y"}`}},
			[]said{{"coop/a", "2024-07-01", `{"contract":"HĐ 01","enterprise":"x"}`}, {"coop/a", "2023-07-01", `{"contract":"HĐ 02","enterprise":"x"}`}, {"coop/b", "2023-07-01", `{"contract":"HĐ 01","enterprise":"x"}`}}},
		{"coop.unlinked/1", said{"coop/a", "2023-07-01", `{"contract":"HĐ 01"}`},
			[]said{{"coop/a", "2023-07-01", `{"contract":"hđ 01"}`}},
			[]said{{"coop/a", "2024-07-01", `{"contract":"HĐ 01"}`}, {"coop/a", "2023-07-01", `{"contract":"HĐ 02"}`}}},
		{"certificate.granted/1", said{"certificate/x", "2023-07-01", `{"coop":"a","scheme":"vietgap","group":"production","number":"VG 1"}`},
			[]said{{"certificate/y", "2023-08-01", `{"coop":"a","scheme":"vietgap","group":"quality","number":"vg 1"}`}},
			[]said{{"certificate/x", "2023-07-01", `{"coop":"b","scheme":"vietgap","group":"production","number":"VG 1"}`}, {"certificate/x", "2023-07-01", `{"coop":"a","scheme":"organic","group":"production","number":"VG 1"}`}, {"certificate/x", "2023-07-01", `{"coop":"a","scheme":"vietgap","group":"production"}`}}},
		{"certificate.granted/1", said{"certificate/x", "2023-07-01", `{"coop":"a","scheme":"vietgap","group":"production"}`},
			[]said{{"certificate/y", "2023-07-01", `{"coop":"a","scheme":"vietgap","group":"quality"}`}},
			[]said{{"certificate/x", "2023-07-02", `{"coop":"a","scheme":"vietgap","group":"production"}`}}},
		day("certificate.renewed/1", "certificate", `{"until":"2024-01-01"}`, `{"until":"2025-01-01"}`),
		day("certificate.suspended/1", "certificate", `{}`, `{}`),
		day("certificate.reinstated/1", "certificate", `{}`, `{}`),
		day("certificate.withdrawn/1", "certificate", `{}`, `{"cause":"x"}`),
		day("ocop.rated/1", "ocop", `{"product":"a","name":"x","owner":"o","stars":3,"authority":"district"}`, `{"product":"a","name":"y","owner":"p","stars":4,"authority":"province"}`),
		day("ocop.revoked/1", "ocop", `{}`, `{"cause":"x"}`),
		{"training.held/1", said{"training/x", "2023-07-31", `{"title":"Lớp A","programme":"plan","place":"p","attendances":1}`},
			[]said{{"training/y", "2023-07", `{"title":"lớp  a","programme":"plan","place":"p","attendances":2}`}},
			[]said{{"training/x", "2023-07-30", `{"title":"Lớp A","programme":"plan","place":"p","attendances":1}`}, {"training/x", "2023-07-31", `{"title":"Lớp B","programme":"plan","place":"p","attendances":1}`},
				{"training/x", "2023-07-31", `{"title":"Lớp A","programme":"other","place":"p","attendances":1}`}, {"training/x", "2023-07-31", `{"title":"Lớp A","programme":"plan","place":"q","attendances":1}`}}},
		{"support.given/1", said{"support/x", "2023-07-31", `{"coop":"a","help":"land","amount":1,"fund":"Tỉnh"}`},
			[]said{{"support/y", "2023-07", `{"coop":"a","help":"land","amount":2,"fund":"tỉnh"}`}},
			[]said{{"support/x", "2023-07-30", `{"coop":"a","help":"land","fund":"Tỉnh"}`}, {"support/x", "2023-07-31", `{"coop":"b","help":"land","fund":"Tỉnh"}`},
				{"support/x", "2023-07-31", `{"coop":"a","help":"credit","fund":"Tỉnh"}`}, {"support/x", "2023-07-31", `{"coop":"a","help":"land","fund":"Huyện"}`}}},
		{"support.model-recognised/1", said{"support/x", "2023-07-31", `{"coop":"a","model":"new-style"}`},
			[]said{{"support/y", "2023-07", `{"coop":"a","model":"new-style"}`}},
			[]said{{"support/x", "2023-07-30", `{"coop":"a","model":"new-style"}`}, {"support/x", "2023-07-31", `{"coop":"b","model":"new-style"}`}, {"support/x", "2023-07-31", `{"coop":"a","model":"value-chain"}`}}},
		{"support.fair-attended/1", said{"support/x", "2023-07-31", `{"fair":"Hội chợ","coops":["a"],"place":"p"}`},
			[]said{{"support/y", "2023-07", `{"fair":"hội  chợ","coops":["b"],"place":"p"}`}},
			[]said{{"support/x", "2023-07-30", `{"fair":"Hội chợ","coops":["a"],"place":"p"}`}, {"support/x", "2023-07-31", `{"fair":"Hội chợ 2","coops":["a"],"place":"p"}`}, {"support/x", "2023-07-31", `{"fair":"Hội chợ","coops":["a"]}`}}},
		{"support.conference-held/1", said{"support/x", "2023-07-31", `{"title":"Hội nghị","place":"p"}`},
			[]said{{"support/y", "2023-07", `{"title":"hội nghị","place":"p"}`}},
			[]said{{"support/x", "2023-07-30", `{"title":"Hội nghị","place":"p"}`}, {"support/x", "2023-07-31", `{"title":"Hội nghị 2","place":"p"}`}, {"support/x", "2023-07-31", `{"title":"Hội nghị"}`}}},
		{"plan.delivered/1", said{"plan/k", "2023-07-31", `{"task":"N1","deliverable":"Báo cáo","unit":"Sở A"}`},
			[]said{{"plan/k", "2023-07", `{"task":"N1","deliverable":"báo cáo","unit":"sở A","document":"1/BC"}`}},
			[]said{{"plan/l", "2023-07-31", `{"task":"N1","deliverable":"Báo cáo","unit":"Sở A"}`}, {"plan/k", "2023-07-30", `{"task":"N1","deliverable":"Báo cáo","unit":"Sở A"}`},
				{"plan/k", "2023-07-31", `{"task":"N2","deliverable":"Báo cáo","unit":"Sở A"}`}, {"plan/k", "2023-07-31", `{"task":"N1","deliverable":"Kế hoạch","unit":"Sở A"}`}, {"plan/k", "2023-07-31", `{"task":"N1","deliverable":"Báo cáo","unit":"Sở B"}`}}},
	} {
		fact := identity(t, c.kind, c.of)
		for _, x := range c.same {
			require.Equal(t, fact, identity(t, c.kind, x), "%s: %v is %v", c.kind, x, c.of)
		}
		for _, x := range c.others {
			require.NotEqual(t, fact, identity(t, c.kind, x), "%s: %v is not %v", c.kind, x, c.of)
		}
	}
}

// day is the line of a kind of which a subject has one fact a day.
func day(kind ledger.Kind, family, data, otherwise string) (line struct {
	kind         ledger.Kind
	of           said
	same, others []said
}) {
	line.kind, line.of = kind, said{family + "/a", "2023-06-30", data}
	line.same = []said{{family + "/a", "2023-06", otherwise}}
	line.others = []said{{family + "/b", "2023-06-30", data}, {family + "/a", "2023-06-29", data}}
	return line
}

func identity(t *testing.T, kind ledger.Kind, x said) ledger.Identity {
	spec, err := register.Spec(kind)
	require.NoError(t, err)
	data, err := canonical.Transform([]byte(x.data), 10_000)
	require.NoError(t, err)
	e, err := spec.Decode(data)
	require.NoError(t, err, x.data)
	stream, err := ledger.ParseStream(x.stream)
	require.NoError(t, err)
	valid, err := calendar.ParseStated(x.valid)
	require.NoError(t, err)
	return spec.Identity(stream, valid, e)
}

// Two kinds are never one fact, whatever their members.
func TestKindsArePartOfAnIdentity(t *testing.T) {
	require.NotEqual(t, identity(t, "coop.resumed/1", said{"coop/a", "2023-06-30", `{}`}), identity(t, "coop.dissolving/1", said{"coop/a", "2023-06-30", `{}`}))
}
