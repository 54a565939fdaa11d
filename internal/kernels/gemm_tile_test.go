package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// naiveTiles is the loop in tileArgs's comment, in float64. Steps are in elements.
func naiveTiles(s *instructionSet, vectors int, args *tileArgs, a, b, bias, c []float32, rows []tileRow) []float64 {
	want := make([]float64, len(c))
	for i, v := range c {
		want[i] = float64(v)
	}
	element := func(n uintptr) int { return int(n) / floatSize }
	outerB := int(args.inner)*element(args.bRow) + element(args.bSkip)
	for _, row := range rows {
		for j := range (vectors-1)*s.lanes + int(args.last) {
			sum := 0.0
			for o := range int(args.outer) {
				for p := range int(args.inner) {
					at := element(row.a) + o*element(args.aOuter) + p*element(args.aCol)
					if s.byChannel {
						at += j
					}
					sum += float64(a[at]) * float64(b[o*outerB+p*element(args.bRow)+j])
				}
			}
			if bias != nil {
				sum += float64(bias[j])
			}
			if args.accumulate {
				sum += want[element(row.c)+j]
			}
			if args.relu {
				sum = max(sum, 0)
			}
			want[element(row.c)+j] = sum
		}
	}
	return want
}

// Every kernel, every width of the last vector, with operands that end where memory does.
func TestTiles(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	sets := instructionSets
	for _, s := range instructionSets {
		if s.channels != nil {
			sets = append(sets[:len(sets):len(sets)], s.channels)
		}
	}
	for _, s := range sets {
		for vectors := 1; vectors <= maxVectors; vectors++ {
			for height := 1; height <= s.heights[vectors]; height++ {
				t.Run(fmt.Sprintf("%s/%dx%d", s.name, height, vectors), func(t *testing.T) {
					for last := 1; last <= s.lanes; last++ {
						runTile(t, r, s, vectors, height, last)
					}
				})
			}
		}
	}
}

func runTile(t *testing.T, r *rand.Rand, s *instructionSet, vectors, height, last int) {
	const outers, inners, tiles = 3, 5, 3
	columns := (vectors-1)*s.lanes + last
	inner, outer, count := 1+r.IntN(inners), 1+r.IntN(outers), 1+r.IntN(tiles)
	aCol, aOuter, bSkip := 1+r.IntN(3), 1+r.IntN(20), r.IntN(4)
	bRow, cRow := columns+r.IntN(3), columns+r.IntN(3)
	rows := make([]tileRow, count*height)
	for i, at := range r.Perm(len(rows)) { // no order that the kernel could guess
		rows[i] = tileRow{bytes(r.IntN(40)), bytes(at * cRow)}
	}
	rows[r.IntN(len(rows))].a = bytes(39)
	width := 1 // of an element of A
	if s.byChannel {
		width = columns
	}
	a, _ := guardPages(t, 39+(outer-1)*aOuter+(inner-1)*aCol+width)
	b, _ := guardPages(t, (outer-1)*(inner*bRow+bSkip)+(inner-1)*bRow+columns)
	c, _ := guardPages(t, (len(rows)-1)*cRow+columns)
	bias, _ := guardPages(t, columns)
	for _, x := range [][]float32{a, b, c, bias} {
		copy(x, randomSlice[float32](r, len(x)))
	}
	args := &tileArgs{a: &a[0], b: &b[0], c: &c[0], rows: &rows[0], aCol: bytes(aCol), aOuter: bytes(aOuter),
		bRow: bytes(bRow), bSkip: bytes(bSkip), inner: uintptr(inner), outer: uintptr(outer), tiles: uintptr(count),
		last: uintptr(last), accumulate: r.IntN(2) == 1, relu: r.IntN(2) == 1}
	if r.IntN(2) == 1 {
		args.bias = &bias[0]
	} else {
		bias = nil
	}
	before := *args
	want := naiveTiles(s, vectors, args, a, b, bias, c, rows)
	s.tiles[vectors][height](args)
	require.Equal(t, before, *args, "the arguments stay as they are")
	requireClose(t, fmt.Sprintf("%+v", *args), want, c, toleranceOf[float32](inner*outer+2))
}

// The reads of transposed blocks, and what is left at the edges.
func TestTransposed(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 2))
	for _, s := range instructionSets {
		if s.lanes == 0 {
			continue
		}
		for trial := range 200 {
			rows, cols := 1+r.IntN(40), 1+r.IntN(40)
			if trial == 0 {
				rows, cols = 9, 8*maxBlocks+11 // two calls, and a rest
			}
			lds, ldd := cols+r.IntN(3), rows+r.IntN(3)
			src, _ := guardPages(t, (rows-1)*lds+cols)
			copy(src, randomSlice[float32](r, len(src)))
			dst := newGuarded[float32]((cols-1)*ldd + rows)
			s.transposed(rows, cols, src, lds, dst.data, ldd)
			dst.check(t, "dst")
			for i := range rows {
				for j := range cols {
					require.Equal(t, src[i*lds+j], dst.data[j*ldd+i], "%s %d×%d: [%d,%d]", s.name, rows, cols, i, j)
				}
			}
			for at, v := range dst.data {
				if at%ldd >= rows {
					require.True(t, math.IsNaN(float64(v)), "%s %d×%d: written between rows", s.name, rows, cols)
				}
			}
		}
	}
}

// Whole blocks, what is left at the edges, and nothing beside them.
func TestCopied(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 3))
	for _, s := range instructionSets {
		if s.lanes == 0 {
			continue
		}
		for trial := range 200 {
			rows, cols := 1+r.IntN(40), 1+r.IntN(60)
			if trial == 0 {
				rows, cols = 5*maxBlocks, 15 // several calls, and a rest
			}
			lds, ldd := cols+r.IntN(3), cols+r.IntN(3)
			src, _ := guardPages(t, (rows-1)*lds+cols)
			copy(src, randomSlice[float32](r, len(src)))
			dst, _ := guardPages(t, (rows-1)*ldd+cols)
			fill(dst, sentinel)
			s.copied(rows, cols, src, lds, dst, ldd)
			for at, v := range dst {
				want := float32(sentinel)
				if at%ldd < cols {
					want = src[at/ldd*lds+at%ldd]
				}
				require.Equal(t, want, v, "%s %d×%d: element %d", s.name, rows, cols, at)
			}
		}
	}
}

// BenchmarkTiles runs the highest tiles alone, with terms that stay in the first-level
// cache and with more of them.
func BenchmarkTiles(b *testing.B) {
	for _, s := range instructionSets {
		for vectors := 1; vectors <= maxVectors; vectors++ {
			height := s.heights[vectors]
			if height == 0 {
				continue
			}
			for _, terms := range []int{9, 144, 288, 576, 1024} {
				const count = 10
				width := vectors * s.lanes
				x, y, z := make([]float32, count*height*terms), make([]float32, terms*width), make([]float32, count*height*width)
				t := new(tileCall)
				rows := t.evenRows(count*height, terms, width)
				t.tileArgs = tileArgs{a: &x[0], b: &y[0], c: &z[0], rows: &rows[0], aCol: floatSize, bRow: bytes(width),
					inner: uintptr(terms), outer: 1, tiles: count, last: uintptr(s.lanes)}
				b.Run(fmt.Sprintf("%dx%dx%d/%s", height, vectors, terms, s.name), func(b *testing.B) {
					for b.Loop() {
						s.tiles[vectors][height](&t.tileArgs)
					}
					defer func(s *instructionSet) { active = s }(active)
					active = s
					reportGFLOPS(b, work(len(rows), width, terms))
				})
			}
		}
	}
}
