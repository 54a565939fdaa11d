package main

// lossEpsilon is that of the loops in Go.
const lossEpsilon = 1e-7

// loss writes a loss of one element and its slope with respect to p.
func (g *generator) loss(name string, value, slope func(y, p vec, c params) vec) {
	for _, f := range []struct {
		field string
		do    func(y, p vec, c params) vec
	}{{"value", value}, {"slope", slope}} {
		g.loop(name+"."+f.field, "out, y, p", "a, b", 1, func(s *streams, c params) {
			y := s.get("y")
			s.set("out", f.do(y, s.get("p"), c))
		})
	}
}

func (g *generator) losses() {
	zero, one := g.number(0), g.number(1)
	g.loss("squaredError", func(y, p vec, _ params) vec {
		d := g.sub(p, y)
		return g.mul(d, d)
	}, func(y, p vec, _ params) vec {
		d := g.sub(p, y)
		return g.add(d, d)
	})
	g.loss("absoluteError", func(y, p vec, _ params) vec { return g.abs(g.sub(p, y)) },
		func(y, p vec, _ params) vec { return g.signOf(g.sub(p, y)) })
	g.loss("huber", func(y, p vec, c params) vec { // a is delta, b its half square
		e := g.abs(g.sub(p, y))
		line := g.sub(g.mul(e, c["a"]), c["b"])
		return g.choose(greater, e, c["a"], line, g.mul(g.mul(e, e), g.number(0.5)))
	}, func(y, p vec, c params) vec {
		return g.max(g.neg(c["a"]), g.min(c["a"], g.sub(p, y)))
	})

	smoothed := func(y vec, c params) vec { return g.add(g.mul(y, c["a"]), c["b"]) }
	// |p|·(1−y or y)+ln(1+e^−|p|) and its slope lose nothing to a difference.
	g.loss("logitCrossentropy", func(y, p vec, c params) vec {
		y = smoothed(y, c)
		other := g.choose(greater, p, zero, g.sub(one, y), y)
		return g.mulAdd(other, g.abs(p), g.log1pOfExp(p))
	}, func(y, p vec, c params) vec {
		y = smoothed(y, c)
		t := g.expOfMinus(p)
		below := g.div(t, g.add(t, one))
		return g.choose(greater, p, zero, g.sub(g.sub(one, y), below), g.sub(below, y))
	})
	low, high := g.number(lossEpsilon), g.number(1-lossEpsilon)
	g.loss("probabilityCrossentropy", func(y, p vec, c params) vec {
		y = smoothed(y, c)
		q := g.max(low, g.min(high, p))
		sum := g.mul(y, g.log(q))
		return g.neg(g.mulAdd(g.sub(one, y), g.log(g.sub(one, q)), sum))
	}, func(y, p vec, c params) vec {
		y = smoothed(y, c)
		d := g.sub(g.div(g.sub(one, y), g.sub(one, p)), g.div(y, p))
		d = g.where(notLess, p, low, d)
		return g.where(notGreater, p, high, d)
	})

	// The gradient of a cross-entropy by logits, made of their softmax.
	g.each("crossentropyGradient", "dp, y", "d, weight, keep, share", func(s *streams, c params) {
		y := g.mulAdd(s.get("y"), c["keep"], c["share"])
		s.set("dp", g.mul(g.mulSub(s.get("dp"), c["weight"], y), c["d"]))
	})
}
