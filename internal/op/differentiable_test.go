package op_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
)

// x+x again and again has 2⁶⁰ ways from the end to the beginning.
func TestDifferentiableLooksAtEachNodeOnce(t *testing.T) {
	x := op.Detach(gorgonia.NewVector(gorgonia.NewGraph(), tensor.Float32, gorgonia.WithShape(2), gorgonia.WithName("x")))
	for range 60 {
		x = gorgonia.Must(gorgonia.Add(x, x))
	}
	done := make(chan bool, 1)
	go func() { done <- op.Differentiable(x) }()
	select {
	case d := <-done:
		assert.False(t, d, "only data lead to it")
	case <-time.After(20 * time.Second):
		t.Fatal("it looks at nodes again and again")
	}
}
