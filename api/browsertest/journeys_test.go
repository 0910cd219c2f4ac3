package browsertest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"htxledger/api"
	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/audit"
)

// endOf2023 is where the people below stand: the plan's year, as known today.
const endOf2023 = "?as_of=2023-12-31"

// A reader is somebody who came to the first page with a question, and counts
// what it takes to answer it.
type reader struct {
	*tab
	clicks int
}

// arrive opens the first page and waits for nothing else.
func arrive(t *testing.T) *reader {
	t.Helper()
	h := demoHouse(t)
	t.Parallel()
	return arriveAt(t, h)
}

func arriveAt(t *testing.T, h *house) *reader {
	t.Helper()
	r := &reader{tab: newTab(t, h)}
	r.visit(first)
	r.settle()
	return r
}

// saying is the first element of a selector that can be seen and says a text.
func saying(selector, text string) chromedp.JSPath {
	return chromedp.JSPath(fmt.Sprintf(`[...document.querySelectorAll(%q)].find(e => e.checkVisibility() && e.innerText.includes(%q))`, selector, text))
}

// follow clicks a link or a button by what it says, inside what a selector
// names, and waits for the page.
func (r *reader) follow(inside, text string) {
	r.t.Helper()
	it := saying(inside+" a, "+inside+" button, "+inside+" summary", text)
	require.True(r.t, eval[bool](r.tab, "!!("+string(it)+")"), "nothing in %s of %s says %q", inside, r.here(), text)
	r.clicks++
	if !eval[bool](r.tab, "(e => e.hasAttribute('hx-get') || !!e.closest('form')?.hasAttribute('hx-get'))("+string(it)+")") {
		r.load(chromedp.Click(it))
		return
	}
	before := time.Now()
	r.do(chromedp.Click(it))
	require.Eventually(r.t, func() bool { // a script puts the answer into this page
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.moved.After(before)
	}, patience, patience/3000, "nothing happens at %q", text)
	r.settle()
}

// section goes to one of the pages that can be reached from everywhere.
func (r *reader) section(name string) {
	r.t.Helper()
	r.follow("nav", name)
}

