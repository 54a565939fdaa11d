package kernels

// channelSums computes, for each channel, over what the mask lets through,
//
//	sums[c] = Σ u    sums[Channels+c] = Σ u*v    where u = x - about[c], v = y - about[c]
//
// about is nil for 0, as it must be for float32.
func channelSums[T Float](g BatchNorm, x, y []T, mask []bool, about, sums []float64) {
	if !g.byRows(mask) {
		grain := max(1, elementGrain/max(1, g.Outer*g.Inner))
		if g.Channels <= grain {
			channelLines(g, x, y, mask, about, sums, 0, g.Channels)
		} else {
			Parallel(g.Channels, grain, func(lo, hi int) { channelLines(g, x, y, mask, about, sums, lo, hi) })
		}
		return
	}
	each := max(1, elementGrain/max(1, g.Channels), ceilDiv(g.Outer, sumRowsParts))
	if g.Outer <= each {
		channelRows(g, x, y, mask, about, sums, 0, g.Outer)
		return
	}
	partial := pools64.values.get(ceilDiv(g.Outer, each) * len(sums))
	Parallel(g.Outer, each, func(lo, hi int) {
		channelRows(g, x, y, mask, about, (*partial)[lo/each*len(sums):][:len(sums)], lo, hi)
	})
	clear(sums)
	for part := 0; part < len(*partial); part += len(sums) {
		addTo(sums, (*partial)[part:])
	}
	pools64.values.put(partial)
}

// channelRows computes the sums over rows lo to hi.
func channelRows[T Float](g BatchNorm, x, y []T, mask []bool, about, sums []float64, lo, hi int) {
	n := g.Channels
	clear(sums)
	g.spans(mask, lo*n, hi*n, func(lo, hi int, on bool) {
		if on {
			addProducts(x[lo:hi], y[lo:hi], about, sums[:n], sums[n:])
		}
	})
}

// addProducts adds to the sums of each column, over rows of as many elements as there
// are sums.
func addProducts[T Float](x, y []T, about, sums, products []float64) {
	width := len(sums)
	l := loopsFor[T]()
	if l == nil {
		for ; len(x) > 0; x, y = x[width:], y[width:] {
			for i := range sums {
				u, v := float64(x[i]), float64(y[i])
				if about != nil {
					u, v = u-about[i], v-about[i]
				}
				sums[i] += u
				products[i] += u * v
			}
		}
		return
	}
	for c := 0; c < width; c += elementGrain {
		columns := min(elementGrain, width-c)
		atOnce := elementGrain / columns * width
		for at := 0; at < len(x); at += atOnce {
			rows := min(atOnce, len(x)-at) / width
			l.columnProducts(&sums[c], &products[c], first(x[at+c:]), first(y[at+c:]), rows, width, columns)
		}
	}
}

// channelLines computes the sums of channels lo to hi, whose elements are side by side.
func channelLines[T Float](g BatchNorm, x, y []T, mask []bool, about, sums []float64, lo, hi int) {
	for c := lo; c < hi; c++ {
		sum, products, center := 0.0, 0.0, 0.0
		if about != nil {
			center = about[c]
		}
		for o := range g.Outer {
			line := (o*g.Channels + c) * g.Inner
			g.spans(mask, line, line+g.Inner, func(lo, hi int, on bool) {
				if on {
					s, p := lineProducts(x[lo:hi], y[lo:hi], center)
					sum, products = sum+s, products+p
				}
			})
		}
		sums[c], sums[g.Channels+c] = sum, products
	}
}

// lineProducts returns Σ u and Σ u*v, where u = x - about and v = y - about. about must
// be 0 for float32.
func lineProducts[T Float](x, y []T, about float64) (sum, products float64) {
	if l := loopsFor[T](); l != nil {
		for len(x) > 0 {
			n := min(len(x), elementGrain)
			sum += l.sum(first(x), n)
			products += l.dot(first(x), first(y), n)
			x, y = x[n:], y[n:]
		}
		return sum, products
	}
	for i, v := range x {
		u := float64(v) - about
		sum += u
		products += u * (float64(y[i]) - about)
	}
	return sum, products
}
