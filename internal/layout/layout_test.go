package layout

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var directions = []Direction{Down, Right, Up, Left}

// chain is n boxes in a row.
func chain(n int) *Graph {
	g := &Graph{}
	for i := range n {
		g.Boxes = append(g.Boxes, Box{Width: float64(60 + 10*(i%5)), Height: 40, Frame: -1})
		if i > 0 {
			g.Arrows = append(g.Arrows, Arrow{From: i - 1, To: i})
		}
	}
	return g
}

// with adds arrows, given as pairs.
func with(g *Graph, arrows ...int) *Graph {
	for i := 0; i < len(arrows); i += 2 {
		g.Arrows = append(g.Arrows, Arrow{From: arrows[i], To: arrows[i+1]})
	}
	return g
}

// boxes are n boxes with arrows, given as pairs.
func boxes(n int, arrows ...int) *Graph {
	g := chain(n)
	g.Arrows = nil
	return with(g, arrows...)
}

// inside puts boxes into a frame, which lies in another.
func inside(g *Graph, parent int, members ...int) *Graph {
	g.Frames = append(g.Frames, Frame{Parent: parent, LabelWidth: 90, LabelHeight: 16})
	for _, b := range members {
		g.Boxes[b].Frame = len(g.Frames) - 1
	}
	return g
}

var graphs = map[string]func() *Graph{
	"two hundred": func() *Graph {
		g := chain(200)
		for i := 0; i < 190; i += 3 {
			with(g, i, i+2, i, i+7)
		}
		return g
	},
	"nothing":   func() *Graph { return &Graph{} },
	"a box":     func() *Graph { return chain(1) },
	"chain":     func() *Graph { return chain(5) },
	"no arrows": func() *Graph { return boxes(4) },
	"residual":  func() *Graph { return with(chain(6), 0, 3, 3, 5) },
	"every pair": func() *Graph {
		return with(chain(7), 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1, 3, 1, 4, 1, 5, 1, 6, 2, 4, 2, 5, 2, 6, 3, 5, 3, 6, 4, 6)
	},
	"fan":                              func() *Graph { return boxes(7, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 1, 6, 2, 6, 3, 6, 4, 6, 5, 6) },
	"complete halves":                  func() *Graph { return boxes(6, 0, 3, 0, 4, 0, 5, 1, 3, 1, 4, 1, 5, 2, 3, 2, 4, 2, 5) },
	"one arrives where another leaves": func() *Graph { return boxes(6, 2, 4, 3, 5, 0, 5, 1, 2, 2, 5) },
	"cycle":                            func() *Graph { return with(chain(3), 2, 1) },
	"long cycle":                       func() *Graph { return with(chain(6), 5, 0, 3, 1) },
	"loop":                             func() *Graph { return with(chain(3), 1, 1) },
	"frame":                            func() *Graph { return inside(chain(4), -1, 1, 2) },
	"frames": func() *Graph {
		return inside(inside(boxes(7, 0, 1, 1, 2, 2, 6, 0, 3, 3, 4, 4, 6, 0, 5, 5, 6), -1, 1, 2), -1, 3, 4)
	},
	"frame in frame": func() *Graph { return inside(inside(with(chain(6), 0, 3, 2, 5), -1, 1, 2, 3, 4), 0, 2, 3) },
	"frame that is used twice": func() *Graph {
		return inside(boxes(6, 0, 2, 1, 2, 2, 3, 2, 4, 3, 5, 4, 5), -1, 2, 3, 4)
	},
	"frame in a cycle":   func() *Graph { return inside(with(chain(5), 3, 1, 2, 1), -1, 1, 2) },
	"box in two models":  func() *Graph { return inside(inside(boxes(5, 0, 1, 1, 2, 2, 3, 0, 4, 4, 2), -1, 1, 2), -1, 3, 4) },
	"frame with nothing": func() *Graph { return inside(chain(2), -1) },
}

func TestEverythingHasItsPlace(t *testing.T) {
	for name, make := range graphs {
		for _, dir := range directions {
			for _, corners := range []bool{true, false} {
				t.Run(fmt.Sprint(name, dir, corners), func(t *testing.T) { check(t, make(), dir, corners, 0) })
			}
		}
	}
}

