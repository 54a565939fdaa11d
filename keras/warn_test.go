package keras_test

import (
	"bytes"
	"log"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/keras"
)

func TestWarnings(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	var taken []string
	keras.SetWarnings(func(text string) { taken = append(taken, text) })
	keras.Warn("%d%% is much", 90)
	keras.SetWarnings(nil)
	keras.Warn("and logged")
	assert.Equal(t, []string{"90% is much"}, taken)
	assert.Contains(t, logged.String(), "and logged\n")
	assert.NotContains(t, logged.String(), "90")
}
