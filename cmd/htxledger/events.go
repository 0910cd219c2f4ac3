package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/projections/directory"
)

var errNoRecord = fault.Declare("no-such-record", fault.NotFound,
	"there is no record %s among the first %d", "không có bản ghi %s trong %d bản ghi đầu")

func (a *app) eventsCommand() *cobra.Command {
	return newFamily("events", "Bản ghi trong sổ / the records of the ledger", a.eventsListCommand(), a.eventsShowCommand(), a.eventsTouchedCommand())
}

// eventsListCommand is the command "events list": list records.
func (a *app) eventsListCommand() *cobra.Command {
	var f directory.EventFilter
	var from int64
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Danh sách bản ghi / list records",
		Long: `Liệt kê bản ghi theo thứ tự trong sổ, lọc theo loại, luồng, HTX, đính chính, ghi muộn.

Lists records in the order of the ledger; --late keeps those taken more than 30 days
after the day from which they hold.`,
		Example: "  htxledger events list --about htx-nong-nghiep-xanh-nam-da\n  htxledger events list --corrections --limit 20",
		Args:    cobra.NoArgs,
		RunE: a.runQuestion(outputsOf, func(ctx context.Context, r *reading, _ []string) (reply, error) {
			at, err := r.head.ResolvePrefix(a.query)
			if err != nil {
				return reply{}, err
			}
			f.From = ledger.Position(from)
			return replyTo(eventsReply)(r.directory.Events(ctx, at, f))
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.Kind, "kind", "", "loại, hoặc phần đầu của loại / a kind, or its beginning: coop.")
	flags.StringVar(&f.Stream, "stream", "", "luồng hoặc họ / a stream, or a family")
	flags.StringVar(&f.Actor, "actor", "", "người ghi / id of the actor")
	flags.StringVar(&f.About, "about", "", "khóa HTX / key of a co-operative: its records and those that name it")
	flags.BoolVar(&f.Corrections, "corrections", false, "chỉ bản đính chính / only corrections")
	flags.BoolVar(&f.Late, "late", false, "chỉ bản ghi muộn / only late records")
	flags.BoolVar(&f.Newest, "newest", false, "mới nhất trước / newest first")
	flags.Int64Var(&from, "from", 0, "từ vị trí / from a position")
	flags.IntVar(&f.Limit, "limit", 50, "nhiều nhất bấy nhiêu dòng / at most so many (0: all)")
	_ = cmd.RegisterFlagCompletionFunc("kind", completeKinds)
	return cmd
}

// completeKinds offers the kinds a command may have.
func completeKinds(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var list []cobra.Completion
	if len(args) == 0 {
		for _, k := range register.Kinds() {
			list = append(list, string(k))
		}
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}

// eventsReply is a page of records as a table.
func eventsReply(e *directory.Events) reply {
	return reply{ // records hold at no point but their own: only the size is told
		Answer: shown.ShowEvents(e),
		text: func(p *page) {
			t := newTable(right("Vị trí"), left("Ghi lúc"), left("Hiệu lực"), left("Loại"), wrap("Luồng"), wrap("Nguồn"))
			for _, r := range e.Records {
				t.add("@"+plainNumber(r.Position), vi.Instant(r.Recorded), r.Valid.Vi(), string(r.Kind), r.Stream.String(), vi.Source(r.Source))
			}
			p.table(t)
			p.gap()
			if e.Next >= 0 {
				p.line("Còn nữa: thêm --from %d.", e.Next)
			}
			p.line("Cỡ sổ %s.", vi.Integer(e.Point.Size))
			if e.Point.Synthetic {
				p.line("%s", vi.Synthetic)
			}
		},
	}
}

// eventsShowCommand is the command "events show": one record as stored.
func (a *app) eventsShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show POSITION|ID",
		Short: "Một bản ghi nguyên dạng / one record as stored",
		Long: `In một bản ghi đúng từng byte như trong sổ, theo vị trí hoặc mã (id).

Prints one record, the bytes that are stored and hashed, by its position or id.`,
		Example: "  htxledger events show 0",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil { // both print the same JSON
				return err
			}
			r, err := a.openReading(cmd.Context())
			if err != nil {
				return err
			}
			defer r.close()
			p, err := r.head.Resolve(a.query)
			if err != nil {
				return err
			}
			rec, err := r.record(args[0], p.Size)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "%s\n", rec.Bytes)
			return err
		},
	}
}

// record finds one record of a prefix by its position or id.
func (r *reading) record(name string, size ledger.Position) (*ledger.Record, error) {
	rec, err := r.head.Record(name)
	if err != nil {
		return nil, err
	}
	// A record beyond the known-at is not there for this question.
	if rec == nil || rec.Position >= size {
		return nil, errNoRecord.With(name, size)
	}
	return rec, nil
}
