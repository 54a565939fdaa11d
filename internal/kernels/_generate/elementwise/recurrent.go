package main

// recurrent writes the steps of LSTM and GRU for one sample: gate is the sigmoid,
// activation tanh.
func (g *generator) recurrent() {
	g.each("lstm", "i, f, candidate, o, before, c, h", "", func(s *streams, _ params) {
		f := g.sigmoid(s.get("f"))
		s.set("f", f)
		kept := g.mul(f, s.get("before"))
		i := g.sigmoid(s.get("i"))
		s.set("i", i)
		candidate := g.tanh(s.get("candidate"))
		s.set("candidate", candidate)
		c := g.add(kept, g.mul(i, candidate))
		s.set("c", c)
		o := g.sigmoid(s.get("o"))
		s.set("o", o)
		s.set("h", g.mul(o, g.tanh(c)))
	})
	g.each("lstmOutput", "o, c, dh, dc, dz", "", func(s *streams, _ params) {
		a := g.tanh(s.get("c"))
		o, dh := s.get("o"), s.get("dh")
		s.set("dc", g.add(s.get("dc"), g.mul(g.mul(dh, o), g.tanhSlope(a))))
		s.set("dz", g.mul(g.mul(dh, a), g.sigmoidSlope(o)))
	})
	g.each("lstmGates", "i, f, candidate, before, dc, di, df, dg", "", func(s *streams, _ params) {
		i, f, candidate, dc := s.get("i"), s.get("f"), s.get("candidate"), s.get("dc")
		s.set("di", g.mul(g.mul(dc, candidate), g.sigmoidSlope(i)))
		s.set("df", g.mul(g.mul(dc, s.get("before")), g.sigmoidSlope(f)))
		s.set("dg", g.mul(g.mul(dc, i), g.tanhSlope(candidate)))
		s.set("dc", g.mul(dc, f))
	})
	g.each("gru", "z, r, candidate, az, ar, ag, before, h", "", func(s *streams, _ params) {
		r := g.sigmoid(g.add(s.get("r"), s.get("ar")))
		s.set("r", r)
		candidate := g.tanh(g.add(s.get("candidate"), g.mul(r, s.get("ag"))))
		s.set("candidate", candidate)
		z := g.sigmoid(g.add(s.get("z"), s.get("az")))
		s.set("z", z)
		s.set("h", g.add(g.mul(z, s.get("before")), g.mul(g.sub(g.number(1), z), candidate)))
	})
	g.each("gruCandidate", "z, candidate, before, dh, past, dz, dg", "", func(s *streams, _ params) {
		z, candidate, dh := s.get("z"), s.get("candidate"), s.get("dh")
		s.set("past", g.mul(dh, z))
		s.set("dz", g.mul(g.mul(dh, g.sub(s.get("before"), candidate)), g.sigmoidSlope(z)))
		s.set("dg", g.mul(g.mul(dh, g.sub(g.number(1), z)), g.tanhSlope(candidate)))
	})
	g.each("gruReset", "r, ag, dg, dr, dag", "", func(s *streams, _ params) {
		r, dg := s.get("r"), s.get("dg")
		s.set("dr", g.mul(g.mul(dg, s.get("ag")), g.sigmoidSlope(r)))
		s.set("dag", g.mul(dg, r))
	})
}

// sigmoidSlope and tanhSlope are those where the value is y.
func (g *generator) sigmoidSlope(y vec) vec { return g.mul(y, g.sub(g.number(1), y)) }
func (g *generator) tanhSlope(y vec) vec    { return g.negMulAdd(y, y, g.number(1)) }
