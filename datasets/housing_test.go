package datasets

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHousingErrors(t *testing.T) {
	for _, tt := range []struct {
		reason string
		x, y   []byte
		want   string
	}{
		{"fewer prices", rows(2, 8, make([]float32, 16)...), numbers[float32](1), "y: expected 2 prices, as many as x has houses, received 1"},
		{"other attributes", rows(2, 13, make([]float32, 26)...), numbers[float32](1, 2), "x: expected shape (n, 8), received (2, 13)"},
		{"another type", rows(2, 8, make([]float64, 16)...), numbers[float64](1, 2), `x: expected type <f4 (float32), received "<f8"`},
	} {
		dir := folder(t, map[string][]byte{"california_housing.npz": packed(t, map[string][]byte{"x": tt.x, "y": tt.y})})
		train, test, err := CaliforniaHousing(WithDir(dir))
		assert.EqualError(t, err, "datasets: CaliforniaHousing: "+filepath.Join(dir, "california_housing.npz")+": "+tt.want, tt.reason)
		assert.Zero(t, train)
		assert.Zero(t, test)
	}
}
