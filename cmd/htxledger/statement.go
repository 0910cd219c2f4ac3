package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/statement"
	"htxledger/projections/answers"
)

var errStatement = fault.Declare("statement-not-verified", fault.Unverified,
	"statement %s: %d figures do not hold or could not be decided", "báo cáo xác nhận %s: %d số liệu lệch hoặc không xác định được")

var errStatementDuties = fault.Declare("statement-duties-broken", fault.Unverified,
	"statement %s: the issuer may not stand for these figures", "báo cáo xác nhận %s: người phát hành không được đứng tên các số liệu này")

func (a *app) statementCommand() *cobra.Command {
	return newFamily("statement", "Báo cáo xác nhận: số liệu có người đứng ra chịu trách nhiệm / figures that somebody stands for",
		a.statementIssueCommand(), a.statementListCommand(), a.statementShowCommand(), a.statementVerifyCommand())
}

// statementIssueCommand is the command "statement issue": issue a statement.
func (a *app) statementIssueCommand() *cobra.Command {
	in, document, dry := answers.Issue{}, "", false
	who := ledger.Actor{}
	cmd := &cobra.Command{
		Use:   "issue [CODE…]",
		Short: "Phát hành báo cáo xác nhận / issue a statement",
		Long: `Ghi vào sổ các con số tại một ngày, theo hồ sơ đến một lúc, cùng gốc Merkle của đúng các bản ghi đó: ai cũng tính lại được, và
sổ tự báo khi hồ sơ về sau làm con số khác đi. Không nêu mã thì phát hành cả danh mục. Số liệu được tính lại trước khi ghi. Người phát
hành không được là người đã ghi bản ghi nào mà thiếu nó thì số liệu sẽ khác.

Records figures at a point with the root of the records that they follow from, once they were
counted again. Only the roles alliance and admin issue, and nobody issues figures that would be
others without the records of their account. Without --actor it is the local user. The same command again, with its --key, records nothing.`,
		Example:           "  htxledger statement issue coops.registered members.total --title \"Số liệu 30/11/2023\" --as-of 30/11/2023 --key so-lieu-2023-11",
		ValidArgsFunction: completeCodes(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			in.Actor = localActor()
			if who.ID != "" {
				in.Actor = &who
			}
			if document != "" {
				in.Source = &ledger.Source{Document: document}
			}
			a.query.Codes = args
			return asInputFault(a.issue(cmd, in, dry))
		},
	}
	f := cmd.Flags()
	f.StringVar(&in.Title, "title", "", "tên báo cáo / title")
	f.StringVar(&in.Key, "key", "", "khóa của báo cáo / key of the statement (default place, day and size)")
	f.StringVar(&who.ID, "actor", "", "tài khoản phát hành / account that issues (default the local user)")
	f.StringVar(&who.Role, "role", "alliance", "vai trò của --actor / its role: alliance, admin")
	f.StringVar(&document, "source", "", "văn bản kèm theo / document")
	f.BoolVar(&dry, "dry-run", false, "chỉ thử, không ghi / decide and record nothing")
	_ = cmd.MarkFlagRequired("title")
	completeFlag(cmd, "role", "alliance", "admin")
	return cmd
}

// statementDoor is the way of statements into the ledger.
var statementDoor = recorder.Door{Writes: []ledger.Kind{statement.KindIssued2}}

// issue drafts a statement at what the ledger holds now, and records it.
func (a *app) issue(cmd *cobra.Command, in answers.Issue, dry bool) error {
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	var d *ledger.Draft
	p, err := r.head.Resolve(a.query)
	if err == nil {
		d, err = r.statements().Draft(p, in)
	}
	r.close()
	if err != nil {
		return err
	}
	results, err := a.recordDrafts(cmd, false, dry, statementDoor, d)
	if err != nil {
		return err
	}
	return a.printDone(recordedReply(d.Key, results, dry).withLine("Báo cáo xác nhận: %s", d.Stream.Key))
}

// statementListCommand is the command "statement list": all statements and what became of them.
func (a *app) statementListCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "Các báo cáo xác nhận và tình trạng / all statements and what became of them",
		Long: `Liệt kê mọi báo cáo đã phát hành. Mỗi báo cáo được tính lại: khớp, nay sẽ khác (đúng khi phát hành, hồ sơ về sau làm khác đi),
lệch, hoặc không xác định được.

Lists what was issued; each is counted again now: match, now-different (right when issued,
moved by later records), mismatch, or undetermined.`,
		Example: "  htxledger statement list",
		Args:    cobra.NoArgs,
		RunE: a.runQuestion(outputsOf, func(ctx context.Context, r *reading, _ []string) (reply, error) {
			statements := r.statements()
			all := statements.List(r.head.Size())
			var err error
			for i, c := range all {
				if all[i], err = statements.Verify(ctx, c.Key, r.head.Size()); err != nil {
					return reply{}, err
				}
			}
			return statementsReply(r, all), nil
		}),
	}
}

