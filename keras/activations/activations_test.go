package activations_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
)

type fixture struct {
	Cases   []golden
	Lookups []struct {
		Identifier *string
		Serialized string
		Error      *struct{ Text string }
	}
}

func load(t *testing.T) (f fixture) {
	text, err := os.ReadFile("testdata/activations.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &f))
	return f
}

var _ keras.ConfigValue = (*activations.Activation)(nil)

func TestNames(t *testing.T) {
	known := map[activations.Activation]bool{}
	for _, c := range load(t).Lookups {
		if c.Identifier == nil {
			a := activations.ReLU
			require.NoError(t, a.DecodeConfig(nil))
			assert.Equal(t, c.Serialized, a.EncodeConfig(), "None")
			continue
		}
		a := activations.Activation(*c.Identifier)
		if a == "" {
			assert.NoError(t, a.Validate(), "the zero value is Linear here, though Keras does not know the name")
			assert.Equal(t, activations.Linear, a.Canonical())
			continue
		}
		if c.Error != nil {
			for _, err := range []error{a.Validate(), new(activations.Activation).DecodeConfig(*c.Identifier)} {
				require.ErrorContains(t, err, c.Error.Text+"; expected one of celu, elu,")
				assert.ErrorContains(t, err, "tanh_shrink, threshold, or a name given to activations.Register")
			}
			continue
		}
		assert.NoError(t, a.Validate(), a)
		assert.Equal(t, c.Serialized, a.EncodeConfig(), a)
		var decoded activations.Activation
		require.NoError(t, decoded.DecodeConfig(*c.Identifier))
		assert.Equal(t, activations.Activation(c.Serialized), decoded)
		known[decoded] = true
	}
	for _, a := range activations.Builtin() {
		assert.True(t, known[a], "Keras does not know %s", a)
		delete(known, a)
	}
	assert.Empty(t, known, "Builtin lacks functions of Keras")
}

func TestBuiltinIsACopy(t *testing.T) {
	activations.Builtin()[0] = "changed"
	assert.Equal(t, activations.Linear, activations.Builtin()[0])
}

func TestLegacyHardSigmoid(t *testing.T) {
	assert.NoError(t, activations.LegacyHardSigmoid.Validate())
	assert.NotContains(t, activations.Builtin(), activations.LegacyHardSigmoid, "Keras 3 does not have it")
	assert.Equal(t, "legacy_hard_sigmoid", activations.LegacyHardSigmoid.EncodeConfig())
}

func TestDecodeOfAnotherType(t *testing.T) {
	a := activations.ReLU
	assert.ErrorContains(t, a.DecodeConfig(3), "expected the name of an activation function, received 3")
	assert.Equal(t, activations.ReLU, a, "stays as it was")
}

func TestRegister(t *testing.T) {
	const name = "activations_test"
	a := activations.Activation(name)
	assert.Error(t, a.Validate())
	_, ok := a.Registered()
	assert.False(t, ok)

	activations.Register(name, func(x *gorgonia.Node) *gorgonia.Node { return x })
	assert.NoError(t, a.Validate())
	f, ok := a.Registered()
	require.True(t, ok)
	x := gorgonia.NewScalar(gorgonia.NewGraph(), gorgonia.Float64)
	assert.Same(t, x, f(x))

	var decoded activations.Activation
	require.NoError(t, decoded.DecodeConfig(name))
	assert.Equal(t, name, decoded.EncodeConfig())
	assert.NotContains(t, activations.Builtin(), a)
}

func ExampleActivation_Canonical() {
	fmt.Println(activations.Activation("swish").Canonical(), activations.Activation("").Canonical())
	// Output: silu linear
}

func ExampleActivation_Validate() {
	fmt.Println(activations.Activation("relu6").Validate(), activations.Activation("Relu").Validate() != nil)
	// Output: <nil> true
}
