package web

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

func TestAuditPage(t *testing.T) {
	d := newDesk(t)
	doc, p := open(t, d.Site, "/kiem-toan")
	require.NoError(t, p.Err)
	main := tidy(doc.Find("main"))
	root, err := d.Notary.View.Root(8)
	require.NoError(t, err)
	require.Contains(t, main, "8 bản ghi")
	require.Contains(t, main, root.String())
	statements := doc.Find("table").First().Find("tbody tr")
	require.Equal(t, 1, statements.Length())
	require.Contains(t, tidy(statements), "Số liệu <i>thử</i>")
	require.Contains(t, tidy(statements), "nay sẽ khác")
	require.Equal(t, "/kiem-toan/bao-cao/bao-cao-1", statements.Find("a").First().AttrOr("href", ""))
	require.Equal(t, "/api/v1/evidence?statement=bao-cao-1", statements.Find("a[download]").AttrOr("href", ""))
	keys, err := d.Notary.Verifiers()
	require.NoError(t, err)
	require.Contains(t, main, keys[0])
	require.Contains(t, main, "htxverify bao-cao-1.evidence --key so-htx.pub")
	signed, err := d.Notary.Journal.Latest()
	require.NoError(t, err)
	require.Contains(t, main, strings.Join(strings.Fields(string(signed.Note)), " "))
	require.Contains(t, main, "demo.test (khóa "+audit.KeyID(keys[0])+") ● khớp")
	require.Equal(t, "7", doc.Find("#f-from").AttrOr("value", ""))

	// A journal of another history is told as such.
	other := newDesk(t)
	d.Notary.Journal = other.Notary.Journal
	doc, _ = open(t, d.Site, "/kiem-toan")
	require.Contains(t, tidy(doc.Find("main")), "không đúng")
}

func TestUnsignedAuditPage(t *testing.T) {
	d := newDesk(t)
	d.Notary.Journal = nil
	doc, p := open(t, d.Site, "/kiem-toan")
	require.NoError(t, p.Err)
	require.Contains(t, tidy(doc.Find("main")), "Chưa có điểm kiểm tra nào được ký")
	doc, _ = open(t, d.Site, "/kiem-toan/bao-cao/bao-cao-1")
	require.Contains(t, tidy(doc.Find("main")), "chưa có tệp bằng chứng")
	require.Zero(t, doc.Find("a[download]").Length())
}

func TestStatementPage(t *testing.T) {
	d := newDesk(t)
	doc, p := open(t, d.Site, "/kiem-toan/bao-cao/bao-cao-1")
	require.NoError(t, p.Err)
	require.Equal(t, "Số liệu <i>thử</i>", doc.Find("h1").Text())
	row := doc.Find("tbody tr").First()
	require.Contains(t, tidy(row), "HTX nông nghiệp đang đăng ký")
	require.Equal(t, "1 HTX", tidy(row.Find("td").Eq(0)))
	require.Equal(t, "2 HTX", tidy(row.Find("td").Eq(1)))
	require.Equal(t, "+1 HTX", tidy(row.Find("td").Eq(2)))
	require.Contains(t, tidy(row.Find("td").Eq(3)), "nay sẽ khác 1 bản ghi làm thay đổi@7: thành lập HTX Bình Minh")
	require.Equal(t, "/so/7", row.Find("details a").AttrOr("href", ""))
	require.Contains(t, tidy(doc.Find("dl")), "Địa bànĐắk Nông Kỳtừ 01/01/2023 đến 31/12/2023")

	d.take(`{"key":"w","stream":"statement/bao-cao-1","kind":"statement.withdrawn/1","valid":"2026-11-23","actor":{"id":"lmhtx","role":"alliance","place":"dak-nong"},"data":{"reason":"in <u>nhầm</u>"}}`, "2024-02-02T01:00:00Z")
	d.store()
	doc, _ = open(t, d.Site, "/kiem-toan/bao-cao/bao-cao-1")
	require.Contains(t, tidy(doc.Find("main")), "Báo cáo này đã thu hồi từ ngày 23/11/2026 (bản ghi @8). Người thu hồi: lmhtx (liên minh HTX). Lý do: in <u>nhầm</u>.")
	require.Zero(t, doc.Find("main u").Length())
	doc, p = open(t, d.Site, "/kiem-toan/bao-cao/khac")
	require.Equal(t, fault.NotFound, fault.KindOf(p.Err))
	require.Contains(t, tidy(doc.Find(".problem")), "không có báo cáo xác nhận khac")
}

func TestConsistencyPage(t *testing.T) {
	d := newDesk(t)
	doc, p := open(t, d.Site, "/kiem-toan/nhat-quan?from=7&to=8")
	require.NoError(t, p.Err)
	require.Contains(t, tidy(doc.Find("main")), "Đúng: 7 bản ghi đầu khi đó vẫn là 7 bản ghi đầu của 8 bản ghi.")
	require.Contains(t, tidy(doc.Find("dl")), "đã ký: demo.test")
	proof, err := d.Notary.View.Consistency(7, 8)
	require.NoError(t, err)
	require.Equal(t, len(proof.Hashes), doc.Find("ol li").Length())
	doc, p = open(t, d.Site, "/kiem-toan/nhat-quan")
	require.NoError(t, p.Err)
	require.Zero(t, doc.Find(".outcome").Length())
	refused(t, d.Site, "/kiem-toan/nhat-quan?from=x", fault.Malformed, "from", "x")
	refused(t, d.Site, "/kiem-toan/nhat-quan?from=1&to=9", fault.Malformed, "to", "9")
	refused(t, d.Site, "/kiem-toan/nhat-quan?from=5&to=3", fault.NotFound, "from", "5")

	other := newDesk(t)
	other.take(`{"key":"z","stream":"coop/b","kind":"coop.members-counted/1","valid":"2024-01-31","data":{"official":9}}`, "2024-02-02T01:00:00Z")
	other.store()
	other.sign()
	d.take(`{"key":"y","stream":"coop/b","kind":"coop.members-counted/1","valid":"2024-01-31","data":{"official":8}}`, "2024-02-02T01:00:00Z")
	d.store()
	d.Notary.Journal = other.Notary.Journal
	doc, _ = open(t, d.Site, "/kiem-toan/nhat-quan?from=7&to=9")
	require.Contains(t, tidy(doc.Find(".outcome")), "Không đúng: gốc đã ký không phải gốc của sổ hiện nay.")
}

