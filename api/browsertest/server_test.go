// Package browsertest opens every page in a real Chromium: what a reader sees,
// hears from a screen reader, types, tabs to and prints. It holds tests only.
package browsertest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"htxledger/api"
	"htxledger/api/access"
	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
	"htxledger/projections/feed"
)

const opening = `{"key":"demo/ledger","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01",` +
	`"data":{"origin":"demo.test","place":"dak-nong","title":"Sổ minh họa"}}`

// reports are the statements that the alliance issues in the course of the
// demo: later records bear on the first, not on the second.
var reports = []struct{ at, body string }{
	{"2024-01-15T02:00:00Z", `{"title":"Báo cáo kết quả năm 2023","key":"bao-cao-2023","as_of":"2023-12-31",` +
		`"codes":["coops.registered","coops.operating","coops.established","members.total","linked.share"]}`},
	{"2026-11-20T02:00:00Z", `{"title":"Rà soát số liệu năm 2023","key":"ra-soat-2023","as_of":"2023-12-31",` +
		`"codes":["coops.registered","members.total"]}`},
}

// openRequest is what a district asks the alliance to agree to: a co-operative's
// members, which nobody has approved by the day that the pages are read.
const openRequest = `{"key":"xin-thanh-vien","stream":"request/cu-jut-1","kind":"request.made/1","valid":"2026-11-20",` +
	`"actor":{"id":"can-bo-cu-jut","role":"officer"},"data":{"command":{"stream":"coop/mp-cu-jut-08","kind":"coop.members-counted/1",` +
	`"valid":"2026-11-01","source":{"document":"Công văn 12/UBND"},"data":{"official":20}}}}`

// handedIn is what an import records: a row of a file, so that there is a receipt.
// It states what the demo has of the co-operative's members for another day.
const handedIn = `{"key":"tep-thanh-vien","stream":"coop/mp-cu-jut-08","kind":"coop.members-counted/1","valid":"2024-11-30",` +
	`"actor":{"id":"can-bo-cu-jut","role":"officer"},"source":{"document":"so-lieu.csv",` +
	`"sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","row":2},"data":{"official":18}}`

// today is when the pages are read, in Việt Nam at ten in the morning.
const today = "2026-11-23T03:00:00Z"

// A house is a whole server on loopback over the demo's ledger in memory.
type house struct {
	url      string
	server   *api.Server
	proj     *asof.Projection
	recorder *recorder.Recorder
	feed     *feed.Follower
	clock    atomic.Int64
	logged   trouble
	undo     []func()
}

// openHouse opens a house over commands as they stand on today, with two
// statements, an open request and a signed checkpoint of its head.
func openHouse(commands []demo.Timed) (*house, error) {
	h := &house{}
	if err := h.open(); err != nil {
		h.close()
		return nil, err
	}
	if err := h.fill(commands); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

func (h *house) close() {
	for i := len(h.undo); i > 0; i-- {
		h.undo[i-1]()
	}
	h.undo = nil
}

func (h *house) open() error {
	ctx, cancel := context.WithCancel(context.Background())
	h.undo = append(h.undo, cancel)
	dir, err := os.MkdirTemp("", "htxledger-browsertest-")
	if err != nil {
		return err
	}
	h.undo = append(h.undo, func() { _ = os.RemoveAll(dir) })
	keys, err := keydir.Open(filepath.Join(dir, "keys"), true)
	if err != nil {
		return err
	}
	h.undo = append(h.undo, func() { _ = keys.Close() })
	if _, err := audit.CreateKey(keys, rand.Reader, "demo.test"); err != nil {
		return err
	}
	tokens, err := access.Open(filepath.Join(dir, "tokens.json"))
	if err != nil {
		return err
	}
	log, proj := ledgertest.NewMemory(), asof.New()
	h.proj = proj
	if h.recorder, err = recorder.Open(ctx, log, h.now); err != nil {
		return err
	}
	h.undo = append(h.undo, h.recorder.Close)
	h.follow(ctx, log, proj)
	notary := audit.NewNotary(log, audit.NewJournal(keys))
	service := answers.New(proj, h.now).WithCheckpoints(notary)
	h.server = api.New(api.Deps{
		Answers: service, Directory: directory.New(proj), Projection: proj, Recorder: h.recorder, Log: log, Notary: notary, Feed: h.feed,
		Gate: access.NewGate(tokens, ledger.Actor{ID: "local", Role: "admin"}), Now: h.now,
		Logger: slog.New(slog.NewTextHandler(&h.logged, &slog.HandlerOptions{Level: slog.LevelWarn})), Version: "test",
	})
	return h.serve(ctx)
}

// follow keeps the projection up with the log until the house closes.
func (h *house) follow(ctx context.Context, log ledger.Log, proj *asof.Projection) {
	h.feed = feed.Follow(log, feed.Options{}, proj)
	done := make(chan struct{})
	running, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		_ = h.feed.Run(running) // the server tells why it stopped
	}()
	h.undo = append(h.undo, func() { cancel(); <-done })
}

