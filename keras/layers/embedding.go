package layers

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/ops"
	"github.com/gokeras/gokeras/keras/symbolic"
)

var (
	_ keras.Layer        = (*EmbeddingLayer)(nil)
	_ keras.ShapeInferer = (*EmbeddingLayer)(nil)
	_ keras.MaskComputer = (*EmbeddingLayer)(nil)
	_ keras.MaskDrawer   = (*EmbeddingLayer)(nil)
)

// Embedding returns a layer that gives each id, as of a word, a vector: the row of a
// table, which is trained.
//
//	input  (…) of ids 0 ≤ id < inputDim    embeddings (inputDim, outputDim)
//	output (…, outputDim)
//
// Ids are integers of any type; floats are cut to such. Negative ids count from the end
// of the table. An id that is not in the table makes the run fail.
//
// Defaults: EmbeddingsInitializer RandomUniform from −0.05 to 0.05, no regularizer, no
// constraint, MaskZero false. With MaskZero the output has a mask that leaves out the
// ids 0; else a mask ends here. Errors: inputDim or outputDim < 1; given weights of
// another shape or type.
func Embedding(inputDim, outputDim int) *EmbeddingLayer {
	l := &EmbeddingLayer{cfg: embeddingConfig{InputDim: inputDim, OutputDim: outputDim, EmbeddingsInitializer: initializers.RandomUniform()}}
	return l.init(l, "Embedding", &l.cfg)
}

// EmbeddingLayer is the layer that Embedding returns.
type EmbeddingLayer struct {
	base[EmbeddingLayer]
	cfg        embeddingConfig
	embeddings *keras.Variable
}

type embeddingConfig struct {
	InputDim              int               `keras:"input_dim"`
	OutputDim             int               `keras:"output_dim"`
	EmbeddingsInitializer keras.Initializer `keras:"embeddings_initializer"`
	EmbeddingsRegularizer keras.Regularizer `keras:"embeddings_regularizer"`
	ActivityRegularizer   any               `keras:"activity_regularizer"` // the place of the key; keras.Base has the value
	EmbeddingsConstraint  keras.Constraint  `keras:"embeddings_constraint"`
	MaskZero              bool              `keras:"mask_zero"`
	QuantizationConfig    any               `keras:"quantization_config"` // always None

	weights *tensor.Dense
}

// EmbeddingsInitializer sets embeddings_initializer. Default RandomUniform from −0.05 to 0.05.
func (l *EmbeddingLayer) EmbeddingsInitializer(i keras.Initializer) *EmbeddingLayer {
	l.cfg.EmbeddingsInitializer = i
	return l
}

// EmbeddingsRegularizer sets embeddings_regularizer. Default none.
func (l *EmbeddingLayer) EmbeddingsRegularizer(r keras.Regularizer) *EmbeddingLayer {
	l.cfg.EmbeddingsRegularizer = r
	return l
}

// EmbeddingsConstraint sets embeddings_constraint. Default none.
func (l *EmbeddingLayer) EmbeddingsConstraint(c keras.Constraint) *EmbeddingLayer {
	l.cfg.EmbeddingsConstraint = c
	return l
}

// MaskZero sets mask_zero: id 0 is padding, which layers behind this one leave out.
// Default false.
func (l *EmbeddingLayer) MaskZero(on bool) *EmbeddingLayer {
	l.cfg.MaskZero = on
	return l
}

// WithWeights sets Keras's argument weights: the table (inputDim, outputDim) to start
// with, of the layer's type, instead of what the initializer makes. It is not part of
// the config.
func (l *EmbeddingLayer) WithWeights(table *tensor.Dense) *EmbeddingLayer {
	l.cfg.weights = table
	return l
}

func (c *embeddingConfig) validate() error {
	var f faults
	f.require(c.InputDim > 0, fmt.Sprintf("`input_dim` must be a positive integer. Received: input_dim=%d (of type int).", c.InputDim))
	f.require(c.OutputDim > 0, fmt.Sprintf("`output_dim` must be a positive integer. Received: output_dim=%d (of type int).", c.OutputDim))
	f.valid(c.EmbeddingsInitializer, c.EmbeddingsRegularizer, c.EmbeddingsConstraint)
	return f.err()
}

// Build makes the table.
func (l *EmbeddingLayer) Build(...keras.Shape) error {
	c := &l.cfg
	l.embeddings = l.AddWeight("embeddings", keras.Shape{c.InputDim, c.OutputDim}, c.EmbeddingsInitializer,
		keras.WithRegularizer(c.EmbeddingsRegularizer), keras.WithConstraint(c.EmbeddingsConstraint))
	if c.weights == nil {
		return nil
	}
	return l.embeddings.Assign(c.weights)
}

// OutputShapes puts the size of a vector behind the input's shape.
func (l *EmbeddingLayer) OutputShapes(in ...keras.Shape) ([]keras.Shape, error) {
	s, err := single(in)
	if err != nil {
		return nil, err
	}
	return []keras.Shape{append(s.Clone(), l.cfg.OutputDim)}, nil
}

// Call looks up the ids.
func (l *EmbeddingLayer) Call(t *keras.Trace, in ...*gorgonia.Node) ([]*gorgonia.Node, error) {
	return t.Out(ops.Embedding(t.Var(l.embeddings), in[0]))
}

// ComputeMasks leaves out the ids 0, if MaskZero is set.
func (l *EmbeddingLayer) ComputeMasks(t *keras.Trace, in, _ []*gorgonia.Node) ([]*gorgonia.Node, error) {
	if !l.cfg.MaskZero {
		return nil, nil
	}
	zero := ops.Constant(t, tensor.New(tensor.Of(in[0].Dtype()), tensor.WithShape(1)))
	return t.Out(ops.NotEqual(in[0], zero))
}

// DrawMasks does it with Keras's operation.
func (l *EmbeddingLayer) DrawMasks(in, _ keras.List) keras.List {
	if !l.cfg.MaskZero {
		return nil
	}
	return keras.List{symbolic.NotEqual(in[0], 0)}
}
