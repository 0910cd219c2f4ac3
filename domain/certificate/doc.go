// Package certificate is the life of a certificate that a co-operative holds:
// of how it produces (VietGAP, organic, Rainforest Alliance …) or of quality
// (HACCP, ISO 22000 …).
//
// One stream holds one certificate: granted once, then renewed, suspended,
// reinstated and withdrawn. Its end is what the paper says; it is never derived
// from the scheme, since one scheme is issued for one, two or three years by
// different bodies. A certificate without a stated end is valid until it is
// suspended or withdrawn.
package certificate
