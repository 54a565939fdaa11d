package interop

import (
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
)

// MinimalCell is a cell as a user writes one: that of Keras's documentation, with an output twice as wide as its
// state and no bias. Python's side has it too, as golden>MinimalCell.
type MinimalCell struct {
	keras.Base
	Units             int `keras:"units"`
	kernel, recurrent *keras.Variable
}

// NewMinimalCell returns a MinimalCell with states of a number of units.
func NewMinimalCell(units int) *MinimalCell {
	l := &MinimalCell{Units: units}
	l.Init(l, "MinimalCell")
	return l
}

// StateSizes is the units.
func (l *MinimalCell) StateSizes() []keras.Shape { return []keras.Shape{{l.Units}} }

// InitialStates are 0.5, to be told from zeros.
func (l *MinimalCell) InitialStates(t *keras.Trace, batch int) ([]*gorgonia.Node, error) {
	return []*gorgonia.Node{ops.Full(t, 0.5, batch, l.Units)}, nil
}

// Build makes the weights.
func (l *MinimalCell) Build(in ...keras.Shape) error {
	l.kernel = l.AddWeight("kernel", keras.Shape{in[0].Last(), l.Units}, initializers.GlorotUniform())
	l.recurrent = l.AddWeight("recurrent_kernel", keras.Shape{l.Units, l.Units}, initializers.GlorotUniform())
	return nil
}

// OutputShapes are those of the output and the state.
func (l *MinimalCell) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	return []keras.Shape{{in[0][0], 2 * l.Units}, {in[0][0], l.Units}}, nil
}

// Call is one step.
func (l *MinimalCell) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	h := ops.Add(ops.MatMul(in[0], t.Var(l.kernel)), ops.MatMul(in[1], t.Var(l.recurrent)))
	return t.Out(ops.Concat(-1, h, ops.Mul(h, h)), h)
}
