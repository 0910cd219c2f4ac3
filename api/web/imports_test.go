package web

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/api/shown"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
)

var officer = ledger.Actor{ID: "can-bo", Role: "alliance"}

// traySite is the demo's pages with a tray in which nothing can be recorded.
func traySite(t *testing.T) *Site {
	s := *demoSite()
	s.Writes = func(role string) bool { return role != "analyst" }
	s.Tray = &imports.Tray{
		Limits: imports.DefaultLimits, Now: testNow, NewID: func() string { return "tep" },
		For: func(context.Context, ledger.Actor) (imports.Ledger, error) {
			return imports.Ledger{Projection: demoProjection(), Now: testNow, Try: func(context.Context, []*ledger.Draft) ([]recorder.Result, error) {
				return nil, recorder.ErrClosed
			}}, nil
		},
	}
	t.Cleanup(s.Tray.Close)
	return &s
}

func askAs(t *testing.T, s *Site, who ledger.Actor, path string, params map[string]string, values url.Values, render func(*Site, *Asked) (Page, error)) string {
	t.Helper()
	p, err := render(s, &Asked{Head: s.Answers.Head(), Path: path, Param: func(n string) string { return params[n] }, Values: values, Who: who})
	require.NoError(t, err)
	require.Empty(t, p.Redirect)
	return string(p.HTML)
}

func TestFilesAreSentByThoseWhoMay(t *testing.T) {
	s := traySite(t)
	html := askAs(t, s, officer, "/nop-bang", nil, nil, (*Site).imports)
	require.Contains(t, html, `enctype="multipart/form-data"`)
	require.Contains(t, html, `<option value="coop-annual">Số liệu hằng năm của HTX</option>`)
	require.Contains(t, html, `list="f-place-goi-san"`)
	require.Contains(t, html, `<option value="dak-mil">Huyện Đắk Mil</option>`, "a place of the plan's year")
	require.Contains(t, html, `<option value="xa-dak-sak">`, "a place of today")
	html = askAs(t, s, ledger.Actor{ID: "x", Role: "analyst"}, "/nop-bang", nil, nil, (*Site).imports)
	require.NotContains(t, html, `enctype="multipart/form-data"`)
	require.Contains(t, html, "Tải biểu mẫu")
}

// A form to be filled in is a file of its own; what was asked wrongly is told.
func TestFormsToBeFilledIn(t *testing.T) {
	s := traySite(t)
	p, err := s.blankForm(&Asked{Head: s.Answers.Head(), Path: "/nop-bang/mau", Values: url.Values{"form": {"coop-annual"}, "place": {"dak-mil"}, "year": {"2023"}}, Who: officer})
	require.NoError(t, err)
	require.Equal(t, "/api/v1/templates/coop-annual?place=dak-mil&year=2023", p.Redirect)
	p, err = s.blankForm(&Asked{Head: s.Answers.Head(), Path: "/nop-bang/mau", Values: url.Values{"form": {"coop-annual"}, "place": {"dak-mil"}}, Who: officer})
	require.NoError(t, err)
	require.Equal(t, "/api/v1/templates/coop-annual?place=dak-mil&year=2023", p.Redirect, "the year of the plan")
	for _, x := range []struct {
		values url.Values
		want   string
	}{
		{url.Values{"form": {"coop-anual"}}, "không có biểu mẫu"},
		{url.Values{"form": {"coop-annual"}, "year": {"23"}}, "không phải là năm bốn chữ số"},
		{url.Values{"form": {"coop-annual"}, "place": {"sai"}, "year": {"2023"}}, "sai"},
		{url.Values{"form": {"coop-annual"}, "place": {"dak-mil"}, "year": {"2026"}}, "dak-mil"},
	} {
		html := askAs(t, s, officer, "/nop-bang/mau", nil, x.values, (*Site).blankForm)
		require.Equal(t, x.values.Get("place") != "", strings.Contains(html, "Địa bàn không có trên bản đồ của năm này?"), x.values)
		require.Contains(t, html, x.want)
		require.Contains(t, html, `role="alert"`)
	}
}

