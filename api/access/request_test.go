package access

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/request"
)

// send records one command as an account would.
func send(t *testing.T, w *recorder.Recorder, who ledger.Actor, command string) (*ledger.Record, error) {
	t.Helper()
	results, err := w.Through(recorder.Door{Actor: &who, Permit: account(who).permit}).Record(t.Context(), draft(t, command))
	if err != nil {
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
		return nil, err
	}
	return results[0].Record, nil
}

var (
	dakMil   = ledger.Actor{ID: "o1", Role: "officer", Place: "dak-mil"}
	krongNo  = ledger.Actor{ID: "o2", Role: "officer", Place: "krong-no"}
	ducAn    = ledger.Actor{ID: "o3", Role: "officer", Place: "duc-an"}
	alliance = ledger.Actor{ID: "l1", Role: "alliance"}
	second   = ledger.Actor{ID: "l2", Role: "alliance"}
	admin    = ledger.Actor{ID: "a1", Role: "admin"}
)

const move = `"stream":"coop/d","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"nam-da"}`

// ask makes the command of a request.
func ask(key, command string) string {
	return `{"key":"ask-` + key + `","stream":"request/` + key + `","kind":"request.made/1","valid":"2023-11-01","data":{"command":{` + command + `}}}`
}

func refuse(key string) string {
	return `{"key":"no-` + key + `","stream":"request/` + key + `","kind":"request.refused/1","valid":"2023-11-02","data":{"reason":"không đúng"}}`
}

func approve(key, command string) string { return `{"key":"request/` + key + `",` + command + `}` }

func TestAMoveNeedsBothSides(t *testing.T) {
	w := newWorld(t)
	_, err := send(t, w, dakMil, `{"key":"m",`+move+`}`)
	require.ErrorIs(t, err, ErrBothSides)
	_, err = send(t, w, krongNo, approve("r1", move))
	require.ErrorIs(t, err, request.ErrUnknown)

	_, err = send(t, w, dakMil, ask("r1", move))
	require.NoError(t, err)
	for _, who := range []ledger.Actor{dakMil, {ID: "o1", Role: "officer", Place: "krong-no"}} {
		_, err = send(t, w, who, approve("r1", move))
		require.ErrorIs(t, err, ErrOwnRequest)
	}
	_, err = send(t, w, ducAn, approve("r1", move))
	require.ErrorIs(t, err, ErrBothSides, "two accounts of one side")
	_, err = send(t, w, krongNo, approve("r1", `"stream":"coop/d","kind":"coop.relocated/1","valid":"2023-06-01","data":{"place":"nam-da"}`))
	require.ErrorIs(t, err, request.ErrOther)
	r, err := send(t, w, krongNo, approve("r1", move))
	require.NoError(t, err)
	require.Equal(t, "o2", r.Actor.ID)
	require.Equal(t, "2023-05-01", r.Valid.String())
	_, err = send(t, w, krongNo, refuse("r1"))
	require.ErrorIs(t, err, request.ErrApproved)
}

func TestBothSidesMayAskAndRefuse(t *testing.T) {
	w := newWorld(t)
	_, err := send(t, w, krongNo, ask("r1", move))
	require.NoError(t, err, "the side that gets it may ask as well")
	r, err := send(t, w, alliance, approve("r1", move))
	require.NoError(t, err)
	require.Equal(t, "l1", r.Actor.ID)
	back := `"stream":"coop/d","kind":"coop.relocated/1","valid":"2023-09-01","data":{"place":"duc-an"}`
	for key, who := range map[string]ledger.Actor{"r2": dakMil, "r3": krongNo, "r4": alliance} {
		_, err = send(t, w, dakMil, ask(key, back))
		require.NoError(t, err)
		_, err = send(t, w, who, refuse(key))
		require.NoError(t, err)
		_, err = send(t, w, alliance, approve(key, back))
		require.ErrorIs(t, err, request.ErrRefused)
		again, err := send(t, w, who, refuse(key))
		require.NoError(t, err, "the same command again is only found")
		require.Equal(t, ledger.IDOf("no-"+key), again.ID)
		_, err = send(t, w, who, `{"key":"no2","stream":"request/`+key+`","kind":"request.refused/1","valid":"2023-11-02","data":{"reason":"x"}}`)
		require.ErrorIs(t, err, request.ErrRefused)
	}
	stranger := `"stream":"coop/b","kind":"coop.workers-counted/1","valid":"2023-06-30","data":{"regular":7}`
	_, err = send(t, w, dakMil, ask("r5", stranger))
	require.ErrorIs(t, err, ErrOutside, "no side of it")
	_, err = send(t, w, krongNo, ask("r5", stranger))
	require.NoError(t, err)
	_, err = send(t, w, dakMil, refuse("r5"))
	require.ErrorIs(t, err, ErrOutside)
	_, err = send(t, w, ledger.Actor{ID: "x", Role: "auditor"}, refuse("r5"))
	require.ErrorIs(t, err, ErrForbidden)
	_, err = send(t, w, dakMil, refuse("none"))
	require.ErrorIs(t, err, request.ErrUnknown)
}

