package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"htxledger/api"
	"htxledger/api/vi"
	"htxledger/domain/ledger"
	"htxledger/projections/relay"
)

// A relaying is the flags of a relay.
type relaying struct {
	to     string
	target relay.TargetOptions
	park   int64
	rewind int64
	reason string
}

// relayCommand is the command "relay": carry every record outward, in order.
func (a *app) relayCommand() *cobra.Command {
	var r relaying
	var secret string
	cmd := &cobra.Command{
		Use:   "relay --to nats://…|https://…",
		Short: "Chuyển mọi bản ghi ra ngoài, theo thứ tự / carry every record outward, in order",
		Long: `Chuyển từng bản ghi đến một máy chủ NATS JetStream hoặc một địa chỉ web, theo đúng thứ tự,
ít nhất một lần. Vị trí đã chuyển được giữ trong thư mục sổ; chạy lại thì đi tiếp từ đó.
Bên nhận từ chối hẳn một bản ghi thì dừng lại ở đó, không bỏ qua: --park cất riêng nó.

Carries records to a NATS JetStream or a web address, in order, at least once, from a durable
position kept beside the ledger, until it is stopped (Ctrl-C). A record that the target
refuses for good stops the relay there; --park N sets that one aside and ends; docs/relay.md
tells the formats and the signature.`,
		Example: "  htxledger relay --new-secret ./relay.secret\n" +
			"  htxledger relay --to https://vi-du.vn/htx --secret ./relay.secret\n" +
			"  htxledger relay --to nats://127.0.0.1:4222/htx.records",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case secret != "":
				return relay.NewSecretFile(secret)
			case r.to == "":
				return usageFault("relay needs --to", "lệnh relay cần --to")
			}
			return a.relay(cmd.Context(), r)
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.to, "to", "", "nơi nhận / the target: nats://host:port/subject or https://…")
	r.targetFlags(cmd, "")
	f.Int64Var(&r.park, "park", -1, "cất riêng bản ghi bị từ chối này rồi thôi / set this refused record aside, and end")
	f.Int64Var(&r.rewind, "rewind", -1, "chuyển lại từ vị trí này / go back to a position, and end")
	f.StringVar(&r.reason, "reason", "", "lý do cất riêng / why the record is set aside")
	f.StringVar(&secret, "new-secret", "", "tạo tệp khóa ký mới rồi thôi / make a signing secret, and end")
	return cmd
}

// targetFlags are the flags of a target, each with a prefix.
func (r *relaying) targetFlags(cmd *cobra.Command, prefix string) {
	f := cmd.Flags()
	f.StringVar(&r.target.Stream, prefix+"stream", "", "tên luồng JetStream / name of the JetStream stream")
	f.StringVar(&r.target.SecretFile, prefix+"secret", "", "tệp khóa ký webhook / file of the signing secret")
	f.StringVar(&r.target.CAFile, prefix+"ca", "", "tệp chứng thư gốc / file of root certificates")
	f.StringVar(&r.target.CredsFile, prefix+"creds", "", "tệp chứng thực NATS / NATS credentials file")
}

// A beside is a relay in the process of a server. A relay never holds back recording
// or answering.
type beside struct {
	carrier *relay.Relay
	parked  int64 // nothing is parked while the relay runs
	done    chan struct{}
}

// relayBeside makes the relay of --relay, or nil. Mistakes in its flags
// are reported before anything is served.
func (a *app) relayBeside(log ledger.Log) (*beside, error) {
	if a.relays.to == "" {
		return nil, nil
	}
	target, err := relay.ParseTarget(a.relays.to, a.relays.target)
	if err != nil {
		return nil, err
	}
	files := relay.Directory(a.data)
	parked, err := files.Parked(target.Name)
	if err != nil {
		return nil, err
	}
	return &beside{relay.New(log, target, files, relay.Options{}), parked, make(chan struct{})}, nil
}

// run carries records until ctx is done. A stuck relay logs its fault and
// ends; the server goes on.
func (b *beside) run(ctx context.Context, a *app) {
	defer close(b.done)
	if err := a.carry(ctx, b.carrier); err != nil {
		a.say("Ngừng chuyển bản ghi ra ngoài; máy chủ vẫn chạy. / The relay stopped; the server goes on: %v", err)
	}
}

// states are the state of the relay, for the server. The call does not wait.
func (b *beside) states() []api.Carried {
	s := b.carrier.Standing()
	return []api.Carried{{
		Target: s.Target, Position: int64(s.Position), Parked: b.parked, Running: s.Running, Err: s.Err, Since: s.Since,
	}}
}

// relay parks, rewinds or carries records, as the flags say, until ctx is done.
func (a *app) relay(ctx context.Context, r relaying) error {
	target, err := relay.ParseTarget(r.to, r.target)
	if err != nil {
		return err
	}
	log, err := a.openStoreToRead(ctx)
	if err != nil {
		return err
	}
	defer log.Close()
	carrier := relay.New(log, target, relay.Directory(a.data), relay.Options{})
	switch {
	case r.park >= 0:
		if err = carrier.Park(ctx, ledger.Position(r.park), r.reason); err == nil {
			a.say("Đã cất riêng bản ghi @%d. / parked", r.park)
		}
		return err
	case r.rewind >= 0:
		if err = carrier.Rewind(ctx, ledger.Position(r.rewind)); err == nil {
			a.say("Sẽ chuyển lại từ bản ghi @%d. / everything from there on is sent again", r.rewind)
		}
		return err
	}
	return a.carry(ctx, carrier)
}

// relayTold is the interval at which a running relay prints its position.
const relayTold = 10 * time.Second

// carry runs a relay until it is stopped, and prints its position meanwhile.
func (a *app) carry(ctx context.Context, carrier *relay.Relay) error {
	done := make(chan error, 1)
	go func() { done <- carrier.Run(ctx) }()
	tick := time.NewTicker(relayTold)
	defer tick.Stop()
	told := ""
	for {
		select {
		case err := <-done:
			if errors.Is(err, context.Canceled) {
				err = nil
			}
			return err
		case <-tick.C:
			s := carrier.Status(ctx)
			now := fmt.Sprintf("%s: đã chuyển %s/%s bản ghi", s.Target, vi.Integer(s.Position), vi.Integer(s.Head))
			if s.Err != nil {
				now += fmt.Sprintf("; đang chờ nơi nhận / waiting for the target: %v", s.Err)
			}
			if now != told {
				a.say("%s", now)
			}
			told = now
		}
	}
}
