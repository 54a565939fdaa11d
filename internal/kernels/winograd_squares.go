package kernels

// squares are parts of images: what tiles see, or their own pixels.
type squares struct {
	pixels                 []float32
	lines, width, channels int // of an image
	top, left              int // the place of the first square
	side, step             int
	rows, columns          int // of squares in an image
}

// tile sets the squares of tiles that cover images of lines×width pixels.
func (q *squares) tile(side, step, lines, width int) {
	q.side, q.step, q.rows, q.columns = side, step, ceilDiv(lines, step), ceilDiv(width, step)
}

// place returns the image of square i, its column, and its first line and pixel.
func (q *squares) place(i int) (image, column, line, pixel int) {
	column, i = i%q.columns, i/q.columns
	return i / q.rows, column, q.top + i%q.rows*q.step, q.left + column*q.step
}

// at is where a channel of a pixel is.
func (q *squares) at(image, line, pixel, channel int) int {
	return ((image*q.lines+line)*q.width+pixel)*q.channels + channel
}

// steps are the distances of lines, pixels and squares in bytes.
func (q *squares) steps() (line, pixel, next uintptr) {
	return bytes(q.width * q.channels), bytes(q.channels), bytes(q.step * q.channels)
}

// toPlanes transforms some channels of n squares. scratch has room for those of one.
func (q *squares) toPlanes(f toPlanes, first, n, channel, channels int, to planes, scratch []float32) {
	lineStep, pixelStep, next := q.steps()
	for done := 0; done < n; {
		image, column, line, pixel := q.place(first + done)
		at := &to.values[done*channels]
		if line < 0 || line+q.side > q.lines || pixel < 0 || pixel+q.side > q.width {
			q.cut(image, line, pixel, channel, channels, scratch)
			f(at, bytes(to.step), &scratch[0], bytes(q.side*channels), bytes(channels), 0, channels, 1)
			done++
			continue
		}
		count := min(n-done, q.columns-column, (q.width-q.side-pixel)/q.step+1, max(1, maxTransform/channels))
		_ = q.pixels[q.at(image, line+q.side-1, pixel+(count-1)*q.step+q.side-1, channel+channels-1)]
		f(at, bytes(to.step), &q.pixels[q.at(image, line, pixel, channel)], lineStep, pixelStep, next, channels, count)
		done += count
	}
}

// cut copies some channels of a square, with zeros beyond its image.
func (q *squares) cut(image, line, pixel, channel, channels int, to []float32) {
	lo, hi := min(q.side, max(0, -pixel)), max(0, min(q.side, q.width-pixel))
	for i := line; i < line+q.side; i++ {
		row := to[:q.side*channels]
		to = to[q.side*channels:]
		if i < 0 || i >= q.lines || lo >= hi {
			clear(row)
			continue
		}
		clear(row[:lo*channels])
		from := q.pixels[q.at(image, i, pixel+lo, channel):]
		if channels == q.channels {
			copy(row[lo*channels:hi*channels], from)
		} else {
			for j := range hi - lo {
				copy(row[(lo+j)*channels:][:channels], from[j*q.channels:])
			}
		}
		clear(row[hi*channels:])
	}
}

// fromPlanes makes some channels of n squares, at least low, and reports whether all were
// finite.
func (q *squares) fromPlanes(f fromPlanes, first, n, channel, channels int, from planes, bias []float32, low float32) bool {
	lineStep, pixelStep, next := q.steps()
	infinite := 0
	for done := 0; done < n; {
		image, _, line, pixel := q.place(first + done)
		lines, pixels, count := min(q.step, q.lines-line), q.width-pixel, 1
		if pixels >= q.step {
			count = min(n-done, pixels/q.step, max(1, maxTransform/channels))
			pixels = q.step
		}
		infinite |= f(&q.pixels[q.at(image, line, pixel, channel)], lineStep, pixelStep, next,
			&from.values[done*channels], bytes(from.step), &bias[channel], low, channels, count, lines, pixels)
		done += count
	}
	return infinite == 0
}

// planes are matrices, one for each point.
type planes struct {
	values []float32
	step   int // from one to the next
}