const planned = `{"key":"plan","stream":"plan/kh","kind":"plan.adopted/1","valid":"2023-01-10","data":{"number":"1/KH","issued":"2023-01-10","year":2023,"place":"dak-nong","title":"Kế hoạch","targets":[{"id":"T1","text":"2 HTX","rule":"at-least","low":2,"unit":"HTX","indicator":"coops.established","owners":["LMHTX"],"cited":"I"}],"tasks":[]}}`

// What nobody may do alone, and by whom it may be done.
func TestActsThatNeedTwo(t *testing.T) {
	for name, c := range map[string]struct {
		command  string
		approver ledger.Actor
		not      ledger.Actor
	}{
		"retract the province":  {`"stream":"place/dak-nong","kind":"ledger.retracted/1","corrects":{"key":"p0","reason":"typo"}`, second, krongNo},
		"restate the province":  {`"stream":"place/dak-nong","kind":"ledger.restated/1","corrects":{"key":"p0","reason":"typo"},"data":{"code":"dak-nong","level":"province","name":"X"}`, admin, dakMil},
		"rename the province":   {`"stream":"place/dak-nong","kind":"place.renamed/1","valid":"2023-03-01","data":{"name":"X"}`, second, krongNo},
		"amend the plan":        {`"stream":"plan/kh","kind":"plan.amended/1","valid":"2023-03-01","data":{"document":"2/KH","targets":[{"id":"T1","text":"1 HTX","rule":"at-least","low":1,"unit":"HTX","indicator":"coops.established","owners":["LMHTX"],"cited":"I"}]}`, admin, krongNo},
		"retract the plan":      {`"stream":"plan/kh","kind":"ledger.retracted/1","corrects":{"key":"plan","reason":"typo"}`, second, krongNo},
		"another plan":          {`"stream":"plan/kh2","kind":"plan.adopted/1","valid":"2023-02-10","data":{"number":"2/KH","issued":"2023-02-10","year":2023,"place":"dak-nong","title":"Kế hoạch","targets":[],"tasks":[]}`, second, krongNo},
		"the tolerance of one":  {`"stream":"plan/kh","kind":"policy.chosen/1","valid":"2023-03-01","data":{"of":"tolerance","target":"T1","value":"10%"}`, second, krongNo},
		"the tolerance for all": {`"stream":"policy/p","kind":"policy.chosen/1","valid":"2023-03-01","data":{"of":"tolerance","value":"10%"}`, second, krongNo},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, err := send(t, w, alliance, planned)
			require.NoError(t, err, "the first plan of its year")
			for _, who := range []ledger.Actor{alliance, admin} {
				_, err = send(t, w, who, `{"key":"alone",`+c.command+`}`)
				require.ErrorIs(t, err, ErrSecondPerson)
			}
			_, err = send(t, w, alliance, ask("r", c.command))
			require.NoError(t, err)
			_, err = send(t, w, alliance, approve("r", c.command))
			require.ErrorIs(t, err, ErrOwnRequest)
			_, err = send(t, w, c.not, approve("r", c.command))
			require.ErrorIs(t, err, ErrOutside)
			r, err := send(t, w, c.approver, approve("r", c.command))
			require.NoError(t, err)
			require.Equal(t, ledger.IDOf("request/r"), r.ID)
		})
	}
}

