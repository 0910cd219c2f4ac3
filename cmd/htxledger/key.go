package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/domain/audit"
	"htxledger/domain/fault"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

var (
	errOutputExists = fault.Declare("output-exists", fault.Conflict,
		"the file %s exists; it is not replaced", "tệp %s đã có; không ghi đè")
	errRotateContended = fault.Declare("key-rotate-contended", fault.Unavailable,
		"others kept recording between the signature and its record; nothing was announced, run it again",
		"có người liên tục ghi vào sổ giữa lúc ký và lúc ghi; chưa công bố gì, hãy chạy lại")
	errKeyThere = fault.Declare("key-there", fault.Conflict,
		"there is a key already (%s); another one takes over with: htxledger key rotate",
		"đã có khóa ký (%s); muốn thay bằng khóa khác, dùng: htxledger key rotate")
)

func (a *app) keyCommand() *cobra.Command {
	return newFamily("key", "Khóa ký điểm kiểm tra / keys that sign checkpoints", a.keyNewCommand(), a.keyShowCommand(), a.keyRotateCommand(), a.keyVoidCommand())
}

// keyNewCommand is the command "key new": make the first key.
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
				return a.showKeys(r, a.printDone)
			})
		},
	}
}

// keyShowCommand is the command "key show": print the public keys.
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
				// The ledger may know keys that this folder has lost: without one here nothing signs.
				if keys, err := audit.Keys(r.folder); err != nil || len(keys) == 0 {
					return cmp.Or(err, error(audit.ErrNoKey))
				}
				return a.showKeys(r, a.print)
			})
		},
	}
}

// withKeys opens the ledger, its tree and its folder of keys.
func (a *app) withKeys(cmd *cobra.Command, create bool, do func(*reading) error) error {
	return a.withTree(cmd, func(r *reading) error {
		if err := a.requireKeys(r, create); err != nil {
			return err
		}
		return do(r)
	})
}

// withTree opens the ledger and its tree, and the folder of keys if there is
// one.
func (a *app) withTree(cmd *cobra.Command, do func(*reading) error) error {
	if err := a.allowOutputs("table", "json"); err != nil {
		return err
	}
	r, err := a.openReading(cmd.Context())
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.reachTree(cmd.Context()); err != nil {
		return err
	}
	return do(r)
}

// A keyJSON is a public key of the folder.
type keyJSON struct {
	ID   string `json:"id"`
	Key  string `json:"key"`
	Turn bool   `json:"signs_next"` // whether this key signs the next checkpoint
}

// showKeys prints the public keys of the ledger, and which of them signs next.
func (a *app) showKeys(r *reading, print func(reply) error) error {
	keys, err := ledgerKeys(r)
	if err != nil {
		return err
	}
	size := r.notary.View.Size()
	ring := r.notary.View.Ring(size)
	due, _ := ring.Signer(int64(size))
	return print(reply{
		Answer: shown.Show(func() any {
			out := []keyJSON{}
			for _, k := range keys {
				out = append(out, keyJSON{audit.KeyID(k), k, k == due || due == "" && len(ring.Keys()) == 0})
			}
			return out
		}),
		text: func(p *page) {
			for _, k := range keys {
				p.b.WriteString(k + "\n") // a key is never broken into lines
			}
		},
	})
}

