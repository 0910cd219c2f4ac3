// Package statement is the figures that somebody stood for: a statement names
// a size of the ledger and a day, the figures at that point and the root that
// pins the prefix, so that anyone can recompute them. One stream holds one
// statement, issued once and perhaps withdrawn; it is never changed.
package statement
