package answers

import (
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// mostNames bounds the sort keys that are kept: when there are so many they are
// all forgotten, and those in use come back.
const mostNames = 1 << 16

// sortKeys are those of the names that were sorted last.
var sortKeys = struct {
	sync.RWMutex
	collator *collate.Collator // not safe for concurrent use
	of       map[string]string
}{collator: collate.New(language.Vietnamese), of: map[string]string{}}

// SortKeys are strings whose order of bytes is the Vietnamese order of names, one
// for each name. It is safe for concurrent use.
func SortKeys(names []string) []string {
	keys := make([]string, len(names))
	var missing []int
	sortKeys.RLock()
	for i, name := range names {
		key, known := sortKeys.of[name]
		if keys[i] = key; !known {
			missing = append(missing, i)
		}
	}
	sortKeys.RUnlock()
	if len(missing) > 0 {
		makeSortKeys(names, keys, missing)
	}
	return keys
}

func makeSortKeys(names, keys []string, missing []int) {
	sortKeys.Lock()
	defer sortKeys.Unlock()
	var buf collate.Buffer
	for _, i := range missing {
		if len(sortKeys.of) >= mostNames {
			clear(sortKeys.of)
		}
		keys[i] = string(sortKeys.collator.KeyFromString(&buf, names[i]))
		sortKeys.of[names[i]] = keys[i]
		buf.Reset()
	}
}
