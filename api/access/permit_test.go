package access

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
)

// world is a province of two districts. coop/a sits in dak-mil and moves to
// krong-no on 1/7/2023, coop/d stays in dak-mil, coop/b sits in a commune of
// krong-no; dak-mil is abolished in 2025.
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
	`{"key":"d","stream":"coop/d","kind":"coop.established/1","valid":"2022-05-02","data":{"name":"D","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}}`,
	`{"key":"d2","stream":"coop/d","kind":"coop.members-counted/1","valid":"2023-02-01","data":{"official":9}}`,
	`{"key":"cd","stream":"certificate/cd","kind":"certificate.granted/1","valid":"2023-02-01","data":{"coop":"d","scheme":"vietgap","group":"production"}}`,
	`{"key":"od","stream":"ocop/od","kind":"ocop.rated/1","valid":"2023-02-01","data":{"product":"od","name":"Tiêu","owner":"d","stars":3,"authority":"district"}}`,
	`{"key":"ca","stream":"certificate/ca","kind":"certificate.granted/1","valid":"2023-02-01","data":{"coop":"a","scheme":"vietgap","group":"production"}}`,
	`{"key":"cb","stream":"certificate/cb","kind":"certificate.granted/1","valid":"2023-02-01","data":{"coop":"b","scheme":"vietgap","group":"production"}}`,
	`{"key":"oa","stream":"ocop/oa","kind":"ocop.rated/1","valid":"2023-02-01","data":{"product":"oa","name":"Cà phê","owner":"a","stars":3,"authority":"district"}}`,
	`{"key":"ob","stream":"ocop/ob","kind":"ocop.rated/1","valid":"2023-02-01","data":{"product":"ob","name":"Gạo","owner":"b","stars":3,"authority":"district"}}`,
	`{"key":"x","stream":"place/dak-mil","kind":"place.abolished/1","valid":"2025-07-01","data":{}}`,
}

func newWorld(t *testing.T) *recorder.Recorder {
	t.Helper()
	now := calendar.EndOf(calendar.DayOf(2023, 12, 1))
	r, err := recorder.Open(t.Context(), ledgertest.NewMemory(), func() calendar.Instant { return now })
	require.NoError(t, err)
	t.Cleanup(r.Close)
	for _, c := range world {
		_, err := r.Record(t.Context(), draft(t, c))
		require.NoError(t, err, c)
	}
	return r
}

// try sends commands as an account would, and gives the fault of each.
func try(t *testing.T, w *recorder.Recorder, who ledger.Actor, drafts ...*ledger.Draft) []error {
	t.Helper()
	results, _ := w.Through(recorder.Door{Actor: &who, Permit: account(who).permit}).Try(t.Context(), drafts...)
	require.Len(t, results, len(drafts))
	faults := make([]error, len(drafts))
	for i, r := range results {
		faults[i] = r.Err
	}
	return faults
}

func draft(t *testing.T, c string) *ledger.Draft {
	t.Helper()
	d, err := ledger.ParseDraft([]byte(c))
	require.NoError(t, err, c)
	return d
}

