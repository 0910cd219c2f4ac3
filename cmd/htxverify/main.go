// Command htxverify checks one evidence file, offline: no ledger, no server, no
// network, nothing but the file and a public key.
//
//	htxverify EVIDENCE --key KEY [--key KEY…] [--only-key] [--witness KEY… --need N] [--earlier FILE…] [--json]
//
// KEY is a public key, or a file with public keys, one a line. EVIDENCE may be
// - for standard input. Who signs is one of the keys given, or a key that they
// handed over to; with --only-key no hand-over is taken. --earlier names a signed checkpoint kept from before,
// with which the evidence must agree.
//
// It prints the steps, every key of the ledger's chain, the figures and one sentence of verdict, in Vietnamese
// and in English, and exits with 0 if everything held, 3 if a step failed, 5
// if the evidence was written by a newer version, 1 for wrong use and 6 if the
// file cannot be read. docs/audit.md says what the steps are, and what they do
// not show.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"htxledger/domain/audit"
	"htxledger/domain/fault"
)

// The exit codes of DESIGN §7 that apply here.
const (
	exitOK         = 0
	exitUse        = 1
	exitUnverified = 3
	exitNewer      = 5
	exitFailed     = 6
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// A list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// asked is the command line.
type asked struct {
	keys, witnesses, earlier list
	need                     int
	json, only               bool
	file                     string
}

var errUse = errors.New("want one evidence file and at least one --key\n" +
	"cần đúng một tệp bằng chứng và ít nhất một --key\n\n" +
	"  htxverify bao-cao.evidence --key so-htx.pub")

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	var o audit.Options
	if err == nil {
		o, err = a.options()
	}
	if err != nil {
		fmt.Fprintf(stderr, "htxverify: %v\n", spoken(err))
		return exitUse
	}
	report, err := verify(a.file, stdin, o)
	if err != nil {
		fmt.Fprintf(stderr, "htxverify: %v\n", err)
		if errors.Is(err, fs.ErrNotExist) {
			return exitUse
		}
		return exitFailed
	}
	if a.json {
		err = writeJSON(stdout, report)
	} else {
		err = writeText(stdout, report)
	}
	if err != nil {
		fmt.Fprintf(stderr, "htxverify: %v\n", err)
		return exitFailed
	}
	return code(report)
}

func code(r *audit.Report) int {
	switch {
	case r.OK:
		return exitOK
	case fault.KindOf(r.Err) == fault.NewerFormat:
		return exitNewer
	}
	return exitUnverified
}

// parse reads flags before and after the file.
func parse(args []string, stderr io.Writer) (*asked, error) {
	a := &asked{}
	f := flag.NewFlagSet("htxverify", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintln(stderr, "htxverify EVIDENCE --key KEY [flags]\n\n  htxverify bao-cao.evidence --key so-htx.pub\n\nflags:")
		f.PrintDefaults()
	}
	f.Var(&a.keys, "key", "a public `key` that you trust, or a file of them")
	f.BoolVar(&a.only, "only-key", false, "only the keys given may sign: take no hand-over to another")
	f.Var(&a.witnesses, "witness", "the public `key` of a witness, or a file of them")
	f.IntVar(&a.need, "need", 0, "how many of the witnesses must have cosigned (default all)")
	f.Var(&a.earlier, "earlier", "a `file` with a signed checkpoint that you kept from before")
	f.BoolVar(&a.json, "json", false, "print the report as JSON")
	var files []string
	for rest := args; ; {
		if err := f.Parse(rest); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			break
		}
		files, rest = append(files, f.Arg(0)), f.Args()[1:]
	}
	if len(files) != 1 || len(a.keys) == 0 {
		return nil, errUse
	}
	a.file = files[0]
	return a, nil
}

