package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A windowLoop writes what happens in vectors of channels of one window. Its streams
// are the arrays that have one element for each window and channel.
type windowLoop struct {
	*streams
	vectors int
	label   string
	origin  reg.Register // of the first tap
	taps    reg.Register
}

// windows writes a loop over windows; large is the array that they see.
func (g *generator) windows(slot, parameters, large string, small []string, vectors int, body func(w *windowLoop)) {
	g.begin(slot, "("+parameters+")")
	bases := g.pointers(append(small, large)...)
	taps, channels := g.Load(g.Param("taps"), g.GP64()), g.Load(g.Param("channels"), g.GP64())
	g.Label("window")
	g.rounds("channels", bases, channels, vectors, func(s *streams, vectors int) {
		w := &windowLoop{s, vectors, fmt.Sprint("taps", vectors), g.GP64(), taps}
		if s.mask != nil {
			w.label = "tapsRest"
		}
		g.LEAQ(operand.Mem{Base: bases[large], Index: s.offset, Scale: 1}, w.origin)
		body(w)
	})
	for _, name := range small {
		g.LEAQ(operand.Mem{Base: bases[name], Index: channels, Scale: floatSize}, bases[name])
	}
	step := g.Load(g.Param("step"), g.GP64())
	g.LEAQ(operand.Mem{Base: bases[large], Index: step, Scale: floatSize}, bases[large])
	if len(small) == 2 { // with places
		g.ADDQ(step, g.param("at"))
	}
	g.DECQ(g.param("windows"))
	g.JNZ(operand.LabelRef("window"))
	g.end()
}

// each writes the loop over the taps from number start on. offset is in memory, at
// where tap lies for a vector.
func (w *windowLoop) each(start uint32, do func(offset operand.Mem, at func(vector int) operand.Mem)) {
	tap, element := w.GP64(), w.GP64()
	w.MOVQ(operand.U32(start), tap)
	w.Label(w.label)
	w.CMPQ(tap, w.param("count"))
	w.JGE(operand.LabelRef(w.label + "Done"))
	offset := operand.Mem{Base: w.taps, Index: tap, Scale: 8}
	w.MOVQ(offset, element)
	do(offset, func(vector int) operand.Mem {
		return operand.Mem{Base: w.origin, Index: element, Scale: floatSize, Disp: vector * w.Lanes * floatSize}
	})
	w.INCQ(tap)
	w.JMP(operand.LabelRef(w.label))
	w.Label(w.label + "Done")
}

// first is where the first tap lies, for a vector.
func (w *windowLoop) first(vector int) operand.Mem {
	return operand.Mem{Base: w.origin, Disp: vector * w.Lanes * floatSize}
}

// places returns the places of the first tap, for the current vector.
func (w *windowLoop) places() vec {
	at, channel := w.GP64(), w.GP64()
	w.MOVQ(w.offset, channel)
	w.SHRQ(operand.U8(2), channel)
	w.MOVQ(w.param("at"), at)
	w.LEAQ(operand.Mem{Base: at, Index: channel, Scale: 1, Disp: w.vector * w.Lanes}, at)
	d := w.streams.generator.vector()
	w.VMOVD(at.As32(), d.AsX())
	w.VPBROADCASTD(d.AsX(), d)
	w.VPADDD(ordinals(), d, d)
	return d
}

// count is the number of taps.
func (w *windowLoop) count() vec {
	d := w.streams.generator.vector()
	x := w.XMM()
	w.VXORPS(x, x, x)
	w.VCVTSI2SSQ(w.param("count"), x, x)
	w.VBROADCASTSS(x, d)
	return d
}

// ofVectors calls f for each vector of a round.
func (w *windowLoop) ofVectors(f func(i int)) {
	for w.vector = range w.vectors {
		f(w.vector)
	}
	w.vector = 0
}

