package metrics_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/gokeras/gokeras/keras/metrics"
)

func TestNoMetricHasNoDirection(t *testing.T) {
	_, known := metrics.Rises(nil)
	assert.False(t, known)
}
