package canonical

import (
	"bytes"
	"iter"
	"strconv"
)

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

// NoEmpty reports whether b is canonical and no member or element in it, at
// any depth, is an empty string, array or object: an optional member without
// content is absent from a record, so that there is one way to say nothing. It
// is for bytes whose Go type is not known; Unmarshal asks the same by type.
// The value b itself may be empty, for an event without particulars is {}.
func NoEmpty(b []byte) error {
	if err := Check(b); err != nil {
		return err
	}
	s := scanner{src: b}
	return s.noEmpty()
}

func (s *scanner) noEmpty() error {
	switch c := s.peek(); c {
	case '{', '[':
		return s.eachFilled(c, c+2) // '}' and ']' are two after their openings
	}
	return s.skip()
}

func (s *scanner) eachFilled(opening, closing byte) error {
	if err := s.open(opening); err != nil {
		return err
	}
	for n := 0; ; n++ {
		more, err := s.more(n, closing)
		if err != nil || !more {
			return err
		}
		step := strconv.Itoa(n)
		if opening == '{' {
			name, err := s.name(0, nil)
			if err != nil {
				return err
			}
			step = string(name)
		}
		if s.atEmpty() {
			return under(ErrEmpty, step)
		}
		if err := s.noEmpty(); err != nil {
			return under(err, step)
		}
	}
}

// atEmpty reports an empty string, array or object at pos.
func (s *scanner) atEmpty() bool {
	rest := s.src[s.pos:]
	return startsWith(rest, `""`) || startsWith(rest, `[]`) || startsWith(rest, `{}`)
}

// Pretty lays canonical bytes out over lines for people, indented by two
// spaces, in the same order; Transform brings them back. Bytes that are not
// canonical are given back as they are.
func Pretty(b []byte) []byte {
	if Check(b) != nil {
		return bytes.Clone(b)
	}
	p := printer{s: scanner{src: b}}
	p.value()
	return p.out
}

// A printer lays out bytes that are known to be canonical.
type printer struct {
	s   scanner
	out []byte
}

func (p *printer) value() {
	c := p.s.peek()
	if c != '{' && c != '[' || p.s.atEmpty() {
		p.copy(p.s.skip)
		return
	}
	_ = p.s.open(c)
	p.out = append(p.out, c)
	for n := 0; ; n++ {
		if more, _ := p.s.more(n, c+2); !more {
			break
		}
		if n > 0 {
			p.out = append(p.out, ',')
		}
		p.line()
		if c == '{' {
			p.copy(func() error { _, err := p.s.name(0, nil); return err })
			p.out = append(p.out, ' ')
		}
		p.value()
	}
	p.line()
	p.out = append(p.out, c+2)
}

// copy puts out what read goes over.
func (p *printer) copy(read func() error) {
	start := p.s.pos
	_ = read() // the bytes were checked
	p.out = append(p.out, p.s.src[start:p.s.pos]...)
}

func (p *printer) line() {
	p.out = append(append(p.out, '\n'), bytes.Repeat([]byte("  "), p.s.depth)...)
}
