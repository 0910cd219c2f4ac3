// Package access identifies accounts and judges what an account may record.
//
// A token is 256 random bits, shown once; the file keeps only its SHA-256, the
// account's id, role and place, and how long it holds. A Gate turns the
// Authorization of a request into an actor: on a loopback address, as long as
// nobody ever made a token, that is the local user; in every other case it takes
// a token, also when the file of tokens is gone. Permit says which commands an actor may send: everybody may read,
// the alliance and the administrator may record anything, an officer what is
// about co-operatives in their own place, the others nothing.
package access
