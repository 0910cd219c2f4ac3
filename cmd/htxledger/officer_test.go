package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

const soffice = "soffice"

// haveOffice tells whether LibreOffice is here. HTXLEDGER_SOFFICE=required makes
// it an error that it is not.
func haveOffice() (bool, error) {
	_, err := exec.LookPath(soffice)
	if err != nil && os.Getenv("HTXLEDGER_SOFFICE") == "required" {
		return false, errors.New("soffice is not installed (Debian: libreoffice-calc-nogui)")
	}
	return err == nil, nil
}

// office has LibreOffice open a workbook and save it again: office FILE
func office(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: office FILE")
	}
	file, out := ts.MkAbs(args[0]), ts.MkAbs("office-out")
	program, err := exec.LookPath(soffice)
	ts.Check(err)
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	said, err := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+ts.MkAbs("office-home"), "--headless",
		"--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, file).CombinedOutput()
	if err != nil {
		ts.Fatalf("soffice: %v\n%s", err, said)
	}
	ts.Check(os.Rename(filepath.Join(out, filepath.Base(file)), file))
}

// stay keeps a client at the reply that it gets.
var stay = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send sends a file as the form of the page does, and keeps the id that it is
// given: send NAME FILE URL [field=value …]
func send(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: send NAME FILE URL [field=value ...]")
	}
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range args[3:] {
		name, value, _ := strings.Cut(f, "=")
		ts.Check(form.WriteField(name, value))
	}
	part, err := form.CreateFormFile("file", filepath.Base(args[1]))
	ts.Check(err)
	_, err = io.WriteString(part, ts.ReadFile(args[1]))
	ts.Check(err)
	ts.Check(form.Close())
	status, to := posted(ts, args[2], form.FormDataContentType(), &b)
	if status != http.StatusSeeOther {
		ts.Fatalf("POST %s: %d", args[2], status)
	}
	ts.Setenv(args[0], path.Base(to))
}

// post sends a form and wants a status: post STATUS URL [field=value …]
func post(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: post STATUS URL [field=value ...]")
	}
	values := url.Values{}
	for _, f := range args[2:] {
		name, value, _ := strings.Cut(f, "=")
		values.Set(name, value)
	}
	status, _ := posted(ts, args[1], "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("POST %s: %d, want %s", args[1], status, args[0])
	}
}

func posted(ts *testscript.TestScript, to, kind string, body io.Reader) (status int, location string) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, body)
	ts.Check(err)
	r.Header.Set("Content-Type", kind)
	reply, err := stay.Do(r)
	ts.Check(err)
	defer reply.Body.Close()
	b, err := io.ReadAll(reply.Body)
	ts.Check(err)
	if reply.StatusCode >= 400 {
		ts.Logf("%s", fmt.Sprintf("%.2000s", b))
	}
	return reply.StatusCode, reply.Header.Get("Location")
}
