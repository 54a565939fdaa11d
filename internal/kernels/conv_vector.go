package kernels

import "sync"

// A convolution on tiles multiplies without a matrix of columns: the rows of A are
// windows, taken where they lie in images, and the terms of a sum are runs of an image
// that the two loops of a tile walk over. Images with padding
// are copied into a frame of zeros first. The gradient of the input is such a
// convolution too, of dy, for each remainder of a place divided by the stride: the
// places of one remainder meet the same taps.

const (
	// maxRun is how many terms of a convolution's sum a tile adds at a time; see maxTerms.
	maxRun = 1024
	// frameSize is how many elements of frames a unit of work makes: 512 KiB, a part
	// of the second-level cache.
	frameSize = 1 << 17
	// unitWindows is how many windows a unit should have, so that packed weights are
	// read often enough: units of small images are groups of samples.
	unitWindows = 256
	// convPieces is how many units a convolution is cut into at least, where it can.
	convPieces = 16
)

// sweep is how the windows of one axis move over the source: tap t of window i is
// source element start + i*stride + t*dilation, and the window's place in the
// destination is first + i*step.
type sweep struct {
	count, first, step            int
	taps, start, stride, dilation int
	tap, tapStep                  int // tap t is tap + t*tapStep of the kernel
}

// forwardSweep is that of a convolution.
func (w *window) forwardSweep() sweep {
	return sweep{count: w.out, step: 1, taps: w.taps, start: -w.pad, stride: w.stride, dilation: w.dilation, tapStep: 1}
}

