package kerasfile

import (
	"strings"

	"github.com/gokeras/gokeras/keras"
)

// operations are functions of TensorFlow, which models of Keras 2.4 and later call between
// layers, and what Keras 3 has instead: its operations without options.
var operations = map[string]struct{ module, class string }{
	"__operators__.add": {"numpy", "Add"}, "math.add": {"numpy", "Add"}, "math.subtract": {"numpy", "Subtract"},
	"math.multiply": {"numpy", "Multiply"}, "math.truediv": {"numpy", "TrueDivide"}, "math.divide": {"numpy", "Divide"},
	"math.pow": {"numpy", "Power"}, "math.maximum": {"numpy", "Maximum"}, "math.minimum": {"numpy", "Minimum"},
	"math.negative": {"numpy", "Negative"}, "math.abs": {"numpy", "Absolute"}, "math.square": {"numpy", "Square"}, "math.sqrt": {"numpy", "Sqrt"},
	"math.rsqrt": {"math", "Rsqrt"}, "math.exp": {"numpy", "Exp"}, "math.log": {"numpy", "Log"}, "math.tanh": {"numpy", "Tanh"},
	"nn.relu": {"nn", "Relu"}, "nn.relu6": {"nn", "Relu6"}, "nn.silu": {"nn", "Silu"}, "nn.selu": {"nn", "Selu"},
	"math.sigmoid": {"nn", "Sigmoid"}, "math.softplus": {"nn", "Softplus"}, "nn.softsign": {"nn", "Softsign"},
	"stop_gradient": {"core", "StopGradient"},
}

const operationsModule = "keras.src.ops."

// operation upgrades a layer of Keras 2 that is a function of TensorFlow.
func operation(o, cfg keras.Config) (keras.Config, error) {
	function := text(cfg, "function")
	to, ok := operations[function]
	if !ok {
		return nil, keras.Expected(keras.ErrConfig, "layers, or operations that Keras 3 has without options", "tf."+function).
			WithHint("make the model again with layers in its place")
	}
	out := keras.Config{{Key: "module", Value: operationsModule + to.module}, {Key: "class_name", Value: to.class},
		{Key: "config", Value: keras.Config{{Key: "name", Value: text(cfg, "name")}}}, {Key: "registered_name", Value: to.class}}
	return append(out, o.Without("module", "class_name", "config", "registered_name", "build_config")...), nil
}

// isOperation reports whether an upgraded layer is an operation.
func isOperation(l keras.Config) bool { return strings.HasPrefix(text(l, "module"), operationsModule) }

// operands are the arguments of an operation: the tensor or constant that it is called on, and y.
func (g *graph) operands(l keras.Config, given any, kwargs keras.Config) (any, error) {
	first := g.value(given)
	if c, ok := given.([]any); ok && len(c) > 2 && c[0] == constantValue {
		first = c[2]
	}
	args := []any{first}
	for _, e := range kwargs {
		switch {
		case e.Key == "y":
			args = append(args, g.value(e.Value))
		case e.Value != nil:
			return nil, keras.Fault(keras.ErrConfig, "expected no option of %s, received %s", text(l, "name"), e.Key)
		}
	}
	for i, a := range args {
		if list, ok := a.([]any); ok {
			args[i] = keras.Config{{Key: "class_name", Value: "__numpy__"},
				{Key: "config", Value: keras.Config{{Key: "value", Value: list}, {Key: "dtype", Value: "float32"}}}}
		}
	}
	return keras.Config{{Key: "args", Value: args}, {Key: "kwargs", Value: keras.Config{}}}, nil
}
