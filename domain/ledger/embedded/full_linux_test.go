package embedded_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/ledgertest"
)

// inOwnMounts lets a child mount without touching this process's mounts, and
// without being root where the kernel allows that.
func inOwnMounts(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	return cmd
}

const cannot = 77 // the exit code of a child that may not do what it needs

func runOrSkip(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stdout = os.Stdout
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == cannot {
		t.Skip("not run: this process may not do it here; see above")
	}
	if err != nil && exit == nil {
		t.Skip("not run: ", err)
	}
	require.NoError(t, err)
}

// TestFullDisk fills a small disk to the last byte, many times over.
func TestFullDisk(t *testing.T) { runOrSkip(t, inOwnMounts(child("full", t.TempDir()))) }

func mount(dir, options string) {
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		fmt.Println("mount:", err)
		os.Exit(cannot)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		fmt.Println("mount:", err)
		os.Exit(cannot)
	}
}

// childFull appends to a full disk: refused, not recorded, readable; and goes
// on by itself, in the same store, as soon as there is room.
func childFull(dir string) error {
	mount(dir, "size=2m")
	s, err := embedded.Open(ctx, dir, embedded.Options{Create: true})
	if err != nil {
		return err
	}
	var size ledger.Position
	refusals := 0
	for round := range 12 {
		ballast := filepath.Join(dir, "ballast")
		if err := fillUp(ballast, 60_000+round*1_000); err != nil {
			return err
		}
		refused := false
		for !refused {
			batch := ledgertest.Entries(size, 1+int(size)%40)
			err := s.Append(ctx, size, batch...)
			switch {
			case err == nil:
				size += ledger.Position(len(batch))
			case !errors.Is(err, ledger.ErrStorageFull):
				return fmt.Errorf("round %d at %d: %w", round, size, err)
			case ledger.OutcomeOf(err) != ledger.NotRecorded:
				return fmt.Errorf("round %d: the outcome is %s", round, ledger.OutcomeOf(err))
			default:
				refused = true
				refusals++
			}
		}
		if err := readsBack(s, size); err != nil {
			return fmt.Errorf("round %d, full: %w", round, err)
		}
		if err := fillUp(filepath.Join(dir, "last"), 0); err != nil {
			return err
		}
		if err := s.Probe(ctx); !errors.Is(err, ledger.ErrStorageFull) {
			return fmt.Errorf("round %d: the probe of a full disk says %w", round, err)
		}
		if err := os.Remove(filepath.Join(dir, "last")); err != nil {
			return err
		}
		if round%3 == 2 { // a restart on the full disk
			if err := s.Close(); err != nil {
				return fmt.Errorf("round %d: close: %w", round, err)
			}
			if s, err = embedded.Open(ctx, dir, embedded.Options{}); err != nil {
				return fmt.Errorf("round %d: open on the full disk: %w", round, err)
			}
			if err := readsBack(s, size); err != nil {
				return fmt.Errorf("round %d, opened: %w", round, err)
			}
		}
		if err := os.Remove(ballast); err != nil {
			return err
		}
		if err := s.Probe(ctx); err != nil {
			return fmt.Errorf("round %d, room again: probe: %w", round, err)
		}
		if err := s.Append(ctx, size, ledgertest.Entries(size, 2)...); err != nil {
			return fmt.Errorf("round %d, room again: %w", round, err)
		}
		size += 2
	}
	if err := s.Close(); err != nil {
		return err
	}
	if s, err = embedded.Open(ctx, dir, embedded.Options{}); err != nil {
		return err
	}
	defer s.Close()
	if refusals != 12 {
		return fmt.Errorf("%d refusals", refusals)
	}
	return readsBack(s, size)
}

// fillUp writes a file until the disk has only so much room left.
func fillUp(path string, room int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	written, err := io.Copy(f, endless{})
	if !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the disk did not fill: %w", err)
	}
	return f.Truncate(max(0, written-int64(room)))
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func readsBack(log ledger.Log, size ledger.Position) error {
	got, err := ledgertest.Collect(ctx, log, 0)
	if err != nil {
		return err
	}
	if len(got) != int(size) {
		return fmt.Errorf("%d entries where %d were acknowledged", len(got), size)
	}
	for i, want := range ledgertest.Entries(0, int(size)) {
		if string(want.Bytes) != string(got[i].Bytes) {
			return fmt.Errorf("the bytes at %d changed", i)
		}
	}
	return nil
}

// TestReadOnlyDirectory needs a user whom permissions bind: root starts the
// child as nobody.
func TestReadOnlyDirectory(t *testing.T) {
	top, err := os.MkdirTemp("", "htxledger-denied-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(top) })
	dir := filepath.Join(top, "data")
	s := open(t, dir)
	require.NoError(t, s.Append(ctx, 0, ledgertest.Entries(0, 5)...))
	require.NoError(t, s.Close())
	binary := filepath.Join(top, "test")
	text, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(binary, text, 0o755))
	cmd := child("denied", dir)
	cmd.Path, cmd.Dir = binary, top
	if os.Getuid() == 0 {
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		require.NoError(t, os.Chown(top, nobody, nobody))
		require.NoError(t, os.Chown(dir, nobody, nobody))
		for _, name := range []string{"ledger.db", "head"} {
			require.NoError(t, os.Chown(filepath.Join(dir, name), nobody, nobody))
		}
	}
	runOrSkip(t, cmd)
}

// childDenied opens a store in a directory, then with files, that it may only
// read.
func childDenied(dir string) error {
	db, head := filepath.Join(dir, "ledger.db"), filepath.Join(dir, "head")
	for _, step := range []struct {
		name     string
		dir, db  os.FileMode
		headMode os.FileMode
	}{
		{"directory", 0o500, 0o600, 0o600},
		{"all", 0o500, 0o400, 0o400},
		{"head", 0o700, 0o600, 0o400},
	} {
		if err := errors.Join(os.Chmod(db, step.db), os.Chmod(head, step.headMode), os.Chmod(dir, step.dir)); err != nil {
			return err
		}
		if _, err := embedded.Open(ctx, dir, embedded.Options{Create: true}); !errors.Is(err, ledger.ErrStorageReadOnly) {
			return fmt.Errorf("%s: Open gave %w", step.name, err)
		}
		if err := readOnlyWorks(dir); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	// A database that may not be written is noticed at the first append.
	if err := errors.Join(os.Chmod(db, 0o400), os.Chmod(head, 0o600)); err != nil {
		return err
	}
	s, err := embedded.Open(ctx, dir, embedded.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	err = s.Append(ctx, 5, ledgertest.Entries(5, 1)...)
	if !errors.Is(err, ledger.ErrStorageReadOnly) || ledger.OutcomeOf(err) != ledger.NotRecorded {
		return fmt.Errorf("append gave %w", err)
	}
	return readsBack(s, 5)
}

func readOnlyWorks(dir string) error {
	s, err := embedded.OpenReadOnly(ctx, dir)
	if err != nil {
		return err
	}
	defer s.Close()
	return readsBack(s, 5)
}