// inputSweep is that of the places r, r+stride, … of the input, which gather from
// windows: window o has tap k there if o*stride + k*dilation - pad is the place. The
// taps of one place are lcm(stride, dilation) apart, and come in reverse so that the
// windows rise.
func (w *window) inputSweep(r int) sweep {
	s := sweep{count: ceilDiv(w.in-r, w.stride), first: r, step: w.stride, stride: 1}
	tap := 0
	for tap < min(w.taps, w.stride) && (r+w.pad-tap*w.dilation)%w.stride != 0 {
		tap++
	}
	if tap == min(w.taps, w.stride) {
		return s
	}
	common := gcd(w.stride, w.dilation)
	apart := w.stride / common
	s.taps, s.dilation = ceilDiv(w.taps-tap, apart), w.dilation/common
	s.tap, s.tapStep = tap+(s.taps-1)*apart, -apart
	s.start = (r+w.pad-tap*w.dilation)/w.stride - (s.taps-1)*s.dilation
	return s
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// class is a sweep for each axis, with the places of its packed weights and of its
// rows in the table.
type class struct {
	axes   [maxRank]sweep
	taps   int
	packed int
	table  int
}

// image is the shape of a channels-last image with the three axes of windows.
type image struct {
	size             [maxRank]int
	channels         int
	group            int // channels of a group
	lineStep, sample int // elements of a line and of all
}

func newImage(size [maxRank]int, channels, groups int) image {
	line := size[2] * channels
	return image{size, channels, channels / groups, line, size[0] * size[1] * line}
}

// frames is what all windows of a unit of work see: images with their padding.
type frames struct {
	whole  image // the source
	frame  image // what a unit sees of a sample: the source itself unless padded
	padded bool
	from   [maxRank]int // where the first window of each axis begins to see
	stride [maxRank]int

	// A unit of work is some samples, one window of axis 0, and lines of axis 1.
	samples, lines int
	counts         [2]int // windows of the axes 0 and 1
	units          int
	lineUnits      int // units in a plane
}

// planFrames cuts the work over classes of sweeps into units, at least the given
// number of pieces where there is so much to do.
func planFrames(batch int, source image, classes []class, perWindow float64, pieces int) frames {
	f := frames{whole: source}
	var extent [maxRank]int // that one window sees, of whichever class
	windows := 1
	for axis := range maxRank {
		from, to, count, seen := 0, 0, 0, false
		for i := range classes {
			s := &classes[i].axes[axis]
			count = max(count, s.count)
			f.stride[axis] = s.stride
			if s.taps == 0 {
				continue
			}
			if end := s.start + (s.taps-1)*s.dilation + 1; seen {
				from, to = min(from, s.start), max(to, end)
			} else {
				from, to, seen = s.start, end, true
			}
		}
		f.from[axis], extent[axis] = from, to-from
		windows *= count
		moves := (count - 1) * f.stride[axis]
		if axis < 2 {
			f.counts[axis] = count
		} else {
			extent[axis] += moves
		}
		f.padded = f.padded || from < 0 || to+moves > source.size[axis]
	}
	f.plan(batch, extent, windows, perWindow, pieces)
	return f
}

// plan chooses the number of samples and lines in a unit.
func (f *frames) plan(batch int, extent [maxRank]int, windows int, perWindow float64, pieces int) {
	planes, lines := f.counts[0], max(1, f.counts[1])
	size := func(lines int) int {
		return max(1, extent[0]*(extent[1]+(lines-1)*f.stride[1])*extent[2]*f.whole.channels)
	}
	f.lines = lines
	if float64(batch)*float64(windows)*perWindow > serialProduct {
		f.lines = ceilDiv(lines, ceilDiv(pieces, max(batch*planes, 1)))
	}
	for f.lines > 1 && size(f.lines) > frameSize {
		f.lines = ceilDiv(f.lines, 2)
	}
	f.samples = 1
	if planes == 1 && f.lines == lines {
		f.samples = max(1, min(ceilDiv(unitWindows, max(windows, 1)), frameSize/size(lines), batch/pieces))
	}
	f.lineUnits = ceilDiv(f.counts[1], f.lines)
	f.units = ceilDiv(batch, f.samples) * planes * f.lineUnits
	f.frame = f.whole
	if f.padded {
		f.frame = newImage([maxRank]int{extent[0], extent[1] + (f.lines-1)*f.stride[1], extent[2]}, f.whole.channels, 1)
		f.frame.group = f.whole.group
	}
}

// scratch returns memory for the frames of a unit, nil if it needs none.
func (f *frames) scratch() *[]float32 {
	if !f.padded {
		return nil
	}
	return pools32.values.get(f.samples * f.frame.sample)
}

// unit is a part of the work: samples, one window of axis 0, lines of axis 1.
type unit struct {
	sample, samples  int
	plane, line, end int
	origin           [2]int    // the source's place of the frame's first element, on axes 0 and 1
	frames           []float32 // samples frames
}

// open makes the frames of a unit of work.
func (f *frames) open(index, batch int, source []float32, scratch *[]float32) unit {
	line, plane := index%f.lineUnits*f.lines, index/f.lineUnits%f.counts[0]
	sample := index / (f.lineUnits * f.counts[0]) * f.samples
	u := unit{sample: sample, samples: min(f.samples, batch-sample), plane: plane, line: line}
	u.end = min(u.line+f.lines, f.counts[1])
	if !f.padded {
		u.frames = source[sample*f.whole.sample:]
		return u
	}
	u.origin = [2]int{f.from[0] + plane*f.stride[0], f.from[1] + u.line*f.stride[1]}
	u.frames = *scratch
	for s := range u.samples {
		f.fill(u, source[(sample+s)*f.whole.sample:][:f.whole.sample], u.frames[s*f.frame.sample:][:f.frame.sample])
	}
	return u
}

// fill copies what a unit sees of a sample into its frame, with zeros around.
func (f *frames) fill(u unit, source, frame []float32) {
	lo := min(max(0, -f.from[2]), f.frame.size[2])
	hi := max(lo, min(f.frame.size[2], f.whole.size[2]-f.from[2]))
	channels := f.whole.channels
	for i := range f.frame.size[0] {
		for j := range f.frame.size[1] {
			line := frame[:f.frame.lineStep]
			frame = frame[f.frame.lineStep:]
			plane, row := u.origin[0]+i, u.origin[1]+j
			if plane < 0 || plane >= f.whole.size[0] || row < 0 || row >= f.whole.size[1] || lo == hi {
				clear(line)
				continue
			}
			clear(line[:lo*channels])
			copy(line[lo*channels:hi*channels], source[((plane*f.whole.size[1]+row)*f.whole.size[2]+f.from[2]+lo)*channels:])
			clear(line[hi*channels:])
		}
	}
}

// at returns the element of a frame at which the windows of a class, or of a tap of
// it, begin in a unit.
func (f *frames) at(u unit, axes *[maxRank]sweep) int {
	i := axes[0].start + u.plane*axes[0].stride - u.origin[0]
	j := axes[1].start + u.line*axes[1].stride - u.origin[1]
	k := axes[2].start
	if f.padded {
		k -= f.from[2]
	}
	return ((i*f.frame.size[1]+j)*f.frame.size[2] + k) * f.frame.channels
}

// correlation is a convolution of source with weights to destination, by classes.
type correlation struct {
	*instructionSet
	frames
	batch, groups      int
	destination        image
	classes            []class
	panels             []panel
	transW             bool // multiply with the transposed weights of each tap
	wRow, wTap         int  // elements of a row of weights, and of those of a tap
	kernel             [maxRank]int
	source, w, bias, y []float32
	relu               bool
	groupSize          int // of a group
	packed             *[]float32
	table              *[]tileRow // the windows of a unit of work, class by class
}

var correlationPool = sync.Pool{New: func() any { return new(correlation) }}

// vectorConv is Conv on tiles. bias may be nil.
func vectorConv(s *instructionSet, c *conv, x, w, bias []float32, relu bool, y []float32) {
	if c.depthwise() && c.gout > 1 {
		wide := pools32.values.get(len(x) * c.gout)
		repeatChannels(x, *wide, c.gout)
		vectorConv(s, c.widened(), *wide, w, bias, relu, y)
		pools32.values.put(wide)
		return
	}
	r := newCorrelation(s, c, w, false)
	r.source, r.bias, r.relu, r.y = x, bias, relu, y
	var one class
	for axis := range c.windows {
		one.axes[axis] = c.windows[axis].forwardSweep()
	}
	r.classes = append(r.classes, one)
	r.run(newImage(c.sizes(), c.cin, c.groups), newImage(c.outSizes(), c.cout, r.groups))
}

// vectorGradInput is ConvGradInput on tiles.
func vectorGradInput(s *instructionSet, c *conv, w, dy, dx []float32) {
	if c.depthwise() && c.gout > 1 {
		wide := pools32.values.get(len(dx) * c.gout)
		vectorGradInput(s, c.widened(), w, dy, *wide)
		sumRepeated(*wide, dx, c.gout)
		pools32.values.put(wide)
		return
	}
	vectorConvTranspose(s, c, dy, w, nil, false, dx)
}

// vectorConvTranspose is ConvTranspose on tiles, of no depthwise convolution with
// several outputs for a channel. bias may be nil.
func vectorConvTranspose(s *instructionSet, c *conv, x, w, bias []float32, relu bool, y []float32) {
	r := newCorrelation(s, c, w, true)
	r.source, r.bias, r.relu, r.y = x, bias, relu, y
	w0, w1, w2 := &c.windows[0], &c.windows[1], &c.windows[2]
	for i := range min(w0.stride, w0.in) {
		for j := range min(w1.stride, w1.in) {
			for k := range min(w2.stride, w2.in) {
				r.classes = append(r.classes, class{axes: [maxRank]sweep{w0.inputSweep(i), w1.inputSweep(j), w2.inputSweep(k)}})
			}
		}
	}
	r.run(newImage(c.outSizes(), c.cout, c.groups), newImage(c.sizes(), c.cin, r.groups))
}

// sizes and outSizes return the sizes of the axes of x and y.
func (ws *windows) sizes() [maxRank]int { return [maxRank]int{ws[0].in, ws[1].in, ws[2].in} }

func (ws *windows) outSizes() [maxRank]int { return [maxRank]int{ws[0].out, ws[1].out, ws[2].out} }

// newCorrelation makes one that multiplies with the weights of a convolution, which are
// transposed if asked for. Of a depthwise one, with one output for each channel, all
// channels are a group.
func newCorrelation(s *instructionSet, c *conv, w []float32, transW bool) *correlation {
	r := correlationPool.Get().(*correlation)
	*r = correlation{instructionSet: s, batch: c.batch, groups: c.groups, transW: transW, w: w, wRow: c.cout, wTap: c.gin * c.cout,
		kernel:  [maxRank]int{c.windows[0].taps, c.windows[1].taps, c.windows[2].taps},
		classes: r.classes[:0], panels: r.panels[:0]}
	if c.depthwise() {
		r.instructionSet, r.groups, r.transW = s.channels, 1, false
	}
	return r
}

func (r *correlation) run(source, destination image) {
	r.destination = destination
	r.panels = r.cutPanels(maxEven, destination.group, r.panels)
	most := 0
	for i := range r.classes {
		c := &r.classes[i]
		c.taps = c.axes[0].taps * c.axes[1].taps * c.axes[2].taps
		c.packed = r.groupSize
		r.groupSize += r.packedLen(c.taps*source.group, destination.group)
		most = max(most, c.taps)
	}
	perWindow := float64(len(r.classes)) * float64(most) * float64(source.group) * float64(destination.channels)
	r.frames = planFrames(r.batch, source, r.classes, perWindow, convPieces)
	r.tabulate()
	r.packed = pools32.values.get(r.groups * r.groupSize)
	parallel(r.groups*len(r.panels), max(1, packPiece/max(1, r.groupSize/len(r.panels))), weightPacking{r})
	each := float64(r.samples*r.lines) * float64(r.classes[0].axes[2].count) * perWindow
	parallel(r.units, int(max(1, minPiece/max(each, 1))), r)
	pools32.values.put(r.packed)
	tablePool.put(r.table)
	*r = correlation{classes: r.classes, panels: r.panels}
	correlationPool.Put(r)
}

// weightPacking packs the weights of panels, counted over all groups, for all classes.
type weightPacking struct{ *correlation }

func (r weightPacking) compute(lo, hi int) {
	source := r.whole.group
	for index := lo; index < hi; index++ {
		group, p := index/len(r.panels), r.panels[index%len(r.panels)]
		out := group * r.destination.group
		if r.transW {
			out = group * source
		}
		for i := range r.classes {
			c := &r.classes[i]
			to := (*r.packed)[group*r.groupSize+c.packed+c.taps*source*p.first:]
			t := 0
			for t0 := range c.axes[0].taps {
				for t1 := range c.axes[1].taps {
					for t2 := range c.axes[2].taps {
						tap := 0
						for axis, t := range [maxRank]int{t0, t1, t2} {
							tap = tap*r.kernel[axis] + c.axes[axis].tap + t*c.axes[axis].tapStep
						}
						r.packPanel(p, r.transW, source, r.w[tap*r.wTap+out:], r.wRow, to[t*source*p.vectors*r.lanes:])
						t++
					}
				}
			}
		}
	}
}

// compute computes units lo to hi.
func (r *correlation) compute(lo, hi int) {
	t := tileCallPool.Get().(*tileCall)
	scratch := r.scratch()
	for index := lo; index < hi; index++ {
		u := r.open(index, r.batch, r.source, scratch)
		for i := range r.classes {
			c := &r.classes[i]
			if u.plane >= c.axes[0].count || u.line >= c.axes[1].count || c.axes[2].count == 0 {
				continue
			}
			if c.taps == 0 {
				r.untouched(u, c)
				continue
			}
			for group := range r.groups {
				for _, p := range r.panels {
					r.panel(t, u, c, group, p)
				}
			}
		}
	}
	if scratch != nil {
		pools32.values.put(scratch)
	}
	t.release()
}

// place returns the first element of the destination that a class has in a unit.
func (r *correlation) place(u unit, c *class) int {
	i, j := c.axes[0].first+u.plane*c.axes[0].step, c.axes[1].first+u.line*c.axes[1].step
	d := &r.destination
	return u.sample*d.sample + ((i*d.size[1]+j)*d.size[2]+c.axes[2].first)*d.channels
}

// untouched writes the places of a class that no tap reaches.
func (r *correlation) untouched(u unit, c *class) {
	d := &r.destination
	for s := range u.samples {
		for line := range min(u.end, c.axes[1].count) - u.line {
			at := r.place(u, c) + s*d.sample + line*c.axes[1].step*d.lineStep
			for i := range c.axes[2].count {
				place := r.y[at+i*c.axes[2].step*d.channels:][:d.channels]
				if r.bias == nil {
					clear(place)
					continue
				}
				copy(place, r.bias)
				if r.relu {
					applyReLU(place)
				}
			}
		}
	}
}

// panel computes the windows of a class in a unit for a panel of a group's channels.
func (r *correlation) panel(t *tileCall, u unit, c *class, group int, p panel) {
	source, d := r.whole.group, &r.destination
	a0 := r.at(u, &c.axes) + group*source
	if r.byChannel {
		a0 += p.first
	}
	c0 := r.place(u, c) + group*d.group + p.first
	b := (*r.packed)[group*r.groupSize+c.packed+c.taps*source*p.first:]
	width := p.vectors * r.lanes
	t.bRow, t.bSkip = bytes(width), 0
	t.accumulate, t.bias = false, nil
	if r.bias != nil {
		t.bias = &r.bias[group*d.group+p.first]
	}
	lines := min(u.end, c.axes[1].count) - u.line
	rows := (*r.table)[c.table:][:u.samples*lines*c.axes[2].count]
	n := r.nest(c)
	t.aCol = bytes(n.innerStep)
	n.each(func(a, terms, outer, inner int) {
		t.b = &b[terms*width]
		t.relu = r.relu && terms+outer*inner == c.taps*source
		t.aOuter, t.outer, t.inner = bytes(n.outerStep), uintptr(outer), uintptr(inner)
		r.stack(t, p, rows, u.frames[a0+a:], r.y[c0:])
		t.accumulate, t.bias = true, nil
	})
}

// tabulate lists the windows of each class in a unit of work: of each sample the
// lines, of each line the windows. Units at the edges have the first of them.
func (r *correlation) tabulate() {
	size := 0
	for i := range r.classes {
		r.classes[i].table = size
		size += r.samples * min(r.lines, r.classes[i].axes[1].count) * r.classes[i].axes[2].count
	}
	r.table = tablePool.get(size)
	rows := (*r.table)[:0]
	d := &r.destination
	for i := range r.classes {
		lines, windows := &r.classes[i].axes[1], &r.classes[i].axes[2]
		for sample := range r.samples {
			for line := range min(r.lines, lines.count) {
				a := sample*r.frame.sample + line*lines.stride*r.frame.lineStep
				y := sample*d.sample + line*lines.step*d.lineStep
				for window := range windows.count {
					rows = append(rows, tileRow{
						bytes(a + window*windows.stride*r.frame.channels), bytes(y + window*windows.step*d.channels)})
				}
			}
		}
	}
}

// nest is the loops over the terms of a sum: outer×inner in a tile, times before it.
type nest struct {
	counts, steps [2]int // of the loops before
	outer, inner  int

	outerStep, innerStep int
}

// nest returns the loops over the taps and channels of a class, after joining those
// that walk over neighbours.
func (r *correlation) nest(c *class) nest {
	counts := [maxRank + 1]int{c.axes[0].taps, c.axes[1].taps, c.axes[2].taps, r.whole.group}
	steps := [maxRank + 1]int{
		c.axes[0].dilation * r.frame.size[1] * r.frame.lineStep, c.axes[1].dilation * r.frame.lineStep,
		c.axes[2].dilation * r.frame.channels, 1,
	}
	last := maxRank
	for i := maxRank - 1; i >= 0; i-- {
		switch {
		case counts[i] == 1: // no loop
		case counts[last] == 1:
			counts[last], steps[last] = counts[i], steps[i]
		case steps[i] == counts[last]*steps[last]:
			counts[last] *= counts[i]
		default:
			last--
			counts[last], steps[last] = counts[i], steps[i]
		}
	}
	for i := range last {
		counts[i] = 1
	}
	return nest{[2]int{counts[0], counts[1]}, [2]int{steps[0], steps[1]}, counts[2], counts[3], steps[2], steps[3]}
}

// each calls f for each part of the sum that a tile adds at a time, with its first
// element, the number of terms before it, and its loops.
func (n *nest) each(f func(a, terms, outer, inner int)) {
	inner := ceilDiv(n.inner, ceilDiv(n.inner, maxRun))
	outer := 1
	if inner == n.inner {
		outer = ceilDiv(n.outer, ceilDiv(n.outer, max(1, maxRun/inner)))
	}
	for i := range n.counts[0] {
		for j := range n.counts[1] {
			for o := 0; o < n.outer; o += outer {
				for p := 0; p < n.inner; p += inner {
					f(i*n.steps[0]+j*n.steps[1]+o*n.outerStep+p*n.innerStep, (((i*n.counts[1]+j)*n.outer)+o)*n.inner+p,
						min(outer, n.outer-o), min(inner, n.inner-p))
				}
			}
		}
	}
}
