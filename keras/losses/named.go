package losses

import (
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

var _ Loss = (*NamedLoss)(nil)

// Named is the loss that Keras knows under a name, with default options: a class
// (MeanSquaredError), its snake_case (mean_squared_error), or mse, mae and bce, also in
// capitals. crossentropy and ce, in any case, are the binary, sparse categorical or
// categorical crossentropy, by the shapes of targets and predictions.
//
// A name that is not known is an error of Err, ForOutputs and Value.
func Named(identifier string) *NamedLoss {
	n := &NamedLoss{identifier: identifier}
	if n.byShape() {
		return n
	}
	if class, ok := keras.ByName(keras.KindLoss, identifier); ok {
		o, err := keras.New(keras.KindLoss, class)
		if l, ok := o.(Loss); err == nil && ok {
			n.loss = l
		}
	}
	return n
}

// NamedLoss is the loss that Named returns.
type NamedLoss struct {
	identifier string
	loss       Loss // nil: unknown, or to be found by the shapes
}

// Identifier is the name as it was given.
func (n *NamedLoss) Identifier() string { return n.identifier }

// Name is the name as it was given.
func (n *NamedLoss) Name() string { return n.identifier }

// Class is Keras's name of the type, the identifier where that is open.
func (n *NamedLoss) Class() string {
	if n.loss == nil {
		return n.identifier
	}
	return n.loss.Class()
}

// Config is that of the loss, with its name here.
func (n *NamedLoss) Config() keras.Config {
	if n.loss == nil {
		return keras.Config{{Key: "name", Value: n.identifier}}
	}
	return n.loss.Config().With("name", n.identifier)
}

// String is the loss in one line: keras.Describe.
func (n *NamedLoss) String() string { return keras.Describe(n) }

// Err reports a name that is not known.
func (n *NamedLoss) Err() error {
	if n.loss != nil || n.byShape() {
		return nil
	}
	return keras.Fault(keras.ErrArgument, "Could not interpret loss identifier: %s", n.identifier)
}

// byShape reports a name whose loss the shapes decide.
func (n *NamedLoss) byShape() bool {
	name := strings.ToLower(n.identifier)
	return name == "crossentropy" || name == "ce"
}

// ForOutputs makes the loss that of every output.
func (n *NamedLoss) ForOutputs(names []string) ([]Loss, error) { return shared(n, names) }

// Value draws the loss.
func (n *NamedLoss) Value(t *keras.Trace, yTrue, yPred, sampleWeight *gorgonia.Node) (*gorgonia.Node, error) {
	if err := n.Err(); err != nil {
		return nil, err
	}
	loss := n.loss
	if loss == nil && yTrue != nil && yPred != nil {
		loss = crossentropies[score.ProblemOf(shapeOf(yTrue), shapeOf(yPred))]()
	}
	if loss == nil {
		return nil, keras.Expected(keras.ErrData, "targets and predictions for the loss "+n.identifier, "none")
	}
	return loss.Value(t, yTrue, yPred, sampleWeight)
}

// crossentropies are the losses that crossentropy stands for.
var crossentropies = map[score.Problem]func() Loss{
	score.Binary:            func() Loss { return BinaryCrossentropy() },
	score.SparseCategorical: func() Loss { return SparseCategoricalCrossentropy() },
	score.Categorical:       func() Loss { return CategoricalCrossentropy() },
}
