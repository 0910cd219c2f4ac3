package main

import (
	"context"
	"errors"
	"net"

	"github.com/spf13/cobra"

	"htxledger/api/access"
	"htxledger/domain/calendar"
	"htxledger/projections/asof"
)

const defaultListen = "127.0.0.1:8080"

// serveCommand is the command "serve": serve the ledger over HTTP.
func (a *app) serveCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Mở máy chủ HTTP / serve the ledger over HTTP",
		Long: `Mở trang web và API trên sổ trong --data; các lệnh khác vẫn ghi được vào sổ cùng lúc, máy chủ tự theo kịp.
Ngoài địa chỉ của chính máy này thì phải có mã truy cập (htxledger token add).

Serves the pages and the API. Other commands may record into the same ledger meanwhile:
the server follows. Any address but a loopback one needs tokens.`,
		Example: "  htxledger serve --listen 127.0.0.1:8080",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table"); err != nil {
				return err
			}
			if err := a.mayListen(listen); err != nil {
				return err
			}
			l, err := new(net.ListenConfig).Listen(cmd.Context(), "tcp", listen)
			if err != nil {
				return err
			}
			return a.serve(cmd.Context(), l)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "địa chỉ / address")
	cmd.Flags().StringVar(&a.relays.to, "relay", "", "đồng thời chuyển bản ghi ra ngoài / carry records outward meanwhile: nats://… or https://…")
	a.relays.targetFlags(cmd, "relay-")
	return cmd
}

// mayListen refuses an address on which a server may not listen, before listening and
// before anything is printed. The server asks again about the address it got.
func (a *app) mayListen(address string) error {
	tokens, err := a.openTokens()
	if err != nil {
		return err
	}
	return access.NewGate(tokens, *localActor()).Listen(address, a.now())
}

// serveDemo serves the demo; where its port is taken, on another one.
func (a *app) serveDemo(ctx context.Context, address string) error {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", address)
	if err != nil {
		// Only a port that is taken is replaced; a wrong address stays an error.
		host, _, split := net.SplitHostPort(address)
		if split != nil {
			return err
		}
		a.say("Địa chỉ %s đang bận, dùng cổng khác. / %v", address, err)
		if l, err = c.Listen(ctx, "tcp", net.JoinHostPort(host, "0")); err != nil {
			return err
		}
	}
	return a.serve(ctx, l)
}

// serve answers on a listener until ctx is done. The listener is closed in any
// case.
func (a *app) serve(ctx context.Context, l net.Listener) error {
	s, err := a.openServing(ctx)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	carried, err := a.relayBeside(s.reading.store)
	if err != nil {
		return errors.Join(err, l.Close(), s.close())
	}
	server, err := a.newServer(s, carried)
	if err != nil {
		return errors.Join(err, l.Close(), s.close())
	}
	// With room for one: the follower must be able to end if nobody waits any more.
	following := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	go func() { following <- s.feed.Run(ctx) }()
	go warmAnswers(ctx, s.projection, a.now) // answers are exact without the warm-up, and slower
	if carried != nil {
		go carried.run(ctx, a)
	}
	a.printAddresses(ctx, s, l.Addr())
	err = server.Serve(ctx, l)
	// The follower and the relay stop only now: requests in hand may still need them.
	cancel()
	if carried != nil {
		<-carried.done
	}
	return errors.Join(err, <-following, s.close())
}

// warmAnswers builds what answers need of the whole ledger, and the register of today.
func warmAnswers(ctx context.Context, p *asof.Projection, now func() calendar.Instant) {
	if p.Warm(ctx) == nil {
		p.At(p.Size(), now().DayIn())
	}
}

// printAddresses prints the addresses of the pages, and the lacks of the ledger.
func (a *app) printAddresses(ctx context.Context, s *serving, at net.Addr) {
	if s.recorder == nil {
		a.say("Thư mục sổ chỉ đọc: máy chủ không ghi. / The store is read-only: nothing can be recorded.")
	}
	if size, err := s.reading.store.Size(ctx); err == nil && size == 0 {
		a.say("Sổ còn trống: mở sổ bằng `htxledger init` (không cần dừng máy chủ). / The ledger is empty: htxledger init")
	}
	a.say("Đang phục vụ tại http://%s/ (Ctrl-C để dừng) / serving", at)
}
