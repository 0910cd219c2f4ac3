package main

import (
	"context"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

func (a *app) requestCommand() *cobra.Command {
	return newFamily("request", "Đề nghị: việc phải có người thứ hai chấp thuận / what a second person has to approve",
		a.requestListCommand(), a.requestShowCommand(), a.requestMakeCommand(), a.requestApproveCommand(), a.requestRefuseCommand())
}

// requestListCommand is the command "request list": requests and what became of them.
func (a *app) requestListCommand() *cobra.Command {
	var f directory.RequestFilter
	var from int64
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Các đề nghị và tình trạng / requests and what became of them",
		Long: `Liệt kê các đề nghị theo thứ tự trong sổ: ai đề nghị, sẽ ghi gì, đang chờ hay đã được chấp thuận, từ chối ở bản ghi nào.

Lists requests in the order of the ledger, each with the record that approved or refused it.`,
		Example: "  htxledger request list --state open",
		Args:    cobra.NoArgs,
		RunE: a.runQuestion([]string{"table", "json"}, func(_ context.Context, r *reading, _ []string) (reply, error) {
			at, err := r.head.ResolvePrefix(a.query)
			if err != nil {
				return reply{}, err
			}
			f.From = ledger.Position(from)
			how := func(l *directory.Requests) reply { return requestsReply(r, l) }
			return replyTo(how)(r.directory.Requests(at, f))
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.State, "state", directory.RequestAny, "tình trạng / open, approved, refused or all")
	flags.Int64Var(&from, "from", 0, "từ vị trí / from a position")
	flags.IntVar(&f.Limit, "limit", 50, "nhiều nhất bấy nhiêu dòng / at most so many (0: all)")
	completeFlag(cmd, "state", directory.RequestStates...)
	return cmd
}

// names are the names behind the keys in records, as of a point.
func (r *reading) names(p *answers.Point) vi.Names {
	coop, place := r.directory.NamesAt(p)
	return vi.Names{Coop: coop, Place: place, Find: r.answers.Find}
}

// requestsReply is a page of requests as a table, each with the command it asks for.
func requestsReply(r *reading, l *directory.Requests) reply {
	return reply{
		Answer: shown.ShowRequests(l),
		text: func(p *page) {
			if len(l.Requests) == 0 {
				p.line("Không có đề nghị nào.")
				return
			}
			names := r.names(l.Point)
			t := newTable(left("Đề nghị"), left("Tình trạng"), left("Người đề nghị"), wrap("Sẽ ghi"), left("Từ ngày"))
			for _, x := range l.Requests {
				would := vi.Prospect(x.Command)
				t.add(x.Key, requestWords(x), accountOf(x.Made), names.About(would.Stream)+": "+vi.Said(would, names), would.Valid.Vi())
			}
			p.table(t)
			if l.Next >= 0 {
				p.gap()
				p.line("Còn nữa: thêm --from %d.", l.Next)
			}
		},
	}
}

// requestWords are the state of a request, with the record that ended it.
func requestWords(x *directory.Request) string {
	switch {
	case x.Approval != nil:
		return "đã chấp thuận @" + plainNumber(x.Approval.Position)
	case x.Refusal != nil:
		return "đã từ chối @" + plainNumber(x.Refusal.Position)
	}
	return "đang chờ"
}

// accountOf is the account and role that recorded.
func accountOf(r *ledger.Record) string {
	if r.Actor == nil {
		return "…"
	}
	return r.Actor.ID + " (" + vi.Role(r.Actor.Role) + ")"
}

// requestShowCommand is the command "request show": show a request.
func (a *app) requestShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show KEY",
		Short: "Xem một đề nghị / show a request",
		Long: `In một đề nghị: ai đề nghị, sẽ ghi gì, từ ngày nào, căn cứ nào, và kết quả.

Prints one request: who made it, what would be recorded, and what became of it.`,
		Example: "  htxledger request list\n  htxledger request make coop.renamed/1 --request vd-1 --stream coop/htx-nong-nghiep-buon-choah --valid 2024-02-01 --content '{\"name\":\"HTX Buôn Choáh\"}'\n  htxledger request show vd-1",
		Args:    cobra.ExactArgs(1),
		RunE: a.runQuestion([]string{"table", "json"}, func(_ context.Context, r *reading, args []string) (reply, error) {
			at, err := r.head.ResolvePrefix(a.query)
			if err != nil {
				return reply{}, err
			}
			how := func(x *directory.Request) reply { return requestReply(r, at, x) }
			return replyTo(how)(r.directory.Request(args[0], at.Size))
		}),
	}
}

// requestReply is a request in words, and what became of it.
func requestReply(r *reading, at *answers.Point, x *directory.Request) reply {
	return reply{
		Answer: shown.ShowRequest(at, x),
		text: func(p *page) {
			names, would := r.names(at), vi.Prospect(x.Command)
			p.line("Đề nghị %s: %s.", x.Key, requestWords(x))
			p.line("Sẽ ghi: %s: %s.", names.About(would.Stream), vi.Said(would, names))
			if !would.Valid.IsZero() {
				p.line("Có hiệu lực từ: %s.", vi.StatedDay(would.Valid))
			}
			p.line("Người đề nghị: %s, bản ghi @%d, lúc %s.", accountOf(x.Made), x.Made.Position, vi.Instant(x.Made.Recorded))
			if source := vi.Source(would.Source); source != "" {
				p.line("Căn cứ: %s.", source)
			}
			switch {
			case x.Approval != nil:
				p.line("Người chấp thuận: %s, lúc %s.", accountOf(x.Approval), vi.Instant(x.Approval.Recorded))
			case x.Refusal != nil:
				p.line("Người từ chối: %s, lúc %s. Lý do: %s.", accountOf(x.Refusal), vi.Instant(x.Refusal.Recorded), x.Reason())
			}
		},
	}
}

