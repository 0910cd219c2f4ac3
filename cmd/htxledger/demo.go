package main

import (
	"context"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/spf13/cobra"

	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
)

var errNotDemo = fault.Declare("not-a-demo", fault.Conflict,
	"%s holds another ledger than the demo of seed %d", "%s đang chứa sổ khác, không phải sổ minh họa với seed %d")

// demoCommand is the command "demo": fill a demo ledger, show it and serve it.
func (a *app) demoCommand() *cobra.Command {
	var seed uint64
	var stay bool
	var listen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Nạp sổ minh họa, in kết quả và mở trang web / fill a demo ledger, show it and serve it",
		Long: `Nạp Kế hoạch 371/KH-UBND, các sự việc có nguồn công khai về HTX Đắk Nông và phần còn lại của tỉnh
do chương trình mô phỏng từ seed; in mọi chỉ tiêu, nhiệm vụ tại 31/12/2023, rồi mở máy chủ.
Không có --data và $HTXLEDGER_DATA thì dùng thư mục tạm; chạy lại trên cùng thư mục không ghi thêm gì.

Fills a ledger with Plan 371, public facts about real co-operatives and a synthetic rest
of the province, prints every target and task as of 31/12/2023, and serves it: in --data
or $HTXLEDGER_DATA, else in a temporary directory. Run again on the same directory it adds
nothing; a directory with another ledger is refused.`,
		Example: "  htxledger demo --no-serve --data ./demo",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table"); err != nil {
				return err
			}
			if err := a.demoDirectory(cmd); err != nil {
				return err
			}
			if !stay {
				if err := a.mayListen(listen); err != nil {
					return err
				}
			}
			if err := a.fillDemo(cmd.Context(), seed); err != nil {
				return asInputFault(err)
			}
			if err := a.showDemo(cmd.Context(), seed); err != nil || stay {
				return err
			}
			return a.serveDemo(cmd.Context(), listen)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&stay, "no-serve", false, "không mở máy chủ / do not serve")
	f.Uint64Var(&seed, "seed", demo.Seed, "hạt giống của phần mô phỏng / seed of the synthetic part")
	f.StringVar(&listen, "listen", defaultListen, "địa chỉ máy chủ; nếu bận thì lấy cổng khác / address; another port if taken")
	return cmd
}

// demoDirectory takes a temporary directory where neither --data nor the
// environment names one. It is
// kept, so that the other commands can be tried on it.
func (a *app) demoDirectory(cmd *cobra.Command) (err error) {
	// The default folder is for a real ledger: a demo must not land in it unasked.
	if !cmd.Flags().Changed("data") && os.Getenv(dataVariable) == "" {
		a.data, err = os.MkdirTemp("", "htxledger-demo-")
	}
	return err
}

// A demoClock is the time of the demo.
type demoClock struct{ at atomic.Int64 }

func (c *demoClock) now() calendar.Instant { return calendar.Instant(c.at.Load()) }

// to moves the clock on, never back, so that a demo filled before, or
// filled in part, can be gone through again.
func (c *demoClock) to(i calendar.Instant) { c.at.Store(max(c.at.Load(), int64(i))) }

// fillDemo records the demo's commands, each at its own time. What is recorded
// already is not recorded again.
func (a *app) fillDemo(ctx context.Context, seed uint64) error {
	units, err := demoUnits(seed)
	if err != nil {
		return err
	}
	clock := &demoClock{}
	w, err := a.openWriting(ctx, true, clock.now)
	if err != nil {
		return err
	}
	defer a.closeWriting(w)
	// Before anything is recorded: a folder with another ledger stays as it is.
	if err := a.demoLedger(ctx, w, clock, units[0], seed); err != nil {
		return err
	}
	tell, end := a.showBar("Nạp sổ minh họa", ledger.Position(len(units)))
	defer end()
	added := 0
	for i, u := range units {
		clock.to(u.taken)
		results, err := w.recorder.Record(ctx, u.drafts...)
		if err != nil {
			return err
		}
		for _, r := range results {
			if !r.Repeated {
				added++
			}
		}
		tell(ledger.Position(i+1), 0)
	}
	stated, err := a.stateDemo(ctx, w, clock)
	if err != nil {
		return err
	}
	added += stated
	a.say("Sổ minh họa: %s, ghi thêm %d bản ghi. / %d records added.", a.data, added, added)
	return nil
}

