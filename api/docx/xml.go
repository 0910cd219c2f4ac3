package docx

import (
	"bytes"
	"encoding/xml"
)

// A node is an element with what stands in it.
type node struct {
	name  string
	attrs []attr
	inner []any // *node or string
}

// An attr is an attribute of an element.
type attr struct{ name, value string }

// el makes an element of attributes, texts and elements; those that are nil are
// passed over.
func el(name string, parts ...any) *node {
	n := &node{name: name}
	n.add(parts...)
	return n
}

// add adds attributes, texts and elements. Parts of another type are a mistake of
// the caller and are passed over.
func (n *node) add(parts ...any) {
	for _, p := range parts {
		switch p := p.(type) {
		case attr:
			n.attrs = append(n.attrs, p)
		case *node:
			// A nil *node in an any is not nil: it must be asked here.
			if p != nil {
				n.inner = append(n.inner, p)
			}
		case []*node:
			for _, x := range p {
				n.add(x)
			}
		case string:
			n.inner = append(n.inner, p)
		}
	}
}

// val is the element whose one attribute is w:val.
func val(name, value string) *node { return el(name, attr{"w:val", value}) }

// nodeIf is a node under a condition.
func nodeIf(yes bool, n *node) *node {
	if !yes {
		return nil
	}
	return n
}

func (n *node) bytes() []byte {
	b := bytes.NewBufferString(xml.Header)
	n.print(b)
	return b.Bytes()
}

// print writes an element; one without content closes itself.
func (n *node) print(b *bytes.Buffer) {
	b.WriteString("<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="`)
		_ = xml.EscapeText(b, []byte(a.value)) // a Buffer takes everything
		b.WriteByte('"')
	}
	if len(n.inner) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	for _, x := range n.inner {
		switch x := x.(type) {
		case *node:
			x.print(b)
		case string:
			_ = xml.EscapeText(b, []byte(x))
		}
	}
	b.WriteString("</" + n.name + ">")
}