// requestMakeCommand is the command "request make": ask that a fact be recorded.
func (a *app) requestMakeCommand() *cobra.Command {
	x, key := &recordFlags{}, ""
	cmd := &cobra.Command{
		Use:   "make KIND",
		Short: "Lập đề nghị ghi một sự việc / ask that a fact be recorded",
		Long: `Đề nghị ghi một sự việc, với các cờ như của lệnh record. Đề nghị chưa làm đổi con số nào; khi tài khoản khác chấp thuận thì đúng
nội dung đó mới được ghi. Trên máy giữ sổ không có tài khoản thì chỉ có một người, và sổ cho thấy điều đó.

Asks that a fact be recorded, with the flags of record. A request counts for nothing until it is
approved. The same --request with the same words asks once; without it a new key is made and printed.
On this machine, without accounts, there is one person, and the record shows it.`,
		Example: `  htxledger request make coop.relocated/1 --request chuyen-buon-choah --stream coop/htx-nong-nghiep-buon-choah --valid 2024-02-01 \
    --content '{"place":"dak-mil"}' --source "Quyết định 12/QĐ-UBND"`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeKinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			c, err := a.readTyped(x, args[0])
			if err != nil {
				return asInputFault(err)
			}
			if key == "" {
				key = uuid.NewString()
			}
			return asInputFault(a.makeRequest(cmd, key, c, x.dry))
		},
	}
	a.recordFlags(cmd, x)
	cmd.Flags().StringVar(&key, "request", "", "khóa của đề nghị / key of the request (default: a new one)")
	return cmd
}

// makeRequest asks for a typed command. Its --key, if any, is the key of the
// asking command, not of the command asked for.
func (a *app) makeRequest(cmd *cobra.Command, key string, c *typedCommand, dry bool) error {
	own := c.Key
	c.Key = key // a placeholder: a request keeps its command without a key
	if err := c.isoDay(); err != nil {
		return err
	}
	asked, err := c.draft()
	if err != nil {
		return err
	}
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	d, err := r.directory.DraftRequest(r.head, key, asked)
	r.close()
	if err != nil {
		return err
	}
	if own != "" {
		d.Key = own
	}
	results, err := a.recordDrafts(cmd, false, dry, plainDoor(), d)
	if err != nil {
		return err
	}
	return a.print(recordedReply(d.Key, results, dry).withLine("Đề nghị: %s", d.Stream.Key))
}

// requestApproveCommand is the command "request approve": record what a request asks for.
func (a *app) requestApproveCommand() *cobra.Command {
	dry := false
	cmd := &cobra.Command{
		Use:   "approve KEY",
		Short: "Chấp thuận và ghi sổ / record what a request asks for",
		Long: `Ghi vào sổ đúng nội dung của đề nghị, dưới khóa request/KEY.

Records exactly what the request asks for, under the key request/KEY.`,
		Example: "  htxledger request make coop.renamed/1 --request vd-1 --stream coop/htx-nong-nghiep-buon-choah --valid 2024-02-01 --content '{\"name\":\"HTX Buôn Choáh\"}'\n  htxledger request approve vd-1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return asInputFault(a.aboutRequest(cmd, args[0], dry, func(_ *reading, x *directory.Request) (*ledger.Draft, error) {
				return x.Command, nil
			}))
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "chỉ thử, không ghi / decide and record nothing")
	a.ifSizeFlag(cmd)
	return cmd
}

// requestRefuseCommand is the command "request refuse": refuse a request.
func (a *app) requestRefuseCommand() *cobra.Command {
	dry, reason := false, ""
	cmd := &cobra.Command{
		Use:   "refuse KEY",
		Short: "Từ chối đề nghị / refuse a request",
		Long: `Từ chối một đề nghị, kèm lý do: nội dung đó không ghi được nữa bằng đề nghị này.

Ends a request, with a reason; what it asks for cannot be recorded by it any more.`,
		Example: "  htxledger request make coop.renamed/1 --request vd-1 --stream coop/htx-nong-nghiep-buon-choah --valid 2024-02-01 --content '{\"name\":\"HTX Buôn Choáh\"}'\n  htxledger request refuse vd-1 --reason \"chưa có quyết định\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return asInputFault(a.aboutRequest(cmd, args[0], dry, func(r *reading, x *directory.Request) (*ledger.Draft, error) {
				return r.directory.DraftRefusal(r.head, x.Key, localActor().ID, reason)
			}))
		},
	}
	f := cmd.Flags()
	f.StringVar(&reason, "reason", "", "lý do / why")
	f.BoolVar(&dry, "dry-run", false, "chỉ thử, không ghi / decide and record nothing")
	_ = cmd.MarkFlagRequired("reason")
	return cmd
}

// aboutRequest records the command that draft makes of a request.
func (a *app) aboutRequest(cmd *cobra.Command, key string, dry bool, draft func(*reading, *directory.Request) (*ledger.Draft, error)) error {
	if err := a.allowOutputs("table", "json"); err != nil {
		return err
	}
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	x, err := r.directory.Request(key, r.head.Size())
	var d *ledger.Draft
	if err == nil {
		d, err = draft(r, x)
	}
	r.close()
	if err != nil {
		return err
	}
	results, err := a.recordDrafts(cmd, false, dry, plainDoor(), d)
	if err != nil {
		return err
	}
	return a.print(recordedReply(d.Key, results, dry))
}
