package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"htxledger/api/access"
	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

// tokenFile holds the tokens, beside the ledger.
const tokenFile = "tokens.json"

func (a *app) tokenCommand() *cobra.Command {
	return newFamily("token", "Mã truy cập máy chủ / tokens of the server", a.tokenAddCommand(), a.tokenListCommand(), a.tokenRevokeCommand())
}

// openTokens opens the file of tokens.
func (a *app) openTokens() (*access.Store, error) {
	return access.Open(filepath.Join(a.data, tokenFile))
}

// tokenAddCommand is the command "token add": make a token.
func (a *app) tokenAddCommand() *cobra.Command {
	var role string
	var life time.Duration
	cmd := &cobra.Command{
		Use:   "add ACCOUNT",
		Short: "Cấp mã truy cập / make a token",
		Long: `Cấp mã cho một tài khoản (không dùng tên người). Mã chỉ hiện một lần này; sổ chỉ giữ mã băm.

Makes a token for an account, whose id is never a person's name. The token is shown this
once; only its hash is kept. An officer needs --place, and records only about it.`,
		Example: "  htxledger token add dak-mil-01 --role officer --place dak-mil --life 720h",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			if err := a.knownPlace(cmd.Context()); err != nil {
				return err
			}
			if err := os.MkdirAll(a.data, 0o700); err != nil {
				return err
			}
			store, err := a.openTokens()
			if err != nil {
				return err
			}
			told := false
			err = store.AddShown(a.now(), args[0], role, a.query.Place, life, func(secret string) error {
				a.say("Mã này chỉ hiện một lần / shown this once:")
				told = true
				return a.print(reply{
					Answer: shown.Show(func() any { return map[string]string{"account": args[0], "token": secret} }),
					text:   func(p *page) { p.line("%s", secret) },
				})
			})
			if told && !access.WasChanged(err) {
				a.say("Mã vừa in không có hiệu lực. / the token above does not hold")
			}
			return err
		},
	}
	cmd.Flags().StringVar(&role, "role", "", "vai trò / officer, alliance, auditor, analyst, admin")
	cmd.Flags().DurationVar(&life, "life", 90*24*time.Hour, "hiệu lực / how long it holds, at most 8784h")
	_ = cmd.MarkFlagRequired("role")
	completeFlag(cmd, "role", "officer", "alliance", "auditor", "analyst", "admin")
	return cmd
}

// knownPlace refuses a --place the ledger never heard of, today or on any
// day. Without a ledger the place cannot be checked, which is said.
func (a *app) knownPlace(ctx context.Context) error {
	if a.query.Place == "" {
		return nil
	}
	r, err := a.openReading(ctx)
	if errors.Is(err, ledger.ErrEmpty) {
		a.say("Chưa có sổ để kiểm tra mã địa bàn %s. / no ledger yet: the place is not checked", a.query.Place)
		return nil
	}
	if err != nil {
		return err
	}
	defer r.close()
	if _, known := r.answers.MapOn(r.head.Size(), calendar.MaxDay).Place(a.query.Place); known {
		return nil
	}
	if err := r.answers.MapOn(r.head.Size(), r.head.Today()).Require(a.query.Place); err != nil {
		return placeWithin("--place", err)
	}
	return nil
}

// A tokenJSON is the description of a token, without the secret.
type tokenJSON struct {
	Account string           `json:"account"`
	Role    string           `json:"role"`
	Place   string           `json:"place,omitempty"`
	Created calendar.Instant `json:"created"`
	Expires calendar.Instant `json:"expires"`
	Revoked calendar.Instant `json:"revoked,omitzero"`
	Valid   bool             `json:"valid"`
}

// tokenListCommand is the command "token list": list tokens.
func (a *app) tokenListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Danh sách mã đã cấp / list tokens",
		Long: `Liệt kê mọi mã đã cấp, kể cả mã hết hạn và mã đã thu hồi; không bao giờ in mã.

Lists every token that was ever made, but never the token itself.`,
		Example: "  htxledger token list",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			store, err := a.openTokens()
			if err != nil {
				return err
			}
			list, err := store.List()
			if err != nil {
				return err
			}
			return a.print(tokensReply(list, a.now()))
		},
	}
}

// tokensReply is the tokens as a table, without their secrets.
func tokensReply(list []access.Token, now calendar.Instant) reply {
	return reply{
		Answer: shown.Show(func() any {
			out := []tokenJSON{}
			for _, t := range list {
				out = append(out, tokenJSON{t.ID, t.Role, t.Place, t.Created, t.Expires, t.Revoked, t.Valid(now)})
			}
			return out
		}),
		text: func(p *page) {
			t := newTable(left("Tài khoản"), left("Vai trò"), left("Địa bàn"), left("Hết hạn"), left("Tình trạng"))
			for _, x := range list {
				word := "còn hiệu lực"
				switch {
				case !x.Revoked.IsZero():
					word = "đã thu hồi"
				case !x.Valid(now):
					word = "hết hạn"
				}
				t.add(x.ID, vi.Role(x.Role), x.Place, vi.Instant(x.Expires), word)
			}
			p.table(t)
		},
	}
}

// tokenRevokeCommand is the command "token revoke": end a token.
func (a *app) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ACCOUNT",
		Short: "Thu hồi mã / end a token",
		Long: `Thu hồi mã của một tài khoản, ngay và mãi mãi.

Ends the token of an account, at once and for good; a running server refuses it from then on.`,
		Example: "  htxledger token revoke dak-mil-01",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			store, err := a.openTokens()
			if err != nil {
				return err
			}
			if err := store.Revoke(a.now(), args[0]); err != nil {
				return err
			}
			return a.printDone(reply{
				Answer: shown.Show(func() any { return map[string]string{"account": args[0]} }),
				text:   func(p *page) { p.line("Đã thu hồi mã của %s.", args[0]) },
			})
		},
	}
}
