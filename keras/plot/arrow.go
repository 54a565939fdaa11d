package plot

import (
	"math"

	"gonum.org/v1/plot/vg"

	"github.com/gokeras/gokeras/internal/layout"
)

// The measures of arrows, in points.
const (
	lineWidth = 1.5
	corner    = 7 // radius
	tipLength = 9
	tipWidth  = 7
)

// arrow draws a line with a tip.
func (s *scene) arrow(b brush, a layout.Arrow) {
	points, n := a.Points, len(a.Points)
	if s.splines == "line" && a.From != a.To {
		points, n = []layout.Point{points[0], points[n-1]}, 2
	}
	tip, before := points[n-1], points[n-2]
	upright := s.rankDir == "TB" || s.rankDir == "BT"
	curved := s.splines == "spline" || s.splines == "curved"
	switch { // curves arrive at a right angle
	case curved && upright && tip.Y != before.Y:
		before.X = tip.X
	case curved && !upright && tip.X != before.X:
		before.Y = tip.Y
	}
	length := math.Hypot(tip.X-before.X, tip.Y-before.Y)
	dx, dy := (tip.X-before.X)/length, (tip.Y-before.Y)/length
	// The line ends inside the tip.
	points = append(points[:n-1:n-1], layout.Point{X: tip.X - dx*tipLength/2, Y: tip.Y - dy*tipLength/2})

	var p vg.Path
	p.Move(b.at(points[0].X, points[0].Y))
	for i := 1; i < n; i++ {
		q := points[i]
		switch {
		case s.splines == "ortho" && i < n-1:
			next := points[i+1]
			r := min(corner, math.Hypot(q.X-points[i-1].X, q.Y-points[i-1].Y)/2, math.Hypot(next.X-q.X, next.Y-q.Y)/2)
			from, to := toward(q, points[i-1], r), toward(q, next, r)
			p.Line(b.at(from.X, from.Y))
			p.QuadTo(b.at(q.X, q.Y), b.at(to.X, to.Y))
		case curved:
			last := points[i-1]
			x, y := (last.X+q.X)/2, (last.Y+q.Y)/2
			if upright {
				p.CubeTo(b.at(last.X, y), b.at(q.X, y), b.at(q.X, q.Y))
			} else {
				p.CubeTo(b.at(x, last.Y), b.at(x, q.Y), b.at(q.X, q.Y))
			}
		default:
			p.Line(b.at(q.X, q.Y))
		}
	}
	b.Stroke(p)

	var t vg.Path
	t.Move(b.at(tip.X, tip.Y))
	t.Line(b.at(tip.X-dx*tipLength-dy*tipWidth/2, tip.Y-dy*tipLength+dx*tipWidth/2))
	t.Line(b.at(tip.X-dx*tipLength+dy*tipWidth/2, tip.Y-dy*tipLength-dx*tipWidth/2))
	t.Close()
	b.Fill(t)
}

// toward is the point at a distance from p in the direction of q.
func toward(p, q layout.Point, distance float64) layout.Point {
	length := math.Hypot(q.X-p.X, q.Y-p.Y)
	return layout.Point{X: p.X + (q.X-p.X)*distance/length, Y: p.Y + (q.Y-p.Y)*distance/length}
}
