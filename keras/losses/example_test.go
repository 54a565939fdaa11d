package losses_test

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/ops"
)

func ExampleEvaluate() {
	labels := tensor.New(tensor.WithBacking([]int32{1, 2}))
	probabilities := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{0.05, 0.95, 0, 0.1, 0.8, 0.1}))
	loss, err := losses.Evaluate(losses.SparseCategoricalCrossentropy(), labels, probabilities, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", loss.Data())
	// Output: 1.1769
}

func ExampleReduction() {
	yTrue := tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{1, 2}))
	yPred := tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float32{2, 5}))
	weights := tensor.New(tensor.WithBacking([]float32{1, 3}))
	for _, r := range []losses.Reduction{losses.SumOverBatchSize, losses.MeanWithSampleWeight, losses.Sum, losses.NoReduction} {
		loss, _ := losses.Evaluate(losses.MeanSquaredError().Reduction(r), yTrue, yPred, weights)
		fmt.Println(r, loss.Data())
	}
	// Output:
	// sum_over_batch_size 14
	// mean_with_sample_weight 7
	// sum 28
	// none [1 27]
}

func ExampleFunc() {
	logCosh := losses.Func("log_cosh", func(_ *keras.Trace, yTrue, yPred *gorgonia.Node) (*gorgonia.Node, error) {
		d := ops.Sub(yPred, yTrue)
		return ops.Mean(ops.Scale(ops.Add(d, ops.Softplus(ops.Scale(d, -2, 0))), 1, -0.6931472), -1), nil
	})
	yTrue := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{0, 1, 0, 0, 0, 1}))
	yPred := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{0.05, 0.95, 0, 0.1, 0.8, 0.1}))
	loss, _ := losses.Evaluate(logCosh, yTrue, yPred, nil)
	fmt.Printf("%.5f\n", loss.Data())
	// Output: 0.10968
}

func ExampleByOutput() {
	perOutput, err := losses.ByOutput{
		"priority":   losses.BinaryCrossentropy(),
		"department": losses.Named("ce"),
	}.ForOutputs([]string{"priority", "department"})
	fmt.Println(perOutput[0].Name(), perOutput[1].Name(), err)

	_, err = losses.ByOutput{"priority": losses.BinaryCrossentropy()}.ForOutputs([]string{"priority", "department"})
	fmt.Println(err)
	// Output:
	// binary_crossentropy ce <nil>
	// Expected keys ['priority', 'department'] in loss dict, but found loss.keys()=['priority']
}
