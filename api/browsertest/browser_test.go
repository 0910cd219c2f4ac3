package browsertest

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/ledger/ledgertest"
)

// The environment variables of these tests. required makes a missing browser a
// failure; full walks more addresses of each kind.
const (
	chromiumVariable = "HTXLEDGER_CHROMIUM"
	required         = "required"
	walkVariable     = "HTXLEDGER_WALK"
	full             = "full"
)

// names are what a Chromium is called, as far as packages agree.
var names = []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"}

// patience is how long anything that a page does may take.
const patience = 30 * time.Second

// shared is what all tests use: one demo that nobody writes to, one browser.
var shared struct {
	once sync.Once
	demo *house
	err  error
	undo []func()
}

var browser struct {
	once sync.Once
	ctx  context.Context
	err  error
}

var errNoBrowser = errors.New("no Chromium in PATH (" + strings.Join(names, ", ") + "); with one, every page is opened in it")

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	for i := len(shared.undo); i > 0; i-- {
		shared.undo[i-1]()
	}
	os.Exit(code)
}

// openedHouse is the shared demo, for what needs no browser.
func openedHouse(t *testing.T) *house {
	t.Helper()
	shared.once.Do(func() {
		if shared.demo, shared.err = openHouse(demo.Commands(demo.Seed)); shared.err == nil {
			shared.undo = append(shared.undo, shared.demo.close)
		}
	})
	require.NoError(t, shared.err)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("the server said:", shared.demo.logged.String())
		}
	})
	return shared.demo
}

// demoHouse is the shared demo with a browser before it. The test is skipped
// where there is no browser.
func demoHouse(t *testing.T) *house {
	t.Helper()
	if ledgertest.Race {
		t.Skip("pages are opened without the race detector: the server's own tests run with it")
	}
	if testing.Short() {
		t.Skip("-short: no browser is started")
	}
	browser.once.Do(func() { browser.err = openBrowser() })
	if errors.Is(browser.err, errNoBrowser) && os.Getenv(chromiumVariable) != required {
		t.Skip(browser.err)
	}
	require.NoError(t, browser.err)
	return openedHouse(t)
}

func openBrowser() error {
	var program string
	for _, name := range names {
		if p, err := exec.LookPath(name); err == nil && program == "" {
			program = p
		}
	}
	if program == "" {
		return errNoBrowser
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(wide, tall),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "vi"),
	)...)
	ctx, cancel := chromedp.NewContext(allocator)
	browser.ctx = ctx
	shared.undo = append(shared.undo, func() {
		_ = chromedp.Cancel(ctx) // ends the process and takes its profile away
		cancel()
		stop()
	})
	return chromedp.Do(ctx)
}

// Widths and heights of a window, in pixels of style sheets: a desk, a telephone
// and the printed part of an A4 page, upright and across.
const (
	wide, tall  = 1280, 900
	narrow      = 360
	paper       = 642
	paperAcross = 971
)

// A tab is one page of the browser and what went on behind it.
type tab struct {
	t     *testing.T
	ctx   context.Context
	house *house

	mu     sync.Mutex
	wrongs []string // what a console or the network said
	open   map[network.RequestID]bool
	moved  time.Time // when a request last began or ended
}

// newTab opens a tab, closed at the end of the test.
func newTab(t *testing.T, h *house, options ...func(*tab)) *tab {
	t.Helper()
	b := &tab{t: t, house: h, open: map[network.RequestID]bool{}}
	ctx, cancel := chromedp.NewContext(browser.ctx, chromedp.WithListener(b.hear))
	t.Cleanup(cancel)
	require.NoError(t, chromedp.Do(ctx)) // the tab lives as long as this context
	b.ctx, cancel = context.WithTimeout(ctx, 4*patience)
	t.Cleanup(cancel)
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hearPolicy})
	b.resize(wide)
	for _, o := range options {
		o(b)
	}
	return b
}

// withoutScripts is a browser that runs no script of a page.
func withoutScripts(b *tab) {
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}

// hearPolicy keeps what the content security policy refused.
const hearPolicy = `window.refused = []; document.addEventListener('securitypolicyviolation', e =>
	window.refused.push(e.effectiveDirective + ' ' + (e.blockedURI || '') + ' ' + (e.sourceFile || '') + ':' + e.lineNumber))`