// keyRotateCommand is the command "key rotate": let a new key take over.
func (a *app) keyRotateCommand() *cobra.Command {
	var admins []string
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Thay khóa ký / let a new key take over",
		Long: `Tạo khóa mới, công bố nó bằng một bản ghi mà cả khóa mới và khóa cũ cùng ký, và để khóa cũ ký xác nhận cỡ sổ có bản ghi đó. Từ cỡ sổ
kế tiếp, chỉ khóa mới được ký. Giữ tệp khóa cũ: nó không ký được nữa nhưng vẫn là khóa mà người kiểm tra đang tin. Khi thư mục sổ có tài khoản
(htxledger token), cần hai quản trị viên: --admin-token hai lần.

Makes a key, announces it in a record that both keys sign, and lets the old key sign the size
that holds the record: that vouches for the new one, so auditors need not be given it. From the
next size on only the new key signs. Interrupted before the announcement, the next run goes on
with the key that this one made; after it, the next checkpoint completes what the old key owes.
Where the ledger's folder has accounts it takes two administrators.`,
		Example: "  htxledger checkpoint\n  htxledger key rotate",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			by, second, err := a.readAdmins("key rotate", admins)
			if err != nil {
				return err
			}
			return a.withKeys(cmd, false, func(r *reading) error { return a.rotate(cmd, r, by, second) })
		},
	}
	adminTokens(cmd, &admins)
	return cmd
}

// rotateTries bounds how often an announcement is signed anew because somebody
// else's record took its position.
const rotateTries = 20

// rotate signs the whole ledger with the old key, makes a new key, announces it
// with the signatures of both, and signs the announcement with the old key.
func (a *app) rotate(cmd *cobra.Command, r *reading, by *ledger.Actor, second string) error {
	journal, view := r.notary.Journal, r.notary.View
	if _, err := journal.SignDue(view, view.Size()); err != nil {
		return err
	}
	// A key that an interrupted rotation made is used, not left over.
	key, err := journal.Spare(view)
	if err == nil && key == nil {
		key, err = a.makeKey(r)
	}
	if err != nil {
		return err
	}
	at, err := a.announce(cmd, r, key.Verifier(), by, second)
	if err != nil {
		return err
	}
	if err := r.notary.ReadThrough(cmd.Context(), -1); err != nil {
		return err
	}
	// The old key signs the size that holds the announcement: auditors trust the new key by that.
	signed, err := journal.SignDue(view, at+1)
	if err != nil {
		return err
	}
	a.say("Khóa %s được công bố ở bản ghi @%d; khóa cũ đã ký xác nhận ở cỡ %d.", audit.KeyID(key.Verifier()), at, signed.Size)
	return a.showKeys(r, a.printDone)
}

// announce records the announcement of a key, and gives its position. The
// signatures are for one position: where others record first they are made
// again for the next.
func (a *app) announce(cmd *cobra.Command, r *reading, public string, by *ledger.Actor, second string) (ledger.Position, error) {
	w, err := a.openWriting(cmd.Context(), false, a.now)
	if err != nil {
		return 0, err
	}
	defer a.closeWriting(w)
	for range rotateTries {
		if err := r.notary.ReadThrough(cmd.Context(), -1); err != nil {
			return 0, ledger.NotWritten(err)
		}
		e, err := r.notary.Journal.Announce(r.notary.View, public)
		if err != nil {
			return 0, ledger.NotWritten(err)
		}
		e.Second = second
		d, err := a.keyDraft(fmt.Sprintf("key/%s/%d", audit.KeyID(public), e.From), e, by)
		if err != nil {
			return 0, err
		}
		results, err := w.takeDrafts(cmd.Context(), recorder.Door{Writes: []ledger.Kind{d.Kind}}, false, []*ledger.Draft{d})
		if err == nil {
			return results[0].Record.Position, nil
		}
		// Only a position taken by another is tried again; the signatures are of one position.
		if !errors.Is(err, keyring.ErrElsewhere) || ledger.OutcomeOf(err) != ledger.NotRecorded {
			return 0, asInputFault(err)
		}
	}
	return 0, ledger.NotWritten(errRotateContended)
}

// keyDraft is the command that records an event about keys.
func (a *app) keyDraft(key string, e ledger.Event, by *ledger.Actor) (*ledger.Draft, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return nil, err
	}
	c := typedCommand{Key: key, Stream: "ledger/keys", Kind: string(e.EventKind()), Valid: a.now().DayIn().String(), Data: data}
	d, err := c.draft()
	if err == nil {
		d.Actor = by
	}
	return d, err
}

