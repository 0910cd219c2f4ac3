package wire

// A Page says which part of a long answer this is; an answer that is whole has
// none. Rows count over all lists of the answer, in the order in which they stand.
type Page struct {
	First int `json:"first"`        // rows before this page
	Rows  int `json:"rows"`         // rows on it
	Of    int `json:"of,omitempty"` // rows in all; absent where nobody counted them
	// Next is the cursor of the next page; absent on the last one.
	Next string `json:"next,omitempty"`
}
