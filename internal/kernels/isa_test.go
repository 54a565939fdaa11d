package kernels

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// onEverySet runs a test for each instruction set of this processor.
func onEverySet(t *testing.T, test func(t *testing.T)) {
	defer func(s *instructionSet) { active = s }(active)
	for _, s := range instructionSets {
		t.Run(s.name, func(t *testing.T) {
			active = s
			test(t)
		})
	}
}

// onEverySetB is onEverySet for benchmarks.
func onEverySetB(b *testing.B, benchmark func(b *testing.B)) {
	defer func(s *instructionSet) { active = s }(active)
	for _, s := range instructionSets {
		b.Run(s.name, func(b *testing.B) {
			active = s
			benchmark(b)
		})
	}
}

func TestChooseSet(t *testing.T) {
	best, second, portable := &instructionSet{name: "best"}, &instructionSet{name: "second"}, &instructionSet{name: "portable"}
	sets := []*instructionSet{best, second, portable}
	for _, test := range []struct {
		name   string
		want   *instructionSet
		reason string
	}{
		{"", best, "nothing asked for: the fastest"},
		{"second", second, "an entry of the table"},
		{"portable", portable, "an entry of the table"},
		{"sse9", portable, "unknown, or of another processor: what runs everywhere"},
	} {
		assert.Same(t, test.want, chooseSet(test.name, sets), test.reason)
	}
}

func TestInstructionSets(t *testing.T) {
	last := instructionSets[len(instructionSets)-1]
	require.Equal(t, "portable", last.name)
	require.Zero(t, last.lanes)
	names, used := Sets()
	assert.Len(t, names, len(instructionSets))
	assert.Equal(t, active.name, used)
	if name := os.Getenv(kernelsVariable); name != "" {
		assert.Equal(t, name, active.name, "%s asks for what this processor does not have", kernelsVariable)
	} else {
		assert.Same(t, instructionSets[0], active)
	}
	for _, s := range instructionSets[:len(instructionSets)-1] {
		require.NotZero(t, s.heights[1], "%s: a single column needs a tile of one vector", s.name)
		require.NotZero(t, s.heights[2], "%s: cutPanels makes panels of two vectors", s.name)
		for vectors := range s.tiles {
			for height, tile := range s.tiles[vectors] {
				exists := vectors > 0 && height > 0 && height <= s.heights[vectors]
				assert.Equal(t, exists, tile != nil, "%s: height %d, %d vectors", s.name, height, vectors)
			}
		}
	}
}
