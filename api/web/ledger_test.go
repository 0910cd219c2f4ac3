package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

// A desk is the pages of a small ledger that is signed.
type desk struct {
	*teller
	*Site
	log *ledgertest.Memory
}

var deskFacts = []string{
	`{"key":"p0","stream":"place/dak-nong","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-nong","level":"province","name":"Đắk Nông"}}`,
	`{"key":"p1","stream":"place/dak-mil","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"dak-mil","level":"district","name":"Huyện Đắk Mil","parent":"dak-nong"}}`,
	`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2023-03-14","source":{"document":"Quyết định 123/QĐ-UBND","sheet":"Biểu 1","row":12},"data":{"name":"HTX <b>Ánh</b> Dương","form":"htx","place":"dak-mil","agricultural":true,"sector":"trồng trọt"}}`,
	`{"key":"c","stream":"coop/a","kind":"coop.members-counted/1","valid":"2023-06-30","actor":{"id":"can-bo","role":"officer","place":"dak-mil"},"data":{"official":21}}`,
	`{"key":"d","stream":"coop/a","kind":"ledger.restated/1","corrects":{"key":"c","reason":"typo","note":"đảo số"},"data":{"official":12}}`,
}

// newDesk tells a small ledger, states two figures, signs, and tells one fact
// more, which moves one of them.
func newDesk(t *testing.T) *desk {
	w := newTeller(t)
	for _, c := range deskFacts {
		w.take(c, "2023-12-01T01:00:00Z")
	}
	dir, err := keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Close()) })
	_, err = audit.CreateKey(dir, rand.Reader, "demo.test")
	require.NoError(t, err)
	d := &desk{teller: w, log: ledgertest.NewMemory()}
	n := audit.NewNotary(d.log, audit.NewJournal(dir))
	s := answerstest.New(w.proj, testNow)
	d.Site = siteOf(s)
	d.Site.Notary, d.Site.Log, d.Site.Statements = n, d.log, answers.NewStatements(s.Service, n)
	d.store()
	d.issue("bao-cao-1", "coops.registered", "coops.established")
	d.sign()
	d.take(`{"key":"e","stream":"coop/b","kind":"coop.established/1","valid":"2023-11-02","data":{"name":"HTX Bình Minh","form":"htx","place":"dak-mil","agricultural":true,"sector":"lúa"}}`, "2024-02-01T01:00:00Z")
	d.store()
	return d
}

// store puts into the log what was told.
func (d *desk) store() {
	ctx := context.Background()
	size, err := d.log.Size(ctx)
	require.NoError(d.t, err)
	for ; size < d.proj.Size(); size++ {
		r := d.proj.Record(size)
		require.NoError(d.t, d.log.Append(ctx, size, ledger.Entry{Position: size, Bytes: r.Bytes, ID: r.ID, Kind: r.Kind, Stream: r.Stream}))
	}
}

func (d *desk) issue(key string, codes ...string) {
	p, err := askerOf(d.Site).Resolve(answers.Query{Codes: codes, AsOf: "2023-12-31"})
	require.NoError(d.t, err)
	draft, err := d.Statements.Draft(p, answers.Issue{
		Title: "Số liệu <i>thử</i>", Key: key, Actor: &ledger.Actor{ID: "lmhtx", Role: "alliance", Place: "dak-nong"},
	})
	require.NoError(d.t, err)
	at, err := calendar.ParseInstant("2024-01-05T01:00:00Z")
	require.NoError(d.t, err)
	v, err := d.book.Decide(draft, at)
	require.NoError(d.t, err)
	require.NoError(d.t, d.book.Add(v.Record))
	require.NoError(d.t, d.proj.Apply(v.Record))
	d.store()
}

func (d *desk) sign() {
	require.NoError(d.t, d.Notary.ReadThrough(context.Background(), -1))
	_, err := d.Notary.Journal.SignHead(d.Notary.View)
	require.NoError(d.t, err)
}

// open asks for a page and reads it.
func open(t *testing.T, s *Site, to string) (*goquery.Document, Page) {
	t.Helper()
	p := ask(t, s, to)
	if p.Nothing {
		return nil, p
	}
	return readPage(t, p), p
}

func readPage(t *testing.T, p Page) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(p.HTML))
	require.NoError(t, err)
	require.Equal(t, 1, doc.Find("h1").Length())
	require.Zero(t, doc.Find("[style], script:not([src])").Length())
	return doc
}

