package web

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/domain/certificate"
	"htxledger/domain/ledger"
)

// The directory lists everybody once, in the order of names, page by page.
func TestTheDirectory(t *testing.T) {
	s := demoSite()
	seen, names, to := map[string]bool{}, []string{}, "/htx?as_of=31/12/2023"
	for to != "" {
		doc, p := read(t, s, to)
		require.NoError(t, p.Err)
		require.Contains(t, words(doc.Find("#ket-qua .note").First()), "trong 211 đơn vị")
		doc.Find("table.coops tbody th a").Each(func(_ int, a *goquery.Selection) {
			require.False(t, seen[a.AttrOr("href", "")], words(a))
			seen[a.AttrOr("href", "")] = true
			names = append(names, words(a))
		})
		to = doc.Find("a[rel=next]").AttrOr("href", "")
	}
	require.Len(t, seen, 211)
	require.Less(t, indexOf(names, "HTX Cà phê Mô phỏng Cư Jút 08"), indexOf(names, "HTX Cà phê Mô phỏng Đắk Mil 20"), "Đ comes after C and before G")
	require.Less(t, indexOf(names, "HTX Cà phê Mô phỏng Đắk Mil 20"), indexOf(names, "HTX Cà phê Mô phỏng Gia Nghĩa 02"))
}

func indexOf(list []string, x string) int {
	for i, y := range list {
		if x == y {
			return i
		}
	}
	return -1
}

func TestTheDirectoryNarrowed(t *testing.T) {
	s := demoSite()
	for query, want := range map[string]int{
		"&status=operating": 163, "&status=ended&q=dak+mil+14": 1, "&q=dak+mil+14": 0, "&q=9900013939": 1, "&q=DAK+SONG+31": 1,
		"&place=dak-song&q=cu+jut": 0, "&all=1&status=any&q=gia+nghia+22": 1, "&status=registered&q=dak+song+31": 1,
	} {
		doc, p := read(t, s, "/htx?as_of=31/12/2023"+query)
		require.NoError(t, p.Err, query)
		n := doc.Find("table.coops tbody tr").Length()
		if want > coopsPage {
			require.Contains(t, words(doc.Find("#ket-qua")), "trong "+strconv.Itoa(want)+" đơn vị")
			continue
		}
		require.Equal(t, want, n, query)
		if want == 0 {
			require.Contains(t, words(doc.Find("#ket-qua")), "Hãy gõ ít chữ hơn")
		}
	}
	doc, p := read(t, s, "/htx?as_of=31/12/2023&status=suspended")
	require.NoError(t, p.Err)
	doc.Find("table.coops tbody tr td.status").Each(func(_ int, td *goquery.Selection) {
		require.Regexp(t, `^◐tạm ngừng từ \d\d/\d\d/\d{4}$`, words(td))
	})
	require.Equal(t, "suspended", doc.Find("#f-status option[selected]").AttrOr("value", ""))
}