// options reads the keys and files that the command line names.
func (a *asked) options() (o audit.Options, err error) {
	if o.Keys, err = keys(a.keys); err != nil {
		return o, err
	}
	o.OnlyKeys = a.only
	for _, k := range o.Keys {
		if _, err := audit.ParseVerifier(k); err != nil {
			return o, err
		}
	}
	witnesses, err := keys(a.witnesses)
	if err != nil {
		return o, err
	}
	need := a.need
	if need == 0 {
		need = len(witnesses)
	}
	if o.Policy, err = audit.NewPolicy(need, witnesses...); err != nil {
		return o, err
	}
	for _, name := range a.earlier {
		b, err := os.ReadFile(name)
		if err != nil {
			return o, err
		}
		if _, err := audit.ReadUnverified(b); err != nil {
			return o, fmt.Errorf("%s: %w", name, err)
		}
		o.Earlier = append(o.Earlier, b)
	}
	return o, nil
}

// keys takes what has the form of a key as it is, and reads the rest as files.
func keys(given list) (all []string, err error) {
	for _, k := range given {
		if strings.Count(k, "+") >= 2 {
			all = append(all, k)
			continue
		}
		b, err := os.ReadFile(k)
		if err != nil {
			return nil, err
		}
		lines := bytes.Fields(b)
		if len(lines) == 0 {
			return nil, fmt.Errorf("%s: %w", k, audit.ErrKeyForm.With(k))
		}
		for _, line := range lines {
			all = append(all, string(line))
		}
	}
	return all, nil
}

func verify(name string, stdin io.Reader, o audit.Options) (*audit.Report, error) {
	if name == "-" {
		return audit.VerifyFile(stdin, o)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return audit.VerifyFile(f, o)
}

// spoken puts the Vietnamese sentence of a fault behind the English one.
func spoken(err error) string {
	if f, ok := fault.Of(err); ok {
		return err.Error() + "\n" + f.Vi()
	}
	return err.Error()
}

func writeJSON(w io.Writer, r *audit.Report) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

func writeText(w io.Writer, r *audit.Report) error {
	var b strings.Builder
	for _, step := range r.Passed {
		fmt.Fprintf(&b, "ok    %-12s %s\n", step, audit.StepName(step))
	}
	if r.Failed != "" {
		fmt.Fprintf(&b, "SAI   %-12s %s\n", r.Failed, audit.StepName(r.Failed))
	}
	for _, k := range r.Keys {
		fmt.Fprintf(&b, "khóa / key %s: %s / %s\n", clean(k.ID), k.Vietnamese(), k.English())
	}
	for _, x := range r.Recovered {
		fmt.Fprintf(&b, "mất / lost: %s / %s\n", x.Vietnamese(), x.English())
	}
	for _, c := range r.Lost {
		fmt.Fprintf(&b, "mất / lost: điểm kiểm tra cỡ %d mà bạn giữ, theo bản ghi @%d / the checkpoint of size %[1]d that you hold, by record %[2]d\n", c.Size, c.Position)
	}
	for _, l := range r.Lines {
		fmt.Fprintln(&b, line(l))
	}
	for _, c := range r.Unchecked {
		fmt.Fprintf(&b, "chưa kiểm tra / not checked: %s / %s\n", c.Vietnamese, c.English)
	}
	fmt.Fprintf(&b, "\n%s\n%s\n", r.Vietnamese, r.English)
	_, err := io.WriteString(w, b.String())
	return err
}

// line is one figure: what was stated, and whether the recount gave the same.
func line(l audit.Line) string {
	said := fmt.Sprintf("%q", orDash(l.Stated.Value)+" "+l.Stated.Unit)
	said = strings.TrimSuffix(said[1:len(said)-1], " %") // a share is printed as it was counted, not in per cent
	switch {
	case l.Counted == nil:
		return fmt.Sprintf("      %-28s %s: không xác định được / undecided", l.Indicator, said)
	case l.Same:
		return fmt.Sprintf("      %-28s %s: khớp / same", l.Indicator, said)
	}
	return fmt.Sprintf("      %-28s %s: lệch, tính lại được %s / counted %[3]s", l.Indicator, said, orDash(l.Counted.Value))
}

// clean keeps a text of the file from looking like lines of this program.
func clean(s string) string {
	s = fmt.Sprintf("%q", s)
	return s[1 : len(s)-1]
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
