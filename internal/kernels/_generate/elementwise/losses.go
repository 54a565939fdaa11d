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
	g.loss("binaryLogits", func(y, p vec, c params) vec {
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
	clipped := func(p vec) vec { return g.max(low, g.min(high, p)) }
	within := func(p, slope vec) vec { return g.where(notLess, p, low, g.where(notGreater, p, high, slope)) }
	g.loss("binaryProbabilities", func(y, p vec, c params) vec {
		y, p = smoothed(y, c), clipped(p)
		sum := g.mul(y, g.log(p))
		return g.neg(g.mulAdd(g.sub(one, y), g.log(g.sub(one, p)), sum))
	}, func(y, p vec, c params) vec {
		y = smoothed(y, c)
		return within(p, g.sub(g.div(g.sub(one, y), g.sub(one, p)), g.div(y, p)))
	})

	// Of what softmax makes of logits: the logarithm of a probability, the probability.
	g.loss("categoricalLogits", func(y, p vec, c params) vec {
		y = smoothed(y, c)
		return g.neg(g.where(notEqual, y, zero, g.mul(y, p)))
	}, func(y, p vec, c params) vec { return g.sub(p, smoothed(y, c)) })
	g.loss("categoricalProbabilities", func(y, p vec, c params) vec {
		return g.neg(g.mul(smoothed(y, c), g.log(clipped(p))))
	}, func(y, p vec, c params) vec { return within(p, g.neg(g.div(smoothed(y, c), p))) })
}