// demoLedger refuses the ledger of anything but this demo, and sets the clock
// to the last record of a demo's ledger.
func (a *app) demoLedger(ctx context.Context, w *writing, clock *demoClock, first demoUnit, seed uint64) error {
	size, err := w.store.Size(ctx)
	if err != nil || size == 0 {
		return err
	}
	for r, err := range ledger.Read(ctx, w.store, 0) {
		switch {
		case err != nil:
			return err
		case r.Position == 0 && r.ID != ledger.IDOf(first.drafts[0].Key):
			// The key of the opening names the seed, so another seed is another ledger.
			return errNotDemo.With(a.data, seed)
		}
		clock.to(r.Recorded)
	}
	return nil
}

// A demoUnit is the commands the demo's ledger takes at one time.
type demoUnit struct {
	taken  calendar.Instant
	drafts []*ledger.Draft
}

// demoUnits are the demo's commands in order, the opening of its ledger first.
func demoUnits(seed uint64) ([]demoUnit, error) {
	var units []demoUnit
	by := &ledger.Actor{ID: "htxledger-demo", Role: "system"}
	for _, c := range demo.Commands(seed) {
		taken, err := calendar.ParseInstant(c.Recorded)
		if err != nil {
			return nil, err
		}
		d, err := ledger.ParseDraft(c.Command)
		if err != nil {
			return nil, err
		}
		d.Actor = by
		// Commands of one instant are one append: an office enters a sitting at once.
		if n := len(units); n > 0 && units[n-1].taken == taken {
			units[n-1].drafts = append(units[n-1].drafts, d)
			continue
		}
		units = append(units, demoUnit{taken, []*ledger.Draft{d}})
	}
	opening, err := demoOpening(seed, units[0].taken, by)
	return append([]demoUnit{opening}, units...), err
}

// demoOpening opens the demo's ledger a minute before anything else comes.
func demoOpening(seed uint64, before calendar.Instant, by *ledger.Actor) (demoUnit, error) {
	const minute = 60_000_000
	name := strconv.FormatUint(seed, 10)
	opened := ledger.Opened{
		Origin: "htxledger.example/demo/" + name, Place: "dak-nong",
		Title: "HTX nông nghiệp tỉnh Đắk Nông (minh họa, có phần mô phỏng với seed " + name + ")",
	}
	taken := before - minute
	d, err := openingDraft("demo/open/"+name, opened, taken.DayIn(), by)
	return demoUnit{taken, []*ledger.Draft{d}}, err
}

// The demo's statement: the figures of the plan's year as known at its end,
// issued after everything else, so that later records have changed some figures.
// The statement is made up like the rest, and says so.
const (
	demoStatement       = "minh-hoa-2023"
	demoStatementTitle  = "Số liệu năm 2023 như đã biết ngày 31/12/2023 (minh họa)"
	demoStatementIssued = "2025-07-02T02:00:00.000000Z"
)

// stateDemo issues the demo's statement, and tells how many records it added.
func (a *app) stateDemo(ctx context.Context, w *writing, clock *demoClock) (added int, err error) {
	at, err := calendar.ParseInstant(demoStatementIssued)
	if err != nil {
		return 0, err
	}
	// Years after the rest, so that much of what the statement says has moved.
	clock.to(at)
	p := asof.New()
	if err := a.fillProjection(ctx, w.decoded, p); err != nil {
		return 0, err
	}
	service := answers.New(p, clock.now)
	point, err := service.Head().Resolve(answers.Query{AsOf: yearEnd, Known: yearEnd})
	if err != nil {
		return 0, err
	}
	draft, err := answers.NewStatements(service, audit.NewNotary(w.store, nil)).Draft(point, answers.Issue{
		Title: demoStatementTitle, Key: demoStatement, Actor: &ledger.Actor{ID: "lien-minh-minh-hoa", Role: "alliance"},
		Source: &ledger.Source{Document: "Báo cáo mô phỏng", Note: "synthetic: minh họa, không phải báo cáo thật"},
	})
	if err != nil {
		return 0, err
	}
	results, err := w.recorder.Through(statementDoor).Record(ctx, draft)
	if err == nil && !results[0].Repeated {
		added++
	}
	return added, err
}
