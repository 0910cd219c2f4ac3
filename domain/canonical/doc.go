// Package canonical fixes the bytes of a record: one value has one text.
//
// The form is that of RFC 8785 (JCS) over a smaller set of values, so that
// equal facts hash equally and no reader can take the same bytes for two
// different things:
//
//   - objects, arrays, strings, true, false, and integers within ±(2⁵³−1);
//     no null, no fraction, no exponent, no -0, no leading zero;
//   - objects and arrays at most MaxDepth within each other, the outermost
//     counting as one;
//   - member names sorted by their UTF-16 code units, none twice;
//   - strings in UTF-8 and normal form C, without control characters other
//     than line feed and tab, without the characters that turn the direction of
//     writing (U+202A–U+202E, U+2066–U+2069), the byte order mark, and the code
//     points that Unicode keeps for no character;
//   - no white space between tokens, and the escapes \" \\ \n \t and no other.
//
// Transform brings text as people write it into this form. Marshal and
// Unmarshal go between it and Go values, by struct tags like those of
// encoding/json, and Check says whether bytes are in it. Every refusal is a
// fault whose field is the JSON pointer (RFC 6901) of the value refused, and
// whose sentence counts bytes from 0.
//
// All functions are safe for concurrent use.
package canonical

const (
	// maxDepth is how many objects and arrays may stand within each other.
	maxDepth = 16
	// MaxInteger is the largest integer, and -MaxInteger the smallest: 2⁵³−1,
	// what every JSON reader holds exactly (RFC 7493 §2.2).
	MaxInteger = 1<<53 - 1
)
