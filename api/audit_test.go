package api

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/ledger"
)

// signing gives a server a journal, with a key.
func signing(t *testing.T) func(*Deps) {
	dir, err := keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Close()) })
	_, err = audit.CreateKey(dir, rand.Reader, "demo.test")
	require.NoError(t, err)
	return func(d *Deps) {
		d.Notary = audit.NewNotary(d.Log, audit.NewJournal(dir))
		d.Answers.WithCheckpoints(d.Notary)
	}
}

// sign signs a checkpoint of what there is.
func (h *house) sign() audit.Signed {
	h.t.Helper()
	n := h.server.Notary
	require.NoError(h.t, n.ReadThrough(context.Background(), -1))
	signed, err := n.Journal.SignHead(n.View)
	require.NoError(h.t, err)
	return signed
}

// What the proofs say holds, by the bytes in the store and the note's root.
func TestProofsHold(t *testing.T) {
	h := newHouse(t, signing(t))
	signed := h.sign()
	res, note := h.do(http.MethodGet, Prefix+"/checkpoint", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "text/plain; charset=utf-8", res.Header.Get("Content-Type"))
	require.Equal(t, string(signed.Note), note)

	_, got := h.do(http.MethodGet, Prefix+"/proofs/inclusion?position=4", "")
	var in shown.InclusionProof
	require.NoError(t, json.Unmarshal([]byte(got), &in))
	require.Equal(t, note, in.Note)
	require.Equal(t, signed.Root.String(), in.Root)
	proof := &audit.Inclusion{Position: in.Position, Size: in.Size, Leaf: hash(t, in.LeafHash), Root: signed.Root, Hashes: hashes(t, in.Hashes)}
	require.NoError(t, proof.Check(h.entry(4)))
	require.Error(t, proof.Check(h.entry(5)))

	h.record(`{"key":"z","stream":"coop/z","kind":"coop.established/1","valid":"2023-11-20","data":{"name":"HTX Muộn","form":"htx","place":"nam-da","agricultural":true,"sector":"lúa"}}`)
	next := h.sign()
	_, got = h.do(http.MethodGet, Prefix+"/proofs/consistency?from=9", "")
	var grown shown.ConsistencyProof
	require.NoError(t, json.Unmarshal([]byte(got), &grown))
	c := &audit.Consistency{From: 9, To: 10, OldRoot: signed.Root, NewRoot: next.Root, Hashes: hashes(t, grown.Hashes)}
	require.NoError(t, c.Check())
	require.Equal(t, string(next.Note), grown.Note)
	_, got = h.do(http.MethodGet, Prefix+"/proofs/consistency?from=3&to=8", "")
	require.NotContains(t, got, `"note"`, "no checkpoint of size 8 is signed")
}

func (h *house) entry(at ledger.Position) []byte {
	for e, err := range h.store.Entries(context.Background(), at) {
		require.NoError(h.t, err)
		return e.Bytes
	}
	return nil
}

func hash(t *testing.T, s string) (h audit.Hash) {
	require.NoError(t, json.Unmarshal([]byte(`"`+s+`"`), &h))
	return h
}

func hashes(t *testing.T, list []string) (all []audit.Hash) {
	for _, s := range list {
		all = append(all, hash(t, s))
	}
	return all
}

// The door's difference is the library's, and adds up.
func TestDiffOverTheDemo(t *testing.T) {
	h := newEmptyHouse(t)
	h.fillDemo()
	res, got := h.do(http.MethodGet, Prefix+"/diff?from=30/11/2023@30/11/2023&to=31/12/2023@31/01/2024&code=coops.established", "")
	require.Equal(t, http.StatusOK, res.StatusCode, got)
	var d shown.Differences
	require.NoError(t, json.Unmarshal([]byte(got), &d))
	require.Equal(t, "5", d.Figures[0].Change)
	require.Equal(t, []string{"happened 2", "late 3"}, []string{
		d.Figures[0].Causes[0].Cause + " " + d.Figures[0].Causes[0].Effect, d.Figures[0].Causes[1].Cause + " " + d.Figures[0].Causes[1].Effect,
	})
	require.NotEmpty(t, res.Header.Get("ETag"))
	back, _ := h.do(http.MethodGet, Prefix+"/diff?from=30/11/2023@30/11/2023&to=31/12/2023@31/01/2024&code=coops.established", "", "If-None-Match", res.Header.Get("ETag"))
	require.Equal(t, http.StatusNotModified, back.StatusCode)
	res, _ = h.do(http.MethodGet, Prefix+"/diff?from=30/11/2023&to=31/12/2023@31/01/2024&code=coops.established", "")
	require.Empty(t, res.Header.Get("ETag"), "what is known now is not for ever")
}

// A server that stops answering about its store keeps its last alarm, and says
// at which size that was.
func TestTheAlarmOutlivesAnOutage(t *testing.T) {
	h := newHouse(t)
	res, got := h.do(http.MethodPost, Prefix+"/statements", `{"title":"Thử","key":"s","as_of":"2023-12-31","codes":["coops.registered"]}`, "Content-Type", "application/json")
	require.Equal(t, http.StatusCreated, res.StatusCode, got)
	late := strings.ReplaceAll(small[5], `"key":"b","stream":"coop/b"`, `"key":"late","stream":"coop/late"`)
	h.record(late)
	r := h.server.Ready(context.Background())
	require.True(t, r.Ready)
	require.Len(t, r.Moved, 1)
	require.Equal(t, []int64{10}, r.Moved[0].Records)

	over, cancel := context.WithCancel(context.Background())
	cancel()
	h.record(strings.ReplaceAll(late, `"late","stream":"coop/late"`, `"later","stream":"coop/later"`))
	r = h.server.Ready(over)
	require.Len(t, r.Moved, 1)
	require.Contains(t, []int64{11, 12}, r.MovedAt)
	require.Eventually(t, func() bool { return h.server.Ready(context.Background()).MovedAt == 12 }, 30*time.Second, 10*time.Millisecond)
	require.Equal(t, []int64{10, 11}, h.server.Ready(context.Background()).Moved[0].Records)
}