func (h *house) serve(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	h.url = "http://" + l.Addr().String()
	done := make(chan struct{})
	serving, cancel := context.WithCancel(ctx)
	go func() {
		defer close(done)
		_ = h.server.Serve(serving, l)
	}()
	h.undo = append(h.undo, func() { cancel(); <-done })
	return nil
}

// now is a clock that runs a little each time it is looked at.
func (h *house) now() calendar.Instant { return calendar.Instant(h.clock.Add(1)) }

// at puts the clock forward; it never goes back.
func (h *house) at(instant string) error {
	i, err := calendar.ParseInstant(instant)
	if err == nil {
		h.clock.Store(max(h.clock.Load(), int64(i)))
	}
	return err
}

// atOnce bounds an append: the commands of one instant are recorded by so many.
const atOnce = 400

// fill records commands, each instant of them one append or a few, with the
// statements in between, and signs the head.
func (h *house) fill(commands []demo.Timed) error {
	if err := h.record("2022-12-01T00:59:00Z", opening); err != nil {
		return err
	}
	waiting := reports
	for len(commands) > 0 {
		at := commands[0].Recorded
		for len(waiting) > 0 && waiting[0].at < at {
			if err := h.issue(waiting[0].at, waiting[0].body); err != nil {
				return err
			}
			waiting = waiting[1:]
		}
		var unit []string
		for len(commands) > 0 && commands[0].Recorded == at && len(unit) < atOnce {
			unit, commands = append(unit, string(commands[0].Command)), commands[1:]
		}
		if err := h.record(at, unit...); err != nil {
			return err
		}
	}
	for _, r := range waiting {
		if err := h.issue(r.at, r.body); err != nil {
			return err
		}
	}
	if err := h.record("2026-11-23T02:00:00Z", openRequest, handedIn); err != nil {
		return err
	}
	if err := h.sign(); err != nil {
		return err
	}
	if err := h.replay(); err != nil {
		return err
	}
	return h.send("so-lieu-2024.csv", annual)
}

// annual is what a district sends for two co-operatives of the demo.
const annual = "Mã HTX,Năm,Thành viên chính thức\nmp-cu-jut-08,2024,19\nmp-cu-jut-13,2024,22\n"

// replay has the server count everything anew, as an auditor does, so that there
// is a result to look at.
func (h *house) replay() error {
	return h.await(http.PostForm(h.url+"/kiem-toan/tinh-lai", url.Values{"as_of": {"31/12/2023"}}))
}

// send sends a file as an officer does, without confirming it.
func (h *house) send(name, text string) error {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(file, text)
	}
	if err := errors.Join(err, form.WriteField("form", "coop-annual"), form.Close()); err != nil {
		return err
	}
	return h.await(http.Post(h.url+"/nop-bang", form.FormDataContentType(), &body))
}

// await asks for a page until what it shows is done.
func (h *house) await(res *http.Response, err error) error {
	for err == nil {
		said, failed := io.ReadAll(res.Body)
		_ = res.Body.Close()
		switch {
		case failed != nil:
			return failed
		case res.StatusCode != http.StatusOK:
			return &unexpected{res.StatusCode, string(said)}
		case !bytes.Contains(said, []byte("<progress")):
			return nil
		}
		time.Sleep(10 * time.Millisecond)
		res, err = http.Get(res.Request.URL.String())
	}
	return err
}

func (h *house) record(at string, commands ...string) error {
	if err := h.at(at); err != nil {
		return err
	}
	drafts := make([]*ledger.Draft, len(commands))
	for i, c := range commands {
		var err error
		if drafts[i], err = ledger.ParseDraft([]byte(c)); err != nil {
			return err
		}
	}
	results, err := h.recorder.Record(context.Background(), drafts...)
	for i, r := range results {
		if err != nil && r.Err != nil {
			return fmt.Errorf("%s: %w", commands[i], errors.Join(err, r.Err))
		}
	}
	return err
}

// issue issues a statement over HTTP, as the alliance does: about all that is
// recorded by then.
func (h *house) issue(at, body string) error {
	if err := h.at(at); err != nil {
		return err
	}
	size, err := h.server.Log.Size(context.Background())
	if err != nil {
		return err
	}
	if err := h.feed.Await(context.Background(), size); err != nil {
		return err
	}
	res, err := http.Post(h.url+api.Prefix+"/statements", "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		said, _ := io.ReadAll(res.Body)
		return &unexpected{res.StatusCode, string(said)}
	}
	return nil
}

// sign signs a checkpoint of the head, on the day that the pages are read.
func (h *house) sign() error {
	if err := h.at(today); err != nil {
		return err
	}
	if err := h.server.Notary.ReadThrough(context.Background(), -1); err != nil {
		return err
	}
	_, err := h.server.Notary.Journal.SignHead(h.server.Notary.View)
	return err
}
