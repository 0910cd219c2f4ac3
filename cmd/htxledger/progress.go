package main

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"htxledger/domain/ledger"
)

// barEvery is how often a bar is drawn.
const barEvery = 100 * time.Millisecond

// worthBar is the number of steps from which a bar is shown.
const worthBar = 20_000

// showProgress gives a function that shows the progress of work, and a function that ends the
// showing. Nothing is shown unless stderr is a terminal, nor for little work.
func (a *app) showProgress(what string, of ledger.Position) (tell func(done, of ledger.Position), end func()) {
	if _, ok := terminalFile(a.err); !ok || of < worthBar {
		return func(_, _ ledger.Position) {}, func() {}
	}
	return a.showBar(what, of)
}

// showBar is showProgress for work that takes long with few steps.
func (a *app) showBar(what string, of ledger.Position) (tell func(done, of ledger.Position), end func()) {
	if _, ok := terminalFile(a.err); !ok {
		return func(_, _ ledger.Position) {}, func() {}
	}
	bar := progressbar.NewOptions64(int64(of), progressbar.OptionSetWriter(a.err),
		progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(barEvery), progressbar.OptionClearOnFinish())
	return func(done, _ ledger.Position) { _ = bar.Set64(int64(done)) }, func() { _ = bar.Finish() }
}
