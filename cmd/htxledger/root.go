package main

import (
	"os"
	"slices"

	"github.com/spf13/cobra"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
)

// root is the table of commands.
func (a *app) root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "htxledger",
		Short: "Sổ cái số liệu HTX nông nghiệp / a ledger of agricultural co-operatives",
		Long: `Sổ cái ghi mọi sự việc về HTX nông nghiệp và tính lại chỉ tiêu kế hoạch cho bất kỳ
ngày nào, theo những gì đã biết đến bất kỳ ngày nào.

htxledger keeps every fact about agricultural co-operatives and recomputes the targets
of a plan as of any day (--as-of), as known on any day (--known-at).`,
		Example:       "  htxledger demo --no-serve --data ./demo\n  htxledger ask coops.registered --data ./demo --as-of 31/12/2023",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.SetIn(a.in)
	cmd.SetOut(a.out)
	cmd.SetErr(a.err)
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagFault(err) })
	a.globalFlags(cmd)
	addGroup(cmd, "Bắt đầu / to begin", a.demoCommand(), a.serveCommand(), a.initCommand(), a.tokenCommand())
	addGroup(cmd, "Hỏi / to ask", a.askCommand(), a.targetsCommand(), a.reportCommand(), a.explainCommand(), a.vintagesCommand(), a.diffCommand(),
		a.replayCommand(), a.planCommand(), a.coopCommand(), a.eventsCommand())
	addGroup(cmd, "Ghi / to record", a.templateCommand(), a.importCommand(), a.undoCommand(), a.recordCommand(), a.requestCommand())
	addGroup(cmd, "Chứng minh / to prove", a.statementCommand(), a.checkpointCommand(), a.evidenceCommand(), a.verifyCommand(),
		a.proofCommand(), a.keyCommand(), a.witnessCommand())
	addGroup(cmd, "Giữ sổ / to keep the ledger", a.exportCommand(), a.backupCommand(), a.restoreCommand(), a.copyCommand(), a.recoverCommand(), a.relayCommand(), a.doctorCommand(), a.versionCommand())
	a.addPointFlags(cmd)
	markErrors(cmd)
	return cmd
}

// addGroup adds commands under one heading of the help.
func addGroup(cmd *cobra.Command, title string, subs ...*cobra.Command) {
	group := &cobra.Group{ID: title, Title: title + ":"}
	cmd.AddGroup(group)
	for _, sub := range subs {
		sub.GroupID = group.ID
	}
	cmd.AddCommand(subs...)
}

// storeVariable names the environment variable for --store, so that a password
// need not stand on a command line.
const storeVariable = "HTXLEDGER_STORE"

// dataVariable names the environment variable for --data.
const dataVariable = "HTXLEDGER_DATA"

// globalFlags gives every command the flags that say which ledger and which output.
func (a *app) globalFlags(cmd *cobra.Command) {
	data := os.Getenv(dataVariable)
	if data == "" {
		data = "htxledger-data"
	}
	// The flags of a point are not global: a command without a point would take
	// them and do nothing with them. pointFlags lists the commands that take them.
	f := cmd.PersistentFlags()
	f.StringVar(&a.data, "data", data, dataUsage)
	f.StringVar(&a.keys, "keys", os.Getenv(keysVariable), "thư mục khóa và điểm kiểm tra / folder of keys and checkpoints ($"+keysVariable+"; default keys in --data)")
	f.StringVar(&a.store, "store", "", "sổ ở máy chủ EventStoreDB: esdb://… / the ledger in an EventStoreDB ($"+storeVariable+")")
	f.StringVarP(&a.output, "output", "o", "", "dạng in ra: table, json, csv, excel-csv hoặc xlsx (export: ndjson)")
	completeFlag(cmd, "output", "table", "json", "csv", "excel-csv", "xlsx")
}

// dataUsage is the help of --data.
const dataUsage = "thư mục sổ cái / directory of the ledger ($" + dataVariable + ")"

// completeFlag offers words for a flag.
func completeFlag(cmd *cobra.Command, flag string, words ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag is not there, or is offered words twice
	}
}

// completeCodes offers the codes of indicators that are not on the line yet.
func completeCodes(most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var list []cobra.Completion
		for _, d := range indicator.All() {
			if (most == 0 || len(args) < most) && !slices.Contains(args, d.Code) {
				list = append(list, cobra.CompletionWithDesc(d.Code, d.Name))
			}
		}
		return list, cobra.ShellCompDirectiveNoFileComp
	}
}

// A ranError is an error of a command that was understood and ran. All other errors
// are about the command line.
type ranError struct{ error }

// Unwrap is the error itself.
func (e ranError) Unwrap() error { return e.error }

// markErrors marks the errors of a tree of commands as theirs.
func markErrors(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			if err := run(cmd, args); err != nil {
				return ranError{err}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		markErrors(sub)
	}
}

// newFamily is a command that only holds sub-commands.
func newFamily(use, short string, subs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usageFault("choose a sub-command; see --help", "hãy chọn một lệnh con; xem --help")
		},
	}
	cmd.AddCommand(subs...)
	return cmd
}

// allowOutputs refuses an output a command does not have; the first is what ""
// means.
func (a *app) allowOutputs(allowed ...string) error {
	if a.output == "" {
		a.output = allowed[0]
	}
	if !slices.Contains(allowed, a.output) {
		err := ledger.OneOf("--output", a.output, allowed...)
		a.output = ""
		return err
	}
	return nil
}
