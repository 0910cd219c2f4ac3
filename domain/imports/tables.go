package imports

import (
	"context"
	"slices"
	"sort"
)

// A mergeIndex finds the merged areas of a grid by row. It is as large as the cells of
// the grid, however far the areas reach: a title may be merged over a whole row.
type mergeIndex struct {
	areas  []Area
	byRow  [][]int32 // by the index of a row in the grid: numbers of areas, from left to right
	across int       // columns that hold anything
}

// indexMerges makes the index of a grid; ok is false where areas overlap, as no
// spreadsheet writes them.
func indexMerges(g *Grid) (x *mergeIndex, ok bool) {
	x = &mergeIndex{areas: g.Merges, byRow: make([][]int32, len(g.Rows))}
	for _, r := range g.Rows {
		x.across = max(x.across, len(r.Cells))
	}
	for n, a := range g.Merges {
		if a.Left > x.across {
			continue
		}
		first := sort.Search(len(g.Rows), func(i int) bool { return g.Rows[i].Line >= a.Top })
		for i := first; i < len(g.Rows) && g.Rows[i].Line <= a.Bottom; i++ {
			if x.byRow[i] = append(x.byRow[i], int32(n)); len(x.byRow[i]) > x.across {
				return x, false
			}
		}
	}
	for _, list := range x.byRow {
		slices.SortFunc(list, func(a, b int32) int { return x.areas[a].Left - x.areas[b].Left })
		for k := 1; k < len(list); k++ {
			if x.areas[list[k]].Left <= x.areas[list[k-1]].Right {
				return x, false
			}
		}
	}
	return x, true
}

// at is the merged area that a cell is part of: row is an index, column from 1.
func (x *mergeIndex) at(row, column int) (Area, bool) {
	list := x.byRow[row]
	k := sort.Search(len(list), func(k int) bool { return x.areas[list[k]].Right >= column })
	if k == len(list) || x.areas[list[k]].Left > column {
		return Area{}, false
	}
	return x.areas[list[k]], true
}

// A grid being read: its rows, and the areas that are merged in it.
type spreadGrid struct {
	*Grid
	merges *mergeIndex
}

// spread gives the cells of a row with what the first cell of a merged area says in
// each of its cells. Areas that begin above the row with index from stay blank.
func (g *spreadGrid) spread(row, from int) []Cell {
	cells := make([]Cell, g.merges.across)
	copy(cells, g.Rows[row].Cells)
	for _, n := range g.merges.byRow[row] {
		a := g.merges.areas[n]
		top := row
		for top > from && g.Rows[top-1].Line >= a.Top {
			top--
		}
		if g.Rows[top].Line != a.Top {
			continue
		}
		c := g.Rows[top].cell(a.Left - 1)
		for i := a.Left - 1; i < min(a.Right, len(cells)); i++ {
			if cells[i].Blank() {
				cells[i] = c
			}
		}
	}
	return cells
}

// headsOf finds the headings of every table of a grid, in order. The first are looked
// for near the top, however they are spelled; those of further tables are rows in
// which headings stand word by word, and nothing else.
func (r *reader) headsOf(ctx context.Context) ([]head, error) {
	g := r.grid
	finder := &headFinder{grid: g, form: r.form, opts: r.opts, known: map[string]foundMatch{}}
	var heads []head
	for at := 0; at < len(g.Rows); at++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var h head
		var ok bool
		switch {
		case len(heads) == 0 && at < maxTitleRows:
			h, ok = finder.firstHead(at)
		case len(heads) > 0 && finder.looksLikeHead(at):
			last := heads[len(heads)-1]
			h, ok = finder.best(max(last.first+last.rows, at-maxHeadRows+1), at)
			ok = ok && h.first+h.rows > at
		}
		if ok {
			heads = append(heads, finder.extended(h, heads))
			at = h.first + h.rows - 1
		}
	}
	return heads, nil
}
