package metrics_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/metrics"
	"github.com/gokeras/gokeras/keras/ops"
)

func ExampleBinaryAccuracy() {
	yTrue := tensor.New(tensor.WithShape(6, 1), tensor.WithBacking([]uint8{0, 1, 1, 0, 1, 0}))
	yPred := tensor.New(tensor.WithShape(6, 1), tensor.WithBacking([]float32{0.1, 0.8, 0.35, 0.4, 0.9, 0.5}))
	weights := tensor.New(tensor.WithBacking([]float32{1, 2, 1, 1, 1, 2}))

	m := metrics.BinaryAccuracy()
	if err := m.Update(yTrue, yPred, nil); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", m.Result())
	m.Reset()
	_ = m.Update(yTrue, yPred, weights)
	fmt.Printf("%.4f\n", m.Result())
	// Output:
	// 0.8333
	// 0.8750
}

func ExampleMean() {
	m := metrics.Mean()
	values := tensor.New(tensor.WithBacking([]float32{1, 3, 5, 7}))
	_ = m.UpdateValues(values, nil)
	fmt.Println(m.Result())
	m.Reset()
	_ = m.UpdateValues(values, tensor.New(tensor.WithBacking([]float32{1, 1, 0, 0})))
	fmt.Println(m.Result())
	// Output:
	// 4
	// 2
}

func ExampleNamed() {
	m := metrics.Named("acc")
	labels := tensor.New(tensor.WithBacking([]int{1, 2}))
	yPred := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{0.05, 0.95, 0, 0.1, 0.8, 0.1}))
	_ = m.Update(labels, yPred, nil)
	fmt.Println(m.Name(), m.Class(), m.Result())

	fmt.Println(metrics.Named("acuracy").Err())
	// Output:
	// acc SparseCategoricalAccuracy 0.5
	// Could not interpret metric identifier: acuracy
}

func ExampleFunc() {
	within := metrics.Func("within_half", func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		return ops.Clip(ops.Sign(ops.Scale(ops.Abs(ops.Sub(yTrue, yPred)), -1, 0.5)), 0, 1), nil
	})
	yTrue := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{1, 2, 3, 4}))
	yPred := tensor.New(tensor.WithShape(4, 1), tensor.WithBacking([]float32{1.2, 2.9, 3.1, 4.4}))
	_ = within.Update(yTrue, yPred, nil)
	fmt.Println(within.Name(), within.Result())
	// Output: within_half 0.75
}

func ExampleList() {
	perOutput, err := metrics.List{metrics.Named("mae"), metrics.Named("accuracy")}.ForOutputs([]string{"price", "kind"})
	fmt.Println(len(perOutput), perOutput[0][0].Name(), perOutput[1][0].Name(), err)
	// Output: 2 mae accuracy <nil>
}
