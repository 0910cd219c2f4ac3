package request

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
)

const move = `{"data":{"place":"nam-da"},"kind":"coop.relocated/1","stream":"coop/d","valid":"2023-05-01"}`

func TestKinds(t *testing.T) {
	eventtest.Golden(t, Specs(), &Made{Command: canonical.Raw(move)}, &Refused{Reason: "chưa có văn bản (ví dụ)"})
	for member, code := range map[string]string{
		`"key":"x",`:          "request-member",
		`"actor":{"id":"x"},`: "request-member",
		`"position":1,`:       "read-only-field",
		`"zz":1,`:             "json-unknown-member",
		`"corrects":{"key":"a","reason":"typo"},`: "correction-kind",
		`"source":{"sha256":"nope"},`:             "source",
	} {
		raw, err := canonical.Transform([]byte(`{"command":{`+member+move[1:]+`}`), 1000)
		require.NoError(t, err)
		_, err = Specs()[0].Decode(raw)
		f, ok := fault.Of(err)
		require.True(t, ok, member)
		require.Equal(t, code, f.Code, "%s: %v", member, err)
		require.Contains(t, f.Field, "/data/command")
	}
	for _, command := range []string{`null`, `"x"`, `[]`, `{}`, `1`} {
		_, err := Specs()[0].Decode(canonical.Raw(`{"command":` + command + `}`))
		require.Error(t, err, command)
	}
}

// The command of a request is read under the key by which it is approved.
func TestTheCommandOfARequest(t *testing.T) {
	d, err := Made{Command: canonical.Raw(move)}.Draft("r1")
	require.NoError(t, err)
	require.Equal(t, "request/r1", d.Key)
	require.Equal(t, "coop/d", d.Stream.String())
	require.Nil(t, d.Actor)
	key, ok := Approves(d.Key)
	require.True(t, ok)
	require.Equal(t, "r1", key)
	_, ok = Approves("csv/request/r1")
	require.False(t, ok)
}

// world is a world of one request.
type world struct {
	request Request
	records map[ledger.ID]*ledger.Record
	trial   error
}

func (w *world) Request(key string, _ calendar.Day) *Request {
	if key == w.request.Key {
		return &w.request
	}
	return &Request{Key: key}
}
func (w *world) Find(id ledger.ID) *ledger.Record { return w.records[id] }
func (w *world) Trial(*ledger.Draft) error        { return w.trial }

func made(key string, at ledger.Position) *ledger.Fact {
	r := &ledger.Record{Position: at, Stream: ledger.StreamOf("request", key), Kind: "request.made/1"}
	return &ledger.Fact{Root: r, By: r, Event: &Made{Command: canonical.Raw(move)}}
}

func refusal(key string, at ledger.Position) *ledger.Fact {
	r := &ledger.Record{Position: at, Stream: ledger.StreamOf("request", key), Kind: "request.refused/1"}
	return &ledger.Fact{Root: r, By: r, Event: &Refused{Reason: "x"}}
}