func TestOfficers(t *testing.T) {
	officer := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	for _, c := range []struct {
		name, command string
		want          error
	}{
		{"found in a commune of the own place", `"stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}`, nil},
		{"found elsewhere", `"stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"nam-da","agricultural":true,"sector":"trồng trọt"}`, ErrOutside},
		{"found above the own place", `"stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"dak-nong","agricultural":true,"sector":"trồng trọt"}`, ErrOutside},
		{"found once the own place is abolished", `"stream":"coop/c","kind":"coop.established/1","valid":"2025-08-01","data":{"name":"C","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}`, ErrOutside},
		{"own", `"stream":"coop/d","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, nil},
		{"own, while it sat here, but the count lasts", `"stream":"coop/a","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, ErrBothSides},
		{"own once, moved away by then", `"stream":"coop/a","kind":"coop.workers-counted/1","valid":"2023-07-01","data":{"regular":7}`, ErrOutside},
		{"move the own away", `"stream":"coop/d","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"nam-da"}`, ErrBothSides},
		{"move within the own place", `"stream":"coop/d","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"dak-mil"}`, nil},
		{"fetch another's", `"stream":"coop/b","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"duc-an"}`, ErrBothSides},
		{"merge the own into another's", `"stream":"coop/d","kind":"coop.merged/1","valid":"2023-05-01","data":{"into":"b"}`, ErrBothSides},
		{"merge another's into the own", `"stream":"coop/b","kind":"coop.merged/1","valid":"2023-05-01","data":{"into":"d"}`, ErrBothSides},
		{"divide the own into another's", `"stream":"coop/d","kind":"coop.divided/1","valid":"2023-05-01","data":{"into":["b"]}`, ErrBothSides},
		{"another's", `"stream":"coop/b","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, ErrOutside},
		{"nobody's", `"stream":"coop/z","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`, ErrOutside},
		{"a certificate of the own", `"stream":"certificate/c","kind":"certificate.granted/1","valid":"2023-03-01","data":{"coop":"d","scheme":"vietgap","group":"production"}`, nil},
		{"a certificate of another", `"stream":"certificate/c","kind":"certificate.granted/1","valid":"2023-03-01","data":{"coop":"b","scheme":"vietgap","group":"production"}`, ErrOutside},
		{"withdraw one of the own", `"stream":"certificate/cd","kind":"certificate.withdrawn/1","valid":"2023-03-01","data":{}`, nil},
		{"withdraw another's", `"stream":"certificate/cb","kind":"certificate.withdrawn/1","valid":"2023-03-01","data":{}`, ErrOutside},
		{"withdraw nobody's", `"stream":"certificate/cz","kind":"certificate.withdrawn/1","valid":"2023-03-01","data":{}`, ErrOutside},
		{"correct the holder of a certificate to another's", `"stream":"certificate/cd","kind":"ledger.restated/1","corrects":{"key":"cd","reason":"typo"},"data":{"coop":"b","scheme":"vietgap","group":"production"}`, ErrBothSides},
		{"rate a product of the own", `"stream":"ocop/n","kind":"ocop.rated/1","valid":"2023-03-01","data":{"product":"n","name":"N","owner":"d","stars":3,"authority":"district"}`, nil},
		{"rate a product of free text", `"stream":"ocop/n","kind":"ocop.rated/1","valid":"2023-03-01","data":{"product":"n","name":"N","owner":"Hộ kinh doanh","stars":3,"authority":"district"}`, ErrOutside},
		{"take another's product over", `"stream":"ocop/ob","kind":"ocop.rated/1","valid":"2023-03-01","data":{"product":"ob","name":"N","owner":"d","stars":3,"authority":"district"}`, ErrBothSides},
		{"revoke the own product", `"stream":"ocop/od","kind":"ocop.revoked/1","valid":"2023-03-01","data":{}`, nil},
		{"revoke another's", `"stream":"ocop/ob","kind":"ocop.revoked/1","valid":"2023-03-01","data":{}`, ErrOutside},
		{"revoke nobody's", `"stream":"ocop/oz","kind":"ocop.revoked/1","valid":"2023-03-01","data":{}`, ErrOutside},
		{"support for the own", `"stream":"support/s","kind":"support.given/1","valid":"2023-03-01","data":{"coop":"d","help":"packaging"}`, nil},
		{"support for another", `"stream":"support/s","kind":"support.given/1","valid":"2023-03-01","data":{"coop":"b","help":"packaging"}`, ErrOutside},
		{"a fair of the own", `"stream":"support/f","kind":"support.fair-attended/1","valid":"2023-03-01","data":{"fair":"F","coops":["d"]}`, nil},
		{"a fair of both", `"stream":"support/f","kind":"support.fair-attended/1","valid":"2023-03-01","data":{"fair":"F","coops":["d","b"]}`, ErrBothSides},
		{"a fair of nobody", `"stream":"support/f","kind":"support.fair-attended/1","valid":"2023-03-01","data":{"fair":"F","coops":["d","z"]}`, ErrOutside},
		{"a conference here", `"stream":"support/h","kind":"support.conference-held/1","valid":"2023-03-01","data":{"title":"H","place":"dak-mil"}`, nil},
		{"a conference nowhere", `"stream":"support/h","kind":"support.conference-held/1","valid":"2023-03-01","data":{"title":"H"}`, ErrOutside},
		{"a class here", `"stream":"training/t","kind":"training.held/1","valid":"2023-03-01","data":{"title":"T","programme":"plan","place":"duc-an","attendances":30}`, nil},
		{"a class elsewhere", `"stream":"training/t","kind":"training.held/1","valid":"2023-03-01","data":{"title":"T","programme":"plan","place":"nam-da","attendances":30}`, ErrOutside},
		{"a place", `"stream":"place/dak-mil","kind":"place.renamed/1","valid":"2023-03-01","data":{"name":"X"}`, ErrOutside},
		{"a policy", `"stream":"policy/p","kind":"policy.chosen/1","valid":"2023-03-01","data":{"of":"tolerance","value":"10%"}`, ErrOutside},
		{"correct the own", `"stream":"coop/d","kind":"ledger.restated/1","corrects":{"key":"d2","reason":"typo"},"data":{"official":8}`, nil},
		{"correct the own of a time when it sat here", `"stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"a3","reason":"typo"},"data":{"official":8}`, ErrBothSides},
		{"correct where the own was founded, to elsewhere", `"stream":"coop/d","kind":"ledger.restated/1","corrects":{"key":"d","reason":"typo"},"data":{"name":"A","form":"htx","place":"nam-da","agricultural":true,"sector":"trồng trọt"}`, ErrBothSides},
		{"correct where another's was founded, to here", `"stream":"coop/b","kind":"ledger.restated/1","corrects":{"key":"b","reason":"typo"},"data":{"name":"A","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}`, ErrBothSides},
		{"correct another's", `"stream":"coop/b","kind":"ledger.restated/1","corrects":{"key":"b2","reason":"typo"},"data":{"official":8}`, ErrOutside},
		{"take a move away back", `"stream":"coop/a","kind":"ledger.retracted/1","corrects":{"key":"a2","reason":"typo"}`, ErrBothSides},
		{"retract the own", `"stream":"coop/d","kind":"ledger.retracted/1","corrects":{"key":"d2","reason":"typo"}`, nil},
		{"retract the founding of the own", `"stream":"coop/d","kind":"ledger.retracted/1","corrects":{"key":"d","reason":"typo"}`, nil},
		{"retract another's", `"stream":"coop/b","kind":"ledger.retracted/1","corrects":{"key":"b2","reason":"typo"}`, ErrOutside},
		{"retract another's certificate", `"stream":"certificate/cb","kind":"ledger.retracted/1","corrects":{"key":"cb","reason":"typo"}`, ErrOutside},
		{"retract nothing", `"stream":"coop/a","kind":"ledger.retracted/1","corrects":{"key":"none","reason":"typo"}`, ErrOutside},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			d := draft(t, `{"key":"k",`+c.command+`}`)
			require.ErrorIs(t, try(t, w, officer, d)[0], c.want)
			for _, role := range []string{"auditor", "analyst", "system", ""} {
				require.ErrorIs(t, try(t, w, ledger.Actor{ID: "x", Role: role}, d)[0], ErrForbidden, role)
			}
			if c.want != nil && fault.KindOf(try(t, w, ledger.Actor{ID: "l", Role: "alliance"}, d)[0]) == fault.Forbidden {
				require.Fail(t, "the alliance stands above all places")
			}
		})
	}
}