// refused asks for what is refused: the page says so, and its field keeps what
// was typed.
func refused(t *testing.T, s *Site, to string, kind fault.Kind, field, typed string) {
	t.Helper()
	doc, p := open(t, s, to)
	require.Equal(t, kind, fault.KindOf(p.Err), to)
	require.Equal(t, 1, doc.Find(".problem li").Length(), to)
	if field == "" {
		return
	}
	require.Equal(t, 1, doc.Find(`.problem a[href="#f-`+field+`"]`).Length(), to)
	x := doc.Find("#f-" + field)
	require.Equal(t, 1, x.Length(), to)
	require.Equal(t, "true", x.AttrOr("aria-invalid", ""), to)
	if x.Is("select") {
		require.Equal(t, typed, x.Find("option[selected]").AttrOr("value", ""), to)
	} else {
		require.Equal(t, typed, x.AttrOr("value", ""), to)
	}
}

func tidy(x *goquery.Selection) string { return strings.Join(strings.Fields(x.Text()), " ") }

func positions(t *testing.T, doc *goquery.Document) (list []int) {
	doc.Find("table.records tbody th").Each(func(_ int, x *goquery.Selection) {
		n, err := strconv.Atoi(strings.TrimPrefix(tidy(x), "@"))
		require.NoError(t, err)
		list = append(list, n)
	})
	return list
}

// Paging from the newest to the oldest shows every record once, whatever the
// filter, and the way back leads to the page above.
func TestLedgerPagesShowEverythingOnce(t *testing.T) {
	s := demoSite()
	for _, filter := range []string{"kind=ocop.", "kind=coop.members-counted%2F1", "marks=corrections", "place=krong-no&as_of=31/12/2023", "known_at=@120", "q=Bu%C3%B4n+Cho%C3%A1h"} {
		to, all := "/so?"+filter, []int{}
		for range 100 {
			doc, p := open(t, s, to)
			require.NoError(t, p.Err, to)
			page := positions(t, doc)
			if len(all) > 0 {
				newer, _ := doc.Find(`a[rel="prev"]`).Attr("href")
				require.NotEmpty(t, newer, to)
				back, _ := open(t, s, newer)
				require.Contains(t, positions(t, back), all[len(all)-1], "%s back to %s", to, newer)
			}
			all = append(all, page...)
			older, more := doc.Find(`a[rel="next"]`).Attr("href")
			if !more {
				break
			}
			to = older
		}
		require.NotEmpty(t, all, filter)
		for i := 1; i < len(all); i++ {
			require.Greater(t, all[i-1], all[i], filter)
		}
		if filter == "known_at=@120" {
			require.Len(t, all, 120)
		}
	}
}

func TestLedgerLines(t *testing.T) {
	d := newDesk(t)
	doc, p := open(t, d.Site, "/so")
	require.NoError(t, p.Err)
	require.Equal(t, []int{7, 6, 5, 4, 3, 2, 1, 0}, positions(t, doc))
	rows := doc.Find("table.records tbody tr")
	late := tidy(rows.Eq(0))
	require.Contains(t, late, "HTX Bình Minh: thành lập HTX Bình Minh (hợp tác xã) tại Huyện Đắk Mil")
	require.Contains(t, late, "ghi muộn")
	require.Contains(t, tidy(rows.Eq(2)), "đính chính bản ghi @4 (số thành viên) vì ghi nhầm, nay là: 12 thành viên chính thức")
	require.Contains(t, tidy(rows.Eq(3)), "được đính chính ở @5")
	require.Equal(t, "/so/5", rows.Eq(3).Find(".mark.corrected a").AttrOr("href", ""))
	require.Contains(t, tidy(rows.Eq(3)), "can-bo (cán bộ địa bàn)")
	require.Contains(t, tidy(rows.Eq(4)), "HTX <b>Ánh</b> Dương", "what was recorded is text")
	require.Zero(t, doc.Find("table.records b").Length())
	require.Contains(t, tidy(rows.Eq(4)), "Quyết định 123/QĐ-UBND, trang tính Biểu 1, dòng 12")

	for to, want := range map[string][]int{
		"/so?marks=late":        {7, 4, 3, 2, 1},
		"/so?marks=corrections": {5},
		"/so?role=officer":      {4},
		"/so?actor=lmhtx":       {6},
		"/so?coop=b":            {7},
		"/so?q=anh":             {5, 4, 3},
		"/so?from=@3":           {3, 2, 1, 0},
		"/so?from=0":            {0},
		"/so?kind=place.":       {2, 1},
		"/so?q=không+có":        nil,
	} {
		doc, p := open(t, d.Site, strings.ReplaceAll(to, "ô", "%C3%B4"))
		require.NoError(t, p.Err, to)
		if to == "/so?q=anh" || to == "/so?marks=late" {
			require.Subset(t, positions(t, doc), want[:1], to)
			continue
		}
		require.Equal(t, want, positions(t, doc), to)
	}
}

