package access

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// world is a province of two districts. coop/a sits in dak-mil and moves to
// krong-no on 1/7/2023, coop/b sits in a commune of krong-no; dak-mil is
// abolished in 2025.
var world = []string{
	`{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`,
	`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`,
	`{"key":"p1","stream":"place/dak-mil","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-mil","level":"district","name":"Huyện Đắk Mil","parent":"dak-nong"}}`,
	`{"key":"p2","stream":"place/krong-no","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"krong-no","level":"district","name":"Huyện Krông Nô","parent":"dak-nong"}}`,
	`{"key":"p3","stream":"place/nam-da","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"nam-da","level":"commune","name":"Xã Nam Đà","parent":"krong-no"}}`,
	`{"key":"p4","stream":"place/duc-an","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"duc-an","level":"commune","name":"Xã Đức An","parent":"dak-mil"}}`,
	`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2022-03-14","data":{"name":"A","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}}`,
	`{"key":"a2","stream":"coop/a","kind":"coop.relocated/1","valid":"2023-07-01","data":{"place":"nam-da"}}`,
	`{"key":"a3","stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-02-01","data":{"official":9}}`,
	`{"key":"b","stream":"coop/b","kind":"coop.established/1","valid":"2022-05-02","data":{"name":"B","form":"htx","place":"nam-da","agricultural":true,"sector":"trồng trọt"}}`,
	`{"key":"b2","stream":"coop/b","kind":"coop.members-counted/1","valid":"2023-02-01","data":{"official":9}}`,
	`{"key":"ca","stream":"certificate/ca","kind":"certificate.granted/1","valid":"2023-02-01","data":{"coop":"a","scheme":"vietgap","group":"production"}}`,
	`{"key":"cb","stream":"certificate/cb","kind":"certificate.granted/1","valid":"2023-02-01","data":{"coop":"b","scheme":"vietgap","group":"production"}}`,
	`{"key":"oa","stream":"ocop/oa","kind":"ocop.rated/1","valid":"2023-02-01","data":{"product":"oa","name":"Cà phê","owner":"a","stars":3,"authority":"district"}}`,
	`{"key":"ob","stream":"ocop/ob","kind":"ocop.rated/1","valid":"2023-02-01","data":{"product":"ob","name":"Gạo","owner":"b","stars":3,"authority":"district"}}`,
	`{"key":"x","stream":"place/dak-mil","kind":"place.abolished/1","valid":"2025-07-01","data":{}}`,
}

func newWorld(t *testing.T) *asof.Projection {
	t.Helper()
	book, proj := register.NewBook(), asof.New()
	for _, c := range world {
		v, err := book.Decide(draft(t, c), calendar.EndOf(calendar.DayOf(2023, 12, 1)))
		require.NoError(t, err, c)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, proj.Apply(v.Record))
	}
	return proj
}

func draft(t *testing.T, c string) *ledger.Draft {
	t.Helper()
	d, err := ledger.ParseDraft([]byte(c))
	require.NoError(t, err, c)
	return d
}