func TestRandomGraphs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := &Graph{}
		number := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
		for f := range number("frames", 0, 4) {
			g.Frames = append(g.Frames, Frame{Parent: number("parent", -1, f-1), LabelWidth: float64(number("label", 10, 200)), LabelHeight: 16})
		}
		for range number("boxes", 1, 14) {
			g.Boxes = append(g.Boxes, Box{Width: float64(number("width", 80, 500)) / 2, Height: float64(number("height", 80, 200)) / 2,
				Frame: number("frame", -1, len(g.Frames)-1)})
		}
		known := map[[2]int]bool{}
		for range number("arrows", 0, 24) {
			a := [2]int{number("from", 0, len(g.Boxes)-1), number("to", 0, len(g.Boxes)-1)}
			if rapid.IntRange(0, 5).Draw(t, "back") > 0 && a[0] > a[1] {
				a[0], a[1] = a[1], a[0]
			}
			if !known[a] {
				known[a] = true
				g.Arrows = append(g.Arrows, Arrow{From: a[0], To: a[1]})
			}
		}
		check(t, g, rapid.SampledFrom(directions).Draw(t, "direction"), rapid.Bool().Draw(t, "corners"), 8*track)
	})
}

// rect is the ground that something covers.
type rect struct{ left, top, right, bottom float64 }

func (b *Box) rect() rect   { return rect{b.X, b.Y, b.X + b.Width, b.Y + b.Height} }
func (f *Frame) rect() rect { return rect{f.X, f.Y, f.X + f.Width, f.Y + f.Height} }

func (r rect) grow(d float64) rect { return rect{r.left - d, r.top - d, r.right + d, r.bottom + d} }

func (r rect) holds(o rect) bool {
	return r.left <= o.left && r.top <= o.top && o.right <= r.right && o.bottom <= r.bottom
}

func (r rect) meets(o rect) bool {
	return r.left < o.right && o.left < r.right && r.top < o.bottom && o.top < r.bottom
}

// cuts reports whether the line from p to q passes through the inside of r.
func (r rect) cuts(p, q Point) bool {
	from, to := 0.0, 1.0
	for _, axis := range [][4]float64{{p.X, q.X - p.X, r.left, r.right}, {p.Y, q.Y - p.Y, r.top, r.bottom}} {
		start, d, low, high := axis[0], axis[1], axis[2], axis[3]
		if d == 0 {
			if start <= low || start >= high {
				return false
			}
			continue
		}
		a, b := (low-start)/d, (high-start)/d
		from, to = max(from, min(a, b)), min(to, max(a, b))
	}
	return from < to
}

// onBorder reports whether p lies on the border of r.
func (r rect) onBorder(p Point) bool {
	point := rect{p.X, p.Y, p.X, p.Y}
	return r.grow(0.01).holds(point) && !r.grow(-0.01).holds(point)
}