// fill writes into the field of a label.
func (r *reader) fill(label, text string) {
	r.t.Helper()
	id := eval[string](r.tab, fmt.Sprintf(`[...document.querySelectorAll('main label')].find(l => l.innerText.includes(%q))?.htmlFor ?? ''`, label))
	require.NotEmpty(r.t, id, "no field of %s is labelled %q", r.here(), label)
	r.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(e => { e.focus(); e.select(); })(document.getElementById(%q))`, id)))
	call(r.tab, input.InsertText, input.InsertTextParams{Text: text})
}

// answered wants the question to be answered within a number of clicks, and
// nothing to have gone wrong behind.
func (r *reader) answered(most int) {
	r.t.Helper()
	require.LessOrEqual(r.t, r.clicks, most, "too long a way")
	require.Empty(r.t, r.behind(), "said behind the pages")
}

// figure is what the API says of a figure.
func (r *reader) figure(code, question string) (f struct{ Numerator, Denominator string }) {
	r.t.Helper()
	var said struct{ Figures []json.RawMessage }
	r.ask("/indicators/"+code+question, &said)
	require.Len(r.t, said.Figures, 1)
	require.NoError(r.t, json.Unmarshal(said.Figures[0], &f))
	require.NotEmpty(r.t, f.Numerator)
	return f
}

// ask asks the API, so that pages are held to what it says.
func (r *reader) ask(path string, into any) {
	r.t.Helper()
	res, err := http.Get(r.house.url + api.Prefix + path)
	require.NoError(r.t, err)
	defer res.Body.Close()
	require.Equal(r.t, http.StatusOK, res.StatusCode, path)
	require.NoError(r.t, json.NewDecoder(res.Body).Decode(into))
}

// The alliance's officer: what is still missing, and whose fault it is not.
func TestOfficerFindsWhatIsMissing(t *testing.T) {
	r := arrive(t)
	row := r.text("#T09")
	require.Contains(t, row, "Gần đạt")
	require.Contains(t, row, "còn thiếu 1 HTX")
	require.Contains(t, r.text("main .summary"), "T09", "what is missing stands first")

	linked := r.figure("linked.share", endOf2023)
	r.follow("#T09", linked.Numerator+"/"+linked.Denominator)
	require.Contains(t, r.text("h1"), "liên kết với doanh nghiệp")
	said := r.text("main")
	require.Contains(t, said, "Được tính: "+linked.Numerator)
	require.Contains(t, said, linked.Numerator+" ÷ "+linked.Denominator)
	require.Contains(t, said, "chưa có hợp đồng liên kết", "why others are not counted")
	r.answered(1)
}

// The officer of a district whose co-operative is not in the figure asks why.
func TestOfficerAsksWhyNotMine(t *testing.T) {
	r := arrive(t)
	r.follow("#T01", "14 HTX")
	r.fill("Vì sao HTX tôi không được tính?", "cu jut 08")
	r.follow(".asking", "Tìm")
	require.Contains(t, r.text("#tra-loi"), "HTX Cà phê Mô phỏng Cư Jút 08", "found without accents")
	r.follow("#tra-loi", "HTX Cà phê Mô phỏng Cư Jút 08")
	require.Contains(t, r.text("#tra-loi"), "không phát sinh trong kỳ")
	r.answered(3)
}

// The officer sends a table: sees what would come of it, confirms it, and finds
// it in the ledger. Sent again, it says that it is there.
func TestOfficerHandsInATable(t *testing.T) {
	demoHouse(t)
	t.Parallel()
	h, err := openHouse(demo.Commands(demo.Seed))
	require.NoError(t, err)
	t.Cleanup(h.close)
	file := filepath.Join(t.TempDir(), "thanh-vien.csv")
	require.NoError(t, os.WriteFile(file, []byte(annual), 0o600))

	r := arriveAt(t, h)
	before := h.proj.Size()
	r.hand(file)
	r.answered(2)
	require.Equal(t, before, h.proj.Size(), "a preview records nothing")
	require.Contains(t, r.text("main"), "HTX Cà phê Mô phỏng Cư Jút 08")
	r.follow("main form", "Ghi vào sổ")
	r.awaitDone()
	require.Contains(t, r.text("main"), "Biên nhận")
	require.Equal(t, before+2, h.proj.Size())
	r.answered(3)

	r.follow("main tbody", "thành viên")
	require.Contains(t, r.text("main"), "thanh-vien.csv", "the record names the file")
	require.Contains(t, r.text("main"), "19 thành viên chính thức")

	again := arriveAt(t, h)
	again.hand(file)
	require.NotZero(t, eval[int](again.tab, `document.querySelectorAll('main .outcome').length`))
	require.Equal(t, before+2, h.proj.Size(), "the same file twice records once")
}

// hand sends a file of its own making for a look, from wherever one is.
func (r *reader) hand(file string) {
	r.t.Helper()
	r.section("Nộp bảng")
	r.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{file}),
		chromedp.Evaluate[chromedp.Void](`document.querySelector('form.import details').open = true`),
		chromedp.SetValue(chromedp.CSS(`form.import select[name=form]`), "coop-annual"))
	r.follow("form.import", "Gửi và xem trước")
	r.awaitDone()
}

// awaitDone waits until the page shows no progress any more.
func (r *reader) awaitDone() {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return !eval[bool](r.tab, `!!document.querySelector('progress')`) }, patience, patience/300, "it does not end")
	r.settle()
}

// The auditor: a report of January 2024, and what it would say today.
func TestAuditorProvesANumber(t *testing.T) {
	r := arrive(t)
	r.section("Kiểm toán")
	require.Equal(t, "nay sẽ khác", eval[string](r.tab, verdictBeside("Báo cáo kết quả năm 2023")))
	require.Equal(t, "khớp", eval[string](r.tab, verdictBeside("Rà soát số liệu năm 2023")))
	key := eval[string](r.tab, `document.querySelector('#tu-kiem ~ ol pre.bytes').innerText.trim()`)

	r.follow("main", "Báo cáo kết quả năm 2023")
	require.Contains(t, r.text("main"), "212 HTX", "as it was stated")
	now := r.figure("coops.registered", endOf2023)
	require.Contains(t, r.text("main"), now.Numerator+" HTX", "as it is now")
	require.Contains(t, r.text("main"), "1 bản ghi làm thay đổi")
	r.answered(2)

	// What they take away holds on their own machine, with a key from the page
	// only because this test has no paper.
	res, err := http.Get(r.house.url + eval[string](r.tab, `document.querySelector('a[download]').getAttribute('href')`))
	require.NoError(t, err)
	defer res.Body.Close()
	report, err := audit.VerifyFile(res.Body, audit.Options{Keys: []string{key}})
	require.NoError(t, err)
	require.True(t, report.OK, report.Vietnamese)
	require.Equal(t, "bao-cao-2023", report.Statement)
}

// verdictBeside is the verdict in the row that a text heads.
func verdictBeside(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('main tr')].find(r => r.cells[0].innerText.includes(%q))
		?.querySelector('.verdict').innerText.replace(/^\S\s*/, '').trim() ?? 'no row'`, text)
}

