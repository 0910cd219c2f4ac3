package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"image/png"
	"io"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/api/report"
	"htxledger/api/report/reporttest"
	"htxledger/api/vi"
	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/domain/statement"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func written(t require.TestingT, write func(io.Writer) error) []byte {
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.Bytes()
}

func html(t require.TestingT, d *report.Document, bar ...report.Link) string {
	return string(written(t, func(w io.Writer) error { return report.WriteHTML(w, d, bar...) }))
}

func docx(t require.TestingT, d *report.Document) []byte {
	return written(t, func(w io.Writer) error { return report.WriteDocx(w, d) })
}

// part is a part of a document, one element of the text a line.
func part(t require.TestingT, b []byte, name string) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	f, err := z.Open(name)
	require.NoError(t, err)
	body, err := io.ReadAll(f)
	require.NoError(t, err)
	return regexp.MustCompile(`<(w:p|w:tbl|w:tr|w:tc|w:sectPr)>`).ReplaceAllString(string(body), "\n$0") + "\n"
}

func TestGoldens(t *testing.T) {
	d := reporttest.Document(t)
	golden(t, "report.html", html(t, d, report.Link{Text: "Quay lại", To: "/"}))
	golden(t, "document.xml", part(t, docx(t, d), "word/document.xml"))
	golden(t, "footer.xml", part(t, docx(t, d), "word/footer1.xml"))
	golden(t, "report.csv", string(written(t, func(w io.Writer) error { return report.WriteCSV(w, d, false) })))
	excel := string(written(t, func(w io.Writer) error { return report.WriteCSV(w, d, true) }))
	require.Equal(t, strings.Count(excel, "\n"), strings.Count(excel, "\r\n"))
	golden(t, "report-excel.csv", strings.ReplaceAll(excel, "\r\n", "\n"))
	golden(t, "report.json", string(written(t, func(w io.Writer) error { return report.WriteJSON(w, d) })))
}

// The same question gives the same bytes.
func TestReportsAreDeterministic(t *testing.T) {
	one, other := reporttest.Document(t), reporttest.Document(t)
	require.Equal(t, docx(t, one), docx(t, other))
	require.Equal(t, html(t, one), html(t, other))
}

// column is a column of the first appendix, by the ids of its rows.
func column(d *report.Document, heading string) map[string]report.Cell {
	cells := map[string]report.Cell{}
	table := d.Annexes[0].Table
	for i, c := range table.Columns {
		if c.Heading != heading {
			continue
		}
		for _, row := range table.Rows {
			cells[row[0].Text] = row[i]
		}
	}
	return cells
}

// Nothing happened, nothing is known and nothing is asked are three things.
func TestEmptyNoneAndZeroAreToldApart(t *testing.T) {
	d := reporttest.Document(t)
	done, part, covered := column(d, "Thực hiện"), column(d, "So với kế hoạch (%)"), column(d, "Độ phủ báo cáo")
	require.Equal(t, map[string]string{
		"T1": "2", "T2": "33,3", "T3": "1.549", "T4": "2", "T5": report.None, "T6": report.NoData, "T7": report.NotApplicable, "T8": "0/1",
	}, texts(done))
	require.Equal(t, map[string]string{
		"T1": "66,7", "T2": "74,1", "T3": report.NoData, "T4": report.NotApplicable, "T5": report.None, "T6": report.NoData, "T7": report.NotApplicable, "T8": report.None,
	}, texts(part))
	require.Equal(t, map[string]string{
		"T1": "x", "T2": "x", "T3": "1/3", "T4": "x", "T5": "x", "T6": "0/3", "T7": "x", "T8": "x",
	}, texts(covered))
	require.Zero(t, done["T5"].Number.Sign(), "a zero is a number")
	require.Nil(t, done["T6"].Number)
	goal := column(d, "Kế hoạch")
	require.Equal(t, map[string]string{
		"T1": "3", "T2": "phấn đấu 45", "T3": "khoảng 1.550,5", "T4": "2 – 3", "T5": "ít nhất 2", "T6": "khoảng 4.600", "T7": "1", "T8": "hoàn thành",
	}, texts(goal))
	require.Equal(t, "triệu đồng", column(d, "Đơn vị tính")["T3"].Text)
}

func texts(cells map[string]report.Cell) map[string]string {
	out := map[string]string{}
	for id, c := range cells {
		out[id] = c.Text
	}
	return out
}

