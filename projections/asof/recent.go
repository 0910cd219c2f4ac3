package asof

import (
	"slices"
	"sync"
)

// recent keeps the values used last, a few of them; it looks through them all.
// It is not safe for concurrent use.
type recent[K comparable, V any] struct {
	room int
	kept []entry[K, V] // last used last
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](room int) recent[K, V] { return recent[K, V]{room: room} }

// get is the value of a key, made if it is not kept.
func (r *recent[K, V]) get(key K, make func() V) V {
	if i := slices.IndexFunc(r.kept, func(e entry[K, V]) bool { return e.key == key }); i >= 0 {
		e := r.kept[i]
		r.kept = append(slices.Delete(r.kept, i, i+1), e)
		return e.value
	}
	e := entry[K, V]{key, make()}
	if len(r.kept) == r.room {
		r.kept = slices.Delete(r.kept, 0, 1)
	}
	r.kept = append(r.kept, e)
	return e.value
}

// shared is recent for many at once: who asks for a value that another is
// making waits for that, and for nothing else.
type shared[K comparable, V any] struct {
	mu   sync.Mutex
	kept recent[K, func() V]
}

func newShared[K comparable, V any](room int) *shared[K, V] {
	return &shared[K, V]{kept: newRecent[K, func() V](room)}
}

func (s *shared[K, V]) get(key K, make func() V) V {
	s.mu.Lock()
	value := s.kept.get(key, func() func() V { return sync.OnceValue(make) })
	s.mu.Unlock()
	return value()
}
