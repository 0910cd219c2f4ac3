package api

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The demo over HTTP: every read of the table agrees with the contract, and
// the targets with the golden file of package shown.
func TestDemo(t *testing.T) {
	h := newEmptyHouse(t)
	h.fillDemo()
	h.at("2026-11-23T03:00:00Z")
	contract := loadContract(t)
	at := "?as_of=31/12/2023&known_at=2024-02-20"
	for _, path := range []string{
		"/api/v1/indicators" + at,
		"/api/v1/indicators/linked.share" + at + "&place=krong-no&period=statistical-year&scheme=tt01-2020",
		"/api/v1/indicators/coops.registered?as_of=31/12/2023&place=lam-dong&map=2025-07-01",
		"/api/v1/targets" + at,
		"/api/v1/targets" + at + "&plan=kh-371-2023",
		"/api/v1/targets?as_of=30/11/2023&known_at=30/11/2023",
		"/api/v1/explain/coops.established" + at + "&why_not=htx-nong-nghiep-buon-choah",
		"/api/v1/explain/ocop.products" + at,
		"/api/v1/explain/training.classes.plan" + at,
		"/api/v1/explain/trade.fairs" + at,
		"/api/v1/coops" + at + "&status=any&all=true&limit=1000",
		"/api/v1/coops/htx-nong-nghiep-buon-choah" + at,
		"/api/v1/events" + at + "&limit=1000&newest=true",
		"/api/v1/events" + at + "&late=true&corrections=true",
		"/api/v1/vintages/members.total" + at,
		"/api/v1/problems" + at,
		"/api/v1/plans" + at,
		"/api/v1/plans/kh-371-2023" + at,
		"/api/v1/plans/kh-371-2023/lint" + at,
	} {
		t.Run(path, func(t *testing.T) {
			r, err := http.NewRequest(http.MethodGet, h.http.URL+path, nil)
			require.NoError(t, err)
			res, got := h.send(r)
			require.Equal(t, http.StatusOK, res.StatusCode, got)
			contract.check(t, path, r, "", res, got)
		})
	}

	_, got := h.do(http.MethodGet, "/api/v1/targets"+at, "")
	golden, err := os.ReadFile(filepath.Join("shown", "testdata", "targets.json"))
	require.NoError(t, err)
	require.Equal(t, string(golden), got, "both doors say the same")

	// A newcomer who opens the page sees the plan, at the end of its year.
	res, body := h.do(http.MethodGet, "/", "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Contains(t, body, "Đánh giá tại ngày 31/12/2023 (hết năm kế hoạch).")
	res, page := h.do(http.MethodGet, res.Header.Get("Location"), "")
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	require.Contains(t, res.Header.Get("Content-Security-Policy"), "style-src 'self'")
	require.Equal(t, 25+20, strings.Count(page, `<th scope="row">`))
}
