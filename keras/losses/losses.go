package losses

import (
	"fmt"
	"slices"
	"strings"

	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/score"
	"github.com/gokeras/gokeras/keras"
)

// Loss is a measure of how wrong predictions are.
type Loss interface {
	keras.Object
	// Name is the loss's own name: mean_squared_error.
	Name() string
	// A Loss alone is the loss of every output.
	Losses
	// Value draws the loss of predictions against targets, which may be of any numeric
	// type: a scalar, unless the loss is not reduced. sampleWeight may be nil. The mask
	// that travels with yPred leaves out what it masks.
	Value(t *keras.Trace, yTrue, yPred, sampleWeight *gorgonia.Node) (*gorgonia.Node, error)
}

// Losses is what Compile takes: a Loss, a List or a ByOutput.
type Losses interface {
	// ForOutputs gives a loss for each output, nil for an output without one.
	ForOutputs(names []string) ([]Loss, error)
}

// List is a loss for each output, in their order. nil: no loss.
type List []Loss

// ByOutput is a loss for each output, by its name. nil: no loss.
type ByOutput map[string]Loss

// Weights is what Compile takes as LossWeights: a WeightList or WeightsByOutput.
type Weights interface {
	// WeightsForOutputs gives the factor of each output's loss. n is the number of
	// losses: 1 for a loss that every output shares.
	WeightsForOutputs(names []string, n int) ([]float64, error)
}

// WeightList has the factor of each loss, in their order.
type WeightList []float64

// WeightsByOutput has the factor of each output's loss, by its name.
type WeightsByOutput map[string]float64

var (
	_ Losses  = List(nil)
	_ Losses  = ByOutput(nil)
	_ Weights = WeightList(nil)
	_ Weights = WeightsByOutput(nil)
)

// ForOutputs gives the losses, one for each output.
func (l List) ForOutputs(names []string) ([]Loss, error) {
	switch {
	case len(l) > len(names):
		return nil, keras.Fault(keras.ErrArgument, "The path: (%d,) in the `loss` argument, can't be found in either the model's output (`y_pred`) or in the labels (`y_true`).", len(names))
	case len(l) < len(names):
		return nil, keras.Fault(keras.ErrArgument, "Expected a loss for each of the outputs %s, but found %d in the loss list", quoted(names), len(l)).
			WithHint("nil is the loss of an output without one")
	}
	return checked(slices.Clone(l))
}

// ForOutputs gives the losses in the order of the names. Every output must have an entry.
func (l ByOutput) ForOutputs(names []string) ([]Loss, error) {
	if err := expectKeys("loss", names, score.Keys(l)); err != nil {
		return nil, err
	}
	losses := make([]Loss, len(names))
	for i, name := range names {
		losses[i] = l[name]
	}
	return checked(losses)
}

// checked hands losses on, unless one is known not to work.
func checked(losses []Loss) ([]Loss, error) {
	for _, l := range losses {
		if f, ok := l.(interface{ Err() error }); ok && f.Err() != nil {
			return nil, f.Err()
		}
	}
	return losses, nil
}

// shared is one loss for every output.
func shared(l Loss, names []string) ([]Loss, error) {
	return checked(slices.Repeat([]Loss{l}, len(names)))
}

// WeightsForOutputs gives the weights, one for each loss. One weight for a loss that
// several outputs share is the weight of each.
func (w WeightList) WeightsForOutputs(names []string, n int) ([]float64, error) {
	if len(w) != n || n != 1 && n != len(names) {
		return nil, countFault(n, len(w))
	}
	if n == 1 {
		return slices.Repeat(w, len(names)), nil
	}
	return slices.Clone(w), nil
}

// WeightsForOutputs gives the weights in the order of the names. Every output must have an entry.
func (w WeightsByOutput) WeightsForOutputs(names []string, _ int) ([]float64, error) {
	if len(w) != len(names) {
		return nil, countFault(len(names), len(w))
	}
	if err := expectKeys("loss_weights", names, score.Keys(w)); err != nil {
		return nil, err
	}
	weights := make([]float64, len(names))
	for i, name := range names {
		weights[i] = w[name]
	}
	return weights, nil
}

func countFault(losses, weights int) error {
	return keras.Fault(keras.ErrArgument, "`loss_weights` must match the number of losses, got %d losses and %d weights.", losses, weights)
}

// expectKeys reports keys that are not just the names.
func expectKeys(argument string, names, keys []string) error {
	if sorted := slices.Sorted(slices.Values(names)); slices.Equal(sorted, keys) {
		return nil
	}
	return keras.Fault(keras.ErrArgument, "Expected keys %s in %s dict, but found %s.keys()=%s", quoted(names), argument, argument, quoted(keys))
}

// quoted writes names as Python does: ['a', 'b'].
func quoted(names []string) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = fmt.Sprintf("'%s'", n)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