// check lays a graph out and looks whether everything can be seen. Arrows from
// different boxes lie on each other for no longer than together.
func check(t require.TestingT, g *Graph, dir Direction, corners bool, together float64) {
	w, h := Place(g, dir, corners)
	paper := rect{0, 0, w, h}

	for i := range g.Boxes {
		b := &g.Boxes[i]
		require.True(t, paper.holds(b.rect()), "box %d is on the paper", i)
		for j := range i {
			if b.rect().grow(4).meets(g.Boxes[j].rect().grow(4)) {
				require.Fail(t, "overlap", "boxes %d and %d stand apart", i, j)
			}
		}
		for j := range g.Frames {
			f := &g.Frames[j]
			if within(g, b.Frame, j) {
				require.True(t, f.rect().grow(-4).holds(b.rect()), "box %d stands in frame %d", i, j)
				label := rect{f.X, f.Y, f.X + f.LabelWidth, f.Y + f.LabelHeight}
				require.False(t, b.rect().meets(label), "box %d does not hide the label of frame %d", i, j)
			} else {
				require.False(t, f.rect().grow(4).meets(b.rect().grow(4)), "box %d stands outside of frame %d", i, j)
			}
		}
	}
	for i := range g.Frames {
		f := &g.Frames[i]
		require.True(t, paper.holds(f.rect()), "frame %d is on the paper", i)
		require.GreaterOrEqual(t, f.Width, f.LabelWidth, "frame %d is as wide as its label", i)
		for j := range i {
			if within(g, i, j) {
				require.True(t, g.Frames[j].rect().holds(f.rect()), "frame %d stands in frame %d", i, j)
			} else {
				require.False(t, f.rect().meets(g.Frames[j].rect()), "frames %d and %d stand apart", i, j)
			}
		}
	}
	for i, a := range g.Arrows {
		n := len(a.Points)
		require.GreaterOrEqual(t, n, 2)
		require.True(t, g.Boxes[a.From].rect().onBorder(a.Points[0]), "arrow %d begins at its box", i)
		require.True(t, g.Boxes[a.To].rect().onBorder(a.Points[n-1]), "arrow %d ends at its box", i)
		for k := range n - 1 {
			p, q := a.Points[k], a.Points[k+1]
			require.NotEqual(t, p, q)
			if corners {
				require.True(t, p.X == q.X || p.Y == q.Y, "arrow %d has right angles", i)
			}
			for j := range g.Boxes {
				if g.Boxes[j].rect().grow(-0.01).cuts(p, q) {
					require.Fail(t, "overlap", "arrow %d does not run through box %d", i, j)
				}
			}
			for j := range g.Frames {
				if !within(g, g.Boxes[a.From].Frame, j) && !within(g, g.Boxes[a.To].Frame, j) {
					require.False(t, g.Frames[j].rect().cuts(p, q), "arrow %d does not run through frame %d", i, j)
				}
			}
		}
		if corners {
			for j, o := range g.Arrows[:i] {
				if o.From != a.From {
					if common(a.Points, o.Points) > together {
						require.Fail(t, "overlap", "arrows %d and %d can be told apart", i, j)
					}
				}
			}
		}
	}
}

// within reports whether a frame is another or stands in it.
func within(g *Graph, f, outer int) bool {
	for ; f >= 0; f = g.Frames[f].Parent {
		if f == outer {
			return true
		}
	}
	return false
}

// common is how long two lines with right angles lie on each other.
func common(a, b []Point) float64 {
	sum := 0.0
	for i := range len(a) - 1 {
		for j := range len(b) - 1 {
			p, q, r, s := a[i], a[i+1], b[j], b[j+1]
			if p.X == q.X && r.X == s.X && p.X == r.X {
				sum += max(0, min(max(p.Y, q.Y), max(r.Y, s.Y))-max(min(p.Y, q.Y), min(r.Y, s.Y)))
			}
			if p.Y == q.Y && r.Y == s.Y && p.Y == r.Y {
				sum += max(0, min(max(p.X, q.X), max(r.X, s.X))-max(min(p.X, q.X), min(r.X, s.X)))
			}
		}
	}
	return sum
}

func TestTheLongestWayIsStraight(t *testing.T) {
	g := with(chain(30), 2, 5, 5, 8, 8, 20, 0, 29)
	Place(g, Down, true)
	for _, b := range g.Boxes {
		assert.Equal(t, g.Boxes[0].X+g.Boxes[0].Width/2, b.X+b.Width/2)
	}
}

func TestArrowsDoNotCrossWithoutNeed(t *testing.T) {
	for _, g := range []*Graph{
		boxes(6, 0, 5, 1, 4, 2, 3, 5, 2),
		boxes(5, 0, 3, 0, 4, 1, 4, 2, 3), // the walk from above finds 3 before 4, and 0 before 1
		boxes(7, 0, 4, 1, 3, 2, 5, 3, 6, 4, 6, 5, 6),
	} {
		Place(g, Down, true)
		for i, a := range g.Arrows {
			for _, b := range g.Arrows[:i] {
				assert.False(t, crossing(a.Points, b.Points), "%v and %v", a, b)
			}
		}
	}
}

