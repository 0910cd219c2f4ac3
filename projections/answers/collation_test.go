package answers_test

import (
	"cmp"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"htxledger/projections/answers"
)

// The keys order names as the collator does, whoever asked for them before.
func TestSortKeysOrderAsTheCollator(t *testing.T) {
	c := collate.New(language.Vietnamese)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("aăâáàảbcdđeêghiklmnoôơuưxyAĐÔ 19-")), 0, 9, -1)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		keys := answers.SortKeys([]string{a, b})
		require.Equal(t, c.CompareString(a, b), cmp.Compare(keys[0], keys[1]), "%q, %q", a, b)
	})
}

// What is forgotten is made again, and nobody is in another's way.
func TestSortKeysOfMoreNamesThanAreKept(t *testing.T) {
	names := make([]string, 70_000)
	for i := range names {
		names[i] = fmt.Sprint("Hợp tác xã ", i)
	}
	want := answers.SortKeys(names)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { assert.Equal(t, want, answers.SortKeys(names)) })
	}
	all.Wait()
}
