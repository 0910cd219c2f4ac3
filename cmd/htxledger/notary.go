package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/asof"
	"htxledger/projections/directory"
)

// keysVariable names the environment variable for --keys.
const keysVariable = "HTXLEDGER_KEYS"

// openKeys opens the folder of keys and checkpoints; create makes it.
func (a *app) openKeys(create bool) (*keydir.Dir, error) {
	path := a.keys
	if path == "" {
		path = filepath.Join(a.data, "keys")
	}
	return keydir.Open(path, create)
}

// joinAnswers joins a projection of the ledger, its tree and its checkpoints into the
// answering services.
func (r *reading) joinAnswers(p *asof.Projection, now func() calendar.Instant) {
	var journal *audit.Journal
	if r.folder != nil {
		journal = audit.NewJournal(r.folder)
	}
	r.notary = audit.NewNotary(r.store, journal)
	r.projection, r.answers, r.directory = p, answers.New(p, now).WithCheckpoints(r.notary), directory.New(p)
}

// reachTree reads the tree of the ledger to its end, and has the answers follow: the
// command then holds at one size, the tree's. The tree is read last, because
// every record signed meanwhile must be in the tree.
func (r *reading) reachTree(ctx context.Context) error {
	if err := r.notary.ReadThrough(ctx, -1); err != nil {
		return err
	}
	size := r.notary.View.Size()
	for x, err := range ledger.Read(ctx, r.store, r.projection.Size()) {
		if err != nil {
			return err
		}
		// A record that came after the tree belongs to the next question.
		if x.Position >= size {
			break
		}
		if err := r.projection.Apply(x); err != nil {
			return err
		}
	}
	r.head = r.answers.Head()
	return nil
}

// statements lists and counts the ledger's statements.
func (r *reading) statements() *answers.Statements { return answers.NewStatements(r.answers, r.notary) }

// requireKeys opens the folder of keys or fails; create makes the folder.
func (a *app) requireKeys(r *reading, create bool) error {
	if r.folder != nil {
		return nil
	}
	folder, err := a.openKeys(create)
	if err != nil {
		return err
	}
	r.folder, r.notary.Journal = folder, audit.NewJournal(folder)
	return nil
}

// signSize signs the first size records, all of them for a negative size. The
// first key is made where no checkpoint and no key exists.
func (a *app) signSize(ctx context.Context, r *reading, size ledger.Position) (audit.Signed, error) {
	if err := r.notary.Hold.Err(); err != nil {
		return audit.Signed{}, err
	}
	if err := r.notary.ReadThrough(ctx, -1); err != nil {
		return audit.Signed{}, err
	}
	view := r.notary.View
	if size < 0 {
		size = view.Size()
	}
	if _, err := view.Root(size); err != nil {
		return audit.Signed{}, err
	}
	if size == 0 {
		return audit.Signed{}, audit.ErrNothingToSign
	}
	if err := a.requireKeys(r, true); err != nil {
		return audit.Signed{}, err
	}
	if err := a.firstKey(r); err != nil {
		return audit.Signed{}, err
	}
	return r.notary.Journal.SignDue(view, size)
}

// firstKey makes a key where there is none, nothing was signed, and the ledger
// announces none.
func (a *app) firstKey(r *reading) error {
	keys, err := audit.Keys(r.folder)
	if err != nil || len(keys) > 0 {
		return err
	}
	signed, err := r.notary.ListSigned()
	if err != nil || len(signed) > 0 || len(r.notary.View.Ring(r.notary.View.Size()).Keys()) > 0 {
		return err // signing says which key is missing
	}
	key, err := a.makeKey(r)
	if err != nil {
		return err
	}
	a.say("Đã tạo khóa ký đầu tiên; gửi khóa công khai này cho người kiểm tra (htxledger key show): %s", key.Verifier())
	return nil
}

// makeKey makes a key for the ledger, unless somebody else is about to.
func (a *app) makeKey(r *reading) (*audit.Key, error) {
	release, err := r.folder.Lock()
	if err != nil {
		return nil, err
	}
	defer release()
	return audit.CreateKey(r.folder, rand.Reader, r.notary.View.Origin())
}

// ledgerKeys are the public keys of the folder, without those that the ledger
// voids.
func ledgerKeys(r *reading) ([]string, error) { return r.notary.Verifiers() }

// publicKeys takes words in the form of a key as keys, and reads the others as
// files of keys, a key a line.
func publicKeys(given []string) (all []string, err error) {
	for _, k := range given {
		if strings.Count(k, "+") >= 2 {
			all = append(all, k)
			continue
		}
		b, err := os.ReadFile(k)
		if err != nil {
			return nil, err
		}
		lines := strings.Fields(string(b))
		if len(lines) == 0 {
			return nil, audit.ErrKeyForm.With(k)
		}
		all = append(all, lines...)
	}
	return all, nil
}

// newFile writes a new file, whole or not at all; an existing file is a fault.
func newFile(name string, write func(io.Writer) error) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return errOutputExists.With(name)
	}
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(name)
	}
	return err
}
