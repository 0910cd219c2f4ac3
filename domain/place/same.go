package place

// Same reports whether two maps of one atlas are the same drawing: nothing
// about places changed between their days. Maps of different atlases are never
// the same, even where they look alike.
func (m *Map) Same(n *Map) bool { return m.geo == n.geo }