// A seat keeps the name under which it was recorded, and says where it is on the
// map of the day.
func TestASeatOnALaterMap(t *testing.T) {
	doc, p := read(t, demoSite(), "/htx/mp-dak-song-31?as_of=31/12/2025")
	require.NoError(t, p.Err)
	seat := words(doc.Find("dl.stated div").Eq(3))
	require.Regexp(t, `^Trụ sởXã Đắk Hòatheo bản đồ ngày 31/12/2025 thuộc Xã Đắk Song`, seat)
	doc, p = read(t, demoSite(), "/htx/mp-dak-song-31?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find("dl.stated div").Eq(3)), "Trụ sởXã Đắk HòaHuyện Đắk Song")
}

func TestACoop(t *testing.T) {
	s := demoSite()
	doc, p := read(t, s, "/htx/mp-dak-song-31?as_of=31/12/2023")
	require.NoError(t, p.Err)
	require.Equal(t, "HTX Hồ tiêu Mô phỏng Đắk Song 31", words(doc.Find("h1")))
	stated := words(doc.Find("dl.stated"))
	for _, x := range []string{"đang hoạt động từ ngày 09/06/2023", "9900013939", "722.400.000 đồngnăm 2023, thực hiện"} {
		require.Contains(t, stated, x)
	}
	struck := doc.Find("table.history s")
	require.Equal(t, 2, struck.Length(), "what was said, and its first correction")
	fates := doc.Find("table.history .fate")
	require.Equal(t, 2, fates.Length())
	require.Equal(t, "đã được đính chính bởi @1929", strings.Join(strings.Fields(fates.First().Text()), " "))
	fates.Find("a").Each(func(_ int, a *goquery.Selection) { require.Contains(t, a.AttrOr("href", ""), "/so/") })

	first := words(doc.Find("table.history tbody th").First())
	oldest, p := read(t, s, "/htx/mp-dak-song-31?as_of=31/12/2023&order=oldest")
	require.NoError(t, p.Err)
	require.Equal(t, first, words(oldest.Find("table.history tbody th").Last()))

	sides := doc.Find(".sides .side")
	require.Equal(t, 2, sides.Length())
	answer, p := follow(t, s, sides.Eq(1).Find("tbody th a").First())
	require.NoError(t, p.Err)
	require.Equal(t, 1, answer.Find(".answer.out").Length())
	require.NotContains(t, string(p.HTML), "style=")
}

// The hard cases: merged away, dissolved, taken back, a certificate suspended.
func TestHardCoops(t *testing.T) {
	s := demoSite()
	for to, want := range map[string]string{
		"mp-gia-nghia-22?as_of=31/12/2023":                   "đã chấm dứt từ ngày 18/05/2023",
		"mp-gia-nghia-22?as_of=17/5/2023":                    "đang hoạt động",
		"mp-gia-nghia-22?as_of=31/12/2023&known_at=1/5/2023": "đang hoạt động",
		"mp-dak-rlap-01?as_of=31/12/2023":                    "đã chấm dứt từ ngày 22/06/2023",
		"mp-tuy-duc-07?as_of=31/12/2023":                     "đang hoạt động",
		"mp-tuy-duc-07?as_of=31/12/2023&known_at=10/9/2023":  "đã chấm dứt từ ngày 30/08/2023",
	} {
		doc, p := read(t, s, "/htx/"+to)
		require.NoError(t, p.Err, to)
		require.Contains(t, words(doc.Find("dl.stated div").First()), want, to)
	}
	doc, _ := read(t, s, "/htx/mp-tuy-duc-07?as_of=31/12/2023")
	back := doc.Find("table.history tr").FilterFunction(func(_ int, tr *goquery.Selection) bool { return tr.Find(".fate").Length() > 0 })
	require.Equal(t, 1, back.Length())
	require.Contains(t, words(back.Find("s")), "giải thể")
	require.Contains(t, words(back.Find(".fate")), "đã rút lại bởi @2151")

	proj := demoProjection()
	granted := proj.Stream(ledger.StreamOf("certificate", "mp-cn-013"), proj.Size())[0].Event.(*certificate.Granted)
	doc, p := read(t, s, "/htx/"+granted.Coop+"?as_of=31/5/2023")
	require.NoError(t, p.Err)
	bands := doc.Find("details.table tbody tr").FilterFunction(func(_ int, tr *goquery.Selection) bool {
		return strings.Contains(words(tr), "mp-cn-013")
	})
	require.Contains(t, words(bands), "bị đình chỉ27/05/2023")
	require.NotZero(t, doc.Find("figure.timeline svg .band.off").Length())
}

func TestACoopThatIsNotThere(t *testing.T) {
	s := demoSite()
	doc, p := read(t, s, "/htx/mp-dak-songg-31?as_of=31/12/2023")
	require.Error(t, p.Err)
	require.Contains(t, words(doc.Find(".problem")), "mp-dak-songg-31")
	near := doc.Find(".offers a")
	require.NotZero(t, near.Length())
	require.Contains(t, words(near), "Đắk Song 31")
	_, p = follow(t, s, near.First())
	require.NoError(t, p.Err)

	doc, p = read(t, s, "/htx/mp-dak-song-31?as_of=1/1/2020")
	require.Error(t, p.Err)
	require.Contains(t, words(doc.Find(".asking")), "đến ngày 09/06/2023 mới thành lập")
	doc, p = follow(t, s, doc.Find(".offers a"))
	require.NoError(t, p.Err)
	require.Contains(t, words(doc.Find("h1")), "Đắk Song 31")

	doc, p = read(t, s, "/htx/"+url.PathEscape("<b>zz")+"?as_of=31/12/2023")
	require.Error(t, p.Err)
	require.Zero(t, doc.Find("main b").Length())
	require.Contains(t, words(doc.Find(".asking")), "Không có HTX nào có mã gần giống")
}

func TestCoopsAskedWrongly(t *testing.T) {
	s := demoSite()
	for to, want := range map[string][2]string{
		"/htx?status=%3Ci%3E": {"status", "Tình trạng: “<i>”"}, "/htx?all=2": {"all", "Loại hình: “2”"},
		"/htx?page=x": {"", "không phải là số trang"}, "/htx?as_of=32/1/2023": {"as_of", "32/1/2023"}, "/htx?place=sao-hoa": {"place", "sao-hoa"},
		"/htx?q=" + strings.Repeat("x", mostTyped+1): {"q", "121 ký tự"},
		"/htx/mp-dak-song-31?order=up":               {"", "không có thứ tự"}, "/htx/mp-dak-song-31?page=-1": {"", "không phải là số trang"},
		"/htx/mp-dak-song-31?known_at=@x": {"known_at", "@x"},
	} {
		doc, p := read(t, s, to)
		require.Error(t, p.Err, to)
		require.Contains(t, words(doc.Find(".problem")), want[1], to)
		if want[0] != "" {
			require.Equal(t, "true", doc.Find("#f-"+want[0]).AttrOr("aria-invalid", ""), to)
		}
	}
	doc, _ := read(t, s, "/htx?status=%3Ci%3E&q=abc&place=dak-song")
	require.Equal(t, "<i>", doc.Find("#f-status option[selected]").AttrOr("value", ""), "what was typed is kept")
	require.Equal(t, "abc", doc.Find("#f-q").AttrOr("value", ""))
	require.Equal(t, "dak-song", doc.Find("#f-place option[selected]").AttrOr("value", ""))
	require.NotEmpty(t, ask(t, s, "/htx?as_of=31/12/2023&page=99").Redirect, "a page beyond the last leads to the last")
}

// Text from outside stays text, wherever a page shows it; who wrote it is told by
// role alone.
func TestHostileTextAboutCoops(t *testing.T) {
	w := newTeller(t)
	for _, c := range []string{
		`{"key":"p","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk <b>Nông</b>"}}`,
		`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2022-03-14","actor":{"id":"nguyen-van-a","role":"officer","place":"dak-nong"},"source":{"document":"\"><img src=x onerror=alert(1)>","sheet":"<s>","row":12,"sha256":"` + strings.Repeat("ab", 32) + `"},"data":{"name":"HTX <script>alert(1)</script>","form":"htx","place":"dak-nong","agricultural":true,"sector":"<i>lúa</i>"}}`,
		`{"key":"l","stream":"coop/a","kind":"coop.linked/1","valid":"2022-04-01","data":{"contract":"<u>","enterprise":"</svg><script>alert(2)</script>"}}`,
	} {
		w.take(c, "2022-12-01T01:00:00Z")
	}
	s := siteOf(w.service())
	for _, to := range []string{"/htx", "/htx/a", "/vi-sao?htx=a", "/vi-sao/coops.registered", "/vi-sao/linked.share?htx=a", "/vi-sao/coops.registered?q=%3Cscript%3E", "/htx?q=%3Cscript%3E"} {
		doc, p := read(t, s, to)
		require.NoError(t, p.Err, to)
		require.Zero(t, doc.Find("main script, main img, main b, main i, main u").Length(), to)
		require.Contains(t, doc.Text(), "<script>", to)
		require.NotContains(t, string(p.HTML), "nguyen-van-a", to)
	}
	doc, _ := read(t, s, "/vi-sao/coops.registered")
	fact := words(doc.Find("details.fact"))
	for _, x := range []string{"vai trò cán bộ địa bàn", "trang tính <s>", "dòng 12", strings.Repeat("ab", 32)} {
		require.Contains(t, fact, x)
	}
}
