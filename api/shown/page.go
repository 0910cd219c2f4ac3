package shown

// A Page names the part of a long answer; a whole answer has
// none. Rows count over all lists of the answer, in the order in which they stand.
type Page struct {
	First int `json:"first" doc:"rows before this page"`
	Rows  int `json:"rows" doc:"rows on it"`
	Of    int `json:"of,omitempty" doc:"rows in all; absent of records, which are not counted"`
	// Next is the cursor of the next page; absent on the last one.
	Next string `json:"next,omitempty" doc:"the cursor of the next page; absent on the last one"`
}

// Describe is for the contract.
func (Page) Describe() string {
	return "Which part of a long answer this is; absent where the answer is whole. The header Htxledger-Rows says the " +
		`same (FIRST+ROWS/OF), and Link with rel="next" is the address of the next page, in every format.`
}
