package main

// optimizers writes the steps without multiply-additions, which would round once
// where the loops in Go round twice.
func (g *generator) optimizers() {
	g.each("addScaled", "y, x", "a", func(s *streams, p params) {
		step := g.mul(s.get("x"), p["a"])
		s.set("y", g.add(s.get("y"), step))
	})
	g.each("ema", "avg, x", "keep, rest", func(s *streams, p params) {
		kept := g.mul(s.get("avg"), p["keep"])
		s.set("avg", g.add(kept, g.mul(s.get("x"), p["rest"])))
	})
	g.momentum("sgdMomentum", false)
	g.momentum("sgdNesterov", true)
	g.rmsprop("rmsprop[plain]", false, false)
	g.rmsprop("rmsprop[withMomentum]", true, false)
	g.rmsprop("rmsprop[centered]", false, true)
	g.rmsprop("rmsprop[withMomentum+centered]", true, true)
	g.adam("adam[plain]", false)
	g.adam("adam[amsgrad]", true)
}

func (g *generator) momentum(slot string, nesterov bool) {
	g.each(slot, "w, grad, m", "lr, momentum", func(s *streams, p params) {
		step := g.mul(s.get("grad"), p["lr"])
		m := g.sub(g.mul(s.get("m"), p["momentum"]), step)
		s.set("m", m)
		if nesterov {
			m = g.sub(g.mul(m, p["momentum"]), step)
		}
		s.set("w", g.add(s.get("w"), m))
	})
}

func (g *generator) rmsprop(slot string, momentum, centered bool) {
	g.each(slot, "w, grad, v, m, avg", "lr, rho, rest, momentum, eps", func(s *streams, p params) {
		d := s.get("grad")
		average := func(slot string, of vec) vec {
			a := g.add(g.mul(s.get(slot), p["rho"]), g.mul(of, p["rest"]))
			s.set(slot, a)
			return a
		}
		v := average("v", g.mul(d, d))
		if centered {
			avg := average("avg", d)
			v = g.sub(v, g.mul(avg, avg))
		}
		step := g.div(g.mul(d, p["lr"]), g.sqrt(g.add(v, p["eps"])))
		if momentum {
			step = g.add(step, g.mul(s.get("m"), p["momentum"]))
			s.set("m", step)
		}
		s.set("w", g.sub(s.get("w"), step))
	})
}

func (g *generator) adam(slot string, amsgrad bool) {
	g.each(slot, "w, grad, m, v, top", "rate, rest1, rest2, eps", func(s *streams, p params) {
		d, m := s.get("grad"), s.get("m")
		m = g.add(m, g.mul(g.sub(d, m), p["rest1"]))
		s.set("m", m)
		v := s.get("v")
		v = g.add(v, g.mul(g.sub(g.mul(d, d), v), p["rest2"]))
		s.set("v", v)
		if amsgrad {
			v = g.larger(s.get("top"), v)
			s.set("top", v)
		}
		step := g.div(g.mul(m, p["rate"]), g.add(g.sqrt(v), p["eps"]))
		s.set("w", g.sub(s.get("w"), step))
	})
}