func TestTheLifeOfARequest(t *testing.T) {
	w := &world{records: map[ledger.ID]*ledger.Record{}}
	require.ErrorIs(t, Decide(w, "r", refusal("r", 1)), ErrUnknown)
	w.trial = ledger.ErrNoTarget.At("/corrects")
	err := Decide(w, "r", made("r", 1))
	require.ErrorIs(t, err, ledger.ErrNoTarget)
	f, _ := fault.Of(err)
	require.Equal(t, "/data/command/corrects", f.Field)
	w.trial = nil
	require.NoError(t, Decide(w, "r", made("r", 1)))
	w.request.Key = "r"
	require.True(t, w.request.Apply(made("r", 1)))
	require.False(t, w.request.Apply(made("r", 2)))
	require.ErrorIs(t, Decide(w, "r", made("r", 2)), ErrExists)

	approval, err := w.request.Command()
	require.NoError(t, err)
	require.NoError(t, Approval(w, approval))
	approval.Actor = &ledger.Actor{ID: "l", Role: "alliance"}
	require.NoError(t, Approval(w, approval))
	other := *approval
	other.Data = canonical.Raw(`{"place":"duc-an"}`)
	require.ErrorIs(t, Approval(w, &other), ErrOther)
	other = *approval
	other.Source = &ledger.Source{Document: "x"}
	require.ErrorIs(t, Approval(w, &other), ErrOther)
	other = *approval
	other.Key = "request/none"
	require.ErrorIs(t, Approval(w, &other), ErrUnknown)
	other.Key = "another"
	require.NoError(t, Approval(w, &other), "no approval at all")

	require.NoError(t, Decide(w, "r", refusal("r", 2)))
	early := Request{Key: "r"}
	require.True(t, early.Apply(refusal("r", 2)), "its day may be before that of the request")
	require.True(t, early.Apply(made("r", 1)))
	require.NotNil(t, early.Refusal)
	w.records[ledger.IDOf("request/r")] = &ledger.Record{Position: 3}
	require.ErrorIs(t, Decide(w, "r", refusal("r", 4)), ErrApproved)
	require.ErrorIs(t, Approval(w, approval), ErrApproved)
	delete(w.records, ledger.IDOf("request/r"))
	require.True(t, w.request.Apply(refusal("r", 2)))
	require.False(t, w.request.Apply(refusal("r", 3)))
	require.ErrorIs(t, Decide(w, "r", refusal("r", 4)), ErrRefused)
	require.ErrorIs(t, Approval(w, approval), ErrRefused)

	w.records[ledger.IDOf("request/q")] = &ledger.Record{Position: 3}
	require.ErrorIs(t, Decide(w, "q", made("q", 4)), ErrExists, "a record of old has its key")
	nested := made("n", 4)
	nested.Event = &Made{Command: canonical.Raw(`{"data":{"reason":"x"},"kind":"request.refused/1","stream":"request/r","valid":"2023-05-01"}`)}
	require.ErrorIs(t, Decide(w, "n", nested), errNested)
}

// What is asked for comes back as the command that approves it.
func TestAskForACommand(t *testing.T) {
	for _, command := range []string{
		move,
		`{"corrects":{"key":"a","note":"n","reason":"typo"},"kind":"ledger.retracted/1","stream":"coop/d"}`,
		`{"data":{"place":"nam-da"},"kind":"coop.relocated/1","source":{"document":"1/QĐ","issued":"2023-05","row":7},"stream":"coop/d","valid":"2023"}`,
	} {
		d, err := ledger.ParseDraft([]byte(`{"key":"x","actor":{"id":"o","role":"officer"},` + command[1:]))
		require.NoError(t, err)
		day, err := calendar.ParseStated("2023-11-01")
		require.NoError(t, err)
		ask, err := Ask("r1", d, day)
		require.NoError(t, err)
		require.Equal(t, []any{"ask/r1", "request/r1", "2023-11-01"}, []any{ask.Key, ask.Stream.String(), ask.Valid.String()})
		e, err := Specs()[0].Decode(ask.Data)
		require.NoError(t, err)
		require.Equal(t, command, string(e.(*Made).Command))
		back, err := e.(*Made).Draft("r1")
		require.NoError(t, err)
		d.Key, d.Actor = CommandKey("r1"), nil
		require.Equal(t, d, back)
	}
	no, err := Refuse("r1", "o1", "chưa đủ", calendar.Stated{Day: 1})
	require.NoError(t, err)
	other, err := Refuse("r1", "o2", "chưa đủ", calendar.Stated{Day: 1})
	require.NoError(t, err)
	require.NotEqual(t, no.Key, other.Key, "what another account says is its own command")
	require.Equal(t, `{"reason":"chưa đủ"}`, string(no.Data))
}