// The end of a key is for administrators: the alliance neither asks for it nor
// stands in its way.
func TestTheEndOfAKeyIsForAdministrators(t *testing.T) {
	w := newWorld(t)
	announced := `{"key":"ann","stream":"ledger/keys","kind":"ledger.key-announced/1","valid":"2023-11-01","data":{"key":"x","from":99}}`
	_, err := w.Through(recorder.Door{Writes: []ledger.Kind{ledger.KindKeyAnnounced}}).Record(t.Context(), draft(t, announced))
	require.NoError(t, err)
	void := `"stream":"ledger/keys","kind":"ledger.key-voided/1","valid":"2023-11-02","data":{"key":"x","reason":"không phải khóa của sổ"}`
	_, err = send(t, w, alliance, ask("v", void))
	require.ErrorIs(t, err, ErrNotForRole)
	_, err = send(t, w, alliance, `{"key":"v",`+void+`}`)
	require.ErrorIs(t, err, ErrNotForRole)
	_, err = send(t, w, admin, `{"key":"v",`+void+`}`)
	require.ErrorIs(t, err, ErrSecondPerson)
	_, err = send(t, w, admin, ask("v", void))
	require.NoError(t, err)
	_, err = send(t, w, alliance, refuse("v"))
	require.ErrorIs(t, err, ErrNotForRole)
	_, err = send(t, w, alliance, approve("v", void))
	require.ErrorIs(t, err, ErrNotForRole)
	_, err = send(t, w, ledger.Actor{ID: "a2", Role: "admin"}, approve("v", void))
	require.NoError(t, err)
}

// What is no act on the plan itself needs one person.
func TestWhatOneMayDo(t *testing.T) {
	w := newWorld(t)
	_, err := send(t, w, alliance, planned)
	require.NoError(t, err)
	for i, command := range []string{
		`"stream":"plan/kh","kind":"plan.noted/1","valid":"2023-03-01","data":{"about":"T1","finding":"vague","text":"…"}`,
		`"stream":"plan/kh24","kind":"plan.adopted/1","valid":"2024-01-10","data":{"number":"3/KH","issued":"2024-01-10","year":2024,"place":"dak-nong","title":"Kế hoạch","targets":[],"tasks":[]}`,
		`"stream":"place/dak-mil","kind":"place.renamed/1","valid":"2023-03-01","data":{"name":"X"}`,
		move,
	} {
		_, err := send(t, w, alliance, `{"key":"k`+string(rune('0'+i))+`",`+command+`}`)
		require.NoError(t, err, command)
	}
}

// A refusal ends a request, whatever day it has.
func TestARefusalDatedBeforeTheRequest(t *testing.T) {
	w := newWorld(t)
	_, err := send(t, w, dakMil, ask("r1", move))
	require.NoError(t, err)
	_, err = send(t, w, krongNo, `{"key":"no","stream":"request/r1","kind":"request.refused/1","valid":"2023-01-02","data":{"reason":"x"}}`)
	require.NoError(t, err)
	_, err = send(t, w, krongNo, approve("r1", move))
	require.ErrorIs(t, err, request.ErrRefused)
}

// The places of which a command changes figures are told without a permission.
func TestPlacesThatACommandChanges(t *testing.T) {
	w := newWorld(t)
	_, err := send(t, w, alliance, planned)
	require.NoError(t, err)
	for command, want := range map[string][]string{
		`{"key":"probe",` + move + `}`: {"duc-an", "nam-da"},
		`{"key":"probe","stream":"plan/kh","kind":"ledger.retracted/1","corrects":{"key":"plan","reason":"typo"}}`: nil,
	} {
		told := make(chan []string, 1)
		_, err := w.Through(recorder.Door{Permit: TellPlaces(told)}).Try(t.Context(), draft(t, command))
		require.NoError(t, err)
		require.Equal(t, want, <-told)
	}
}

// Without accounts the local user is one person: Gate.Door asks nothing.
func TestTheLocalUserIsOnePerson(t *testing.T) {
	s := newStore(t)
	g := NewGate(s, admin)
	door, err := g.Door(admin)
	require.NoError(t, err)
	require.Nil(t, door.Permit)
	require.Equal(t, admin, *door.Actor)
	add(t, s, "a", "admin", "")
	door, err = g.Door(admin)
	require.NoError(t, err)
	require.NotNil(t, door.Permit)
}

