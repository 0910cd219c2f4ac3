// Package intray takes a file that somebody hands in from its bytes to its
// receipt: it is read, held against the ledger, tried, asked about, foreseen,
// recorded, and handed back with its mistakes marked or with what is left of it.
//
// The command line and the server go this one way (File); what differs between
// them, who may record what and who signs, comes in with a Ledger. A dry run is
// the same way but for its last step.
//
// A Tray holds files that came over the network between their preview and their
// confirmation. It keeps them in memory and nowhere else: a process that ends
// forgets them, and nothing of them was recorded.
package intray
