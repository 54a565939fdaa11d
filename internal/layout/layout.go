// Package layout finds places for the boxes of a diagram and ways for its arrows: boxes
// stand in ranks, which the arrows follow, and frames around boxes are laid out from
// the inside out.
//
// It goes the way of Graphviz's dot (Gansner, Koutsofios, North and Vo, A Technique for
// Drawing Directed Graphs, 1993): break cycles, rank, order each rank so that few
// arrows cross, place, lead the arrows. The longest way through a diagram is kept straight.
//
// Graphviz itself, compiled to WebAssembly, takes a second to start in every program that
// imports it, keeps machine code in a folder that others can write, and measures texts in
// fonts that are not those which are drawn.
package layout

import "slices"

// Direction is where the arrows go.
type Direction int

// The directions: from top to bottom, from left to right, and the other way round.
const (
	Down Direction = iota
	Right
	Up
	Left
)

// Point is a place on the drawing; y grows downwards.
type Point struct{ X, Y float64 }

// Graph is what is laid out.
type Graph struct {
	Boxes  []Box
	Frames []Frame
	Arrows []Arrow
}

// Box has the size that is given and the place of its upper left corner that is found.
type Box struct {
	Width, Height float64
	Frame         int // the frame around it; −1 for none
	X, Y          float64
}

// Frame stands around boxes and other frames.
type Frame struct {
	Parent                  int     // the frame around it, before this one; −1 for none
	LabelWidth, LabelHeight float64 // room for a label in the upper left corner
	X, Y, Width, Height     float64 // found
}

// Arrow leads from one box to another.
type Arrow struct {
	From, To int
	Points   []Point // found: where it begins, its corners, where its tip is
}

// Distances, in points.
const (
	between = 28 // boxes of a rank
	beside  = 14 // an arrow and what stands beside it
	channel = 34 // ranks, if no arrow runs across
	track   = 10 // arrows that run across between ranks
	margin  = 14 // a frame and what it holds
	port    = 14 // tips of arrows at one box
)

// Place lays a graph out and returns the size of the drawing. With corners, arrows have
// right angles; without, their Points are the ends of pieces that may be curves.
func Place(g *Graph, dir Direction, corners bool) (width, height float64) {
	p := &placer{Graph: g, dir: dir, corners: corners, standing: dir == Down || dir == Up,
		levels: make([]*level, len(g.Frames)+1), trips: make([]trip, len(g.Arrows))}
	for f := range p.levels {
		p.levels[f] = &level{exits: map[end]int{}}
	}
	p.populate()
	for a := range g.Arrows {
		p.cross(a)
	}
	for _, l := range p.levels {
		l.breakCycles()
	}
	for a := range g.Arrows {
		p.pass(a)
	}
	for f := len(g.Frames) - 1; f >= -1; f-- { // what is inside comes later in the list
		p.arrange(f)
	}
	top := p.levels[0]
	p.settle(0, 0, 0)
	p.join()
	p.turn(top.width, top.height)
	if p.standing {
		return top.width, top.height
	}
	return top.height, top.width
}

// placer lays out with all arrows leading down; level 0 is the drawing, level f+1 the inside of frame f.
type placer struct {
	*Graph
	dir      Direction
	standing bool // ranks are rows
	corners  bool
	levels   []*level
	boxes    []int // the nodes of the boxes
	frames   []int // the nodes of the frames
	trips    []trip
}

// trip is how an arrow goes through the levels.
type trip struct {
	out, in []stop  // from its boxes outwards, to the level that they have in common
	pieces  []piece // from its beginning to its tip
}

// stop is a node that an arrow touches: a box, or a frame around it.
type stop struct{ level, node int }

// piece is the part of an arrow in one level.
type piece struct{ level, wire int }

// populate makes the nodes of boxes and frames.
func (p *placer) populate() {
	for i, b := range p.Boxes {
		w, h := b.Width, b.Height
		if !p.standing {
			w, h = h, w
		}
		p.boxes = append(p.boxes, p.levels[b.Frame+1].add(node{kind: box, item: i, w: w, h: h}))
	}
	for i, f := range p.Frames {
		p.frames = append(p.frames, p.levels[f.Parent+1].add(node{kind: frame, item: i}))
	}
}

// outwards are a box and the frames around it.
func (p *placer) outwards(b int) []stop {
	f := p.Boxes[b].Frame
	stops := []stop{{f + 1, p.boxes[b]}}
	for ; f >= 0; f = p.Frames[f].Parent {
		stops = append(stops, stop{p.Frames[f].Parent + 1, p.frames[f]})
	}
	return stops
}

// cross makes the wire of an arrow in the level that holds both its ends, or frames around them.
func (p *placer) cross(a int) {
	out, in := p.outwards(p.Arrows[a].From), p.outwards(p.Arrows[a].To)
	for i, from := range out {
		for j, to := range in {
			if from.level == to.level {
				wire := p.levels[from.level].connect(end{node: from.node, port: -1}, end{node: to.node, port: -1})
				p.trips[a] = trip{out[:i+1], in[:j+1], []piece{{from.level, wire}}}
				return
			}
		}
	}
}

