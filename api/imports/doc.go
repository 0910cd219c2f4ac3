// Package imports takes a file that is handed in from its bytes to its receipt:
// the file is read, held against the ledger, tried, asked about, foreseen,
// recorded, and handed back with its mistakes marked or with the rows that were
// left out.
//
// The command line and the server go this one way; the two differ in who may
// record what and who signs, which comes in with a Ledger. A dry run is the same
// way without its last step.
//
// A Tray holds files that came over the network between their preview and their
// confirmation. With a folder, the files, what was shown of them and their receipts
// outlive the process; a recording that a crash cut is confirmed again, and the keys
// of its commands keep it from being recorded twice.
//
// The package may not know HTTP, pages, flags or stores, nor the cells of a
// workbook (api/sheets) or the forms' own rules (domain/imports). It decides
// nothing about facts: rows that change a fact become corrections only with a
// reason that the sender gives, and names that are alike are asked about and
// never made one.
package imports