// A file of which everything is recorded already asks for nothing more.
func TestAFileThatIsRecordedAlready(t *testing.T) {
	again := &imports.View{State: imports.Ready, Preview: &imports.Preview{}}
	require.Equal(t, "Mọi dòng của tệp đã có trong sổ: không còn gì để ghi", outcomeOf(again).Text)
	again.Preview.Unfilled = 32
	require.Equal(t, "Biểu mẫu chưa điền dòng nào: 32 dòng có sẵn HTX còn trống", outcomeOf(again).Text)
	site := traySite(t)
	require.False(t, site.importView(&Asked{Head: site.Answers.Head()}, again).MayConfirm)
	again.Preview.Import.Rows = 1
	require.Contains(t, outcomeOf(again).Text, "đã có trong sổ", "the row that was filled in")
	again.Preview.Import.Events = []imports.ImportEvents{{Word: "số thành viên", Fresh: 1}}
	require.Contains(t, outcomeOf(again).Text, "chưa ghi gì vào sổ")
}

// Mistakes are told by their places, equal ones once, without the flags of the
// command line; what is not there is told as well.
func TestMistakesOnThePage(t *testing.T) {
	s := traySite(t)
	v, err := s.Tray.Put(officer, "nam.csv", []byte("Mã HTX,Năm,Thành viên chính thức,Doanh thu (triệu đồng)\na,2023,nhiều,1.550\nb,2023,ít,\nc,2023,vừa,\n"), imports.How{Form: "coop-annual"}, answers.Query{})
	require.NoError(t, err)
	s.Tray.Wait()
	html := askAs(t, s, officer, "/nop-bang/"+v.ID, map[string]string{"id": v.ID}, nil, (*Site).importFile)
	require.Contains(t, html, "có 4 lỗi trong tệp nam.csv")
	require.Contains(t, html, "3 dòng, cột “Thành viên chính thức” (dòng 2, dòng 3, dòng 4)")
	require.Contains(t, html, "có thể là 1550 hoặc 1,55; hãy khai báo định dạng số")
	require.NotContains(t, html, "--numbers")
	require.NotContains(t, html, "Ghi vào sổ</button>")
	require.NotContains(t, html, "/marked", "a CSV file is not handed back marked")
	require.Contains(t, html, `action="/nop-bang/tep/xem-lai"`)
	html = askAs(t, s, ledger.Actor{ID: "y", Role: "alliance"}, "/nop-bang/"+v.ID, map[string]string{"id": v.ID}, nil, (*Site).importFile)
	require.Contains(t, html, "không có tệp này")
	require.NotContains(t, html, "nam.csv")
}

// Questions are told apart from mistakes, and a receipt leads to its records.
func TestQuestionsAndReceipts(t *testing.T) {
	x := &imports.View{Name: "nam.csv", State: imports.Faulty, Err: imports.ErrRejected.With(5, "nam.csv"), Preview: &imports.Preview{Questions: 2, Mistakes: 3}}
	require.Equal(t, "có 2 câu hỏi và 3 lỗi trong tệp nam.csv; chưa ghi gì vào sổ", outcomeOf(x).Text)
	x.Preview.Mistakes = 0
	require.Equal(t, "có 2 câu hỏi trong tệp nam.csv; chưa ghi gì vào sổ", outcomeOf(x).Text)

	s := traySite(t)
	x = &imports.View{ID: "tep", State: imports.Recorded, Preview: &imports.Preview{Import: imports.Import{Receipt: shown.Receipt{
		Results: []shown.Written{{Position: 3, Repeated: true}, {Position: 7}, {Position: 9}},
	}}}}
	v := s.importView(&Asked{Head: s.Answers.Head(), Path: "/nop-bang/tep", Who: officer}, x)
	require.Equal(t, link{"@7 đến @9", "/so/7"}, v.Records)
	p, err := s.newFrame(&Asked{Head: s.Answers.Head(), Path: "/nop-bang/tep", Who: officer}, "nam.csv").render("import.html", v)
	require.NoError(t, err)
	require.Contains(t, string(p.HTML), `<a href="/so/7">@7 đến @9</a>`)
	require.Contains(t, string(p.HTML), "nêu lý do đính chính")
}
