package api

import (
	"encoding/csv"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/sheets"
)

// Each answer that has rows comes as a table for programs, as one that Excel
// opens, and as a workbook: the same rows in each, kept as long as the JSON.
func TestTables(t *testing.T) {
	h := newHouse(t)
	contract := loadContract(t)
	at := "?as_of=2023-12-31&known_at=@9"
	for _, path := range []string{
		"/api/v1/indicators" + at, "/api/v1/indicators/coops.registered" + at, "/api/v1/explain/coops.registered" + at,
		"/api/v1/vintages/coops.registered" + at, "/api/v1/vintages/coops.registered/triangle" + at,
		"/api/v1/diff?from=2022-12-31@9&to=2023-12-31@9", "/api/v1/problems" + at, "/api/v1/events" + at,
		"/api/v1/events/5/touched" + at, "/api/v1/coops" + at, "/api/v1/coops/b" + at,
		"/api/v1/statements?",
	} {
		t.Run(path, func(t *testing.T) {
			get := func(format string) (*http.Response, string) {
				r, err := http.NewRequest(http.MethodGet, h.http.URL+path+"&format="+format, nil)
				require.NoError(t, err)
				res, got := h.send(r)
				require.Equal(t, http.StatusOK, res.StatusCode, got)
				if format != "excel-csv" { // the contract's reader knows only commas
					contract.check(t, path, r, "", res, got)
				}
				return res, got
			}
			_, programs := get("csv")
			rows, err := csv.NewReader(strings.NewReader(programs)).ReadAll()
			require.NoError(t, err)
			res, people := get("excel-csv")
			require.True(t, strings.HasPrefix(people, "\ufeff"))
			require.Contains(t, res.Header.Get("Content-Disposition"), "attachment")
			res, workbook := get("xlsx")
			book, err := sheets.Read([]byte(workbook), nil)
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(book.Grids[0].Rows), len(rows))
			if strings.Contains(path, "indicators") {
				require.NotEmpty(t, res.Header.Get("ETag"))
				require.Equal(t, "public, max-age=31536000, immutable", res.Header.Get("Cache-Control"))
			}
		})
	}
	res, got := h.do(http.MethodGet, "/api/v1/coops"+at+"&format=pdf", "")
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	require.Contains(t, got, "json, csv, excel-csv, xlsx")
	res, got = h.do(http.MethodGet, "/api/v1/plans"+at+"&format=csv", "")
	require.Equal(t, http.StatusBadRequest, res.StatusCode, "what has no rows is only JSON")
	require.Contains(t, got, "(cần json)")
}

var twin = regexp.MustCompile(`href="(/api/v1/[^"]*format=[^"]*)"`)

// What a page offers to take away is there: each address answers, as a file.
func TestWhatPagesOffer(t *testing.T) {
	h := newHouse(t)
	for _, page := range []string{
		"/htx", "/htx/b", "/so", "/vi-sao/coops.registered", "/vi-sao", "/dien-bien", "/dien-bien/coops.registered", "/dia-ban", "/kiem-toan",
		"/so-sanh?a_as_of=31/12/2022&b_as_of=31/12/2023",
	} {
		r, err := http.NewRequest(http.MethodGet, h.http.URL+page, nil)
		require.NoError(t, err)
		res, got := h.send(r)
		require.Equal(t, http.StatusOK, res.StatusCode, "%s: %s", page, got)
		offered := twin.FindAllStringSubmatch(got, -1)
		require.NotEmpty(t, offered, page)
		for _, to := range offered {
			res, got := h.do(http.MethodGet, html.UnescapeString(to[1]), "")
			require.Equal(t, http.StatusOK, res.StatusCode, "%s offers %s: %s", page, to[1], got)
			require.Contains(t, res.Header.Get("Content-Disposition"), "attachment")
		}
	}
}

// What is taken away is what was asked for: the whole list of co-operatives, and
// of the records those that were looked for.
func TestWhatPagesOfferIsWhatTheyShow(t *testing.T) {
	h := newHouse(t)
	for page, want := range map[string][2]string{
		"/htx?status=any&all=1":           {"status=any", "all=true"},
		"/htx?page=1":                     {"limit=", ""},
		"/so?q=thanh+lap&place=dak-mil":   {"here=true", "search=thanh+lap"},
		"/so?role=officer&marks=late":     {"late=true", "role=officer"},
		"/so?coop=b&kind=coop.&actor=abc": {"about=b", "actor=abc"},
	} {
		r, err := http.NewRequest(http.MethodGet, h.http.URL+page, nil)
		require.NoError(t, err)
		_, got := h.send(r)
		offered := twin.FindAllStringSubmatch(got, -1)
		require.NotEmpty(t, offered, "%s: %s", page, got)
		for _, to := range offered {
			require.Contains(t, html.UnescapeString(to[1]), want[0], page)
			require.Contains(t, html.UnescapeString(to[1]), want[1], page)
			require.NotContains(t, to[1], "offset=", "%s: all pages of it", page)
		}
	}
}

// The search of the pages is the search of the API.
func TestSearchRecords(t *testing.T) {
	h := newHouse(t)
	count := func(question string) int {
		res, got := h.do(http.MethodGet, "/api/v1/events?"+question, "")
		require.Equal(t, http.StatusOK, res.StatusCode, got)
		return strings.Count(got, `"position":`)
	}
	all, named := count(""), count("search=coop/b")
	require.Positive(t, named)
	require.Less(t, named, all)
	require.Equal(t, all-1, count("here=true"), "all but the opening of the ledger is about a place")
	require.Zero(t, count("role=admin"))
	require.Zero(t, count("search=khong-co-dau-ca"))
}
