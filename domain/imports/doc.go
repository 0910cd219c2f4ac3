// Package imports turns files that people send into commands.
//
// It is pure: bytes go in, and drafts or problems with their place come out.
// It records nothing, asks no ledger and mends nothing. What it cannot read in
// one way only, it refuses and says how to write it: "1.550" without a declared
// number format, money without a unit, a year of two digits, a file that is not
// UTF-8.
//
// Two kinds of file are read. NDJSON is one command a line, as DESIGN §7 has
// it. CSV is a sheet under a declared Form, whose headings may be Vietnamese,
// with or without accents, or the English names of a record's members. The
// forms, their columns and every rule are in docs/import.md, which a test holds
// to the tables here.
//
// # Which rows are the same
//
// A CSV row may bring its own key in the column "key". Without one, the key of
// a command is made of what the command says: its stream, kind, day and data
// and the paper that it names, but neither the file nor the row. So the same
// row in another file is the same command, and the same file twice adds
// nothing. Two rows of one file that make the same command are a problem.
//
// A co-operative is named by its key (column "coop") or, where that is blank,
// by its tax code, which stands for the key "mst-" and the code. Names are never
// compared.
//
// Every mistake, question or note is a Mark: its spot in the file, what the cell
// holds and what it should hold, a code and both sentences.
//
// The package may not know a ledger's facts, workbooks as bytes, HTTP or pages:
// api/sheets gives it the cells of a workbook, and api/imports holds its commands
// against a ledger.
//
// All functions are safe for concurrent use.
package imports
