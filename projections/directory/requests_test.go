package directory

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// asking are requests of one move and of two counts, one of them approved and
// one refused.
var asking = append(lives[:len(lives):len(lives)],
	`{"key":"m1","stream":"request/r1","kind":"request.made/1","valid":"2024-01-02","actor":{"id":"o1","role":"officer","place":"dong"},"data":{"command":{"stream":"coop/b","kind":"coop.members-counted/1","valid":"2024-02-01","data":{"official":9}}}}`,
	`{"key":"m2","stream":"request/r2","kind":"request.made/1","valid":"2024-01-02","data":{"command":{"stream":"coop/d","kind":"coop.members-counted/1","valid":"2024-02-01","data":{"official":8}}}}`,
	`{"key":"m3","stream":"request/r3","kind":"request.made/1","valid":"2024-01-02","data":{"command":{"stream":"coop/d","kind":"coop.workers-counted/1","valid":"2024-02-01","data":{"regular":8}}}}`,
	`{"key":"request/r2","stream":"coop/d","kind":"coop.members-counted/1","valid":"2024-02-01","actor":{"id":"l1","role":"alliance"},"data":{"official":8}}`,
	`{"key":"no","stream":"request/r3","kind":"request.refused/1","valid":"2024-01-03","data":{"reason":"chưa có văn bản"}}`,
)

func TestRequestsAtEachSize(t *testing.T) {
	d, _ := telling(t, asking...)
	states := func(known string) map[string]string {
		l, err := d.Requests(answers.Query{Known: known}, RequestFilter{})
		require.NoError(t, err)
		got := map[string]string{}
		for _, r := range l.Requests {
			got[r.Key] = r.State
		}
		return got
	}
	n := ledger.Position(len(lives))
	at := func(k ledger.Position) string { return ledger.KnownSize(n + k).String() }
	require.Empty(t, states(at(0)))
	require.Equal(t, map[string]string{"r1": RequestOpen}, states(at(1)))
	require.Equal(t, map[string]string{"r1": RequestOpen, "r2": RequestOpen, "r3": RequestOpen}, states(at(3)))
	require.Equal(t, map[string]string{"r1": RequestOpen, "r2": RequestApproved, "r3": RequestOpen}, states(at(4)))
	require.Equal(t, map[string]string{"r1": RequestOpen, "r2": RequestApproved, "r3": RequestRefused}, states(""))
	require.Equal(t, 1, d.CountOpenRequests(d.service.Head().Size()))

	_, r, err := d.Request(answers.Query{}, "r3")
	require.NoError(t, err)
	require.Equal(t, []any{n + 2, n + 4, "chưa có văn bản", "request/r3", "coop/d"},
		[]any{r.Made.Position, r.Refusal.Position, r.Reason(), r.Command.Key, r.Command.Stream.String()})
	_, r, err = d.Request(answers.Query{}, "r2")
	require.NoError(t, err)
	require.Equal(t, "l1", r.Approval.Actor.ID)
	require.Empty(t, r.Reason())
	_, _, err = d.Request(answers.Query{Known: at(1)}, "r3")
	require.ErrorIs(t, err, ErrNoRequest)
}

func TestPagesOfRequests(t *testing.T) {
	d, _ := telling(t, asking...)
	keys := func(f RequestFilter) (list []string, next ledger.Position) {
		l, err := d.Requests(answers.Query{}, f)
		require.NoError(t, err)
		for _, r := range l.Requests {
			list = append(list, r.Key)
		}
		return list, l.Next
	}
	got, next := keys(RequestFilter{Limit: 2})
	require.Equal(t, []string{"r1", "r2"}, got)
	got, next = keys(RequestFilter{Limit: 2, From: next})
	require.Equal(t, []string{"r3"}, got)
	require.Equal(t, ledger.Position(-1), next)
	got, next = keys(RequestFilter{Limit: 1, Newest: true})
	require.Equal(t, []string{"r3"}, got)
	got, _ = keys(RequestFilter{Newest: true, From: next})
	require.Equal(t, []string{"r2", "r1"}, got)
	got, _ = keys(RequestFilter{State: RequestOpen})
	require.Equal(t, []string{"r1"}, got)
	got, next = keys(RequestFilter{State: RequestRefused, Limit: 1})
	require.Equal(t, []string{"r3"}, got)
	require.Equal(t, ledger.Position(-1), next)
	_, err := d.Requests(answers.Query{}, RequestFilter{State: "waiting"})
	require.Error(t, err)
}

// A refusal ends a request also where it is dated before it.
func TestARefusalDatedBeforeTheRequest(t *testing.T) {
	d, _ := telling(t, append(asking,
		`{"key":"early","stream":"request/r1","kind":"request.refused/1","valid":"2023-12-30","data":{"reason":"trùng"}}`)...)
	_, r, err := d.Request(answers.Query{}, "r1")
	require.NoError(t, err)
	require.Equal(t, RequestRefused, r.State)
	no, err := d.DraftRefusal(d.service.Head(), "r1", "o9", "trùng")
	require.NoError(t, err)
	require.Equal(t, "2026-11-23", no.Valid.String(), "another account did not refuse it")
	ask, err := d.DraftRequest(d.service.Head(), "r1", r.Command)
	require.NoError(t, err)
	require.Equal(t, []any{"2024-01-02", r.Made.Data}, []any{ask.Valid.String(), ask.Data}, "the same request again is as of the same day")
}