// The place of an officer who came after the reform of 1/7/2025 has the past of
// the land that is its now, unless the place that had it is still there.
func TestAYoungerPlaceHasThePastOfItsLand(t *testing.T) {
	w := newWorld(t)
	for _, c := range []string{
		`{"key":"y1","stream":"place/dak-mil-xa","kind":"place.declared/1","valid":"2025-07-01","data":{"code":"dak-mil-xa","level":"commune","name":"Xã Đắk Mil","parent":"dak-nong"}}`,
		`{"key":"y2","stream":"place/duc-an","kind":"place.merged/1","valid":"2025-07-01","data":{"into":"dak-mil-xa"}}`,
	} {
		_, err := w.Record(t.Context(), draft(t, c))
		require.NoError(t, err)
	}
	young := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil-xa"}
	of := func(coop, day string) *ledger.Draft {
		return draft(t, `{"key":"k","stream":"coop/`+coop+`","kind":"coop.workers-counted/1","valid":"`+day+`","data":{"regular":7}}`)
	}
	require.NoError(t, try(t, w, young, of("d", "2023-06-30"))[0])
	require.NoError(t, try(t, w, young, of("d", "2025-08-01"))[0])
	require.ErrorIs(t, try(t, w, young, of("b", "2025-08-01"))[0], ErrOutside)
	old := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	require.NoError(t, try(t, w, old, of("d", "2023-06-30"))[0], "what was its own while it was there")
	require.ErrorIs(t, try(t, w, old, of("d", "2025-08-01"))[0], ErrOutside)
}

