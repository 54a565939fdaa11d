package kernels

import "os"

// instructionSet is an entry of the table from which the matrix kernels for float32
// are chosen. The portable entry has no tiles: loops in Go, which also compute in
// float64, and which are compiled everywhere.
type instructionSet struct {
	name    string
	lanes   int                 // float32 in a vector
	heights [maxVectors + 1]int // the highest tile, by its number of vectors; 0: none
	tiles   [maxVectors + 1][maxHeight + 1]func(*tileArgs)

	// peak runs rounds of peakFMAs independent multiply-additions of vectors:
	// benchmarks compare with it.
	peak func(rounds int)

	// transposeBlocks transposes n blocks of 8×8 that lie side by side; the distances
	// of rows are in bytes:
	//
	//	dst[j*dstRow+i] = src[i*srcRow+j]	for i < 8, j < 8*n
	transposeBlocks func(dst *float32, dstRow uintptr, src *float32, srcRow uintptr, n int)

	// copyBlocks copies rows of n times 8 elements; the distances of rows are in bytes.
	copyBlocks func(dst *float32, dstRow uintptr, src *float32, srcRow uintptr, rows, n int)

	// channels is this set with tiles that multiply channel by channel, of which
	// byChannel says so; see tileArgs.
	channels  *instructionSet
	byChannel bool
}

// instructionSets is what this processor can run, the fastest first.
var instructionSets = append(nativeSets(), &instructionSet{name: "portable"})

// kernelsVariable forces an entry of the table, for tests and to report a defect.
const kernelsVariable = "GOKERAS_KERNELS"

// active is the chosen entry. Only tests change it.
var active = chooseSet(os.Getenv(kernelsVariable), instructionSets)

// chooseSet returns the set of the given name, the fastest for no name. A name that
// is unknown, or that this processor cannot run, means portable: it runs everywhere,
// and nobody mistakes its speed for that of another.
func chooseSet(name string, sets []*instructionSet) *instructionSet {
	if name == "" {
		return sets[0]
	}
	for _, s := range sets {
		if s.name == name {
			return s
		}
	}
	return sets[len(sets)-1]
}

// Sets returns the names of the instruction sets that this processor can run, the
// fastest first, and of the one that is used.
func Sets() (names []string, used string) {
	for _, s := range instructionSets {
		names = append(names, s.name)
	}
	return names, active.name
}

// vectorized returns x as float32 if that is what it is and the active set has tiles
// for it.
func vectorized[T Float](x []T) ([]float32, bool) {
	if active.lanes == 0 {
		return nil, false
	}
	s, ok := any(x).([]float32)
	return s, ok
}