func TestLedgerRefuses(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		query, field, typed string
		kind                fault.Kind
	}{
		{"kind=coop.nothing/9", "kind", "coop.nothing/9", fault.Malformed},
		{"marks=x", "marks", "x", fault.Malformed},
		{"role=<b>", "role", "<b>", fault.Malformed},
		{"from=abc", "from", "abc", fault.Malformed},
		{"from=8", "from", "8", fault.Malformed},
		{"from=-1", "from", "-1", fault.Malformed},
		{"from=99999999999999999999", "from", "99999999999999999999", fault.Malformed},
		{"after=x", "", "", fault.Malformed},
		{"place=khong-co", "place", "khong-co", fault.NotFound},
		{"as_of=31/02/2023", "as_of", "31/02/2023", fault.Malformed},
		{"known_at=@9", "known_at", "@9", fault.NotFound},
	} {
		refused(t, d.Site, "/so?"+c.query, c.kind, c.field, c.typed)
	}
	p := ask(t, d.Site, `/so?q=%3Cscript%3Ealert(1)%3C/script%3E%00`)
	require.NotContains(t, string(p.HTML), "<script>alert")
}

// The tail gives what is new and nothing else, and says so once.
func TestLedgerTail(t *testing.T) {
	d := newDesk(t)
	doc, _ := open(t, d.Site, "/so")
	require.Zero(t, doc.Find("[hx-get]").Length(), "nobody is followed who did not ask")
	doc, _ = open(t, d.Site, "/so?live=1&kind=coop.")
	poll := doc.Find("#theo-doi")
	require.Equal(t, "/so?after=8&kind=coop.&live=1", poll.AttrOr("hx-get", ""))
	require.Equal(t, "/so?kind=coop.", poll.Find("a").First().AttrOr("href", ""), "it can be paused")
	require.Empty(t, tidy(doc.Find("#tin")))
	_, p := open(t, d.Site, poll.AttrOr("hx-get", ""))
	require.True(t, p.Nothing)

	d.take(`{"key":"f","stream":"coop/b","kind":"coop.members-counted/1","valid":"2024-01-31","data":{"official":9}}`, "2024-02-02T01:00:00Z")
	d.take(`{"key":"g","stream":"support/h","kind":"support.given/1","valid":"2024-01-31","data":{"coop":"b","help":"land"}}`, "2024-02-02T01:00:00Z")
	doc, _ = open(t, d.Site, poll.AttrOr("hx-get", ""))
	require.Equal(t, []int{8}, positions(t, doc))
	require.Equal(t, 1, doc.Find("#dong-moi tr.fresh").Length())
	require.Equal(t, "/so?after=10&kind=coop.&live=1", doc.Find("#theo-doi").AttrOr("hx-get", ""))
	require.Contains(t, tidy(doc.Find("#tin")), "Thêm 1 bản ghi mới; sổ có 10 bản ghi.")
}

func TestEmptyLedgerPages(t *testing.T) {
	s := siteOf(answerstest.New(asof.New(), testNow))
	doc, p := open(t, s, "/so")
	require.NoError(t, p.Err)
	require.Contains(t, tidy(doc.Find("main")), "htxledger init")
	doc, p = open(t, s, "/kiem-toan")
	require.NoError(t, p.Err)
	require.Contains(t, tidy(doc.Find("main")), "htxledger init")
	refused(t, s, "/so/0", fault.NotFound, "", "")
	refused(t, s, "/kiem-toan/bao-cao/x", fault.NotFound, "", "")
}

