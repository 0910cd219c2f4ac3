package api

import (
	"context"
	"iter"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

const formType = "application/x-www-form-urlencoded"

// post sends a form as a page of ours does.
func (h *house) post(path, form string) (*http.Response, string) {
	return h.do(http.MethodPost, path, form, "Content-Type", formType, "Accept", "text/html")
}

// A gated log lets readers on only once its gate is open.
type gated struct {
	ledger.Log
	gate chan struct{}
}

func (g *gated) Entries(ctx context.Context, from ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(yield func(ledger.Entry, error) bool) {
		select {
		case <-g.gate:
		case <-ctx.Done():
			yield(ledger.Entry{}, ctx.Err())
			return
		}
		g.Log.Entries(ctx, from)(yield)
	}
}

// behindAGate has a server replay from a gated log; all else it reads past it.
func behindAGate(g *gated) func(*Deps) {
	return func(d *Deps) {
		d.Notary = audit.NewNotary(d.Log, nil)
		g.Log, d.Log = d.Log, g
	}
}

// ended waits until the page of a replay asks for itself no more.
func (h *house) ended(to string) (page string) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		var res *http.Response
		res, page = h.do(http.MethodGet, to, "")
		require.Equal(h.t, http.StatusOK, res.StatusCode)
		return !strings.Contains(page, "hx-get")
	}, 30*time.Second, 10*time.Millisecond)
	return page
}

func TestReplayOnTheServer(t *testing.T) {
	h := newHouse(t)
	res, _ := h.post("/kiem-toan/tinh-lai", "as_of=31/12/2023&known_at=")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	to := res.Header.Get("Location")
	require.Regexp(t, `^/kiem-toan/tinh-lai/[a-z0-9]{10}$`, to)
	page := h.ended(to)
	require.Contains(t, page, "mọi con số khớp với số máy chủ đang trả lời")
	require.Contains(t, page, "Đã đọc lại 9 bản ghi")

	res, digest := h.do(http.MethodGet, to+"/tom-luoc", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, res.Header.Get("Content-Disposition"), ".digest")
	d, err := answers.ParseDigest([]byte(digest))
	require.NoError(t, err)
	require.EqualValues(t, 9, d.Size)
	require.Equal(t, "2023-12-31", d.Valid.String())
	root, err := h.server.Notary.Root(9)
	require.NoError(t, err)
	require.Equal(t, root.String(), d.Root)
	_, page = h.do(http.MethodGet, "/kiem-toan", "")
	require.Contains(t, page, to)

	// Only the last few are kept.
	for range keptReplays {
		res, _ = h.post("/kiem-toan/tinh-lai", "")
		require.Equal(t, http.StatusSeeOther, res.StatusCode)
		h.ended(res.Header.Get("Location"))
	}
	res, _ = h.do(http.MethodGet, to, "")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	require.Len(t, h.server.replays.listReplays(), keptReplays)
}

func TestOneReplayAtATime(t *testing.T) {
	g := &gated{gate: make(chan struct{})}
	h := newHouse(t, behindAGate(g))
	res, _ := h.post("/kiem-toan/tinh-lai", "")
	to := res.Header.Get("Location")
	_, page := h.do(http.MethodGet, to, "")
	require.Contains(t, page, "đã đọc 0/9 bản ghi")
	require.Contains(t, page, `hx-trigger="every 2s"`)
	res, page = h.post("/kiem-toan/tinh-lai", "as_of=30/11/2023")
	require.Equal(t, http.StatusConflict, res.StatusCode)
	require.Contains(t, page, "đang có một lần tính lại chạy dở")
	require.Contains(t, page, `value="30/11/2023"`)
	res, _ = h.do(http.MethodGet, to+"/tom-luoc", "")
	require.Equal(t, http.StatusNotFound, res.StatusCode)

	res, _ = h.post(to+"/dung", "")
	require.Equal(t, http.StatusSeeOther, res.StatusCode)
	require.Equal(t, to, res.Header.Get("Location"))
	require.Contains(t, h.ended(to), "đã dừng giữa chừng nên không có kết quả")
	close(g.gate)
	res, _ = h.post("/kiem-toan/tinh-lai", "")
	require.Contains(t, h.ended(res.Header.Get("Location")), "khớp với số máy chủ đang trả lời")
	res, _ = h.post(to+"/dung", "")
	require.Equal(t, http.StatusSeeOther, res.StatusCode, "what is over is stopped already")
	res, _ = h.post("/kiem-toan/tinh-lai/khongcoid/dung", "")
	require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode)
}

