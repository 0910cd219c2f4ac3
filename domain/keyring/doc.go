// Package keyring tells which key may sign which size of a ledger, from the
// records that announce keys and void announcements.
//
// It is pure, and knows nothing of checkpoints: what a signature under a
// checkpoint is worth is for package audit. The register uses it to decide
// whether an announcement may be recorded, the signer to choose the key whose
// turn it is, and the verifiers to follow the chain of keys; so they cannot
// differ.
package keyring