// Nobody empties the province alone by the places below it, or replaces the plan
// that is asked about by one of another place.
func TestWhatHasTheEffectOfAnActNeedsTwo(t *testing.T) {
	w := newWorld(t)
	_, err := send(t, w, alliance, planned)
	require.NoError(t, err)
	_, err = send(t, w, alliance, `{"key":"zzp","stream":"place/zzp","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"zzp","level":"province","name":"Tỉnh Khác"}}`)
	require.NoError(t, err)
	_, err = send(t, w, alliance, `{"key":"new","stream":"place/new","kind":"place.declared/1","valid":"2023-01-01","data":{"code":"new","level":"commune","name":"Xã Mới","parent":"dak-mil"}}`)
	require.NoError(t, err, "what is declared anew takes nothing away")
	for i, command := range []string{
		`"stream":"place/dak-mil","kind":"ledger.retracted/1","corrects":{"key":"p1","reason":"typo"}`,
		`"stream":"place/dak-mil","kind":"place.moved/1","valid":"2008-01-01","data":{"parent":"zzp"}`,
		`"stream":"place/dak-mil","kind":"place.merged/1","valid":"2008-01-01","data":{"into":"zzp"}`,
		`"stream":"place/zzp","kind":"place.merged/1","valid":"2008-01-01","data":{"into":"dak-nong"}`,
		`"stream":"plan/zz","kind":"plan.adopted/1","valid":"2023-06-14","data":{"number":"9/KH","issued":"2023-06-14","year":2023,"place":"dak-mil","title":"Kế hoạch huyện","targets":[],"tasks":[]}`,
	} {
		_, err := send(t, w, alliance, `{"key":"alone`+string(rune('a'+i))+`",`+command+`}`)
		require.ErrorIs(t, err, ErrSecondPerson, command)
		key := "two" + string(rune('a'+i))
		_, err = send(t, w, alliance, ask(key, command))
		require.NoError(t, err)
	}
	_, err = send(t, w, alliance, `{"key":"within","stream":"place/nam-da","kind":"place.moved/1","valid":"2008-01-01","data":{"parent":"dak-mil"}}`)
	require.NoError(t, err, "within the province one person may")
	_, err = send(t, w, second, approve("twob", `"stream":"place/dak-mil","kind":"place.moved/1","valid":"2008-01-01","data":{"parent":"zzp"}`))
	require.NoError(t, err)
}

// What happened at a place counts on its own day: a restatement onto another day
// is judged there too, and against the map of the year in which it counts.
func TestAnEventIsJudgedOnEachOfItsDays(t *testing.T) {
	w := newWorld(t)
	class := func(key, kind, rest string) string {
		return `{"key":"` + key + `","stream":"training/t","kind":"` + kind + `",` + rest + `}`
	}
	data := `"data":{"title":"Lớp","programme":"plan","place":"duc-an","attendances":30}`
	_, err := w.Record(t.Context(), draft(t, `{"key":"mv","stream":"place/duc-an","kind":"place.moved/1","valid":"2024-02-02","data":{"parent":"krong-no"}}`))
	require.NoError(t, err)
	_, err = send(t, w, dakMil, class("c0", "training.held/1", `"valid":"2025-03-15",`+data))
	require.ErrorIs(t, err, ErrOutside)
	_, err = send(t, w, dakMil, class("c1", "training.held/1", `"valid":"2024-01-15",`+data))
	require.ErrorIs(t, err, ErrOutside, "it counts in the year in which the place came to another district")
	_, err = send(t, w, dakMil, class("c2", "training.held/1", `"valid":"2022-01-15",`+data))
	require.NoError(t, err)
	restated := class("c3", "ledger.restated/1", `"valid":"2025-03-15","corrects":{"key":"c2","reason":"typo"},`+data)
	_, err = send(t, w, dakMil, restated)
	require.Error(t, err)
	require.Equal(t, fault.Forbidden, fault.KindOf(err))
}

// A request that was approved already is told as that, and a request of an
// account that was revoked since cannot be approved.
func TestRequestsOfThePast(t *testing.T) {
	w, s := newWorld(t), newStore(t)
	add(t, s, "o1", "officer", "dak-mil")
	g := NewGate(s, admin)
	through := func(who ledger.Actor, command string) error {
		door, err := g.Door(who)
		require.NoError(t, err)
		_, err = w.Through(door).Record(t.Context(), draft(t, command))
		return err
	}
	require.NoError(t, through(dakMil, ask("r1", move)))
	require.NoError(t, through(krongNo, approve("r1", move)))
	require.ErrorIs(t, through(dakMil, `{"key":"again","stream":"request/r1","kind":"request.made/1","valid":"2023-11-01","data":{"command":{`+move+`}}}`), request.ErrExists)
	back := `"stream":"coop/d","kind":"coop.relocated/1","valid":"2023-09-01","data":{"place":"duc-an"}`
	require.NoError(t, through(dakMil, ask("r2", back)))
	require.NoError(t, s.Revoke(now, "o1"))
	require.ErrorIs(t, through(krongNo, approve("r2", back)), ErrMakerRevoked)
	require.NoError(t, through(krongNo, refuse("r2")))
}
