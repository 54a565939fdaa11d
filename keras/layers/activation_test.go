package layers_test

import (
	"testing"

	"github.com/gokeras/gokeras/internal/layertest"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func TestActivation(t *testing.T) {
	is := func(a activations.Activation) func() keras.Layer {
		return func() keras.Layer { return layers.Activation(a) }
	}
	layertest.Run(t, "Activation", layertest.Cases{
		"linear":                is("linear"),
		"relu":                  is("relu"),
		"sigmoid":               is("sigmoid"),
		"softmax":               is("softmax"),
		"tanh":                  is("tanh"),
		"gelu":                  is("gelu"),
		"hard_sigmoid":          is("hard_sigmoid"),
		"log_softmax":           is("log_softmax"),
		"alias":                 is("swish"),
		"batch 1, unknown axes": is("elu"),
		"mask passes":           is("tanh"),
		"activity_regularizer": func() keras.Layer {
			return layers.Activation("relu").ActivityRegularizer(regularizers.L1L2(0.02, 0.03))
		},
	})
}