func TestArrowsFromOnePlaceRunTogether(t *testing.T) {
	g := with(chain(7), 0, 3, 0, 6)
	Place(g, Down, true)
	assert.Greater(t, common(g.Arrows[6].Points, g.Arrows[7].Points), g.Boxes[2].Y-g.Boxes[1].Y, "until they part")

	g = inside(boxes(5, 0, 1, 0, 2, 1, 3, 1, 4), -1, 0, 1, 2)
	Place(g, Down, true)
	out := g.Frames[0].Y + g.Frames[0].Height - g.Boxes[1].Y - g.Boxes[1].Height
	assert.GreaterOrEqual(t, common(g.Arrows[2].Points, g.Arrows[3].Points), out, "out of the frame")
}

// crossing reports whether two lines with right angles cross.
func crossing(a, b []Point) bool {
	for i := range len(a) - 1 {
		for j := range len(b) - 1 {
			p, q, r, s := a[i], a[i+1], b[j], b[j+1]
			if p.X == q.X {
				p, q, r, s = r, s, p, q
			}
			if p.Y == q.Y && r.X == s.X && min(p.X, q.X) < r.X && r.X < max(p.X, q.X) && min(r.Y, s.Y) < p.Y && p.Y < max(r.Y, s.Y) {
				return true
			}
		}
	}
	return false
}

func TestArrowsAreShort(t *testing.T) {
	g := boxes(7, 0, 1, 1, 2, 2, 3, 3, 4, 5, 4, 0, 6, 6, 3, 6, 4)
	Place(g, Down, true)
	assert.Equal(t, g.Boxes[3].Y, g.Boxes[5].Y, "an input stands near where it is used")
	assert.Equal(t, g.Boxes[2].Y, g.Boxes[6].Y, "nearer to two ends than to one beginning")
}

func TestBranchesStandOnBothSides(t *testing.T) {
	g := boxes(5, 0, 1, 0, 2, 0, 3, 1, 4, 2, 4, 3, 4)
	Place(g, Down, true)
	middle := func(b Box) float64 { return b.X + b.Width/2 }
	assert.Equal(t, middle(g.Boxes[0]), middle(g.Boxes[2]))
	assert.Equal(t, middle(g.Boxes[4]), middle(g.Boxes[2]))
}

func TestArrowsTurnLate(t *testing.T) {
	g := boxes(6, 0, 1, 0, 2, 0, 3, 1, 4, 4, 5, 2, 5, 3, 5)
	Place(g, Down, true)
	for _, a := range g.Arrows[5:] {
		assert.Greater(t, a.Points[1].Y, g.Boxes[4].Y+g.Boxes[4].Height, "%v", a)
	}
}

func TestTheSameEveryTime(t *testing.T) {
	for name, make := range graphs {
		first, second := make(), make()
		Place(first, Down, true)
		Place(second, Down, true)
		assert.Equal(t, first, second, name)
	}
}

// What solve finds is no worse than the best of all possibilities.
func TestSolveFindsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "variables")
		var links []link
		for range rapid.IntRange(0, 7).Draw(t, "links") {
			from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
			if from < to {
				links = append(links, link{from, to, rapid.IntRange(-2, 2).Draw(t, "gap"), rapid.IntRange(0, 5).Draw(t, "weight")})
			}
		}
		cost := func(x []int) int {
			sum := 0
			for _, l := range links {
				if x[l.to]-x[l.from] < l.gap {
					return math.MaxInt
				}
				sum += l.weight * (x[l.to] - x[l.from])
			}
			return sum
		}
		best := math.MaxInt
		const values = 9
		for k := range int(math.Pow(values, float64(n))) {
			x := make([]int, n)
			for v := range x {
				x[v] = k % values
				k /= values
			}
			best = min(best, cost(x))
		}
		x := solve(n, append([]link(nil), links...))
		require.Equal(t, best, cost(x))
		for _, v := range x {
			require.GreaterOrEqual(t, v, 0)
		}
	})
}

func BenchmarkPlace(b *testing.B) {
	for _, n := range []int{20, 200, 1000} {
		b.Run(fmt.Sprint(n, " boxes"), func(b *testing.B) {
			for b.Loop() {
				g := chain(n)
				for i := 0; i+3 < n; i += 3 {
					with(g, i, i+3)
				}
				with(g, 0, n-1)
				Place(g, Down, true)
			}
		})
	}
}