// hear takes down what a reader does not see. It runs between the browser's
// messages and only writes.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning || ev.Type == runtime.ConsoleAPICalledTypeAssert {
			b.wrongs = append(b.wrongs, "console: "+spoken(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		b.wrongs = append(b.wrongs, "exception: "+(&chromedp.ExceptionError{ExceptionDetails: ev.ExceptionDetails}).Error())
	case *log.EventEntryAdded:
		if e := ev.Entry; e.Level != log.EntryLevelVerbose && e.Level != log.EntryLevelInfo && e.Source != log.EntrySourceNetwork {
			b.wrongs = append(b.wrongs, fmt.Sprintf("log: %s %s %s:%d", e.Source, e.Text, e.URL, e.LineNumber))
		}
	case *network.EventRequestWillBeSent:
		b.begun(ev)
	case *network.EventResponseReceived:
		if ev.Response.Status >= 400 && ev.Type != network.ResourceTypeDocument { // a document's status is the test's to judge
			b.wrongs = append(b.wrongs, fmt.Sprintf("request: %d %s", ev.Response.Status, ev.Response.URL))
		}
	case *network.EventLoadingFinished:
		b.ended(ev.RequestID)
	case *network.EventLoadingFailed:
		b.ended(ev.RequestID)
		if !ev.Canceled {
			b.wrongs = append(b.wrongs, fmt.Sprintf("request: %s %s", ev.Type, ev.ErrorText))
		}
	}
}

func (b *tab) begun(ev *network.EventRequestWillBeSent) {
	if ev.Type == network.ResourceTypeDocument {
		clear(b.open) // what the page before had under way ends with it, unsaid
	}
	b.open[ev.RequestID], b.moved = true, time.Now()
	if to, err := url.Parse(ev.Request.URL); err != nil || to.Scheme+"://"+to.Host != b.house.url {
		b.wrongs = append(b.wrongs, "request to elsewhere: "+ev.Request.URL)
	}
}

func (b *tab) ended(id network.RequestID) {
	delete(b.open, id)
	b.moved = time.Now()
}

func spoken(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if words = append(words, string(a.Value)); len(a.Value) == 0 {
			words[len(words)-1] = a.Description
		}
	}
	return strings.Join(words, " ")
}

// behind gives what went on behind the page since it was asked last.
func (b *tab) behind() []string {
	b.t.Helper()
	refused := eval[[]string](b, `window.refused || []`)
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.wrongs
	for _, r := range refused {
		all = append(all, "content security policy: "+r)
	}
	b.wrongs = nil
	return all
}

// visit opens an address of the house and gives the status of its document.
func (b *tab) visit(path string) int64 {
	b.t.Helper()
	res, err := chromedp.Run(b.ctx, chromedp.NavigateResponse(b.house.url+path))
	require.NoError(b.t, err, path)
	require.NotNil(b.t, res, path)
	return res.Status
}

// settle waits until no request is under way and none was for a moment.
func (b *tab) settle() {
	b.t.Helper()
	const moment = 60 * time.Millisecond
	require.Eventually(b.t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.open) == 0 && time.Since(b.moved) > moment
	}, patience, 10*time.Millisecond, "requests that do not end")
}

// here is the address of the page, without the host.
func (b *tab) here() string {
	b.t.Helper()
	return eval[string](b, `location.href.slice(location.origin.length)`)
}

// resize gives the window a width, and the height of a desk.
func (b *tab) resize(width int64) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, chromedp.EmulateViewport(width, tall)))
}

// media shows the page as on "screen" or in "print".
func (b *tab) media(name string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: name})
}

// do runs steps against the page.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...), "on %s", b.where())
}

// load runs steps that lead to another page, and waits for it.
func (b *tab) load(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	_, err := chromedp.Run(b.ctx, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Steps(steps...)))
	require.NoError(b.t, err, "no page came")
	b.settle()
}

func (b *tab) where() string {
	to, err := chromedp.Run(b.ctx, chromedp.Location())
	if err != nil {
		return err.Error()
	}
	return to
}

// text is what a reader reads in the first element of a selector.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ''`, selector))
}

// eval evaluates an expression in the page. It works where scripts of pages do
// not run, too.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, "on %s", b.where())
	return v
}
