package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

var (
	errOutputExists = fault.Declare("output-exists", fault.Conflict,
		"the file %s exists; it is not replaced", "tệp %s đã có; không ghi đè")
	errKeyThere = fault.Declare("key-there", fault.Conflict,
		"there is a key already (%s); another one takes over with: htxledger key rotate",
		"đã có khóa ký (%s); muốn thay bằng khóa khác, dùng: htxledger key rotate")
)

func (a *app) keyCommand() *cobra.Command {
	return family("key", "Khóa ký điểm kiểm tra / keys that sign checkpoints", a.keyNewCommand(), a.keyShowCommand(), a.keyRotateCommand())
}

func (a *app) keyNewCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "new",
		Short: "Tạo khóa ký đầu tiên / make the first key",
		Long: `Tạo khóa ký của sổ trong thư mục --keys (chỉ chủ tệp đọc được) và in khóa công khai để gửi cho người kiểm tra.
Lần ký đầu tiên cũng tự tạo khóa.

Makes the key that signs the ledger's checkpoints and prints the public one, which auditors
need. The first signature makes it too.`,
		Example: "  htxledger key new",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withKeys(cmd, true, func(r *reading) error {
				keys, err := audit.Keys(r.folder)
				if err != nil {
					return err
				}
				if len(keys) > 0 {
					return errKeyThere.With(audit.KeyID(keys[0].Verifier()))
				}
				if _, err := a.makeKey(r); err != nil {
					return err
				}
				return a.showKeys(r)
			})
		},
	}
}

func (a *app) keyShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "In khóa công khai / print the public keys",
		Long: `In các khóa công khai của thư mục khóa, mỗi khóa một dòng: htxverify nhận cả tệp.

Prints the public keys of the folder, one a line, as htxverify takes them.`,
		Example: "  htxledger key new\n  htxledger key show > so-htx.pub",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withKeys(cmd, false, func(r *reading) error {
				if keys, err := audit.Keys(r.folder); err != nil || len(keys) == 0 {
					return first(err, audit.ErrNoKey)
				}
				return a.showKeys(r)
			})
		},
	}
}

// first is the first of some errors that is one.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// withKeys opens the ledger, its tree and its folder of keys.
func (a *app) withKeys(cmd *cobra.Command, create bool, do func(*reading) error) error {
	return a.withTree(cmd, func(r *reading) error {
		if err := a.keyed(r, create); err != nil {
			return err
		}
		return do(r)
	})
}

// withTree opens the ledger and its tree, and the folder of keys if there is
// one.
func (a *app) withTree(cmd *cobra.Command, do func(*reading) error) error {
	if err := a.outputs("table", "json"); err != nil {
		return err
	}
	r, err := a.read(cmd.Context())
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.notary.Reach(cmd.Context(), -1); err != nil {
		return err
	}
	return do(r)
}

// A keyJSON is a public key of the folder.
type keyJSON struct {
	ID   string `json:"id"`
	Key  string `json:"key"`
	Turn bool   `json:"signs_next"` // whose turn it is to sign what comes
}

func (a *app) showKeys(r *reading) error {
	keys, err := verifiers(r)
	if err != nil {
		return err
	}
	size := r.notary.View.Size()
	ring := r.notary.View.Ring(size)
	due, _ := ring.Signer(int64(size))
	return a.print(reply{
		json: func() any {
			out := []keyJSON{}
			for _, k := range keys {
				out = append(out, keyJSON{audit.KeyID(k), k, k == due || due == "" && len(ring.Keys()) == 0})
			}
			return out
		},
		text: func(p *page) {
			for _, k := range keys {
				p.b.WriteString(k + "\n") // a key is never broken into lines
			}
		},
	})
}

func (a *app) keyRotateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "Thay khóa ký / let a new key take over",
		Long: `Tạo khóa mới, công bố nó bằng một bản ghi trong sổ, và để khóa cũ ký xác nhận bản ghi đó. Từ cỡ sổ kế tiếp, chỉ khóa mới
được ký. Giữ tệp khóa cũ: nó không ký được nữa nhưng vẫn là khóa mà người kiểm tra đang tin.

Makes a key, announces it in the ledger, and lets the old key sign the size that holds the
announcement: that vouches for the new one, so auditors need not be given it. From the next
size on only the new key signs. Interrupted before the announcement, the next run goes on with
the key that this one made; after it, the next checkpoint completes what the old key owes.`,
		Example: "  htxledger checkpoint\n  htxledger key rotate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withKeys(cmd, false, func(r *reading) error { return a.rotate(cmd, r) })
		},
	}
}

// rotate signs what there is with the old key, makes the new one, announces it,
// and signs the announcement with the old key.
func (a *app) rotate(cmd *cobra.Command, r *reading) error {
	journal, view := r.notary.Journal, r.notary.View
	if _, err := journal.SignDue(view, view.Size()); err != nil {
		return err
	}
	key, err := journal.Spare(view)
	if err == nil && key == nil {
		key, err = a.makeKey(r)
	}
	if err != nil {
		return err
	}
	announced, err := journal.Announce(view, key.Verifier())
	if err != nil {
		return err
	}
	draft, err := a.announcement(announced)
	if err != nil {
		return err
	}
	results, err := a.recordDrafts(cmd, false, false, recorder.Door{Writes: []ledger.Kind{draft.Kind}}, draft)
	if err != nil {
		return input(err)
	}
	if err := r.notary.Reach(cmd.Context(), -1); err != nil {
		return err
	}
	signed, err := journal.SignDue(view, results[0].Record.Position+1)
	if err != nil {
		return err
	}
	a.say("Khóa %s được công bố ở bản ghi @%d; khóa cũ đã ký xác nhận ở cỡ %d.", audit.KeyID(key.Verifier()), results[0].Record.Position, signed.Size)
	return a.showKeys(r)
}

func (a *app) announcement(e *ledger.KeyAnnounced) (*ledger.Draft, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	c := typedCommand{
		Key: "key/" + audit.KeyID(e.Key), Stream: "ledger/keys", Kind: string(ledger.KindKeyAnnounced),
		Valid: a.now().DayIn().String(), Data: data,
	}
	return c.draft()
}
