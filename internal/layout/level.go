package layout

import "math"

// level is the inside of a frame, or the whole drawing.
type level struct {
	nodes []node
	wires []wire
	exits map[end]int // the wires that lead down out of the frame, by where they begin

	ranks         [][]int // the nodes of each rank, from left to right
	hops          [][]hop // what leads from each rank to the next
	width, height float64
}

// node is what has a place in a level.
type node struct {
	kind kind
	item int // which box or frame
	w, h float64
	x, y float64 // the middle
	rank int
	pos  int // in its rank
}

type kind int

const (
	box kind = iota
	frame
	upperPort // where an arrow passes the frame, at its top
	lowerPort // and at its bottom
	bend      // where an arrow passes a rank
)

// slim reports whether the node is no more than a point of an arrow.
func (n *node) slim() bool { return n.kind > frame }

// wire leads down from one node to another of a level.
type wire struct {
	from, to end
	up       bool  // the arrow leads the other way
	main     bool  // part of the longest way
	way      []int // the nodes: from, bends, to
	points   []Point
}

// end is where a wire is fixed to a node: dx from its middle.
type end struct {
	node int
	port int // of the frame that the node is; −1 for none
	dx   float64
}

// loop reports whether the wire leads from a box to itself.
func (w *wire) loop() bool { return w.from.node == w.to.node }

// dx is where the wire meets the k-th node of its way.
func (w *wire) dx(k int) float64 {
	switch k {
	case 0:
		return w.from.dx
	case len(w.way) - 1:
		return w.to.dx
	}
	return 0
}

// hop is a wire between two ranks: from the k-th node of its way to the next.
type hop struct{ wire, k int }

func (l *level) add(n node) int {
	l.nodes = append(l.nodes, n)
	return len(l.nodes) - 1
}

func (l *level) connect(from, to end) int {
	l.wires = append(l.wires, wire{from: from, to: to})
	return len(l.wires) - 1
}

// exit makes a wire from a node out of the frame, down or up. Those that lead down from one node are one.
func (l *level) exit(from end, up bool) (wire, port int) {
	if up {
		port = l.add(node{kind: upperPort})
		wire = l.connect(end{node: port, port: -1}, from)
		l.wires[wire].up = true
		return wire, port
	}
	if wire, known := l.exits[from]; known {
		return wire, l.wires[wire].to.node
	}
	port = l.add(node{kind: lowerPort})
	wire = l.connect(from, end{node: port, port: -1})
	l.exits[from] = wire
	return wire, port
}

// enter makes a wire from outside of the frame to a node, down or up.
func (l *level) enter(to end, up bool) (wire, port int) {
	if up {
		port = l.add(node{kind: lowerPort})
		wire = l.connect(to, end{node: port, port: -1})
		l.wires[wire].up = true
		return wire, port
	}
	port = l.add(node{kind: upperPort})
	return l.connect(end{node: port, port: -1}, to), port
}

// arrange lays the level out.
func (l *level) arrange(corners bool) {
	l.rank()
	l.bend()
	l.order()
	l.spread()
	l.place()
	l.lead(corners)
}

// breakCycles turns wires round that lead back, as those of a layer that is called twice in a chain.
func (l *level) breakCycles() {
	const open, done = 1, 2
	state := make([]int, len(l.nodes))
	down := make([][]int, len(l.nodes)) // the wires from each node
	for i, w := range l.wires {
		down[w.from.node] = append(down[w.from.node], i)
	}
	var visit func(v int)
	visit = func(v int) {
		state[v] = open
		for _, i := range down[v] {
			switch w := &l.wires[i]; {
			case w.loop():
			case state[w.to.node] == open:
				w.from, w.to, w.up = w.to, w.from, true
			case state[w.to.node] == 0:
				visit(w.to.node)
			}
		}
		state[v] = done
	}
	for v := range l.nodes {
		if state[v] == 0 {
			visit(v)
		}
	}
}

// rank finds the rank of each node, so that the wires are short in all. The ports
// at the top come before everything, those at the bottom after.
func (l *level) rank() {
	var links []link
	for _, w := range l.wires {
		if !w.loop() {
			links = append(links, link{w.from.node, w.to.node, 1, 1})
		}
	}
	ranks := solve(len(l.nodes), links)
	first, last, ports := len(l.nodes), 0, 0
	for v, n := range l.nodes {
		switch n.kind {
		case upperPort:
			ports = 1
		case box, frame:
			first, last = min(first, ranks[v]), max(last, ranks[v])
		}
	}
	for v := range l.nodes {
		n := &l.nodes[v]
		switch n.kind {
		case upperPort:
			n.rank = 0
		case lowerPort:
			n.rank = last - first + ports + 1
		default:
			n.rank = ranks[v] - first + ports
		}
	}
}

// bend gives the wires a node in every rank that they pass. Those that come from the
// same place run together until they part.
func (l *level) bend() {
	type place struct {
		from end
		rank int
	}
	bends := map[place]int{}
	for i := range l.wires {
		w := &l.wires[i]
		if w.loop() {
			continue
		}
		w.way = []int{w.from.node}
		for r := l.nodes[w.from.node].rank + 1; r < l.nodes[w.to.node].rank; r++ {
			v, known := bends[place{w.from, r}]
			if !known || w.up {
				v = l.add(node{kind: bend, rank: r})
			}
			if !w.up {
				bends[place{w.from, r}] = v
			}
			w.way = append(w.way, v)
		}
		w.way = append(w.way, w.to.node)
	}
	for _, n := range l.nodes {
		for len(l.ranks) <= n.rank {
			l.ranks = append(l.ranks, nil)
		}
	}
	l.hops = make([][]hop, len(l.ranks))
	shared := map[[2]int]bool{}
	for i, w := range l.wires {
		for k := range len(w.way) - 1 {
			if pair := [2]int{w.way[k], w.way[k+1]}; !shared[pair] {
				shared[pair] = l.nodes[pair[1]].kind == bend
				r := l.nodes[pair[0]].rank
				l.hops[r] = append(l.hops[r], hop{i, k})
			}
		}
	}
}

// move shifts everything.
func (l *level) move(x, y float64) {
	for v := range l.nodes {
		l.nodes[v].x += x
		l.nodes[v].y += y
	}
	for i := range l.wires {
		for k := range l.wires[i].points {
			l.wires[i].points[k].X += x
			l.wires[i].points[k].Y += y
		}
	}
}

// enclose puts a margin around the level, wider by left, top and bottom, and makes its
// inside no smaller than a size.
func (l *level) enclose(left, top, bottom, width, height float64) {
	even := func(x float64) float64 { return 2 * math.Ceil(x/2) } // so that the middle is a whole number
	width, height = even(max(l.width+left, width)), even(max(l.height+top+bottom, height))
	l.move(margin+left+math.Floor((width-left-l.width)/2), margin+top+math.Floor((height-top-bottom-l.height)/2))
	l.width, l.height = width+2*margin, height+2*margin
}