// theDemo is the ledger of the demo with a desk.
func theDemo(t *testing.T) report.Desk {
	t.Helper()
	book, proj, log, view := register.NewBook(), asof.New(), ledgertest.NewMemory(), &audit.View{}
	take := func(command, recorded string) {
		at, err := calendar.ParseInstant(recorded)
		require.NoError(t, err)
		draft, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err)
		v, err := book.Decide(draft, at)
		require.NoError(t, err)
		require.NoError(t, book.Add(v.Record))
		require.NoError(t, log.Append(t.Context(), v.Record.Position, register.EntryOf(v.Record)))
		require.NoError(t, proj.Apply(v.Record))
	}
	take(`{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`, "2022-12-01T00:59:00.000000Z")
	for _, c := range demo.Commands(demo.Seed) {
		take(string(c.Command), c.Recorded)
	}
	require.NoError(t, view.Follow(t.Context(), log))
	now, err := calendar.ParseInstant("2026-11-23T03:00:00Z")
	require.NoError(t, err)
	service := answers.New(proj, func() calendar.Instant { return now })
	return report.Desk{Answers: service, Statements: answers.NewStatements(service, view), Roots: view}
}

// Every row of the plan is there once, in every form, and what is printed is the
// figure that answers give, on the right side of everything that it is judged by.
func TestEveryRowIsPrintedAsItIsAnswered(t *testing.T) {
	desk := theDemo(t)
	rapid.Check(t, func(t *rapid.T) {
		day := calendar.DayOf(2023, 6, 14) + calendar.Day(rapid.IntRange(0, 400).Draw(t, "day"))
		q := answers.Query{AsOf: day.String(), Plan: "kh-371-2023"}
		q.Known = ledger.KnownSize(ledger.Position(rapid.Int64Range(1200, int64(desk.Answers.Head().Size())).Draw(t, "size"))).String()
		d, err := desk.Report(context.Background(), desk.Answers.Head(), q, report.Asked{})
		if err != nil { // the plan was not recorded yet
			require.ErrorIs(t, err, answers.ErrNoPlan)
			return
		}
		want, err := answerstest.Asker{Service: desk.Answers}.Targets(q)
		require.NoError(t, err)
		holdsTargets(t, d, want)
		page, document := html(t, d), part(t, docx(t, d), "word/document.xml")
		for _, id := range ids(want) {
			require.Equal(t, 1, strings.Count(page, "<td class=\"c\">"+id+"</td>"), id)
			require.Equal(t, 1, strings.Count(document, ">"+id+"</w:t>"), id)
		}
		results := 0
		for _, l := range want.Tasks {
			results += len(l.Results)
		}
		require.Len(t, d.Flat.Rows, len(want.Targets)+results)
	})
}

func ids(t *answers.Targets) (list []string) {
	for _, l := range t.Targets {
		list = append(list, l.Target.ID)
	}
	for _, l := range t.Tasks {
		list = append(list, l.Task.ID)
	}
	return list
}

func holdsTargets(t require.TestingT, d *report.Document, want *answers.Targets) {
	done, part, verdict := column(d, "Thực hiện"), column(d, "So với kế hoạch (%)"), column(d, "Đánh giá")
	require.Len(t, done, len(want.Targets))
	hundred := big.NewRat(100, 1)
	for _, l := range want.Targets {
		id, goal := l.Target.ID, l.Target.Goal()
		if l.Verdict.Code != plan.NotApplicable {
			require.Contains(t, verdict[id].Text, l.Verdict.Code.Word(), id)
		}
		if l.Judged == nil {
			continue
		}
		printed := vi.MeasuredText(goal, l.Judged.Measured, l.Tolerance.Permyriad)
		if n := done[id].Number; n != nil && n.Sign() != 0 {
			require.True(t, strings.HasPrefix(printed, done[id].Text), "%s: %s of %s", id, done[id].Text, printed)
			require.Equal(t, done[id].Text, vi.Decimal(n, done[id].Decimals), id)
		}
		p := part[id].Number
		if p == nil || goal.Rule == plan.Done || goal.Rule == plan.About {
			continue
		}
		require.Equal(t, l.Verdict.Code.Positive(), p.Cmp(hundred) >= 0, "%s: %s %% is %s", id, part[id].Text, l.Verdict.Word)
	}
}