func (g *generator) pooling() {
	const tail = ", taps *int, count, windows, channels, step int"
	vectors := func(n int) []vec { return make([]vec, n) }

	g.windows("maxPool", "y, x *float32"+tail, "x", []string{"y"}, 2, func(w *windowLoop) {
		best := vectors(w.vectors)
		w.ofVectors(func(i int) { best[i] = w.load(w.first(i), w.mask) })
		w.each(1, func(_ operand.Mem, at func(int) operand.Mem) {
			for i, b := range best {
				g.VMOVUPS(g.larger(b, w.load(at(i), w.mask)), b)
			}
		})
		w.ofVectors(func(i int) { w.set("y", best[i]) })
	})

	g.windows("maxPoolPlaces", "y *float32, places *int32, x *float32"+tail+", at int", "x", []string{"y", "places"}, 2, func(w *windowLoop) {
		best, where := vectors(w.vectors), vectors(w.vectors)
		w.ofVectors(func(i int) { best[i], where[i] = w.load(w.first(i), w.mask), g.zero() })
		w.each(1, func(offset operand.Mem, at func(int) operand.Mem) {
			tap := g.vector()
			g.VPBROADCASTD(offset, tap)
			for i := range best {
				g.update(w.load(at(i), w.mask), best[i], tap, where[i])
			}
		})
		w.ofVectors(func(i int) {
			w.set("y", best[i])
			w.set("places", g.do(g.VPADDD, w.places(), where[i]))
		})
	})

	g.windows("maxPoolGradient", "dx, dy *float32, places *int32"+tail+", at int", "dx", []string{"dy", "places"}, 2, func(w *windowLoop) {
		dy, where := vectors(w.vectors), vectors(w.vectors)
		w.ofVectors(func(i int) {
			dy[i] = g.add(w.get("dy"), g.number(0)) // as a sum: −0 becomes 0
			where[i] = g.do(g.VPSUBD, w.get("places"), w.places())
		})
		w.each(0, func(offset operand.Mem, at func(int) operand.Mem) {
			tap := g.vector()
			g.VPBROADCASTD(offset, tap)
			for i := range dy {
				w.store(g.whereEqual(tap, where[i], dy[i]), at(i), w.mask)
			}
		})
	})

	g.windows("averagePool", "y, x *float32"+tail, "x", []string{"y"}, 4, func(w *windowLoop) {
		sum := vectors(w.vectors)
		w.ofVectors(func(i int) { sum[i] = g.zero() })
		w.each(0, func(_ operand.Mem, at func(int) operand.Mem) {
			for i, s := range sum {
				if w.mask == nil {
					g.VADDPS(at(i), s, s)
				} else {
					g.VADDPS(w.load(at(i), w.mask), s, s)
				}
			}
		})
		count := w.count()
		w.ofVectors(func(i int) { w.set("y", g.div(sum[i], count)) })
	})

	g.windows("averagePoolGradient", "dx, dy *float32"+tail, "dx", []string{"dy"}, 2, func(w *windowLoop) {
		share, count := vectors(w.vectors), w.count()
		w.ofVectors(func(i int) { share[i] = g.div(w.get("dy"), count) })
		w.each(0, func(_ operand.Mem, at func(int) operand.Mem) {
			for i, v := range share {
				w.store(g.add(v, w.load(at(i), w.mask)), at(i), w.mask)
			}
		})
	})
}

// update sets best to v, and place to tap, where v is greater or the first NaN.
func (g *generator) update(v, best, tap, place vec) {
	if g.avx512 {
		number, k := g.K(), g.K()
		g.VCMPPS(operand.Imm(ordered), best, best, number)
		g.VCMPPS(operand.Imm(notLessEqual), best, v, number, k)
		g.VBLENDMPS(v, best, k, best)
		g.VPBLENDMD(tap, place, k, place)
		return
	}
	number, k := g.vector(), g.vector()
	g.VCMPPS(operand.Imm(ordered), best, best, number)
	g.VCMPPS(operand.Imm(notLessEqual), best, v, k)
	g.VANDPS(number, k, k)
	g.VBLENDVPS(k, v, best, best)
	g.VBLENDVPS(k, tap, place, place)
}

// whereEqual returns v where the integers a and b are equal, and 0 elsewhere.
func (g *generator) whereEqual(a, b, v vec) vec {
	d := g.vector()
	if g.avx512 {
		k := g.K()
		g.VPCMPEQD(a, b, k)
		g.VMOVAPS_Z(v, k, d)
	} else {
		g.VPCMPEQD(a, b, d)
		g.VANDPS(v, d, d)
	}
	return d
}
