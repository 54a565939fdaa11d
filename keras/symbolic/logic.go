package symbolic

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// Equal is x1 = x2, of type bool as all comparisons.
func Equal(x1, x2 any) *keras.Tensor { return apply("Equal", nil, x1, x2) }

// NotEqual is x1 ≠ x2.
func NotEqual(x1, x2 any) *keras.Tensor { return apply("NotEqual", nil, x1, x2) }

// Less is x1 < x2.
func Less(x1, x2 any) *keras.Tensor { return apply("Less", nil, x1, x2) }

// LessEqual is x1 ≤ x2.
func LessEqual(x1, x2 any) *keras.Tensor { return apply("LessEqual", nil, x1, x2) }

// Greater is x1 > x2.
func Greater(x1, x2 any) *keras.Tensor { return apply("Greater", nil, x1, x2) }

// GreaterEqual is x1 ≥ x2.
func GreaterEqual(x1, x2 any) *keras.Tensor { return apply("GreaterEqual", nil, x1, x2) }

// LogicalAnd is x1 ∧ x2; what is not 0 is true.
func LogicalAnd(x1, x2 any) *keras.Tensor { return apply("LogicalAnd", nil, x1, x2) }

// LogicalOr is x1 ∨ x2.
func LogicalOr(x1, x2 any) *keras.Tensor { return apply("LogicalOr", nil, x1, x2) }

// LogicalXor is true where one of x1 and x2 is.
func LogicalXor(x1, x2 any) *keras.Tensor { return apply("LogicalXor", nil, x1, x2) }

// LogicalNot is ¬x.
func LogicalNot(x *keras.Tensor) *keras.Tensor { return apply("LogicalNot", nil, x) }

// Where is x1 where the condition holds, else x2.
func Where(condition *keras.Tensor, x1, x2 any) *keras.Tensor {
	return apply("Where", nil, condition, x1, x2)
}

func where(c *call) *gorgonia.Node {
	chosen := &call{t: c.t, args: c.args[1:]}
	dt := chosen.resultType()
	if dt.Type == nil { // two numbers
		dt = tensor.Int32
		for _, v := range chosen.args {
			dt = typeWith(dt, v)
		}
	}
	in := chosen.operands(dt)
	return ops.Where(cast(c.node(0, tensor.Bool), tensor.Bool), in[0], in[1])
}
