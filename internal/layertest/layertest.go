// Package layertest checks a layer against what Keras computed. A layer's test has
// one line for each case of its fixture testdata/<class>.json:
//
//	func TestDense(t *testing.T) {
//		layertest.Run(t, "Dense", layertest.Cases{
//			"default": func() keras.Layer { return layers.Dense(3) },
//		})
//	}
//
// All expectations are the fixture's, except those that mathematics gives: finite
// differences, and that samples do not depend on each other.
package layertest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
)

// Cases makes the layer of each case of a fixture, by the case's name.
type Cases map[string]func() keras.Layer

// Option says what is particular to a class.
type Option int

// The options.
const (
	Trains Option = iota // in training the layer does something else than otherwise
	Mixes                // in training, unless it is frozen, what becomes of a sample depends on the others
)

// Run checks all cases of a class: config and its round trip, symbolic shapes,
// weights, outputs and gradients in float32 and float64, losses, masks, a step of
// SGD, a file, other batch sizes, repetition, wrong inputs, freezing, the training flag.
func Run(t *testing.T, class string, cases Cases, options ...Option) {
	t.Helper()
	var names []string
	for _, g := range load(t, class) {
		names = append(names, g.Name)
		t.Run(g.Name, func(t *testing.T) {
			newLayer, ok := cases[g.Name]
			require.True(t, ok, "the fixture's case %q has no layer", g.Name)
			c := &check{t, g, class, func() keras.Layer {
				keras.ClearSession()
				return newLayer()
			}, options}
			c.all()
		})
	}
	for name := range cases {
		assert.Contains(t, names, name, "the case is not in the fixture")
	}
}
