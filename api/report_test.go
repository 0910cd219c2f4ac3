package api

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const smallPlan = `{"key":"kh","stream":"plan/kh","kind":"plan.adopted/1","valid":"2023-01-10","data":{"number":"1/KH-UBND","issued":"2023-01-10","year":2023,` +
	`"place":"dak-nong","title":"Thử","targets":[{"id":"T1","text":"Thành lập mới 3 HTX","rule":"exactly","low":3,"unit":"HTX","indicator":"coops.established","owners":[],"cited":"I.1"}],"tasks":[]}}`

// The page to be printed has a policy of its own and nothing of the site around
// it; its links lead to the same report as files, and back to the form.
func TestThePrintPage(t *testing.T) {
	h := newHouse(t)
	h.record(smallPlan)
	res, page := h.do(http.MethodGet, "/bao-cao?as_of=31/12/2023&agency=Li%C3%AAn+minh&to=UBND%3BL%C6%B0u", "")
	require.Equal(t, http.StatusOK, res.StatusCode, page)
	policy := res.Header.Values("Content-Security-Policy")
	require.Len(t, policy, 1)
	require.Contains(t, policy[0], "style-src 'sha256-")
	require.NotContains(t, policy[0], "script-src")
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "/static/")
	require.Contains(t, page, `<p class="agency">LIÊN MINH</p>`)
	require.Contains(t, page, "<p>- Lưu.</p>")
	require.Contains(t, page, `<td class="c">T1</td>`)

	links := regexp.MustCompile(`<a href="([^"]+)">`).FindAllStringSubmatch(page, -1)
	require.Len(t, links, 5)
	for _, l := range links {
		to := strings.ReplaceAll(l[1], "&amp;", "&")
		res, body := h.do(http.MethodGet, to, "")
		require.Equal(t, http.StatusOK, res.StatusCode, "%s: %s", to, body)
	}
}

// What a report says beside its numbers is asked for on a page of the site.
func TestTheReportForm(t *testing.T) {
	h := newHouse(t)
	h.record(smallPlan)
	_, page := h.do(http.MethodGet, "/bao-cao/lap?as_of=31/12/2023&agency=Li%C3%AAn+minh", "")
	for _, want := range []string{
		`action="/bao-cao"`, `name="agency" value="Liên minh"`, `name="as_of" value="31/12/2023"`, `formaction="/api/v1/report" name="format" value="docx"`,
	} {
		require.Contains(t, page, want)
	}
}

// A question that cannot be reported on comes back as the form, with what is
// wrong.
func TestAReportThatCannotBeMade(t *testing.T) {
	h := newHouse(t)
	for path, want := range map[string]int{
		"/bao-cao?as_of=31/02/2023": http.StatusBadRequest, "/bao-cao?as_of=31/12/2023": http.StatusNotFound,
		"/bao-cao?statement=khong-co": http.StatusNotFound, "/bao-cao?ten=x": http.StatusBadRequest, "/bao-cao/lap?as_of=31/12/2023": http.StatusNotFound,
	} {
		res, page := h.do(http.MethodGet, path, "")
		require.Equal(t, want, res.StatusCode, path)
		require.Contains(t, page, "Chưa trả lời được", path)
		require.Contains(t, page, `action="/bao-cao"`, path)
	}
}
