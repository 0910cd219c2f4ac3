package main

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/merkle"
	"htxledger/domain/register"
)

// A versionJSON is the version of this program and the ledger of its flags.
type versionJSON struct {
	Version    string    `json:"version"`
	Commit     string    `json:"commit,omitempty"`
	Go         string    `json:"go"`
	Kinds      int       `json:"kinds"`
	Indicators int       `json:"indicators"`
	Ledger     *headJSON `json:"ledger,omitempty"` // of --data or --store, if there is one
}

// versionCommand is the command "version": version, and the ledger's size and root.
func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Phiên bản, và cỡ cùng gốc Merkle của sổ / version, and the ledger's size and root",
		Long: `In phiên bản chương trình, số loại sự kiện và chỉ tiêu mà chương trình biết, và sổ trong --data hoặc --store nếu có.

Prints the program's version, how many kinds and indicators it knows, and the size and
Merkle root of the ledger in --data, or in --store, if there is one.`,
		Example: "  htxledger version -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			v := buildVersion()
			head, err := a.readHead(cmd.Context())
			if err != nil {
				return err
			}
			v.Ledger = head
			return a.print(versionReply(v))
		},
	}
}

// buildVersion is the version from the Go linker.
func buildVersion() versionJSON {
	v := versionJSON{Version: "(devel)", Kinds: len(register.Kinds()), Indicators: len(indicator.Codes())}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Go = info.GoVersion
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Commit = s.Value
		}
	}
	return v
}

// readHead is the size and root of the ledger the flags name; nil if there is
// none.
func (a *app) readHead(ctx context.Context) (*headJSON, error) {
	if remote := a.remoteStore(); remote != "" {
		return remoteHead(ctx, remote)
	}
	report, err := embedded.Check(ctx, a.data)
	switch {
	case errors.Is(err, ledger.ErrEmpty):
		return nil, nil
	case err != nil:
		return nil, err
	case len(report.Problems) > 0:
		return nil, report.Problems[0]
	}
	return &headJSON{int64(report.Size), report.Root.String()}, nil
}

// remoteHead reads a whole ledger elsewhere for its root.
func remoteHead(ctx context.Context, remote string) (*headJSON, error) {
	store, err := openRemote(ctx, remote)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	var tree merkle.Tree
	for e, err := range store.Entries(ctx, 0) {
		if err != nil {
			return nil, err
		}
		tree.Append(e.Bytes)
	}
	if tree.Size() == 0 {
		return nil, nil
	}
	return &headJSON{tree.Size(), tree.Root().String()}, nil
}

// versionReply is the version of the program, and the size and root of the ledger.
func versionReply(v versionJSON) reply {
	return reply{
		Answer: shown.Show(func() any { return v }),
		text: func(p *page) {
			p.line("htxledger %s %s", v.Version, v.Commit)
			p.line("%s; %d loại sự kiện, %d chỉ tiêu", v.Go, v.Kinds, v.Indicators)
			if v.Ledger != nil {
				p.line("Sổ: %d bản ghi, gốc Merkle %s", v.Ledger.Size, v.Ledger.Root)
			}
		},
	}
}
