package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Winograd's method multiplies polynomials by their values at some points, and at
// infinity. These points and their powers are exact in float32. They are neither near
// each other nor far from 1, where digits are lost: with 0, ±1, ±2 errors are twice
// as large.
var winogradPoints = []float64{0, 0.75, -0.75, 1.5, -1.5}

const winogradTaps = 3

// winograd writes the transforms for tiles of 3×3 and 4×4; the smaller need fewer points.
func (g *generator) winograd() {
	for _, tile := range []int{3, 4} {
		points := winogradPoints[:tile+winogradTaps-2]
		basis, peaks := interpolation(points)
		outputs, taps := evaluation(points, tile), evaluation(points, winogradTaps)
		for i, peak := range peaks {
			for k := range taps[i] {
				taps[i][k] /= peak
			}
		}
		slot := func(name string) string { return fmt.Sprintf("winograd%s[%d]", name, tile) }
		g.toPlanes(slot("Input"), basis)
		g.toPlanes(slot("Weights"), taps)
		g.toPlanes(slot("OutputGradient"), outputs)
		g.fromPlanes(slot("Output"), outputs)
		g.fromPlanes(slot("WeightsGradient"), taps)
	}
}

// A pointwise matrix has a row for each point, infinity last.
type pointwise [][]float64

// evaluation takes n coefficients of a polynomial to its values.
func evaluation(points []float64, n int) (m pointwise) {
	for _, p := range points {
		row := make([]float64, n)
		for k := range row {
			row[k] = math.Pow(p, float64(k))
		}
		m = append(m, row)
	}
	infinity := make([]float64, n)
	infinity[n-1] = 1
	return append(m, infinity)
}

// interpolation returns, for each point, the coefficients of a polynomial that is 0 at
// all others, and its value at this one.
func interpolation(points []float64) (m pointwise, peaks []float64) {
	n := len(points) + 1
	for i := range n {
		row, peak := make([]float64, n), 1.0
		row[0] = 1
		for j, p := range points {
			if j == i {
				continue
			}
			for k := n - 1; k > 0; k-- { // times x - p
				row[k] = row[k-1] - p*row[k]
			}
			row[0] *= -p
			if i < len(points) {
				peak *= points[i] - p
			}
		}
		m, peaks = append(m, row), append(peaks, peak)
	}
	return m, peaks
}

// opposite reports whether rows i and i+1 differ, but in signs only, as those of a point
// and its negative do.
func (m pointwise) opposite(i int) bool {
	return i+1 < len(m) && !slices.Equal(m[i], m[i+1]) &&
		slices.EqualFunc(m[i], m[i+1], func(a, b float64) bool { return math.Abs(a) == math.Abs(b) })
}

// halved returns m with what such rows have in common in place of the first, and the rest
// of it in place of the second.
func (m pointwise) halved() pointwise {
	h := slices.Clone(m)
	for i := range m {
		if m.opposite(i) {
			h[i], h[i+1] = make([]float64, len(m[i])), make([]float64, len(m[i]))
			for k, v := range m[i] {
				if v == m[i+1][k] {
					h[i][k] = v
				} else {
					h[i+1][k] = v
				}
			}
		}
	}
	return h
}

// transform multiplies vectors with a matrix.
type transform struct {
	*generator
	m, half pointwise
	factors map[float64]operand.Op // the elements of half but 0 and 1
}

// transform loads as many factors as there are registers, in the function that has begun.
func (g *generator) transform(m pointwise, registers int) *transform {
	p := &transform{g, m, m.halved(), map[float64]operand.Op{}}
	for _, row := range p.half {
		for _, f := range row {
			if _, ok := p.factors[f]; ok || f == 0 || f == 1 {
				continue
			}
			p.factors[f] = g.number(f)
			if len(p.factors) <= registers {
				p.factors[f] = g.in(p.factors[f])
			}
		}
	}
	return p
}

