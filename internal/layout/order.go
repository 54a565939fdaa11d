package layout

import "slices"

// sweeps is how often the ranks are sorted. What helps, helps in the first few.
const sweeps = 12

// order finds an order of each rank in which few wires cross: it sorts each by where
// the neighbours in the rank above stand, then in that below, by turns.
func (l *level) order() {
	l.begin()
	best, fewest := l.ranks, l.crossings()
	for sweep := 0; sweep < sweeps && fewest > 0; sweep++ {
		l.ranks = slices.Clone(l.ranks)
		for i := range l.ranks {
			if sweep%2 == 0 {
				l.sort(i, i-1)
			} else {
				l.sort(len(l.ranks)-1-i, len(l.ranks)-i)
			}
		}
		if n := l.crossings(); n < fewest {
			best, fewest = l.ranks, n
		}
	}
	l.ranks = best
	for r := range l.ranks {
		l.number(r)
	}
}

// begin orders the ranks as a walk from above meets their nodes.
func (l *level) begin() {
	next := make([][]int, len(l.nodes))
	for _, w := range l.wires {
		for k := range len(w.way) - 1 {
			next[w.way[k]] = append(next[w.way[k]], w.way[k+1])
		}
	}
	seen := make([]bool, len(l.nodes))
	var visit func(v int)
	visit = func(v int) {
		if seen[v] {
			return
		}
		seen[v] = true
		r := l.nodes[v].rank
		l.ranks[r] = append(l.ranks[r], v)
		for _, u := range next[v] {
			visit(u)
		}
	}
	for r := range l.ranks {
		for v, n := range l.nodes {
			if n.rank == r {
				visit(v)
			}
		}
	}
	for r := range l.ranks {
		l.number(r)
	}
}

// number writes down who stands where in a rank.
func (l *level) number(r int) {
	for i, v := range l.ranks[r] {
		l.nodes[v].pos = i
	}
}

// sort orders a rank by the mean place of the neighbours in another. Who has none there stays.
func (l *level) sort(r, other int) {
	if other < 0 || other >= len(l.ranks) {
		return
	}
	sum, count := map[int]float64{}, map[int]float64{}
	for _, h := range l.hops[min(r, other)] {
		a, b := l.span(h)
		v, u, at := l.wires[h.wire].way[h.k], l.wires[h.wire].way[h.k+1], b
		if r > other {
			v, at = u, a
		}
		sum[v] += at
		count[v]++
	}
	key := func(v int) float64 {
		if count[v] == 0 {
			return float64(l.nodes[v].pos)
		}
		return sum[v] / count[v]
	}
	l.ranks[r] = slices.Clone(l.ranks[r])
	slices.SortStableFunc(l.ranks[r], func(a, b int) int {
		switch ka, kb := key(a), key(b); {
		case ka < kb:
			return -1
		case ka > kb:
			return 1
		}
		return 0
	})
	l.number(r)
}

// span is where a hop begins and ends, in numbers of nodes; those at the ports of a frame lie side by side.
func (l *level) span(h hop) (above, below float64) {
	w := &l.wires[h.wire]
	at := func(k int) float64 {
		n := &l.nodes[w.way[k]]
		return float64(n.pos) + w.dx(k)/(n.w+1)
	}
	return at(h.k), at(h.k + 1)
}

// crossings counts the pairs of hops that cross.
func (l *level) crossings() int {
	n := 0
	for _, hops := range l.hops {
		for i, g := range hops {
			for _, h := range hops[:i] {
				if l.cross(g, h) {
					n++
				}
			}
		}
	}
	return n
}

// cross reports whether two hops between the same ranks cross.
func (l *level) cross(g, h hop) bool {
	ga, gb := l.span(g)
	ha, hb := l.span(h)
	return (ga-ha)*(gb-hb) < 0
}
