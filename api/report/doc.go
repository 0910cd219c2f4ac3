// Package report is the official report on a plan: what an office hands on under
// its number and signature, made of answers alone.
//
// New turns a plan judged at a point into a Document of paragraphs and tables
// whose cells are typed; nothing is counted here. The writers (this package for
// print HTML, .docx, CSV and JSON, package sheets for .xlsx) show the same
// Document, so that no two of them differ in a number or a word.
//
// The layout is that of Nghị định 30/2020/NĐ-CP, Phụ lục I, as offices use it:
// A4, margins of 20 mm above, below and to the right and 30 mm to the left, Times
// New Roman, the motto and the names of the offices side by side, the number of
// the page in the middle of the top margin from the second page on, appendices
// numbered by themselves. It was not checked against the printed decree.
//
// What the ledger does not know is left to be written in: the office, the number,
// the day, the signature. No person is ever named.
//
// Three things are told apart (see Legend): nothing happened, nothing is known,
// and the question does not arise.
package report
