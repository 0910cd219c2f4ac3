package main

import (
	"cmp"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

func (a *app) coopCommand() *cobra.Command {
	return newFamily("coop", "HTX: danh sách và hồ sơ tại một ngày / co-operatives as of a day",
		a.coopListCommand(), a.coopShowCommand())
}

// coopListCommand is the command "coop list": list co-operatives.
func (a *app) coopListCommand() *cobra.Command {
	var f directory.Filter
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Danh sách HTX / list co-operatives",
		Long: `Liệt kê HTX nông nghiệp đang đăng ký tại ngày --as-of; lọc theo tình trạng và theo tên (không cần dấu).

Lists the agricultural HTX on the register; --status narrows, --search finds by part of
the name, key, tax code or registration, without accents.`,
		Example: "  htxledger coop list --as-of 31/12/2023 --search 'nam da'",
		Args:    cobra.NoArgs,
		RunE: a.askingAt(func(ctx context.Context, r *reading, at *answers.Point, _ []string) (reply, error) {
			return replyTo(coopsReply)(r.directory.Coops(ctx, at, f))
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.Status, "status", "", "tình trạng / one of: "+strings.Join(directory.Statuses, ", "))
	flags.StringVar(&f.Search, "search", "", "một phần của tên, khóa, mã số thuế hay số đăng ký")
	flags.BoolVar(&f.All, "all", false, "cả tổ hợp tác, liên hiệp và HTX phi nông nghiệp / also groups, unions and non-agricultural ones")
	flags.IntVar(&f.Offset, "offset", 0, "bỏ qua bấy nhiêu dòng đầu / skip so many")
	flags.IntVar(&f.Limit, "limit", 0, "nhiều nhất bấy nhiêu dòng / at most so many (0: all)")
	completeFlag(cmd, "status", directory.Statuses...)
	return cmd
}

// coopsReply is a page of co-operatives as a table.
func coopsReply(l *directory.Listing) reply {
	return reply{
		point:  l.Point,
		Answer: shown.ShowCoops(l),
		text: func(p *page) {
			t := newTable(left("Khóa"), wrap("Tên"), left("Tình trạng"), wrap("Địa bàn"), left("Mã số thuế"))
			for _, c := range l.Coops {
				t.add(c.State.Key, c.State.Name, vi.Status(c.Status), c.PlaceName, c.State.TaxCode)
			}
			p.table(t)
			p.gap()
			p.line("%s trong %s HTX.", vi.Integer(len(l.Coops)), vi.Integer(l.Total))
		},
	}
}

// coopShowCommand is the command "coop show": one co-operative with all that was said of it.
func (a *app) coopShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show KEY",
		Short: "Hồ sơ một HTX / one co-operative with all that was said of it",
		Long: `Tình trạng của một HTX tại ngày --as-of và mọi bản ghi về HTX đó, kể cả bản đã đính chính.

Shows the state of one co-operative and every record about it, corrections included.`,
		Example: "  htxledger coop show htx-nong-nghiep-xanh-nam-da --as-of 31/12/2023",
		Args:    cobra.ExactArgs(1),
		RunE: a.askingAt(func(_ context.Context, r *reading, at *answers.Point, args []string) (reply, error) {
			return replyTo(cardReply)(r.directory.Card(at, args[0]))
		}),
	}
}

// cardReply is a co-operative with the records about it, and what corrects each.
func cardReply(c *directory.Card) reply {
	s := c.State
	return reply{
		point:  c.Point,
		Answer: shown.ShowCard(c),
		text: func(p *page) {
			p.line("%s (%s)", s.Name, s.Key)
			p.line("%s, %s, %s. Ngành: %s. Mã số thuế: %s. Số đăng ký: %s.", vi.Form(s.Form), vi.Status(c.Status), c.PlaceName,
				cmp.Or(s.Sector, vi.NoData), cmp.Or(s.TaxCode, vi.NoData), cmp.Or(s.Registration, vi.NoData))
			p.gap()
			t := newTable(right("Vị trí"), left("Ghi lúc"), left("Hiệu lực"), left("Loại"), left("Đính chính bởi"), wrap("Nguồn"), wrap("Nội dung"))
			for _, l := range c.Said {
				r := l.Record
				t.add("@"+plainNumber(r.Position), vi.Instant(r.Recorded), r.Valid.Vi(), string(r.Kind), correctionPositions(l), vi.Source(r.Source), string(r.Data))
			}
			p.table(t)
		},
	}
}

// correctionPositions are where the corrections of a line stand.
func correctionPositions(l directory.Line) string {
	var list []string
	for _, r := range l.CorrectedBy {
		list = append(list, "@"+plainNumber(r.Position))
	}
	return strings.Join(list, " ")
}