// rows calls put with the rows of m·x.
func (p *transform) rows(x []reg.VecVirtual, put func(i int, v reg.VecVirtual)) {
	for i := 0; i < len(p.m); i++ {
		if !p.m.opposite(i) {
			put(i, p.sum(p.half[i], x))
			continue
		}
		common, rest := p.sum(p.half[i], x), p.sum(p.half[i+1], x)
		put(i, p.add(common, rest))
		i++
		put(i, p.sub(common, rest))
	}
}

// columns calls put with the columns of x·m.
func (p *transform) columns(x []reg.VecVirtual, put func(k int, v reg.VecVirtual)) {
	for i := range x {
		if p.m.opposite(i) {
			x[i], x[i+1] = p.add(x[i], x[i+1]), p.sub(x[i], x[i+1])
		}
	}
	for k := range p.m[0] {
		var column []float64
		for _, row := range p.half {
			column = append(column, row[k])
		}
		put(k, p.sum(column, x))
	}
}

// sum returns the sum of x times factors, in a new register.
func (p *transform) sum(factors []float64, x []reg.VecVirtual) reg.VecVirtual {
	sum := p.vector()
	first := slices.Index(factors, 1)
	if first >= 0 {
		p.VMOVAPS(x[first], sum)
	} else {
		first = slices.IndexFunc(factors, func(f float64) bool { return f != 0 })
		p.VMULPS(p.factors[factors[first]], x[first], sum)
	}
	for k, f := range factors {
		switch {
		case k == first || f == 0:
		case f == 1:
			p.VADDPS(x[k], sum, sum)
		default:
			p.VFMADD231PS(p.factors[f], x[k], sum)
		}
	}
	return sum
}

// strided is memory in steps of so many bytes.
type strided struct{ step, by3, by5 reg.Register }

func (g *generator) strided(step reg.Register) strided {
	s := strided{step, g.GP64(), g.GP64()}
	g.LEAQ(operand.Mem{Base: step, Index: step, Scale: 2}, s.by3)
	g.LEAQ(operand.Mem{Base: step, Index: step, Scale: 4}, s.by5)
	return s
}

// at is i steps from base, i < 6.
func (s strided) at(base reg.Register, i int) operand.Mem {
	switch i {
	case 0:
		return operand.Mem{Base: base}
	case 3:
		return operand.Mem{Base: base, Index: s.by3, Scale: 1}
	case 5:
		return operand.Mem{Base: base, Index: s.by5, Scale: 1}
	}
	return operand.Mem{Base: base, Index: s.step, Scale: uint8(i)}
}

// loads reads n vectors.
func (g *generator) loads(n int, s strided, base reg.Register) []reg.VecVirtual {
	x := make([]reg.VecVirtual, n)
	for i := range x {
		x[i] = g.load(s.at(base, i), nil)
	}
	return x
}

// times writes a loop.
func (g *generator) times(label string, n operand.Op, body func()) {
	count := g.GP64()
	g.MOVQ(n, count)
	g.Label(label)
	body()
	g.DECQ(count)
	g.JNZ(operand.LabelRef(label))
}

// planes are where the transforms keep their results: those for two points, one in each
// direction, in a plane, plane after plane.
type planes struct {
	lines, elements strided // by the first point, and by the second
	at              reg.Register
}

func (g *generator) planes(points int) planes {
	plane, line := g.Load(g.Param("plane"), g.GP64()), g.GP64()
	g.IMUL3Q(operand.U8(points), plane, line)
	return planes{g.strided(line), g.strided(plane), g.GP64()}
}

