// Package sheets is the door for spreadsheets: it reads .xlsx files that people
// send, hands them back with what is wrong marked in them, and writes the forms
// to be filled in.
//
// # One reader, and one writer
//
// A workbook library gives what it can of a damaged sheet and no error: a sheet
// cut in the middle reads as a shorter one. So the values are read here, by a
// strict walk of every part to its end, which refuses an element that is out of
// place, and the library (excelize) only writes. A file is read whole or refused.
//
// Before that the container is held to limits (see Limits), so that a small file
// that unpacks into a large one is refused before it does.
//
// What a cell is, is said by its type in the file and never guessed from what it
// looks like: a number is a number, a day is a number with a style of days, in
// the epoch of its workbook. Cells that cannot be trusted (an error value, a
// formula that was never worked out) carry a fault of their own.
//
// The package may not know ledgers, HTTP or what becomes of a file: rows go out
// as domain/imports has them, and marks come in.
//
// All functions are safe for concurrent use. Nothing is written to disk.
package sheets
