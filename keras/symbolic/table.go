package symbolic

import (
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/ops"
)

// Where Keras has its operations.
const (
	core        = "ops.core"
	mathematics = "ops.math"
	nn          = "ops.nn"
	numpy       = "ops.numpy"
	activation  = "activations.activations"
)

// The parameters of calls.
var (
	single   = []parameter{{name: "x"}}
	pair     = []parameter{{name: "x1"}, {name: "x2"}}
	several  = []parameter{{name: "xs", list: true}}
	variable = []parameter{{name: "variable"}}
	keyed    = []parameter{{name: "x"}, {name: keyName}}
	choice   = []parameter{{name: "condition"}, {name: "x1"}, {name: "x2"}}
	filled   = []parameter{{name: "x"}, {name: "constant_values", keyword: true}}
)

// with is options with their defaults: keys and values in turn.
func with(keysAndValues ...any) keras.Config {
	var cfg keras.Config
	for i := 0; i < len(keysAndValues); i += 2 {
		cfg = append(cfg, keras.Entry{Key: keysAndValues[i].(string), Value: keysAndValues[i+1]})
	}
	return cfg
}

// table has the operations by Keras's class. A new one is a line here and a function that
// calls apply; a way to compute that several share is below.
var table = map[string]row{
	// Arithmetic.
	"Add":         {numpy, pair, nil, arithmetic(ops.Add)},
	"Subtract":    {numpy, pair, nil, arithmetic(ops.Sub)},
	"Multiply":    {numpy, pair, nil, arithmetic(ops.Mul)},
	"Divide":      {numpy, pair, nil, division(ops.Div)},
	"TrueDivide":  {numpy, pair, nil, division(ops.Div)},
	"FloorDivide": {numpy, pair, nil, arithmetic(floorDivide)},
	"Mod":         {numpy, pair, nil, arithmetic(mod)},
	"Power":       {numpy, pair, nil, arithmetic(ops.Pow)},
	"Maximum":     {numpy, pair, nil, arithmetic(ops.Maximum)},
	"Minimum":     {numpy, pair, nil, arithmetic(ops.Minimum)},
	"Matmul":      {numpy, pair, nil, arithmetic(ops.MatMul)},
	"Dot":         {numpy, pair, nil, arithmetic(dot)},

	// Functions of one tensor, of any type of numbers.
	"Negative": {numpy, single, nil, keeping(ops.Neg)},
	"Absolute": {numpy, single, nil, keeping(ops.Abs)},
	"Square":   {numpy, single, nil, keeping(ops.Square)},
	"Sign":     {numpy, single, nil, keeping(ops.Sign)},
	"Clip":     {numpy, single, with("x_min", nil, "x_max", nil), one(clip)},
	"Cast":     {core, single, with("dtype", "float32"), one(func(c *call) *gorgonia.Node { return cast(c.only(), c.dtype(tensor.Float32)) })},
	"ConvertToTensor": {core, single, with("dtype", nil, "sparse", nil, "ragged", nil), one(func(c *call) *gorgonia.Node {
		x := c.only()
		return cast(x, c.dtype(x.Dtype()))
	})},

	// Functions of one tensor, of floats.
	"Exp":          {numpy, single, nil, floating(ops.Exp)},
	"Expm1":        {numpy, single, nil, floating(ops.Expm1)},
	"Log":          {numpy, single, nil, floating(ops.Log)},
	"Log1p":        {numpy, single, nil, floating(ops.Log1p)},
	"Sqrt":         {numpy, single, nil, floating(ops.Sqrt)},
	"Rsqrt":        {mathematics, single, nil, floating(ops.Rsqrt)},
	"Reciprocal":   {numpy, single, nil, floating(ops.Reciprocal)},
	"Sin":          {numpy, single, nil, floating(ops.Sin)},
	"Cos":          {numpy, single, nil, floating(ops.Cos)},
	"Erf":          {mathematics, single, nil, floating(ops.Erf)},
	"Floor":        {numpy, single, nil, floating(ops.Floor)},
	"Ceil":         {numpy, single, nil, floating(ops.Ceil)},
	"Round":        {numpy, single, with("decimals", 0), one(round)},
	"StopGradient": {core, variable, nil, one(func(c *call) *gorgonia.Node { return ops.StopGradient(c.only()) })},

	// Activations.
	"Relu":       {nn, single, nil, keeping(ops.ReLU)},
	"ReLU":       {activation, single, with("negative_slope", 0.0, "max_value", nil, "threshold", 0.0), one(relu)},
	"Relu6":      {nn, single, nil, activated("relu6")},
	"Sigmoid":    {nn, single, nil, floating(ops.Sigmoid)},
	"Tanh":       {numpy, single, nil, floating(ops.Tanh)},
	"Softplus":   {nn, single, nil, floating(ops.Softplus)},
	"Softsign":   {nn, single, nil, activated("softsign")},
	"Silu":       {nn, single, nil, activated("silu")},
	"LogSigmoid": {nn, single, nil, activated("log_sigmoid")},
	"Selu":       {nn, single, nil, activated("selu")},
	"Elu":        {nn, single, with("alpha", 1.0), parametric(ops.ELU, "alpha")},
	"Celu":       {nn, single, with("alpha", 1.0), parametric(ops.CELU, "alpha")},
	"LeakyRelu":  {nn, single, with("negative_slope", 0.2), parametric(ops.LeakyReLU, "negative_slope")},
	"Gelu": {nn, single, with("approximate", true), one(func(c *call) *gorgonia.Node {
		return ops.GELU(asFloat(c.only()), c.isSet("approximate"))
	})},
	"Softmax":    {nn, single, with("axis", -1), alongAxis(ops.Softmax)},
	"LogSoftmax": {nn, single, with("axis", -1), alongAxis(ops.LogSoftmax)},

	// Comparisons and logic.
	"Equal":        {numpy, pair, nil, comparison(ops.Equal)},
	"NotEqual":     {numpy, pair, nil, comparison(ops.NotEqual)},
	"Less":         {numpy, pair, nil, comparison(ops.Less)},
	"LessEqual":    {numpy, pair, nil, comparison(ops.LessEqual)},
	"Greater":      {numpy, pair, nil, comparison(ops.Greater)},
	"GreaterEqual": {numpy, pair, nil, comparison(ops.GreaterEqual)},
	"LogicalAnd":   {numpy, pair, nil, logical(ops.LogicalAnd)},
	"LogicalOr":    {numpy, pair, nil, logical(ops.LogicalOr)},
	"LogicalXor":   {numpy, pair, nil, logical(ops.NotEqual)},
	"LogicalNot":   {numpy, single, nil, one(func(c *call) *gorgonia.Node { return ops.LogicalNot(cast(c.only(), tensor.Bool)) })},
	"Where":        {numpy, choice, nil, one(where)},

	// Reductions.
	"Sum":       {numpy, single, with("axis", nil, "keepdims", false), reduction(widened, ops.Sum)},
	"Prod":      {numpy, single, with("axis", nil, "keepdims", false, "dtype", nil), reduction(widened, ops.Prod)},
	"Max":       {numpy, single, with("axis", nil, "keepdims", false, "initial", nil), reduction(same, ops.Max)},
	"Min":       {numpy, single, with("axis", nil, "keepdims", false, "initial", nil), reduction(same, ops.Min)},
	"Mean":      {numpy, single, with("axis", nil, "keepdims", false), reduction(floats, ops.Mean)},
	"Var":       {numpy, single, with("axis", nil, "keepdims", false), reduction(floats, variance)},
	"Std":       {numpy, single, with("axis", nil, "keepdims", false), reduction(floats, deviation)},
	"Logsumexp": {mathematics, single, with("axis", nil, "keepdims", false), reduction(floats, logSumExp)},
	"Any":       {numpy, single, with("axis", nil, "keepdims", false), reduction(truth, anyOf)},
	"All":       {numpy, single, with("axis", nil, "keepdims", false), reduction(truth, allOf)},
	"Argmax":    {numpy, single, with("axis", nil, "keepdims", false), one(argMax)},

	// Shapes.
	"Reshape":    {numpy, single, with("newshape", nil), one(func(c *call) *gorgonia.Node { return ops.Reshape(c.only(), c.integers("newshape")...) })},
	"ExpandDims": {numpy, single, with("axis", nil), one(func(c *call) *gorgonia.Node { return ops.ExpandDims(c.only(), c.integers("axis")...) })},
	"Squeeze":    {numpy, single, with("axis", nil), one(func(c *call) *gorgonia.Node { return ops.Squeeze(c.only(), c.integers("axis")...) })},
	"Transpose":  {numpy, single, with("axes", nil), one(func(c *call) *gorgonia.Node { return ops.Transpose(c.only(), c.integers("axes")...) })},
	"Moveaxis": {numpy, single, with("source", nil, "destination", nil), one(func(c *call) *gorgonia.Node {
		return ops.MoveAxis(c.only(), c.integer("source"), c.integer("destination"))
	})},
	"Swapaxes":    {numpy, single, with("axis1", nil, "axis2", nil), one(swapAxes)},
	"Flip":        {numpy, single, with("axis", nil), one(flip)},
	"Repeat":      {numpy, single, with("repeats", nil, "axis", nil), one(repeat)},
	"Tile":        {numpy, single, with("repeats", nil), one(tile)},
	"BroadcastTo": {numpy, single, with("shape", nil), one(func(c *call) *gorgonia.Node { return ops.BroadcastTo(c.only(), c.integers("shape")...) })},
	"Pad":         {numpy, filled, with("pad_width", nil, "mode", "constant"), one(pad)},
	"GetItem":     {numpy, keyed, nil, getItem},
	"Split":       {numpy, single, with("indices_or_sections", nil, "axis", 0), split},
	"Concatenate": {numpy, several, with("axis", 0), one(func(c *call) *gorgonia.Node { return ops.Concat(c.integer("axis"), c.list()...) })},
	"Stack":       {numpy, several, with("axis", 0), one(func(c *call) *gorgonia.Node { return ops.Stack(c.integer("axis"), c.list()...) })},
	"ZerosLike":   {numpy, single, with("dtype", nil), one(func(c *call) *gorgonia.Node { return c.filled(0) })},
	"OnesLike":    {numpy, single, with("dtype", nil), one(func(c *call) *gorgonia.Node { return c.filled(1) })},
	"OneHot":      {nn, single, with("num_classes", nil, "axis", -1, "dtype", nil, "sparse", false), one(oneHot)},
}

