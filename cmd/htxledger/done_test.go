package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/durable"
)

// A closed writer takes nothing.
type closedWriter struct{}

func (closedWriter) Write([]byte) (int, error) { return 0, errors.New("the pipe is closed") }

// A command whose work is done has not failed because nobody took its last words:
// it says on stderr what it did, and its exit code is 0.
func TestDoneAndNotPrinted(t *testing.T) {
	dir := t.TempDir()
	data, file := filepath.Join(dir, "d"), filepath.Join(dir, "b.backup")
	for _, c := range []struct {
		line []string
		says string
	}{
		{[]string{"init", "--place", "dak-nong", "--title", "Sổ thử", "--origin", "vi-du/a"}, "Đã ghi: bản ghi @0"},
		{[]string{"record", "place.declared/1", "--stream", "place/dak-nong", "--valid", "2004-01-01", "--key", "p",
			"--content", `{"code":"dak-nong","level":"province","name":"Tỉnh Đắk Nông"}`}, "Đã ghi: bản ghi @1"},
		{[]string{"backup", file}, "Đã sao lưu: "},
		{[]string{"restore", file, "--data", filepath.Join(dir, "e")}, "Đã dựng lại: "},
		{[]string{"copy", "--to", filepath.Join(dir, "f")}, "Đã chép và đối chiếu: "},
		{[]string{"doctor", "--accept-head"}, "Đã chấp nhận: "},
		{[]string{"key", "new"}, ""},
		{[]string{"checkpoint"}, "vi-du/a"},
	} {
		var errs bytes.Buffer
		a := newApp(nil, closedWriter{}, &errs)
		root := a.root()
		args := c.line
		if args[0] != "restore" {
			args = append(args, "--data", data)
		}
		root.SetArgs(args)
		code := a.reportExit(root.ExecuteContext(context.Background()))
		require.Zero(t, code, "%v: %s", c.line, errs.String())
		require.Contains(t, errs.String(), "done, but the result could not be printed", c.line)
		require.Contains(t, errs.String(), c.says, c.line)
	}
	out, problems, code := ask(t, "verify", "--data", data)
	require.Zero(t, code, "%s %s", out, problems)

	// A token that could not be shown is none: its account is free.
	var errs bytes.Buffer
	a := newApp(nil, closedWriter{}, &errs)
	root := a.root()
	root.SetArgs([]string{"token", "add", "a", "--role", "admin", "--data", data})
	require.NotZero(t, a.reportExit(root.ExecuteContext(context.Background())))
	_, problems, code = ask(t, "token", "add", "a", "--role", "admin", "--data", data)
	require.Zero(t, code, problems)
}

// What is written and only not synced is told as written.
func TestUnsyncedIsDone(t *testing.T) {
	var errs bytes.Buffer
	a := newApp(nil, closedWriter{}, &errs)
	require.NoError(t, a.tellUnsynced(durable.ErrUnsynced.With("b.backup")))
	require.Contains(t, errs.String(), "đã ghi xong b.backup")
	other := errors.New("other")
	require.Equal(t, other, a.tellUnsynced(other))
}