// statementsReply is statements with the verdict on each, as a table.
func statementsReply(r *reading, all []*answers.StatementCheck) reply {
	row := func(c *answers.StatementCheck, verdict string) []string {
		return []string{c.Key, c.Issued.Title, c.Issued.Valid.Vi(), plainNumber(c.Issued.Size), plainNumber(c.Fact.By.Position), verdict}
	}
	return reply{
		Answer: shown.ShowStatements(r.head.Size(), all, r.notary),
		text: func(p *page) {
			if len(all) == 0 {
				p.line("Chưa có báo cáo xác nhận nào.")
				return
			}
			t := newTable(left("Khóa"), wrap("Tên"), left("Tại ngày"), right("Cỡ sổ"), right("Bản ghi"), left("Đối chiếu"))
			for _, c := range all {
				t.add(row(c, statementFate(c)+c.Verdict.Vi())...)
			}
			p.table(t)
		},
	}
}

// statementFate is the fate of a statement and its issuer, before the verdict on
// its figures.
func statementFate(c *answers.StatementCheck) string {
	said := ""
	if c.Withdrawal != nil {
		said += "đã thu hồi; "
	}
	if c.Retraction != nil {
		said += "đã bị rút lại; "
	}
	if c.Duties != nil {
		said += "sai quy tắc bất kiêm nhiệm; "
	}
	return said
}

// statementShowCommand is the command "statement show": show a statement.
func (a *app) statementShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show KEY",
		Short: "Xem một báo cáo xác nhận / show a statement",
		Long: `In một báo cáo xác nhận như đã phát hành: các con số, ngày, địa bàn, cỡ sổ, gốc Merkle, người phát hành.

Prints a statement as it was issued.`,
		Example: "  htxledger statement issue coops.registered --title \"Số liệu 30/11/2023\" --as-of 30/11/2023 --key so-lieu-2023-11\n" +
			"  htxledger statement show so-lieu-2023-11",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.statement(cmd, args[0], func(p *page, c *answers.StatementCheck) {
				t := newTable(left("Mã"), right("Đã nêu"), left("Định nghĩa"))
				for _, l := range c.Lines {
					t.add(l.Stated.Indicator, statedWords(l), "phiên bản "+plainNumber(l.Version))
				}
				p.table(t)
			})
		},
	}
}

// statementVerifyCommand is the command "statement verify": count a statement again.
func (a *app) statementVerifyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "verify KEY",
		Short: "Đối chiếu một báo cáo xác nhận / count a statement again",
		Long: `Tính lại từng con số tại đúng mốc của báo cáo, rồi tính theo mọi hồ sơ đến nay:
khớp; nay sẽ khác, kèm các bản ghi làm con số khác đi; lệch; không xác định được. Xét cả người phát hành theo quy tắc bất kiêm nhiệm của báo cáo.
Lệch, không xác định được hoặc sai quy tắc thì kết thúc với mã 3.

Counts each figure again at the statement's own point and as known now: match, now-different
with the records that moved it, mismatch, undetermined; and holds the issuer to the rule of
duties of the statement. Exits 3 on the last two, and where the rule is broken. Who trusts neither this machine nor its owner takes the evidence file and htxverify.`,
		Example: "  htxledger statement issue coops.registered --title \"Số liệu 30/11/2023\" --as-of 30/11/2023 --key so-lieu-2023-11\n" +
			"  htxledger statement verify so-lieu-2023-11",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			wrong, duties := 0, error(nil)
			err := a.statement(cmd, args[0], func(p *page, c *answers.StatementCheck) {
				t := newTable(left("Mã"), right("Đã nêu"), right("Nay"), left("Đối chiếu"), wrap("Vì sao"))
				for _, l := range c.Lines {
					t.add(l.Stated.Indicator, statedWords(l), nowWords(l), l.Verdict.Vi(), whyWords(l))
				}
				p.table(t)
			}, func(c *answers.StatementCheck) {
				duties = c.Duties
				for _, l := range c.Lines {
					if l.Verdict == answers.Differs || l.Verdict == answers.Undetermined {
						wrong++
					}
				}
			})
			if err == nil && wrong > 0 {
				return errStatement.With(args[0], wrong)
			}
			// A rule that this program does not know is not broken: it is reported as newer.
			if err == nil && duties != nil && fault.KindOf(duties) != fault.NewerFormat {
				return errStatementDuties.With(args[0])
			}
			return cmp.Or(err, duties)
		},
	}
}

