package kernels

// A convolution whose groups have one input channel each would be products of
// matrices with one column or few. Its kernels run over the channels instead, which
// lie side by side: with m outputs a channel,
//
//	y[b, o…, c*m+n] = Σ_{k…} x[b, o*Stride + k*Dilation - PadBefore, c] * w[k…, c*m+n]

// depthwise reports whether every group has one input channel.
func (c *conv) depthwise() bool { return c.groups > 1 && c.gin == 1 }

func depthwiseConv[T Float](c *conv, x, w, bias []T, relu bool, y []T) {
	Parallel(c.batch*c.blocks, grain(work(c.rows, c.cout, c.terms)), func(lo, hi int) {
		for unit := lo; unit < hi; unit++ {
			sample, from, to := c.block(unit)
			in, out := x[sample*c.inSize:], y[sample*c.outSize:(sample+1)*c.outSize]
			block := out[from*c.cout : to*c.cout]
			if bias == nil {
				clear(block)
			}
			fillRows(bias, block)
			c.eachTap(from, to, func(o, k, i int) {
				addChannelProducts(out[o*c.cout:(o+1)*c.cout], in[i*c.cin:(i+1)*c.cin], w[k*c.cout:])
			})
			if relu {
				applyReLU(block)
			}
		}
	})
}

func depthwiseGradInput[T Float](c *conv, w, dy, dx []T) {
	// A sample is the smallest piece: windows overlap.
	Parallel(c.batch, grain(work(c.outputs(), c.cout, c.terms)), func(lo, hi int) {
		for sample := lo; sample < hi; sample++ {
			in, out := dx[sample*c.inSize:(sample+1)*c.inSize], dy[sample*c.outSize:]
			clear(in)
			c.eachTap(0, c.outputs(), func(o, k, i int) {
				addChannelDots(in[i*c.cin:(i+1)*c.cin], out[o*c.cout:(o+1)*c.cout], w[k*c.cout:])
			})
		}
	})
}

// depthwiseGradKernel adds what outputs from to to of one sample contribute.
func depthwiseGradKernel[T Float](c *conv, x, dy []T, from, to int, dw []T) {
	c.eachTap(from, to, func(o, k, i int) {
		addChannelProducts(dw[k*c.cout:(k+1)*c.cout], x[i*c.cin:(i+1)*c.cin], dy[o*c.cout:])
	})
}

// eachTap calls f for each tap k in range of outputs from to to, with the place i of
// the input that it reads.
func (c *conv) eachTap(from, to int, f func(o, k, i int)) {
	w0, w1, w2 := &c.windows[0], &c.windows[1], &c.windows[2]
	for o := from; o < to; o++ {
		o0, o1, o2 := c.at(o)
		i0, lo0, hi0 := w0.bounds(o0)
		i1, lo1, hi1 := w1.bounds(o1)
		i2, lo2, hi2 := w2.bounds(o2)
		for k0 := lo0; k0 < hi0; k0++ {
			for k1 := lo1; k1 < hi1; k1++ {
				line := ((i0+k0*w0.dilation)*w1.in + i1 + k1*w1.dilation) * w2.in
				for k2 := lo2; k2 < hi2; k2++ {
					f(o, (k0*w1.taps+k1)*w2.taps+k2, line+i2+k2*w2.dilation)
				}
			}
		}
	}
}

// addChannelProducts computes y[c*m+n] += x[c] * w[c*m+n], where m is len(y)/len(x).
func addChannelProducts[T Float](y, x, w []T) {
	w = w[:len(y)]
	if len(x) == len(y) {
		for i, v := range x {
			y[i] += v * w[i]
		}
		return
	}
	m := len(y) / len(x)
	for i, v := range x {
		w := w[i*m : (i+1)*m]
		for j := range w {
			y[i*m+j] += v * w[j]
		}
	}
}

// addChannelDots computes x[c] += Σ_n y[c*m+n] * w[c*m+n], where m is len(y)/len(x).
func addChannelDots[T Float](x, y, w []T) {
	w = w[:len(y)]
	if len(x) == len(y) {
		addChannelProducts(x, y, w)
		return
	}
	m := len(y) / len(x)
	for i := range x {
		for j := i * m; j < (i+1)*m; j++ {
			x[i] += y[j] * w[j]
		}
	}
}
