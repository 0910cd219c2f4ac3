package main

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"htxledger/api/sheets/sheetstest"
)

// fillIn types into a workbook: fill FILE SHEET CELL=VALUE …
func fillIn(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: fill FILE SHEET CELL=VALUE ...")
	}
	ts.Check(sheetstest.Fill(ts.MkAbs(args[0]), args[1], args[2:]...))
}

// lookAt wants a cell to show a text, or to have it in its comment, or wants
// that it has no such: cell FILE SHEET CELL TEXT
func lookAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 4 {
		ts.Fatalf("usage: cell FILE SHEET CELL TEXT")
	}
	value, comment, err := sheetstest.Look(ts.MkAbs(args[0]), args[1], args[2])
	ts.Check(err)
	if has := strings.Contains(value+"\n"+comment, args[3]); has == neg {
		ts.Fatalf("cell %s shows %q with the comment %q", args[2], value, comment)
	}
}