// A statement brings its own point, and is counted again before it is reported.
func TestReportsOfStatements(t *testing.T) {
	h := reporttest.New(t, reporttest.Story)
	h.Issue("cuoi-nam", "2023-12-31")
	size := h.Answers.Head().Size() - 1
	h.Tell("@ 2024-01-05\ncoop/late coop.established/1 2023-12-01 {}")
	h.Follow()
	d, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{}, report.Asked{Statement: "cuoi-nam"})
	require.NoError(t, err)
	require.Equal(t, size, d.Point.Size)
	require.Equal(t, answers.NowDifferent, d.Stated.Verdict)
	require.Equal(t, "2", column(d, "Thực hiện")["T1"].Text, "as it was stated")
	require.Contains(t, d.Footer, "báo cáo xác nhận cuoi-nam")
	require.Contains(t, d.Code.Text, "htxledger statement verify cuoi-nam\n")
	require.Contains(t, html(t, d), "tính lại nay sẽ khác")

	_, err = h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: "2023-12-31"}, report.Asked{Statement: "cuoi-nam"})
	require.ErrorIs(t, err, report.ErrStatementPoint)
	_, err = h.Report(context.Background(), h.Answers.Head(), answers.Query{}, report.Asked{Statement: "khong-co"})
	require.ErrorIs(t, err, answers.ErrNoStatement)
}

func TestAFalseStatementIsNotReported(t *testing.T) {
	h := reporttest.New(t, reporttest.Story)
	h.Issue("sai", "2023-12-31", func(d *ledger.Draft) {
		e := new(statement.Issued)
		require.NoError(t, json.Unmarshal(d.Data, e))
		for i, f := range e.Figures {
			if f.Indicator == "coops.established" {
				three := int64(3)
				e.Figures[i].Value, e.Figures[i].Numerator = "3", &three
			}
		}
		e.Duties = 0 // version 1, which older programs recorded without a recount
		var err error
		d.Kind = e.EventKind()
		d.Data, err = canonical.Marshal(e)
		require.NoError(t, err)
	})
	_, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{}, report.Asked{Statement: "sai"})
	require.ErrorIs(t, err, report.ErrStatement)
}

// The code asks for this very report again, and names the records that it follows
// from as a checkpoint does.
func TestTheCodeLeadsBack(t *testing.T) {
	h := reporttest.New(t, reporttest.Story)
	d, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: "31/12/2023", Place: "dak-nong"}, report.Asked{})
	require.NoError(t, err)
	root, err := h.Roots.Root(d.Point.Size)
	require.NoError(t, err)
	require.Equal(t, "htxledger report --plan kh --as-of 2023-12-31 --known-at "+ledger.KnownSize(d.Point.Size).String()+
		" --place dak-nong\n"+h.Answers.Origin()+"\n"+big.NewInt(int64(d.Point.Size)).String()+"\n"+root.String(), d.Code.Text)

	d, err = h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: "31/12/2023"}, report.Asked{Address: "https://so.example/"})
	require.NoError(t, err)
	u, err := url.Parse(d.Code.Text)
	require.NoError(t, err)
	require.Equal(t, "https://so.example/bao-cao", u.Scheme+"://"+u.Host+u.Path)
	h.Tell("@ 2024-01-05\ncoop/late coop.established/1 2023-12-01 {}")
	h.Follow()
	again, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: u.Query().Get("as_of"), Known: u.Query().Get("known_at"), Plan: u.Query().Get("plan")}, report.Asked{Address: "https://so.example/"})
	require.NoError(t, err)
	require.Equal(t, html(t, d)[len("<!doctype html>"):], strings.ReplaceAll(html(t, again), vi.KnownUntil(again.Point), vi.KnownUntil(d.Point))[len("<!doctype html>"):])
}

