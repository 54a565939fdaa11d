package layout

import (
	"cmp"
	"math"
	"slices"
)

// spread finds the longest way, and the places at which wires meet the boxes. All
// arrows leave a box from the middle; each arrives at a place of its own, that of the
// longest way in the middle and the others beside it, on the side from which they come.
func (l *level) spread() {
	l.findMain()
	above, below := make([][]int, len(l.nodes)), make([][]int, len(l.nodes))
	for i, w := range l.wires {
		if w.loop() {
			continue
		}
		if l.nodes[w.to.node].kind == box {
			above[w.to.node] = append(above[w.to.node], i)
		}
		if w.up && l.nodes[w.from.node].kind == box { // its tip is below
			below[w.from.node] = append(below[w.from.node], i)
		}
	}
	for v := range l.nodes {
		slices.SortStableFunc(above[v], func(i, j int) int {
			return cmp.Compare(l.comesFrom(i), l.comesFrom(j))
		})
		middle := slices.IndexFunc(above[v], func(i int) bool { return l.wires[i].main })
		if middle < 0 {
			middle = (len(above[v]) - 1) / 2
		}
		for k, i := range above[v] {
			l.wires[i].to.dx = float64(k-middle) * l.pitch(v, len(above[v]))
		}
		for k, i := range below[v] {
			l.wires[i].from.dx = float64(k+1) * l.pitch(v, len(below[v]))
		}
	}
}

// comesFrom is where a wire was in the rank above its end.
func (l *level) comesFrom(i int) float64 {
	w := &l.wires[i]
	above, _ := l.span(hop{i, len(w.way) - 2})
	return above
}

// pitch is the distance of n tips at a box: less where it is narrow.
func (l *level) pitch(v, n int) float64 {
	return math.Floor(min(port, l.nodes[v].w/2/float64(n)))
}

// findMain marks the wires that are the longest way on from both of their ends: of
// several equally long ones that in the middle, then those whose ends have none yet.
func (l *level) findMain() {
	into, out := make([][]int, len(l.nodes)), make([][]int, len(l.nodes))
	for i, w := range l.wires {
		if !w.loop() && !w.up {
			into[w.to.node], out[w.from.node] = append(into[w.to.node], i), append(out[w.from.node], i)
		}
	}
	before, after := make([]int, len(l.nodes)), make([]int, len(l.nodes)) // the lengths of the longest ways to and from a node
	for _, rank := range l.ranks {
		for _, v := range rank {
			for _, i := range into[v] {
				before[v] = max(before[v], before[l.wires[i].from.node]+1)
			}
		}
	}
	for _, rank := range slices.Backward(l.ranks) {
		for _, v := range rank {
			for _, i := range out[v] {
				after[v] = max(after[v], after[l.wires[i].to.node]+1)
			}
		}
	}
	// longest are, of the wires at a node, the longest, from left to right.
	longest := func(wires []int, length func(w *wire) int, next func(w *wire) int) []int {
		var found []int
		best := 0
		for _, i := range wires {
			if n := length(&l.wires[i]); n >= best {
				if n > best {
					best, found = n, nil
				}
				found = append(found, i)
			}
		}
		slices.SortStableFunc(found, func(i, j int) int {
			return cmp.Compare(l.nodes[next(&l.wires[i])].pos, l.nodes[next(&l.wires[j])].pos)
		})
		return found
	}
	all := func(wires []int) []int { return wires }
	middle := func(wires []int) []int { return wires[max(0, len(wires)-1)/2 : (len(wires)+1)/2] }
	hasIn, hasOut := make([]bool, len(l.nodes)), make([]bool, len(l.nodes))
	for _, some := range []func(wires []int) []int{middle, all} {
		for v := range l.nodes {
			for _, i := range some(longest(out[v], func(w *wire) int { return after[w.to.node] }, func(w *wire) int { return w.way[1] })) {
				w := &l.wires[i]
				u := w.to.node
				back := some(longest(into[u], func(w *wire) int { return before[w.from.node] }, func(w *wire) int { return w.way[len(w.way)-2] }))
				if !hasOut[v] && !hasIn[u] && slices.Contains(back, i) {
					w.main, hasOut[v], hasIn[u] = true, true, true
				}
			}
		}
	}
}

// far is more than a wire is from the middle of a node.
const far = 1 << 20

// place finds the columns: a rank keeps its order and distances, and wires are straight
// where they can be.
func (l *level) place() {
	column, n := l.columns()
	var links []link
	for _, rank := range l.ranks {
		for i := range len(rank) - 1 {
			u, v := &l.nodes[rank[i]], &l.nodes[rank[i+1]]
			gap := (u.w+v.w)/2 + between
			if u.slim() || v.slim() {
				gap += beside - between
			}
			links = append(links, link{column[rank[i]], column[rank[i+1]], int(math.Ceil(gap)), 0})
		}
	}
	for _, hops := range l.hops {
		for _, h := range hops {
			w := &l.wires[h.wire]
			u, v := w.way[h.k], w.way[h.k+1]
			if column[u] == column[v] {
				continue
			}
			weight := 2
			switch {
			case w.main:
				weight = 16
			case l.nodes[v].slim(): // a wire runs down from where it begins before it turns
				weight = 3
			}
			// A variable left of both ends; how far left of them is what the hop costs.
			links = append(links, link{n, column[u], -far - int(w.dx(h.k)), weight}, link{n, column[v], -far - int(w.dx(h.k+1)), weight})
			n++
		}
	}
	columns := solve(n, links)
	left, right := math.Inf(1), math.Inf(-1)
	for v := range l.nodes {
		u := &l.nodes[v]
		u.x = float64(columns[column[v]])
		left, right = min(left, u.x-u.w/2), max(right, u.x+u.w/2)
	}
	left = math.Floor(left) // columns stay whole numbers
	for v := range l.nodes {
		l.nodes[v].x -= left
	}
	l.width = right - left
}

// columns puts nodes into one column that a wire of the longest way connects, or one
// that passes several ranks, unless such wires cross.
func (l *level) columns() (of []int, n int) {
	of = make([]int, len(l.nodes))
	for v := range of {
		of[v] = -1
	}
	// What is to be straight, between each rank and the next: the most important first.
	wanted := make([][]hop, len(l.ranks))
	for i, w := range l.wires {
		for k := range len(w.way) - 1 {
			if r := l.nodes[w.way[k]].rank; w.main {
				wanted[r] = append(wanted[r], hop{i, k})
			}
		}
	}
	for r, hops := range l.hops {
		for _, h := range hops {
			if way := l.wires[h.wire].way; l.nodes[way[h.k]].slim() && l.nodes[way[h.k+1]].slim() {
				wanted[r] = append(wanted[r], h)
			}
		}
	}
	for r, hops := range wanted {
		var chosen []hop
		below, taken := map[int]int{}, map[int]bool{}
		for _, h := range hops {
			w := &l.wires[h.wire]
			u, v := w.way[h.k], w.way[h.k+1]
			if _, known := below[u]; known || taken[v] || w.dx(h.k) != 0 || w.dx(h.k+1) != 0 ||
				slices.ContainsFunc(chosen, func(o hop) bool { return l.cross(h, o) }) {
				continue
			}
			chosen = append(chosen, h)
			below[u], taken[v] = v, true
		}
		for _, v := range l.ranks[r] {
			if of[v] < 0 {
				of[v] = n
				n++
			}
			if u, ok := below[v]; ok {
				of[u] = of[v]
			}
		}
	}
	return of, n
}