func TestOfficers(t *testing.T) {
	w := newWorld(t)
	officer := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	for _, c := range []struct {
		name, command string
		may           bool
	}{
		{"found in a commune of the own place", `"stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}`, true},
		{"found elsewhere", `"stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"nam-da","agricultural":true,"sector":"trồng trọt"}`, false},
		{"found above the own place", `"stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"dak-nong","agricultural":true,"sector":"trồng trọt"}`, false},
		{"found once the own place is abolished", `"stream":"coop/c","kind":"coop.established/1","valid":"2025-08-01","data":{"name":"C","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}`, false},
		{"own, while it sat here", `"stream":"coop/a","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, true},
		{"own once, moved away by then", `"stream":"coop/a","kind":"coop.workers-counted/1","valid":"2023-07-01","data":{"regular":7}`, false},
		{"before it was founded, where it was to sit", `"stream":"coop/a","kind":"coop.workers-counted/1","valid":"2022-01-01","data":{"regular":7}`, true},
		{"move the own away", `"stream":"coop/a","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"nam-da"}`, true},
		{"fetch another's", `"stream":"coop/b","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"duc-an"}`, false},
		{"another's", `"stream":"coop/b","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, false},
		{"nobody's", `"stream":"coop/z","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, false},
		{"a certificate of the own", `"stream":"certificate/c","kind":"certificate.granted/1","valid":"2023-03-01","data":{"coop":"a","scheme":"vietgap","group":"production"}`, true},
		{"a certificate of another", `"stream":"certificate/c","kind":"certificate.granted/1","valid":"2023-03-01","data":{"coop":"b","scheme":"vietgap","group":"production"}`, false},
		{"withdraw one of the own", `"stream":"certificate/ca","kind":"certificate.withdrawn/1","valid":"2023-03-01","data":{}`, true},
		{"withdraw another's", `"stream":"certificate/cb","kind":"certificate.withdrawn/1","valid":"2023-03-01","data":{}`, false},
		{"withdraw nobody's", `"stream":"certificate/cz","kind":"certificate.withdrawn/1","valid":"2023-03-01","data":{}`, false},
		{"rate a product of the own", `"stream":"ocop/n","kind":"ocop.rated/1","valid":"2023-03-01","data":{"product":"n","name":"N","owner":"a","stars":3,"authority":"district"}`, true},
		{"rate a product of free text", `"stream":"ocop/n","kind":"ocop.rated/1","valid":"2023-03-01","data":{"product":"n","name":"N","owner":"Hộ kinh doanh","stars":3,"authority":"district"}`, false},
		{"take another's product over", `"stream":"ocop/ob","kind":"ocop.rated/1","valid":"2023-03-01","data":{"product":"ob","name":"N","owner":"a","stars":3,"authority":"district"}`, false},
		{"revoke the own product", `"stream":"ocop/oa","kind":"ocop.revoked/1","valid":"2023-03-01","data":{}`, true},
		{"revoke another's", `"stream":"ocop/ob","kind":"ocop.revoked/1","valid":"2023-03-01","data":{}`, false},
		{"revoke nobody's", `"stream":"ocop/oz","kind":"ocop.revoked/1","valid":"2023-03-01","data":{}`, false},
		{"support for the own", `"stream":"support/s","kind":"support.given/1","valid":"2023-03-01","data":{"coop":"a","help":"packaging"}`, true},
		{"support for another", `"stream":"support/s","kind":"support.given/1","valid":"2023-03-01","data":{"coop":"b","help":"packaging"}`, false},
		{"a fair of the own", `"stream":"support/f","kind":"support.fair-attended/1","valid":"2023-03-01","data":{"fair":"F","coops":["a"]}`, true},
		{"a fair of both", `"stream":"support/f","kind":"support.fair-attended/1","valid":"2023-03-01","data":{"fair":"F","coops":["a","b"]}`, false},
		{"a conference here", `"stream":"support/h","kind":"support.conference-held/1","valid":"2023-03-01","data":{"title":"H","place":"dak-mil"}`, true},
		{"a conference nowhere", `"stream":"support/h","kind":"support.conference-held/1","valid":"2023-03-01","data":{"title":"H"}`, false},
		{"a class here", `"stream":"training/t","kind":"training.held/1","valid":"2023-03-01","data":{"title":"T","programme":"plan","place":"duc-an","attendances":30}`, true},
		{"a class elsewhere", `"stream":"training/t","kind":"training.held/1","valid":"2023-03-01","data":{"title":"T","programme":"plan","place":"nam-da","attendances":30}`, false},
		{"a place", `"stream":"place/dak-mil","kind":"place.renamed/1","valid":"2023-03-01","data":{"name":"X"}`, false},
		{"a policy", `"stream":"policy/p","kind":"policy.chosen/1","valid":"2023-03-01","data":{"of":"tolerance","value":"10%"}`, false},
		{"correct the own", `"stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"a3","reason":"typo"},"data":{"official":8}`, true},
		{"correct the own onto a day after it moved", `"stream":"coop/a","kind":"ledger.restated/1","valid":"2023-08-01","corrects":{"key":"a3","reason":"typo"},"data":{"official":8}`, false},
		{"correct where the own was founded, to elsewhere", `"stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"a","reason":"typo"},"data":{"name":"A","form":"htx","place":"nam-da","agricultural":true,"sector":"trồng trọt"}`, false},
		{"correct another's", `"stream":"coop/b","kind":"ledger.restated/1","corrects":{"key":"b2","reason":"typo"},"data":{"official":8}`, false},
		{"retract the own", `"stream":"coop/a","kind":"ledger.retracted/1","corrects":{"key":"a3","reason":"typo"}`, true},
		{"retract another's", `"stream":"coop/b","kind":"ledger.retracted/1","corrects":{"key":"b2","reason":"typo"}`, false},
		{"retract another's certificate", `"stream":"certificate/cb","kind":"ledger.retracted/1","corrects":{"key":"cb","reason":"typo"}`, false},
		{"retract nothing", `"stream":"coop/a","kind":"ledger.retracted/1","corrects":{"key":"none","reason":"typo"}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := draft(t, `{"key":"k",`+c.command+`}`)
			err := Permit(w, officer, []*ledger.Draft{d})[0]
			if c.may {
				require.NoError(t, err)
				require.Equal(t, officer, *d.Actor)
			} else {
				require.ErrorIs(t, err, ErrOutside)
			}
			alliance := ledger.Actor{ID: "l", Role: "alliance"}
			require.NoError(t, Permit(w, alliance, []*ledger.Draft{draft(t, `{"key":"k",`+c.command+`}`)})[0])
			for _, role := range []string{"auditor", "analyst", "system", ""} {
				other := ledger.Actor{ID: "x", Role: role}
				require.ErrorIs(t, Permit(w, other, []*ledger.Draft{draft(t, `{"key":"k",`+c.command+`}`)})[0], ErrForbidden, role)
			}
		})
	}
}

// A command may rest on an earlier one of the same append.
func TestABatchFoundsAndCounts(t *testing.T) {
	w := newWorld(t)
	officer := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	founding := func(place string) *ledger.Draft {
		return draft(t, `{"key":"k","stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"`+place+`","agricultural":true,"sector":"trồng trọt"}}`)
	}
	then := []*ledger.Draft{
		draft(t, `{"key":"l","stream":"coop/c","kind":"coop.members-counted/1","valid":"2023-01-02","data":{"official":7}}`),
		draft(t, `{"key":"m","stream":"certificate/n","kind":"certificate.granted/1","valid":"2023-03-01","data":{"coop":"c","scheme":"vietgap","group":"production"}}`),
		draft(t, `{"key":"n","stream":"certificate/n","kind":"certificate.withdrawn/1","valid":"2023-04-01","data":{}}`),
	}
	for _, err := range Permit(w, officer, append([]*ledger.Draft{founding("duc-an")}, then...)) {
		require.NoError(t, err)
	}
	for _, d := range then {
		d.Actor = nil
	}
	for _, err := range Permit(w, officer, append([]*ledger.Draft{founding("nam-da")}, then...)) {
		require.ErrorIs(t, err, ErrOutside)
	}
}

func TestNobodySpeaksForOthers(t *testing.T) {
	w := newWorld(t)
	command := `{"key":"k","stream":"coop/a","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7},"actor":{"id":"o","role":"officer","place":"dak-mil"}}`
	self := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	require.NoError(t, Permit(w, self, []*ledger.Draft{draft(t, command)})[0])
	for _, who := range []ledger.Actor{{ID: "p", Role: "officer", Place: "dak-mil"}, {ID: "o", Role: "admin"}, {ID: "o", Role: "officer", Place: "krong-no"}} {
		require.ErrorIs(t, Permit(w, who, []*ledger.Draft{draft(t, command)})[0], recorder.ErrOtherActor)
	}
}
