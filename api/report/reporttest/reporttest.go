// Package reporttest is what tests of reports share: a small plan in which each
// thing that a report tells apart occurs once.
package reporttest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/report"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register/registertest"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

// Story is a plan of eight targets and two tasks with what came of them: an
// exact goal that is missed by one, a share just below its goal, money without
// enough reports, a range, a count that is zero, a sum that nobody reported, a
// text that begins like a formula, and an indicator that does not exist.
const Story = `
@ 2023-01-10
plan/kh plan.adopted/1 2023-01-10 {"number":"1/KH-UBND","issued":"2023-01-10","year":2023,"place":"dak-nong","title":"KẾ HOẠCH THỬ <b>","targets":[{"id":"T1","text":"Thành lập mới 3 HTX","rule":"exactly","low":3,"unit":"HTX","indicator":"coops.established","owners":["Liên minh HTX"],"due":"2023","cited":"I.1"},{"id":"T2","text":"45 % HTX liên kết","rule":"strive","low":45,"unit":"%","indicator":"linked.share","owners":[],"cited":"I.2"},{"id":"T3","text":"Doanh thu bình quân khoảng 1.550,5 triệu đồng","rule":"about","low":1550500000,"unit":"đồng","indicator":"revenue.mean","owners":[],"cited":"I.3"},{"id":"T4","text":"2 đến 3 lớp","rule":"from-to","low":2,"high":3,"unit":"lớp","indicator":"training.classes.plan","owners":[],"cited":"I.4"},{"id":"T5","text":"=HYPERLINK(1) ít nhất 2 HTX","rule":"at-least","low":2,"unit":"HTX","indicator":"support.infrastructure","owners":["+84 Sở"],"cited":"@I.5"},{"id":"T6","text":"Lao động khoảng 4.600 người","rule":"about","low":4600,"unit":"người","indicator":"workers.total","owners":[],"cited":"I.6"},{"id":"T7","text":"Việc chưa có chỉ tiêu","rule":"exactly","low":1,"unit":"việc","indicator":"no.such","owners":[],"cited":"I.7"},{"id":"T8","text":"- Báo cáo của các đơn vị","rule":"done","unit":"","owners":["UBND huyện Đắk Mil"],"cited":"I.8"}],"tasks":[{"id":"A1","text":"Mở lớp & báo cáo","leads":["Liên minh HTX tỉnh"],"with":["UBND các huyện"],"results":[{"text":"Tổ chức 2 lớp","rule":"exactly","low":2,"indicator":"training.classes.plan"},{"text":"Báo cáo"}],"due":"2023-10","cited":"A-01"},{"id":"A2","text":"Kiểm tra","leads":["Sở Nông nghiệp"],"with":[],"results":[{"text":"Kế hoạch"}],"due":"thường xuyên","cited":"A-02"}]}
coop/a coop.established/1 2023-03-01 {}
coop/b coop.established/1 2023-04-01 {"place":"cu-jut"}
coop/c coop.established/1 2015-04-01 {}
coop/a coop.linked/1 2023-05-01 {"contract":"HĐ 1","until":"2024-05-01"}
coop/a coop.year-reported/1 2023-12-31 {"year":2023,"basis":"actual","revenue":1549000000}
training/x training.held/1 2023-06-01 {"title":"Lớp một"}
training/y training.held/1 2023-07-01 {"title":"Lớp hai"}
@ 2023-11-20
plan/kh plan.delivered/1 2023-11-15 {"task":"A1","deliverable":"Báo cáo","unit":"Liên minh HTX tỉnh"}
`

// A House is a ledger with the desk that reports on it.
type House struct {
	*registertest.World
	report.Desk
	asof *asof.Projection
	view *audit.View
	Now  calendar.Instant
}

// New tells a story after the places of registertest, and lets a desk answer.
func New(t testing.TB, story string) *House {
	t.Helper()
	h := &House{World: registertest.New(t), asof: asof.New(), view: &audit.View{}}
	h.Now = calendar.EndOf(registertest.Day(t, "2024-01-05"))
	service := answers.New(h.asof, func() calendar.Instant { return h.Now })
	h.Desk = report.Desk{Answers: service, Statements: answers.NewStatements(service, h.view), Roots: h.view}
	h.Tell(story)
	return h.Follow()
}

// Follow takes in what was told since.
func (h *House) Follow() *House {
	h.TB.Helper()
	for _, r := range h.Records()[h.asof.Size():] {
		require.NoError(h.TB, h.asof.Apply(r))
	}
	require.NoError(h.TB, h.view.Follow(h.TB.Context(), h.World.Log))
	return h
}

// Issue records a statement of the whole catalogue under a key.
func (h *House) Issue(key, asOf string, change ...func(*ledger.Draft)) {
	h.TB.Helper()
	p, err := h.Answers.Head().Resolve(answers.Query{AsOf: asOf})
	require.NoError(h.TB, err)
	d, err := h.Statements.Draft(p, answers.Issue{Title: "Số liệu cuối năm", Key: key, Actor: &ledger.Actor{ID: "lmhtx", Role: "alliance"}})
	require.NoError(h.TB, err)
	for _, f := range change {
		f(d)
	}
	h.Clock("2024-01-05")
	_, err = h.Send(d)
	require.NoError(h.TB, err)
	h.Follow()
}

// Document is the report of Story at the end of its year.
func Document(t testing.TB) *report.Document {
	t.Helper()
	h := New(t, Story)
	d, err := h.Report(t.Context(), h.Answers.Head(), answers.Query{AsOf: "31/12/2023", Known: "2023-12-31"}, report.Asked{
		Agency: "Liên minh hợp tác xã tỉnh", Above: "Ủy ban nhân dân tỉnh", Symbol: "LMHTX", To: []string{"UBND tỉnh", "Lưu: VT"},
	})
	require.NoError(t, err)
	return d
}

// Office passes a file through LibreOffice and gives what it makes of it: to is a
// file ending with, if need be, the name of a filter, as in --convert-to. Where
// there is no LibreOffice, or none that reads the file, the test is skipped, or
// fails if the environment variable HTXLEDGER_SOFFICE is "required".
func Office(t *testing.T, name string, file []byte, to string) []byte {
	t.Helper()
	missing := t.Skip
	if os.Getenv("HTXLEDGER_SOFFICE") == "required" {
		missing = t.Fatal
	}
	program, err := exec.LookPath("soffice")
	if err != nil {
		missing("soffice is not installed; with it, reports are opened by LibreOffice")
	}
	dir := t.TempDir()
	in := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(in, file, 0o600))
	said, err := exec.CommandContext(t.Context(), program, "-env:UserInstallation=file://"+t.TempDir(), "--headless",
		"--convert-to", to, "--outdir", dir, in).CombinedOutput()
	require.NoError(t, err, string(said))
	ending, _, _ := strings.Cut(to, ":")
	out, err := os.ReadFile(strings.TrimSuffix(in, filepath.Ext(in)) + "." + ending)
	if err != nil {
		missing("LibreOffice does not open " + filepath.Ext(name) + " here (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui): " + string(said))
	}
	return out
}
