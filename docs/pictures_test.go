package docs_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/callbacks"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/plot"
)

var update = flag.Bool("update", false, "write the pictures of the documents")

// The pictures of the documents are what keras/plot draws: go test ./docs -update.
func TestPictures(t *testing.T) {
	ofModel := func(build func() (*models.Model, error), options ...plot.Option) func(string) error {
		return func(path string) error {
			keras.ClearSession()
			m, err := build()
			if err != nil {
				return err
			}
			return plot.Model(m, path, options...)
		}
	}
	pictures := map[string]func(path string) error{
		"mlp.svg":     ofModel(functional.MLP, plot.ShowShapes(), plot.ShowLayerNames()),
		"tickets.svg": ofModel(functional.Tickets, plot.ShowShapes(), plot.ShowLayerNames()),
		"curves.svg":  func(path string) error { return plot.History(onMNIST, path) },
	}
	for name, draw := range pictures {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("pictures", name)
			if *update {
				require.NoError(t, draw(path))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			again := filepath.Join(t.TempDir(), name)
			require.NoError(t, draw(again))
			got, err := os.ReadFile(again)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(want, got), "%s is another picture now: look at it, and go test ./docs -update", path)
		})
	}
	files, err := os.ReadDir("pictures")
	require.NoError(t, err)
	assert.Len(t, files, len(pictures), "no picture is left over")
}

// onMNIST is what Fit gave for ten epochs of functional.MLP on MNIST, in batches of 64 and with a
// fifth of the images for validation.
var onMNIST = &callbacks.History{
	Epoch: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
	History: map[string][]float64{
		"loss":         {0.3429, 0.1615, 0.1177, 0.0938, 0.0797, 0.0680, 0.0582, 0.0502, 0.0438, 0.0385},
		"accuracy":     {0.9029, 0.9521, 0.9640, 0.9715, 0.9761, 0.9799, 0.9824, 0.9847, 0.9866, 0.9879},
		"val_loss":     {0.1978, 0.1460, 0.1217, 0.1139, 0.1146, 0.1173, 0.1123, 0.1089, 0.1048, 0.1191},
		"val_accuracy": {0.9405, 0.9575, 0.9635, 0.9662, 0.9663, 0.9675, 0.9697, 0.9707, 0.9732, 0.9693},
	},
}