// pass makes the wires of an arrow out of the frames around its beginning and into those around its tip.
func (p *placer) pass(a int) {
	trip := &p.trips[a]
	across := trip.pieces[0]
	w := &p.levels[across.level].wires[across.wire]

	from := end{node: trip.out[0].node, port: -1}
	trip.pieces = nil
	for k, stop := range trip.out[:len(trip.out)-1] {
		wire, port := p.levels[stop.level].exit(from, w.up)
		trip.pieces = append(trip.pieces, piece{stop.level, wire})
		from = end{node: trip.out[k+1].node, port: port}
	}
	to := end{node: trip.in[0].node, port: -1}
	var inside []piece
	for k, stop := range trip.in[:len(trip.in)-1] {
		wire, port := p.levels[stop.level].enter(to, w.up)
		inside = append(inside, piece{stop.level, wire})
		to = end{node: trip.in[k+1].node, port: port}
	}
	slices.Reverse(inside)
	trip.pieces = append(append(trip.pieces, across), inside...)
	if w.up {
		from, to = to, from
	}
	w.from, w.to = from, to
}

// arrange lays out the inside of a frame, and fixes the arrows that lead to it where they go on inside.
func (p *placer) arrange(f int) {
	l := p.levels[f+1]
	l.arrange(p.corners)
	if f < 0 {
		l.enclose(0, 0, 0, 0, 0)
		return
	}
	switch label := p.Frames[f]; p.dir { // it is to be at the top, when all is turned
	case Down:
		l.enclose(0, label.LabelHeight, 0, label.LabelWidth, 0)
	case Up:
		l.enclose(0, 0, label.LabelHeight, label.LabelWidth, 0)
	default:
		l.enclose(label.LabelHeight, 0, 0, 0, label.LabelWidth)
	}
	outer := p.levels[p.Frames[f].Parent+1]
	n := &outer.nodes[p.frames[f]]
	n.w, n.h = l.width, l.height
	for i := range outer.wires {
		for _, e := range []*end{&outer.wires[i].from, &outer.wires[i].to} {
			if e.node == p.frames[f] {
				e.dx = l.nodes[e.port].x - l.width/2
			}
		}
	}
}

// settle gives the boxes and frames of a level their places, from its upper left corner on.
func (p *placer) settle(level int, x, y float64) {
	l := p.levels[level]
	l.move(x, y)
	for _, n := range l.nodes {
		left, top := n.x-n.w/2, n.y-n.h/2
		switch n.kind {
		case box:
			p.Boxes[n.item].X, p.Boxes[n.item].Y = left, top
		case frame:
			f := &p.Frames[n.item]
			f.X, f.Y, f.Width, f.Height = left, top, n.w, n.h
			p.settle(n.item+1, left, top)
		}
	}
}

// join makes the arrows of their pieces.
func (p *placer) join() {
	for a := range p.Arrows {
		var points []Point
		for _, piece := range p.trips[a].pieces {
			points = append(points, p.levels[piece.level].wires[piece.wire].points...)
		}
		p.Arrows[a].Points = straighten(points)
	}
}

// straighten leaves out the points between two of the same column or row.
func straighten(points []Point) []Point {
	var out []Point
	for _, q := range points {
		if n := len(out); n > 0 && out[n-1] == q {
			continue
		}
		if n := len(out); n > 1 && (out[n-2].X == out[n-1].X && out[n-1].X == q.X || out[n-2].Y == out[n-1].Y && out[n-1].Y == q.Y) {
			out = out[:n-1]
		}
		out = append(out, q)
	}
	return out
}

// turn brings everything into its direction.
func (p *placer) turn(width, height float64) {
	at := func(x, y float64) Point {
		if p.dir == Up || p.dir == Left {
			y = height - y
		}
		if !p.standing {
			x, y = y, x
		}
		return Point{x, y}
	}
	// The upper left corner comes from the corner that is upper left after the turn.
	corner := func(x, y, w, h float64) Point {
		a, b := at(x, y), at(x+w, y+h)
		return Point{min(a.X, b.X), min(a.Y, b.Y)}
	}
	for i := range p.Boxes {
		b := &p.Boxes[i]
		w, h := b.Width, b.Height
		if !p.standing {
			w, h = h, w
		}
		q := corner(b.X, b.Y, w, h)
		b.X, b.Y = q.X, q.Y
	}
	for i := range p.Frames {
		f := &p.Frames[i]
		q := corner(f.X, f.Y, f.Width, f.Height)
		f.X, f.Y = q.X, q.Y
		if !p.standing {
			f.Width, f.Height = f.Height, f.Width
		}
	}
	for _, a := range p.Arrows {
		for i, q := range a.Points {
			a.Points[i] = at(q.X, q.Y)
		}
	}
}