// keyVoidCommand is the command "key void": end an announcement of a key.
func (a *app) keyVoidCommand() *cobra.Command {
	var reason string
	var at int64
	var admins []string
	cmd := &cobra.Command{
		Use:   "void KEY",
		Short: "Hủy một lần công bố khóa / end an announcement of a key",
		Long: `Ghi một bản ghi hủy việc công bố một khóa không phải của mình, khóa đã mất hoặc bị lộ. KEY là khóa như trong bản ghi, hoặc mã tám chữ số của
khóa. Lượt ký trở về khóa trước; điểm kiểm tra kế tiếp của khóa trước xác nhận việc hủy. Nếu khóa trước đã ký bàn giao cho khóa đó, htxverify báo
“có tranh chấp” và đòi người kiểm tra nêu đích danh khóa đúng: hãy thay khóa (key rotate) và trao khóa mới tận tay. Khi thư mục sổ có tài khoản,
cần hai quản trị viên: --admin-token hai lần.

Records that an announcement is void: the key is not yours, is lost, or was stolen. KEY is the key
as it was announced, or its eight digits. The turn goes back to the key before, whose next
checkpoint vouches for that. If a hand-over to the key was signed already, htxverify says
"disputed" and wants the right key by hand: rotate, and hand the new key to the auditors.`,
		Example: "  htxledger key void 430fc5f3 --reason \"khóa không phải của liên minh\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			by, second, err := a.readAdmins("key void", admins)
			if err != nil {
				return err
			}
			e := &ledger.KeyVoided{Key: args[0], Reason: reason, Second: second}
			if cmd.Flags().Changed("announcement") {
				e.Announcement = &at
			}
			return a.withTree(cmd, func(r *reading) error { return asInputFault(a.void(cmd, r, e, by)) })
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "lý do / why")
	cmd.Flags().Int64Var(&at, "announcement", 0, "vị trí của bản ghi công bố / position of the record that announced it (default: every one)")
	_ = cmd.MarkFlagRequired("reason")
	adminTokens(cmd, &admins)
	return cmd
}

// void records that the announcements of a key are void.
func (a *app) void(cmd *cobra.Command, r *reading, e *ledger.KeyVoided, by *ledger.Actor) error {
	ring := r.notary.View.Ring(r.notary.View.Size())
	for _, x := range ring.All() {
		if x.Voided == nil && audit.KeyID(x.Key) == e.Key {
			e.Key = x.Key // the eight digits were typed
		}
	}
	// Asked here too, so that a slip is refused before the recorder holds the ledger.
	if err := ring.CheckVoid(e); err != nil {
		return ledger.NotWritten(err)
	}
	d, err := a.keyDraft(fmt.Sprintf("key/void/%d", r.notary.View.Size()), e, by)
	if err != nil {
		return err
	}
	results, err := a.recordDrafts(cmd, false, false, recorder.Door{Writes: []ledger.Kind{d.Kind}}, d)
	if err != nil {
		return err
	}
	if err := a.printDone(recordedReply(d.Key, results, false)); err != nil {
		return err
	}
	if err := r.notary.ReadThrough(cmd.Context(), -1); err != nil {
		return err
	}
	signed, err := r.notary.ListSigned()
	if err != nil {
		return err
	}
	keys, err := ledgerKeys(r)
	if err != nil {
		return err
	}
	for _, k := range audit.Chain(r.notary.View, signed, keys) {
		if k.Key == e.Key && k.State == audit.KeyDisputed {
			a.say("Đã có chữ ký bàn giao cho khóa này: htxverify sẽ báo có tranh chấp cho tới khi người kiểm tra có khóa mới. Tiếp theo: htxledger checkpoint, htxledger key rotate, rồi trao khóa mới tận tay.")
			return nil
		}
	}
	a.say("Khóa trước ký lại từ cỡ sổ %d. Tiếp theo: htxledger checkpoint.", results[0].Record.Position+1)
	return nil
}