// toPlanes transforms squares of a grid.
func (g *generator) toPlanes(slot string, m pointwise) {
	g.begin(slot, "(planes *float32, plane uintptr, grid *float32, line, pixel, next uintptr, channels, n int)")
	p, side, points := g.transform(m, 7), len(m[0]), len(m)
	to := g.planes(points)
	line := g.strided(g.Load(g.Param("line"), g.GP64()))
	offset, from := g.GP64(), g.GP64()
	g.eachVector(offset, func() {
		g.MOVQ(g.param("planes"), to.at)
		g.MOVQ(g.param("grid"), from)
		g.ADDQ(offset, from)
		g.times("columns", operand.U32(side), func() {
			p.rows(g.loads(side, line, from), func(i int, v reg.VecVirtual) { g.store(v, to.lines.at(to.at, i), nil) })
			g.ADDQ(g.param("pixel"), from)
			g.ADDQ(to.elements.step, to.at)
		})
		g.MOVQ(g.param("planes"), to.at)
		g.times("lines", operand.U32(points), func() {
			p.rows(g.loads(side, to.elements, to.at), func(i int, v reg.VecVirtual) { g.store(v, to.elements.at(to.at, i), nil) })
			g.ADDQ(to.lines.step, to.at)
		})
	})
	g.end()
}

// eachVector writes the loops over tiles and channels. The planes have them one after the
// other, the grid has tiles next bytes apart.
func (g *generator) eachVector(offset reg.Register, body func()) {
	vector := operand.U32(g.Lanes * floatSize)
	size := g.GP64()
	g.Label("tile")
	g.XORQ(offset, offset)
	g.Label("vector")
	body()
	g.ADDQ(vector, g.param("planes"))
	g.ADDQ(vector, offset)
	g.MOVQ(g.param("channels"), size)
	g.SHLQ(operand.U8(2), size)
	g.CMPQ(offset, size)
	g.JLT(operand.LabelRef("vector"))
	g.MOVQ(g.param("next"), size)
	g.ADDQ(size, g.param("grid"))
	g.DECQ(g.param("n"))
	g.JNZ(operand.LabelRef("tile"))
}

// fromPlanes transforms back, with the transposed matrix.
func (g *generator) fromPlanes(slot string, m pointwise) {
	g.begin(slot, "(grid *float32, line, pixel, next uintptr, planes *float32, plane uintptr, bias *float32, low float32, channels, n, lines, pixels int) int")
	p, points := g.transform(m, 6), len(m)
	low, invalid := g.broadcast("low"), g.zero()
	from := g.planes(points)
	offset, to, line, bias := g.GP64(), g.GP64(), g.GP64(), g.GP64()
	g.eachVector(offset, func() {
		g.MOVQ(g.param("planes"), from.at)
		g.times("columns", operand.U32(points), func() {
			p.columns(g.loads(points, from.lines, from.at), func(k int, v reg.VecVirtual) { g.store(v, from.lines.at(from.at, k), nil) })
			g.ADDQ(from.elements.step, from.at)
		})
		g.MOVQ(g.param("planes"), from.at)
		g.MOVQ(g.param("grid"), line)
		g.ADDQ(offset, line)
		g.MOVQ(g.param("bias"), bias)
		g.ADDQ(offset, bias)
		g.times("lines", g.param("lines"), func() {
			g.MOVQ(line, to)
			p.columns(g.loads(points, from.elements, from.at), func(k int, v reg.VecVirtual) {
				if k > 0 {
					g.CMPQ(g.param("pixels"), operand.U32(k))
					g.JLE(operand.LabelRef("lineEnd"))
				}
				v = g.add(v, operand.Mem{Base: bias})
				g.VFMADD231PS(g.number(0), v, invalid)
				g.store(g.do(g.VMAXPS, low, v), operand.Mem{Base: to}, nil) // the second operand if it is NaN
				g.ADDQ(g.param("pixel"), to)
			})
			g.Label("lineEnd")
			g.ADDQ(from.lines.step, from.at)
			g.ADDQ(g.param("line"), line)
		})
	})
	flag := g.GP64()
	if g.avx512 {
		k := g.K()
		g.VCMPPS(operand.Imm(unordered), invalid, invalid, k)
		g.KMOVW(k, flag.As32())
	} else {
		g.VCMPPS(operand.Imm(unordered), invalid, invalid, invalid)
		g.VMOVMSKPS(invalid, flag.As32())
	}
	g.MOVQ(flag, g.result())
	g.end()
}
