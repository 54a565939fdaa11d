package ops_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/internal/op"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/activations"
	"github.com/gokeras/gokeras/keras/ops"
)

// BenchmarkOps measures a run of an Op and of its gradient at sizes of the MNIST
// models, float32.
func BenchmarkOps(b *testing.B) {
	for _, bb := range []struct {
		name   string
		shapes []tensor.Shape
		f      func(t *keras.Trace, in gorgonia.Nodes) *gorgonia.Node
	}{
		{"Add bias", []tensor.Shape{{256, 28, 28, 16}, {16}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return ops.Add(in[0], in[1]) }},
		{"Mul", []tensor.Shape{{256, 1024}, {256, 1024}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return ops.Mul(in[0], in[1]) }},
		{"Mean over axes", []tensor.Shape{{256, 14, 14, 32}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return ops.Mean(in[0], 1, 2) }},
		{"Transpose", []tensor.Shape{{64, 32, 8, 32}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return ops.Transpose(in[0], 0, 2, 1, 3) }},
		{"MatMul batched", []tensor.Shape{{64, 8, 32, 32}, {64, 8, 32, 32}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return ops.MatMul(in[0], in[1]) }},
		{"Einsum of heads", []tensor.Shape{{16, 64, 8, 32}, {16, 64, 8, 32}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
			return ops.Einsum("aecd,abcd->acbe", in[0], in[1])
		}},
		{"Dense", []tensor.Shape{{256, 784}, {784, 512}, {512}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
			return ops.Dense(in[0], in[1], in[2], activations.Linear)
		}},
		{"Conv", []tensor.Shape{{64, 28, 28, 16}, {3, 3, 16, 32}, {32}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
			return ops.Conv(in[0], in[1], in[2], ops.ConvConfig{Padding: "same"})
		}},
		{"MaxPool", []tensor.Shape{{256, 28, 28, 16}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
			return ops.MaxPool(in[0], ops.PoolConfig{Window: []int{2, 2}})
		}},
		{"Dropout", []tensor.Shape{{256, 1024}}, func(t *keras.Trace, in gorgonia.Nodes) *gorgonia.Node {
			return ops.Dropout(t, in[0], 0.4, nil, keras.NewSeedGenerator(1))
		}},
		{"Softmax", []tensor.Shape{{4096, 10}}, func(_ *keras.Trace, in gorgonia.Nodes) *gorgonia.Node { return ops.Softmax(in[0], -1) }},
	} {
		trace := keras.NewTrace(gorgonia.NewGraph(), true)
		var in gorgonia.Nodes
		for _, s := range bb.shapes {
			n := trace.Input("x", s, tensor.Float32)
			require.NoError(b, gorgonia.Let(n, tensor.New(tensor.WithShape(s...), tensor.WithBacking(tensor.Random(tensor.Float32, s.TotalSize())))))
			in = append(in, n)
		}
		y := bb.f(trace, in)
		_, err := gorgonia.Grad(ops.Sum(y), in...)
		require.NoError(b, err)
		machine := gorgonia.NewTapeMachine(trace.Graph())
		require.NoError(b, machine.RunAll())
		gradient := y.Op().String() + " gradient"
		for _, n := range trace.Graph().AllNodes() {
			if n == y || n.Op() != nil && n.Op().String() == gradient {
				measure(b, bb.name+"/"+n.Op().String(), n)
			}
		}
	}
}

// measure runs the Op of a node on the values that its inputs have.
func measure(b *testing.B, name string, n *gorgonia.Node) {
	var values []gorgonia.Value
	for _, c := range op.Children(n) {
		values = append(values, c.Value())
	}
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := n.Op().Do(values...); err != nil {
				b.Fatal(err)
			}
		}
	})
}