func TestReplayPages(t *testing.T) {
	d := newDesk(t)
	point, err := askerOf(d.Site).Resolve(answers.Query{AsOf: "2023-12-31"})
	require.NoError(t, err)
	def, err := indicator.Find("coops.registered")
	require.NoError(t, err)
	slow := &indicator.Figure{Definition: def, Num: 2, Den: 1}
	same := &answers.Replay{Point: point, Records: 8, Figures: []*indicator.Figure{slow}}
	apart := &answers.Replay{Point: point, Records: 8, Figures: same.Figures, Differences: []answers.Disagreement{
		{Definition: def, Slow: slow, Fast: &indicator.Figure{Definition: def, Num: 3, Den: 1}},
	}}
	now := testNow()
	list := []Replay{
		{ID: "chay", Point: point, Started: now, Done: 3, Of: 8},
		{ID: "xong", Point: point, Started: now, Ended: now, Done: 8, Of: 8, Result: same, Digest: &answers.Digest{Root: "gốc"}},
		{ID: "lech", Point: point, Started: now, Ended: now, Result: apart, Apart: &answers.Apart{Record: d.proj.Record(7), Disagreement: apart.Differences[0]}},
		{ID: "dung", Point: point, Started: now, Ended: now, Stopped: true, Err: errors.New("context canceled")},
		{ID: "hong", Point: point, Started: now, Ended: now, Err: errors.New("bí mật")},
	}
	d.Replays = func() []Replay { return list }
	for id, want := range map[string]string{
		"chay": "Đang chạy: đang đọc từng bản ghi từ bản ghi số 0; đã đọc 3/8 bản ghi.",
		"xong": "mọi con số khớp với số máy chủ đang trả lời.",
		"lech": "1 chỉ tiêu lệch. Hai cách tính tách nhau lần đầu ở bản ghi @7",
		"dung": "đã dừng giữa chừng nên không có kết quả",
		"hong": "có lỗi chưa lường trước",
	} {
		doc, p := open(t, d.Site, "/kiem-toan/tinh-lai/"+id)
		require.NoError(t, p.Err)
		require.Contains(t, tidy(doc.Find("main")), want, id)
		require.NotContains(t, string(p.HTML), "bí mật")
		require.Equal(t, id == "chay", doc.Find("[hx-get]").Length() == 1, "polling ends with the replay: %s", id)
		require.Equal(t, id == "xong", doc.Find("a[download]").Length() == 1, id)
	}
	doc, _ := open(t, d.Site, "/kiem-toan/tinh-lai/lech")
	require.Equal(t, "2 HTX", tidy(doc.Find("tbody td").Eq(0)))
	require.Equal(t, "3 HTX", tidy(doc.Find("tbody td").Eq(1)))
	require.Contains(t, tidy(doc.Find("tbody td").Eq(2)), "lệch")
	doc, _ = open(t, d.Site, "/kiem-toan/tinh-lai/chay")
	require.Equal(t, "3", doc.Find("progress").AttrOr("value", ""))
	require.Equal(t, "/kiem-toan/tinh-lai/chay/dung", doc.Find("form").AttrOr("action", ""))
	refused(t, d.Site, "/kiem-toan/tinh-lai/khac", fault.NotFound, "", "")
	doc, _ = open(t, d.Site, "/kiem-toan")
	require.Contains(t, tidy(doc.Find("main")), "LỆCH ở 1 chỉ tiêu")
}

// What is wrong with a form that was posted is said beside its field, with what
// was typed.
func TestAuditFormsKeepWhatWasTyped(t *testing.T) {
	d := newDesk(t)
	a := &Asked{Head: d.Answers.Head(), Path: "/kiem-toan", Values: map[string][]string{"as_of": {"<31>"}, "keys": {"khóa+sai"}}}
	page, err := d.AuditPage(a, errPosition.With("<31>", 0, 9).At("as-of"))
	require.NoError(t, err)
	doc := readPage(t, page)
	require.Equal(t, "<31>", doc.Find("#f-as_of[aria-invalid]").AttrOr("value", ""))
	require.Equal(t, "khóa+sai", doc.Find("#f-keys").AttrOr("value", ""))
	require.Equal(t, 1, doc.Find(`.problem a[href="#f-as_of"]`).Length())
	_, err = d.AuditPage(a, errors.New("unforeseen"))
	require.Error(t, err, "what is not the reader's is not a page of theirs")
}

func TestSignersInWords(t *testing.T) {
	require.Empty(t, signersInWords([]byte("x")))
	require.Empty(t, signersInWords([]byte("x\n\n— ai !!!\n— a b\nrác\n")))
	require.Equal(t, "ai (khóa 01020304)", signersInWords([]byte("x\n\n— ai AQIDBA==\n")))
	require.Equal(t, "ai (nhân chứng, khóa 00000000)", signersInWords([]byte("x\n\n— ai "+strings.Repeat("AAAA", 25)+"AA==\n")))
}
