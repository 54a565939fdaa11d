package kernels

// ConvTranspose computes a transposed convolution from x, of the shape that y has in g,
// to y, of the shape that x has there:
//
//	y[b, i…, c] = relu(bias[c] + Σ_{o…, k…, n: o*Stride + k*Dilation - PadBefore = i} x[b, o…, n] * w[k…, c, n])
//
// bias may be nil. What is negative is cut off only if relu is set; NaN stays NaN. Its
// gradients are FastConv of dy for x, ConvGradKernel with x and dy exchanged for w, and
// SumRows for bias.
func ConvTranspose[T Float](g ConvGeometry, x, w, bias []T, relu bool, y []T) {
	c := newConv("ConvTranspose", g, y, w, x)
	if bias != nil {
		checkLen("ConvTranspose", "bias", bias, c.cin)
	}
	if y, ok := vectorized(y); ok && c.fitsTiles() && !c.depthwise() && len(y) > 0 {
		x, _ := vectorized(x)
		w, _ := vectorized(w)
		bias, _ := vectorized(bias)
		vectorConvTranspose(active, c, x, w, bias, relu, y)
		return
	}
	gradInput(c, w, x, y)
	for row := y; bias != nil && len(row) > 0; row = row[c.cin:] {
		addTo(row[:c.cin], bias)
	}
	if relu {
		applyReLU(y)
	}
}
