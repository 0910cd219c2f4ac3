package canonical

import "iter"

// Members gives the members of the object whose canonical bytes b is, in
// order. Values share b's memory. Bytes that are not an object have no
// members, and those that are not canonical end at the fault; Check them first
// where they come from outside.
func Members(b []byte) iter.Seq2[string, Raw] {
	return func(yield func(string, Raw) bool) {
		s := scanner{src: b}
		if s.open('{') != nil {
			return
		}
		var name []byte
		for n := 0; ; n++ {
			more, err := s.more(n, '}')
			if err != nil || !more {
				return
			}
			if name, err = s.name(n, name); err != nil {
				return
			}
			value, err := s.bytes()
			if err != nil || !yield(string(name), value) {
				return
			}
		}
	}
}

// Elements walks the elements of a canonical array, without copying them; of
// anything else there are none. It stops where b is not canonical.
func Elements(b []byte) iter.Seq[Raw] {
	return func(yield func(Raw) bool) {
		s := scanner{src: b}
		if s.open('[') != nil {
			return
		}
		for n := 0; ; n++ {
			more, err := s.more(n, ']')
			if err != nil || !more {
				return
			}
			value, err := s.bytes()
			if err != nil || !yield(value) {
				return
			}
		}
	}
}