// one is the result of a function that gives one node.
func one(f func(c *call) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return func(c *call) []*gorgonia.Node { return []*gorgonia.Node{f(c)} }
}

// arithmetic computes in the type of the result.
func arithmetic(f func(a, b *gorgonia.Node) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node {
		return throughFloat(func(in []*gorgonia.Node) *gorgonia.Node { return f(in[0], in[1]) }, c.operands(c.resultType()))
	})
}

// division is arithmetic whose result is a float.
func division(f func(a, b *gorgonia.Node) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node {
		dt := c.resultType()
		if !isFloat(dt) {
			dt = tensor.Float32
		}
		in := c.operands(dt)
		return f(in[0], in[1])
	})
}

// comparison compares operands in their common type.
func comparison(f func(a, b *gorgonia.Node) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node {
		in := c.operands(c.resultType())
		return f(in[0], in[1])
	})
}

// logical takes what is not 0 for true.
func logical(f func(a, b *gorgonia.Node) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node {
		in := c.operands(tensor.Bool)
		return f(in[0], in[1])
	})
}

// keeping is a function whose result has the type of its operand.
func keeping(f func(x *gorgonia.Node) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node {
		return throughFloat(func(in []*gorgonia.Node) *gorgonia.Node { return f(in[0]) }, []*gorgonia.Node{c.only()})
	})
}

// floating is a function whose result is a float.
func floating(f func(x *gorgonia.Node) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node { return f(asFloat(c.only())) })
}

// parametric is floating for a function with an option that is a number.
func parametric(f func(x *gorgonia.Node, p float64) *gorgonia.Node, key string) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node { return f(asFloat(c.only()), c.number(key)) })
}

// alongAxis is floating for a function with the option axis.
func alongAxis(f func(x *gorgonia.Node, axis int) *gorgonia.Node) func(*call) []*gorgonia.Node {
	return one(func(c *call) *gorgonia.Node { return f(asFloat(c.only()), c.integer("axis")) })
}
