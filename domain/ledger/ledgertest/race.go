//go:build race

package ledgertest

// Race reports whether the program runs under the race detector. A test that
// measures memory or opens a browser skips then: the detector multiplies both costs.
const Race = true
