package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
)

// takeIn hands a file in and confirms it.
func (h *house) takeIn(fields map[string]string, name, text string) imports.Staged {
	h.t.Helper()
	res, got := h.upload(fields, name, text)
	require.Equal(h.t, http.StatusAccepted, res.StatusCode, got)
	at := res.Header.Get("Location")
	h.server.tray.Wait()
	res, got = h.do(http.MethodPost, at+"/confirm", "")
	require.Equal(h.t, http.StatusCreated, res.StatusCode, got)
	return h.staged(at)
}

// An import is taken back over HTTP by its receipt, which the ledger gives again.
func TestAnImportIsTakenBackOverHTTP(t *testing.T) {
	h := newHouse(t)
	s := h.takeIn(map[string]string{"form": "coop-annual"}, "nam.csv", "Mã HTX,Năm,Thành viên chính thức\na,2023,12\n")
	require.Regexp(t, "^[0-9a-f]{64}@9-9$", s.Result.Taken)
	_, got := h.do(http.MethodGet, "/api/v1/receipts", "")
	var list imports.PastImports
	require.NoError(t, json.Unmarshal([]byte(got), &list))
	require.Equal(t, s.Result.Taken, list.Imports[0].Receipt)
	at := "/api/v1/receipts/" + s.Result.Taken
	res, got := h.do(http.MethodGet, at, "")
	require.Equal(t, http.StatusOK, res.StatusCode, got)
	var u imports.Undoing
	require.NoError(t, json.Unmarshal([]byte(got), &u))
	require.Len(t, u.Back, 1)
	require.True(t, u.DryRun)
	require.EqualValues(t, 10, h.size())
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	res, got = h.do(http.MethodPost, at+"/undo", "seen=other", form...)
	require.Equal(t, http.StatusConflict, res.StatusCode, got)
	res, got = h.do(http.MethodPost, at+"/undo", "reason=typo&seen="+u.Seen, form...)
	require.Equal(t, http.StatusCreated, res.StatusCode, got)
	require.EqualValues(t, 11, h.size())
	res, got = h.do(http.MethodPost, at+"/undo", "", form...)
	require.Equal(t, http.StatusOK, res.StatusCode, got)
	require.Equal(t, "true", res.Header.Get("Idempotent-Replayed"))
	res, _ = h.do(http.MethodGet, "/api/v1/receipts/"+strings.Repeat("0", 64), "")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
	res, _ = h.do(http.MethodGet, "/api/v1/receipts/x", "")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
}

// An officer takes back what an officer may record, and nothing else.
func TestWhoTakesAnImportBack(t *testing.T) {
	h := newHouse(t)
	s := h.takeIn(map[string]string{"form": "coop-annual"}, "nam.csv", "Mã HTX,Năm,Thành viên chính thức\nb,2023,12\n")
	mine, other := h.token("mine", "officer", "krong-no"), h.token("other", "officer", "dak-mil")
	h.token("lead", "alliance", "")
	at := "/api/v1/receipts/" + s.Result.Taken
	res, got := h.do(http.MethodGet, at, "", "Authorization", "Bearer "+other)
	require.Equal(t, http.StatusOK, res.StatusCode, got)
	require.Contains(t, got, "outside-own-place")
	res, got = h.do(http.MethodPost, at+"/undo", "", "Authorization", "Bearer "+other)
	require.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, got)
	require.Equal(t, "undo-refused", problem(t, got).Code)
	require.EqualValues(t, 10, h.size())
	res, got = h.do(http.MethodPost, at+"/undo", "", "Authorization", "Bearer "+mine)
	require.Equal(t, http.StatusCreated, res.StatusCode, got)
}

// The page shows what undoing comes to, with names, and does it.
func TestThePageOfAReceipt(t *testing.T) {
	h := newHouse(t)
	s := h.takeIn(map[string]string{"form": "coop-annual"}, "nam.csv", "Mã HTX,Năm,Thành viên chính thức\na,2023,12\n")
	page := "/nop-bang/bien-nhan/" + s.Result.Taken
	_, got := h.do(http.MethodGet, "/nop-bang/"+s.ID, "", "Accept", "text/html")
	require.Contains(t, got, page)
	_, got = h.do(http.MethodGet, "/nop-bang/bien-nhan", "", "Accept", "text/html")
	require.Contains(t, got, page)
	res, got := h.do(http.MethodGet, page, "", "Accept", "text/html")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, got, "Sẽ rút lại: 1")
	require.Contains(t, got, "HTX Ánh Dương")
	seen := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(got)[1]
	_, got = h.do(http.MethodPost, page+"/hoan-tac", url.Values{"seen": {"x"}, "reason": {"other"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	require.Contains(t, got, "hãy xem lại rồi xác nhận")
	require.EqualValues(t, 10, h.size())
	res, got = h.do(http.MethodPost, page+"/hoan-tac", url.Values{"seen": {seen}, "reason": {"other"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Accept", "text/html")
	require.Equal(t, http.StatusSeeOther, res.StatusCode, got)
	_, got = h.do(http.MethodGet, page, "", "Accept", "text/html")
	require.Contains(t, got, "không còn bản ghi nào để rút lại")
	require.EqualValues(t, 11, h.size())
}
