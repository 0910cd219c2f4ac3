package api

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// A browser gets a page where a program gets a problem, with the same status.
func TestProblemsForPeople(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct {
		method, path, accept string
		status               int
		page                 bool
		says                 string
	}{
		{"GET", "/khong-co", "text/html,*/*", 404, true, "không có gì ở địa chỉ này"},
		{"GET", "/khong-co", "application/json", 404, false, "không có gì ở địa chỉ này"},
		{"GET", "/khong-co", "", 404, false, "không có gì ở địa chỉ này"},
		{"GET", "/api/v1/khong-co", "text/html", 404, false, "không có gì ở địa chỉ này"},
		{"DELETE", "/", "text/html", 405, true, "sổ chỉ ghi thêm, không sửa, không xóa"},
		{"GET", "/?la=1", "text/html", 400, true, "ở đây không có tham số"},
	} {
		r, err := http.NewRequest(c.method, h.http.URL+c.path, nil)
		require.NoError(t, err)
		r.Header.Set("Accept", c.accept)
		res, got := h.send(r)
		require.Equal(t, c.status, res.StatusCode, "%s %s", c.method, c.path)
		require.Contains(t, got, c.says)
		require.Equal(t, c.page, res.Header.Get("Content-Type") == "text/html; charset=UTF-8", c.path)
		if c.page {
			require.Contains(t, got, `<html lang="vi">`)
			require.Contains(t, res.Header.Get("Content-Security-Policy"), "style-src 'self'")
		}
	}
}