func TestRecordPage(t *testing.T) {
	d := newDesk(t)
	doc, p := open(t, d.Site, "/so/5")
	require.NoError(t, p.Err)
	main := doc.Find("main")
	require.Equal(t, string(d.proj.Record(5).Bytes), doc.Find("pre.bytes").Text(), "byte for byte")
	chain := doc.Find("ol.chain li")
	require.Equal(t, 2, chain.Length())
	require.Equal(t, "21 thành viên chính thức", chain.Eq(0).Find("s").Text())
	require.True(t, chain.Eq(1).HasClass("this"))
	require.Contains(t, tidy(main), "Lý do đính chínhghi nhầm Giải thíchđảo số")

	// The proof is against the newest checkpoint, and its steps lead to the root.
	require.Contains(t, tidy(main), "Chuỗi băm đúng: bản ghi này là một trong 7 bản ghi đầu của sổ.")
	require.Contains(t, tidy(main), "Cỡ sổ này đã được ký: demo.test (khóa ")
	root, err := d.Notary.View.Root(7)
	require.NoError(t, err)
	require.Equal(t, root.String(), doc.Find("details table tbody tr").Last().Find("td").Last().Text())
	doc, _ = open(t, d.Site, "/so/5?size=8")
	require.Contains(t, tidy(doc.Find("main")), "Cỡ sổ này chưa được ký")
	doc, _ = open(t, d.Site, "/so/"+d.proj.Record(7).ID.String())
	require.Equal(t, "Bản ghi @7", doc.Find("h1").Text())
	require.Contains(t, tidy(doc.Find("main")), "Cỡ sổ này chưa được ký", "no checkpoint covers it")

	// What it moved, and on what day: of a correction, in the year of its fact.
	first, _ := open(t, d.Site, "/so/5")
	require.Contains(t, tidy(first.Find("table").First()), "Số liệu tại ngày 31/12/2023")
	moved := tidy(doc.Find("table").First())
	require.Contains(t, moved, "Số liệu tại ngày 31/12/2023")
	require.Contains(t, moved, "HTX nông nghiệp đang đăng ký1 HTX2 HTX+1 HTX")
	require.Equal(t, "load", doc.Find("#bao-cao").AttrOr("hx-trigger", ""))
	doc, _ = open(t, d.Site, "/so/7?bears=1")
	require.Contains(t, tidy(doc.Find("#bao-cao")), "bao-cao-1; nay sẽ khác vì bản ghi này ở HTX nông nghiệp đang đăng ký")
	doc, _ = open(t, d.Site, "/so/3?bears=1")
	require.Contains(t, tidy(doc.Find("#bao-cao")), "dựa vào bản ghi này ở HTX nông nghiệp đang đăng ký")
	require.Contains(t, tidy(doc.Find("main")), "Trang tínhBiểu 1 Dòng12")
	require.Zero(t, doc.Find("main b").Length())
	doc, _ = open(t, d.Site, "/so/7?known_at=@3")
	require.Contains(t, tidy(doc.Find("main")), "vào sổ sau mốc đang xem")

	for _, to := range []string{"/so/8", "/so/-1", "/so/%3Cb%3E", "/so/75872e1f-8355-5a18-a0a8-8791cc679310"} {
		refused(t, d.Site, to, fault.NotFound, "", "")
	}
	refused(t, d.Site, "/so/5?size=5", fault.NotFound, "size", "5")
	refused(t, d.Site, "/so/5?size=9", fault.Malformed, "size", "9")
	refused(t, d.Site, "/so/5?size=x", fault.Malformed, "size", "x")
	refused(t, d.Site, "/so/5?as_of=32/1/2023", fault.Malformed, "as_of", "32/1/2023")
}

// Every record of the demo has its page.
func TestEveryRecordHasAPage(t *testing.T) {
	s := demoSite()
	for at := ledger.Position(0); at < s.Answers.Head().Size(); at += 37 {
		doc, p := open(t, s, "/so/"+positionDigits(at))
		require.NoError(t, p.Err, at)
		require.NotEmpty(t, tidy(doc.Find(".lead")), at)
	}
}

// A record from before a place was on the map moved no figure of that place.
func TestRecordBeforeItsPlace(t *testing.T) {
	p := ask(t, demoSite(), "/so/240?as_of=2026-11-23&place=phuong-bac-gia-nghia-2025")
	require.NoError(t, p.Err)
	require.Contains(t, string(p.HTML), "địa bàn chưa có trên bản đồ")
}