// A replay is stopped by who started it, by the alliance and by an administrator;
// the page offers it to nobody else.
func TestWhoStopsAReplay(t *testing.T) {
	g := &gated{gate: make(chan struct{})}
	h := newHouse(t, behindAGate(g))
	tokens := map[string]string{}
	for id, role := range map[string]string{"starter": "officer", "other": "officer", "auditor": "auditor", "analyst": "analyst", "alliance": "alliance", "admin": "admin"} {
		tokens[id] = h.token(id, role, "dak-mil")
	}
	as := func(id string) []string {
		return []string{"Authorization", "Bearer " + tokens[id], "Content-Type", "application/x-www-form-urlencoded"}
	}
	begin := func() string {
		res, got := h.do(http.MethodPost, "/kiem-toan/tinh-lai", "", as("starter")...)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
		return res.Header.Get("Location")
	}
	ended := func(to string) {
		require.Eventually(t, func() bool {
			_, page := h.do(http.MethodGet, to, "", as("starter")...)
			return strings.Contains(page, "đã dừng giữa chừng")
		}, 30*time.Second, 10*time.Millisecond)
	}
	to := begin()
	for _, id := range []string{"other", "auditor", "analyst"} {
		res, got := h.do(http.MethodPost, to+"/dung", "", as(id)...)
		require.Equal(t, http.StatusForbidden, res.StatusCode, id)
		require.Equal(t, "replay-not-yours", problem(t, got).Code)
		_, page := h.do(http.MethodGet, to, "", as(id)...)
		require.Contains(t, page, "đã đọc 0/9 bản ghi", "it goes on")
		require.NotContains(t, page, "Dừng lại", id)
	}
	for _, id := range []string{"starter", "alliance", "admin"} {
		_, page := h.do(http.MethodGet, to, "", as(id)...)
		require.Contains(t, page, "Dừng lại", id)
		res, _ := h.do(http.MethodPost, to+"/dung", "", as(id)...)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, id)
		ended(to)
		to = begin()
	}
	close(g.gate)
}

// A server that ends stops its replay, waits for it, and begins no other.
func TestReplayEndsWithTheServer(t *testing.T) {
	g := &gated{gate: make(chan struct{})}
	h := newHouse(t, behindAGate(g))
	p, err := h.server.Answers.Head().Resolve(answers.Query{})
	require.NoError(t, err)
	_, err = h.server.beginReplay(ledger.Actor{ID: "a"}, p)
	require.NoError(t, err)
	h.server.Close()
	require.True(t, h.server.replays.listReplays()[0].Stopped)
	_, err = h.server.beginReplay(ledger.Actor{ID: "a"}, p)
	require.ErrorIs(t, err, errReplayRunning)
}

// A store that breaks leaves a replay without a result, and its particulars in
// the log alone.
func TestReplayThatFails(t *testing.T) {
	h := newHouse(t, func(d *Deps) { d.Log = crashing{d.Log} })
	res, _ := h.post("/kiem-toan/tinh-lai", "")
	page := h.ended(res.Header.Get("Location"))
	require.Contains(t, page, "có lỗi chưa lường trước")
	require.NotContains(t, page, "đĩa hỏng")
	require.Contains(t, h.logged.String(), "đĩa hỏng")
}

type crashing struct{ ledger.Log }

func (crashing) Entries(context.Context, ledger.Position) iter.Seq2[ledger.Entry, error] {
	return func(func(ledger.Entry, error) bool) { panic("đĩa hỏng") }
}

func TestReplayFormsRefused(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		form, says, kept string
		status           int
	}{
		{"as_of=32/13/2023", "32/13/2023", `value="32/13/2023"`, 400},
		{"known_at=@99", "99", `value="@99"`, 404},
		{"known_at=<b>", "&lt;b&gt;", `value="&lt;b&gt;"`, 400},
		{"as_of=1/1/2023&as_of=2/1/2023", "bị nêu hai lần", "", 400},
		{"la=1", "không có tham số", "", 400},
		{"%zz", "không đọc được", "", 400},
		{"as_of=" + strings.Repeat("1", maxForm), "vượt giới hạn", "", 413},
	} {
		res, page := h.post("/kiem-toan/tinh-lai", c.form)
		require.Equal(t, c.status, res.StatusCode, "%.40s: %s", c.form, regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))
		require.Contains(t, page, `<html lang="vi">`)
		require.Contains(t, page, c.says, "%.40s", c.form)
		require.Contains(t, page, c.kept)
	}
	res, _ := h.do(http.MethodPost, "/kiem-toan/tinh-lai", `{"as_of":"2023-12-31"}`, "Content-Type", "application/json")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	res, _ = h.do(http.MethodPost, "/kiem-toan/tinh-lai", "", "Content-Type", formType, "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, res.StatusCode)
	require.Empty(t, h.server.replays.listReplays())
}
