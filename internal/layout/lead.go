package layout

import (
	"math"
	"slices"
)

// lead finds the rows, and the points of the wires. Between two ranks a wire runs
// across on a track that it shares only with those that come from the same place.
func (l *level) lead(corners bool) {
	tops, bottoms := make([]float64, len(l.ranks)), make([]float64, len(l.ranks))
	tracks := make([]map[place]int, len(l.ranks))
	y := 0.0
	for r, rank := range l.ranks {
		tops[r] = y
		for _, v := range rank {
			y = max(y, tops[r]+l.nodes[v].h)
		}
		bottoms[r] = y
		for _, v := range rank {
			l.nodes[v].y = (tops[r] + y) / 2
		}
		if r+1 < len(l.ranks) {
			n := 0
			if tracks[r], n = l.tracks(r); n > 0 || bottoms[r] > tops[r] && l.holds(r+1) {
				y += channel + track*max(float64(n)-1, 0)
			}
		}
	}
	l.height = y
	for i := range l.wires {
		w := &l.wires[i]
		from, to := &l.nodes[w.from.node], &l.nodes[w.to.node]
		if w.loop() {
			const reach = 0.7 * beside // less than anything else comes near
			x, y := from.x+from.w/2, from.h/4
			w.points = []Point{{x, from.y + y}, {x + reach, from.y + y}, {x + reach, from.y - y}, {x, from.y - y}}
			continue
		}
		w.points = append(w.points, Point{from.x + w.from.dx, from.y + from.h/2})
		for k := range len(w.way) - 1 {
			r := l.nodes[w.way[k]].rank
			a, b := l.nodes[w.way[k]].x+w.dx(k), l.nodes[w.way[k+1]].x+w.dx(k+1)
			above, below := bottoms[r], tops[r+1]
			if corners {
				above = bottoms[r] + channel*0.4 + track*float64(tracks[r][w.place(k)])
				below = above
			}
			w.points = append(w.points, Point{a, above}, Point{b, below})
		}
		w.points = append(w.points, Point{to.x + w.to.dx, to.y - to.h/2})
		if w.up {
			slices.Reverse(w.points)
		}
	}
}

// holds reports whether there is more in a rank than ports.
func (l *level) holds(r int) bool {
	return slices.ContainsFunc(l.ranks[r], func(v int) bool { return l.nodes[v].kind != lowerPort })
}

// net is what runs across from one place in a rank: down from x, along a track, and down at the drops.
type net struct {
	x, left, right float64
	drops          []float64
}

// place is where wires leave a node.
type place struct {
	node int
	dx   float64
}

// place is where the wire leaves the k-th node of its way.
func (w *wire) place(k int) place { return place{w.way[k], w.dx(k)} }

// tracks shares out the tracks below a rank.
func (l *level) tracks(r int) (of map[place]int, count int) {
	nets := map[place]*net{}
	var from []place // of the nets
	for _, h := range l.hops[r] {
		w := &l.wires[h.wire]
		p := w.place(h.k)
		x, drop := l.nodes[p.node].x+p.dx, l.nodes[w.way[h.k+1]].x+w.dx(h.k+1)
		if x == drop {
			continue
		}
		n := nets[p]
		if n == nil {
			n = &net{x: x, left: x, right: x}
			nets[p] = n
			from = append(from, p)
		}
		n.left, n.right = min(n.left, drop), max(n.right, drop)
		n.drops = append(n.drops, drop)
	}
	// From above to below, each where it is least in the way of those before.
	var order []*net
	for _, p := range from {
		n := nets[p]
		best, least := 0, math.MaxInt
		for at := range len(order) + 1 {
			cost := 0
			for k, other := range order {
				if k < at {
					cost += other.over(n)
				} else {
					cost += n.over(other)
				}
			}
			if cost < least {
				best, least = at, cost
			}
		}
		order = slices.Insert(order, best, n)
	}
	row := map[*net]int{}
	for k, n := range order {
		for _, other := range order[:k] {
			if n.left < other.right+beside && other.left < n.right+beside {
				row[n] = max(row[n], row[other]+1)
			}
		}
		count = max(count, row[n]+1)
	}
	of = map[place]int{}
	for p, n := range nets {
		of[p] = row[n]
	}
	return of, count
}

// over counts the crossings if n runs above m; lines that would lie on each other count most.
func (n *net) over(m *net) int {
	cost := 0
	if n.left < m.x && m.x < n.right {
		cost++
	}
	for _, drop := range n.drops {
		if m.left < drop && drop < m.right {
			cost++
		}
		if math.Abs(drop-m.x) < track/2 {
			cost += 100
		}
	}
	return cost
}