// The auditor again: everything counted anew from nothing, and one record's
// place in the ledger.
func TestAuditorReplays(t *testing.T) {
	r := arrive(t)
	r.section("Kiểm toán")
	r.follow("main form", "Tính lại")
	r.awaitDone()
	require.Equal(t, 1, eval[int](r.tab, `document.querySelectorAll('main .outcome').length`))
	require.Zero(t, eval[int](r.tab, `[...document.querySelectorAll('main tbody .verdict')].filter(v => !v.innerText.includes('khớp')).length`))
	require.Greater(t, eval[int](r.tab, `document.querySelectorAll('main tbody .verdict').length`), 40)
	r.answered(2)

	r.clicks = 0
	r.visit(first)
	r.settle()
	r.section("Sổ")
	r.follow("tbody", "@")
	require.Contains(t, r.text("main"), "Chuỗi băm đúng")
	r.answered(2)
}

// The analyst: why the number of co-operatives moved within the year.
func TestAnalystExplainsAChange(t *testing.T) {
	r := arrive(t)
	r.section("So sánh")
	require.Contains(t, r.text("main"), "HTX nông nghiệp đang đăng ký")
	r.follow(".presets", "Đầu năm → cuối năm 2023")
	from, to := r.figure("coops.registered", "?as_of=2023-01-01"), r.figure("coops.registered", endOf2023)
	row := eval[string](r.tab, `[...document.querySelectorAll('main tbody tr')].find(r => r.innerText.includes('HTX nông nghiệp đang đăng ký'))?.innerText ?? ''`)
	require.Contains(t, row, from.Numerator)
	require.Contains(t, row, to.Numerator)
	r.answered(2)

	// One more click leads to the causes, and they add up.
	r.follow(`main tbody tr:has(a[href*="coops.registered"])`, "Giải trình")
	require.NotZero(t, eval[int](r.tab, `document.querySelectorAll('figure.chart svg').length`))
	require.Contains(t, r.text("main"), "Các phần cộng lại đúng bằng chênh lệch")
	parts := terms(t, eval[string](r.tab, `document.querySelector('main').innerText.match(/đúng bằng chênh lệch: (.*)/)?.[1] ?? ''`))
	last := len(parts) - 1
	require.Equal(t, from.Numerator, fmt.Sprint(parts[0]))
	require.Equal(t, to.Numerator, fmt.Sprint(parts[last]))
	sum := 0
	for _, p := range parts[:last] {
		sum += p
	}
	require.Equal(t, parts[last], sum, "the parts add up")
	require.Contains(t, r.text("main"), "Bản ghi @", "down to the records")
	r.answered(3)
}

// term is a whole number of a printed sum, with the sign before it.
var term = regexp.MustCompile(`([+−-]?)\s*([0-9.]+)`)

// terms are the numbers of "203 HTX + 9 HTX − 1 HTX = 211 HTX".
func terms(t *testing.T, printed string) (list []int) {
	t.Helper()
	for _, m := range term.FindAllStringSubmatch(printed, -1) {
		n, err := strconv.Atoi(strings.ReplaceAll(m[2], ".", ""))
		require.NoError(t, err, printed)
		if m[1] != "" && m[1] != "+" {
			n = -n
		}
		list = append(list, n)
	}
	require.GreaterOrEqual(t, len(list), 3, "no sum: %s", printed)
	return list
}

// The analyst: what was known when, of one figure.
func TestAnalystSeesWhatWasKnown(t *testing.T) {
	r := arrive(t)
	r.section("Diễn biến")
	r.follow("main", "HTX nông nghiệp thành lập mới")
	require.NotZero(t, eval[int](r.tab, `document.querySelectorAll('figure.chart svg').length`))
	require.Contains(t, r.text("main"), "Biết ngay tại ngày đó")
	r.answered(2)
}