// statement counts a statement again, shows the check to others, and prints it.
func (a *app) statement(cmd *cobra.Command, key string, text func(*page, *answers.StatementCheck), others ...func(*answers.StatementCheck)) error {
	return a.runQuestion(outputsOf, func(ctx context.Context, r *reading, _ []string) (reply, error) {
		c, err := r.statements().Verify(ctx, key, r.head.Size())
		if err != nil {
			return reply{}, err
		}
		for _, see := range others {
			see(c)
		}
		return reply{
			Answer: shown.ShowStatement(c, r.notary),
			text: func(p *page) {
				statementHead(p, c)
				text(p, c)
			},
		}, nil
	})(cmd, nil)
}

// statementHead adds who issued a statement, at which point, and its fate.
func statementHead(p *page, c *answers.StatementCheck) {
	s := c.Issued
	p.line("%s (%s)", s.Title, c.Key)
	period := s.Period
	if q, err := audit.QuestionOf(s); err == nil {
		period = vi.Period(q.Period)
	}
	p.line("Số liệu tại ngày %s, theo %s bản ghi đầu; địa bàn %s trên bản đồ ngày %s; kỳ %s; xếp loại theo %s.",
		s.Valid.Vi(), vi.Integer(s.Size), s.Place, s.Map.Vi(), period, s.Scheme)
	p.line("Phát hành bởi %s, bản ghi @%d, lúc %s. Gốc Merkle: %s", accountWords(c.Fact.By.Actor), c.Fact.By.Position, vi.Instant(c.Fact.By.Recorded), s.Root)
	if c.Duties == nil {
		p.line("Người phát hành: đúng %s.", vi.Duties(s.Rule()))
	} else {
		p.line("Người phát hành: KHÔNG đúng %s: %s.", vi.Duties(s.Rule()), faultOf(c.Duties).Vi())
	}
	if w := c.Withdrawal; w != nil {
		p.line("Đã thu hồi từ ngày %s, bởi %s (bản ghi @%d). Lý do: %s", vi.Day(dayOf(w)), accountWords(w.By.Actor), w.By.Position, w.Event.(*statement.Withdrawn).Reason)
	}
	if r := c.Retraction; r != nil {
		p.line("Đã bị rút lại lúc %s, bởi %s (bản ghi @%d); không còn giá trị chứng minh.", vi.Instant(r.Recorded), accountWords(r.Actor), r.Position)
	}
	p.gap()
}

// accountWords is an account and its role, or a dash without an account.
func accountWords(a *ledger.Actor) string {
	if a == nil {
		return "–"
	}
	return a.ID + " (" + cmp.Or(vi.Role(a.Role), a.Role) + ")"
}

func dayOf(f *ledger.Fact) calendar.Day { return f.Valid.Day }

// statedWords is a stated figure: in the words of its definition where the count
// agrees, else as stated.
func statedWords(l answers.StatementLine) string {
	if l.Then != nil && l.Verdict != answers.Differs {
		return vi.Figure(l.Then)
	}
	if l.Stated.Value == "" {
		return vi.NoData
	}
	return l.Stated.Value + " " + l.Stated.Unit
}

func nowWords(l answers.StatementLine) string {
	switch {
	case l.Verdict == answers.Differs && l.Then != nil:
		return vi.Figure(l.Then)
	case l.Now != nil:
		return vi.Figure(l.Now)
	}
	return "?"
}

func whyWords(l answers.StatementLine) string {
	if f, ok := fault.Of(l.Why); ok {
		return f.Vi()
	}
	var list []string
	for _, c := range l.Changes {
		list = append(list, changeWords(c))
	}
	return strings.Join(list, "\n")
}

// changeWords is the effect of a record; where the value stays, the other change.
func changeWords(c answers.Change) string {
	before, after := vi.Value(c.Before), vi.Value(c.After)
	// The printed value stayed, so the change lies in the records below the figure.
	if before == after {
		before, after = basisOfValue(c.Before), basisOfValue(c.After)
	}
	text := fmt.Sprintf("@%d %s %s: %s → %s", c.Record.Position, c.Record.Kind, c.Record.Stream.Key, before, after)
	if why := c.Record.Corrects; why != nil {
		text += " (lý do: " + vi.Reason(why.Reason) + ")"
	}
	return text
}

// basisOfValue is the basis of a value: the coverage, or the terms of a ratio.
func basisOfValue(f *indicator.Figure) string {
	switch covered := vi.Coverage(f); {
	case covered != "":
		return vi.Value(f) + " (" + covered + ")"
	case f.Definition.Ratio:
		return vi.Integer(f.Num) + "/" + vi.Integer(f.Den)
	}
	return vi.Value(f)
}