// A command is judged in the state that the commands before it would make: one
// batch moved 43 co-operatives and their members into another district.
func TestABatchIsJudgedInItsOwnState(t *testing.T) {
	w := newWorld(t)
	officer := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	founding := draft(t, `{"key":"k","stream":"coop/c","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"C","form":"htx","place":"duc-an","agricultural":true,"sector":"trồng trọt"}}`)
	then := []*ledger.Draft{
		draft(t, `{"key":"l","stream":"coop/c","kind":"coop.members-counted/1","valid":"2023-01-02","data":{"official":7}}`),
		draft(t, `{"key":"m","stream":"certificate/n","kind":"certificate.granted/1","valid":"2023-03-01","data":{"coop":"c","scheme":"vietgap","group":"production"}}`),
		draft(t, `{"key":"n","stream":"certificate/n","kind":"certificate.withdrawn/1","valid":"2023-04-01","data":{}}`),
	}
	for _, err := range try(t, w, officer, append([]*ledger.Draft{founding}, then...)...) {
		require.NoError(t, err)
	}
	attack := try(t, w, officer, founding,
		draft(t, `{"key":"r","stream":"coop/c","kind":"coop.relocated/1","valid":"2023-01-03","data":{"place":"nam-da"}}`),
		draft(t, `{"key":"s","stream":"coop/c","kind":"coop.members-counted/1","valid":"2023-01-04","data":{"official":500}}`))
	require.NoError(t, attack[0])
	require.ErrorIs(t, attack[1], ErrBothSides)
	require.NoError(t, attack[2], "judged as if the refused move had not been there")
}

func TestNobodySpeaksForOthers(t *testing.T) {
	w := newWorld(t)
	command := draft(t, `{"key":"k","stream":"coop/d","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7},"actor":{"id":"o","role":"officer","place":"dak-mil"}}`)
	require.NoError(t, try(t, w, ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}, command)[0])
	for _, who := range []ledger.Actor{{ID: "p", Role: "officer", Place: "dak-mil"}, {ID: "o", Role: "admin"}, {ID: "o", Role: "officer", Place: "krong-no"}} {
		require.ErrorIs(t, try(t, w, who, command)[0], recorder.ErrOtherActor)
	}
}

// What somebody took back is brought back by a role that is not below, and by no way
// in by another.
func TestWhatAHigherRoleTookBack(t *testing.T) {
	officer := ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}
	alliance := ledger.Actor{ID: "l", Role: "alliance"}
	admin := ledger.Actor{ID: "q", Role: "admin"}
	for _, c := range []struct {
		by, who ledger.Actor
		want    error
	}{
		{officer, officer, nil}, {officer, alliance, nil}, {alliance, officer, ErrBelowRetractor}, {alliance, alliance, nil},
		{admin, alliance, ErrBelowRetractor}, {admin, officer, ErrBelowRetractor}, {admin, admin, nil},
	} {
		w := newWorld(t)
		back := draft(t, `{"key":"r","stream":"coop/d","kind":"ledger.retracted/1","corrects":{"key":"d2","reason":"duplicate"}}`)
		_, err := w.Through(recorder.Door{Actor: &c.by, Permit: account(c.by).permit}).Record(t.Context(), back)
		require.NoError(t, err)
		for _, again := range []string{
			`{"key":"s","stream":"coop/d","kind":"ledger.restated/1","corrects":{"key":"d2","reason":"other"},"data":{"official":9}}`,
			`{"key":"s","stream":"coop/d","kind":"ledger.retracted/1","corrects":{"key":"r","reason":"other"}}`,
		} {
			require.ErrorIs(t, try(t, w, c.who, draft(t, again))[0], c.want, "%s of what %s took back", c.who.Role, c.by.Role)
		}
	}
}