// The three drawings of a code have the same squares.
func TestTheCodeIsDrawnTheSame(t *testing.T) {
	q := reporttest.Document(t).Code.QR
	img, err := png.Decode(bytes.NewReader(q.PNG()))
	require.NoError(t, err)
	scale := img.Bounds().Dx() / (q.Size() + 2*report.Edge)
	path := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(q.Path(), -1) {
		x, y, n := atoi(t, m[1]), atoi(t, m[2]), atoi(t, m[3])
		require.Equal(t, m[3], m[4])
		for i := range n {
			path[[2]int{x + i - report.Edge, y - report.Edge}] = true
		}
	}
	dark := 0
	for y := range q.Size() {
		for x := range q.Size() {
			r, _, _, _ := img.At((x+report.Edge)*scale+scale/2, (y+report.Edge)*scale+scale/2).RGBA()
			require.Equal(t, q.Dark(x, y), r == 0)
			require.Equal(t, q.Dark(x, y), path[[2]int{x, y}])
			if q.Dark(x, y) {
				dark++
			}
		}
	}
	require.Greater(t, dark, q.Size()*q.Size()/4)
}

func atoi(t *testing.T, s string) int {
	n, ok := new(big.Int).SetString(s, 10)
	require.True(t, ok)
	return int(n.Int64())
}

// A page stands alone under a policy that allows its own style sheet and nothing
// else, and nothing that was written in a plan or asked for becomes markup.
func TestThePageStandsAlone(t *testing.T) {
	h := reporttest.New(t, reporttest.Story)
	d, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: "31/12/2023"}, report.Asked{Agency: "</style><script>x</script>", To: []string{`<img src="x">`}})
	require.NoError(t, err)
	d.Footer = `"}</style><script>alert(1)</script>\` + "a\nb"
	page := html(t, d, report.Link{Text: "<i>", To: "javascript:alert(1)"})
	lower := strings.ToLower(page)
	for _, bad := range []string{"<script", "<img", "style=", "<i>", "javascript:", "href=\"http", " src=\""} {
		require.False(t, strings.Contains(lower, bad), bad)
	}
	require.Contains(t, page, "&lt;img")
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(page, -1)
	require.Len(t, style, 1)
	require.Contains(t, style[0][1], "@page")
	require.Contains(t, style[0][1], `\5c a\a b"`, "a string of CSS ends with its line")
	sum := sha256.Sum256([]byte(style[0][1]))
	require.Contains(t, d.Policy(), "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
}

// Another place than the plan's is not judged, and says so.
func TestElsewhereNothingIsJudged(t *testing.T) {
	h := reporttest.New(t, reporttest.Story)
	d, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: "31/12/2023", Place: "dak-mil"}, report.Asked{})
	require.NoError(t, err)
	page := html(t, d)
	require.Contains(t, page, "Không đánh giá: kế hoạch này là của Tỉnh Đắk Nông")
	for id, c := range column(d, "Đánh giá") {
		require.Equal(t, report.NotApplicable, c.Text, id)
	}
	require.Equal(t, "1", column(d, "Thực hiện")["T1"].Text, "the figures of the place asked are there")
}

// Made-up numbers are marked on every sheet of every form.
func TestSyntheticIsMarked(t *testing.T) {
	desk := theDemo(t)
	d, err := desk.Report(context.Background(), desk.Answers.Head(), answers.Query{AsOf: "31/12/2023"}, report.Asked{})
	require.NoError(t, err)
	require.Equal(t, 3, strings.Count(html(t, d), ">"+vi.Synthetic+"<"))
	b := docx(t, d)
	require.Equal(t, 3, strings.Count(part(t, b, "word/document.xml"), vi.Synthetic))
	require.Contains(t, part(t, b, "word/footer3.xml"), "CÓ SỐ LIỆU MÔ PHỎNG")
}

// A plan without tasks has no appendix of tasks.
func TestAPlanWithoutTasks(t *testing.T) {
	h := reporttest.New(t, `
@ 2023-01-10
plan/kh plan.adopted/1 2023-01-10 {"number":"1/KH-UBND","issued":"2023-01-10","year":2023,"place":"dak-nong","title":"Thử","targets":[{"id":"T1","text":"Thành lập mới 3 HTX","rule":"exactly","low":3,"unit":"HTX","indicator":"coops.established","owners":[],"cited":"I.1"}],"tasks":[]}
`)
	d, err := h.Report(context.Background(), h.Answers.Head(), answers.Query{AsOf: "31/12/2023"}, report.Asked{})
	require.NoError(t, err)
	require.Len(t, d.Annexes, 1)
	page := html(t, d)
	require.Contains(t, page, "Kế hoạch không có nhiệm vụ nào.")
	require.NotContains(t, page, "Phụ lục II")
	docx(t, d)
}
