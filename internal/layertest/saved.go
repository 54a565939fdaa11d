package layertest

import (
	"bytes"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/interop"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// saved writes a model of the layer alone to a file and reads it back: the same summary, the same bits.
func (c *check) saved() {
	if strings.HasSuffix(c.class, "Cell") || strings.HasSuffix(c.class, "Cells") {
		return // not a layer for models
	}
	if c.Outputs[0].Shape[0] != c.Inputs[0].Shape[0] {
		return // not a model that predicts sample by sample
	}
	layer := c.layer()
	ins, outs, err := c.connect(layer)
	require.NoError(c, err)
	m, err := models.New(ins, outs)
	require.NoError(c, err)
	if !c.Initialized {
		for i, w := range c.Weights {
			require.NoError(c, layer.Weights()[i].Assign(w.tensor(layer.DType(), nil)))
		}
	}
	var x data.List
	for i, a := range c.Inputs {
		x = append(x, a.tensor(ins[i].DType(), nil))
	}
	named(c.Call, func(a *array) bool { x = append(x, a.tensor(tensor.Bool, nil)); return true })

	var file bytes.Buffer
	require.NoError(c, m.SaveTo(&file))
	text := m.Summary().String()
	keras.ClearSession()
	again, err := models.LoadBytes(file.Bytes())
	require.NoError(c, err)
	assert.Equal(c, text, again.Summary().String())
	assert.Equal(c, predict(c, m, x), predict(c, again, x), "what the model gives that was read")
	fresh, err := models.LoadBytes(file.Bytes()) // without the state that a prediction has left
	require.NoError(c, err)
	interop.Leave(c.T, c.class+" "+c.Name, fresh, x)
}

func predict(c *check, m *models.Model, x data.List) []*tensor.Dense {
	y, err := m.PredictAll(x, models.PredictConfig{BatchSize: 1 << 20})
	require.NoError(c, err)
	if list, ok := y.(data.List); ok {
		return list
	}
	return []*tensor.Dense{y.(*tensor.Dense)}
}
