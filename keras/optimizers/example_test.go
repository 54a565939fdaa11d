package optimizers_test

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// An optimizer without a model: the minimum of (w−3)², whose gradient is 2(w−3).
func Example() {
	w := keras.NewVariable("w", "w", tensor.New(tensor.WithBacking([]float32{0})), true)
	opt := optimizers.SGD(0.1).Momentum(0.5)
	if err := opt.Build([]*keras.Variable{w}); err != nil {
		fmt.Println(err)
		return
	}
	for range 100 {
		slope := 2 * (w.Value().Float32s()[0] - 3)
		if err := opt.Step([]*tensor.Dense{tensor.New(tensor.WithBacking([]float32{slope}))}); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("%.3f after %d iterations\n", w.Value().Float32s()[0], opt.Iterations())
	// Output: 3.000 after 100 iterations
}

func ExampleAdam() {
	opt := optimizers.Adam().Beta1(0.8).AMSGrad(true).WithName("fast")
	fmt.Println(opt.Config())
	// Output: {"name": "fast", "learning_rate": 0.0010000000474974513, "weight_decay": null, "clipnorm": null, "global_clipnorm": null, "clipvalue": null, "use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": null, "loss_scale_factor": null, "gradient_accumulation_steps": null, "beta_1": 0.8, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": true}
}

func ExampleRMSprop() {
	v := keras.NewVariable("kernel", "dense/kernel", tensor.New(tensor.WithShape(2, 3), tensor.Of(tensor.Float32)), true)
	opt := optimizers.RMSprop(1e-3).Momentum(0.9).WithName("rm_sprop")
	if err := opt.Build([]*keras.Variable{v}); err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range opt.Variables() {
		fmt.Println(v.Path(), v.Shape())
	}
	// Output:
	// rm_sprop/iteration ()
	// rm_sprop/learning_rate ()
	// rm_sprop/dense_kernel_velocity (2, 3)
	// rm_sprop/dense_kernel_momentum (2, 3)
}

func ExampleAdamW() {
	opt := optimizers.AdamW(1e-3).WeightDecay(0.01).ExcludeFromWeightDecay("bias", "gamma|beta")
	fmt.Println(opt.LearningRate(), opt.Err())
	// Output: 0.0010000000474974513 <nil>
}

func ExampleNamed() {
	fmt.Println(optimizers.Named("rmsprop").Class())
	fmt.Println(optimizers.Named("adm").Err())
	// Output:
	// RMSprop
	// Could not interpret optimizer identifier: adm; use one of adam, adamw, rmsprop, sgd
}

func ExampleCosineDecay() {
	s := optimizers.CosineDecay(0, 10).WarmupTarget(0.1).WarmupSteps(5)
	opt := optimizers.SGD().Schedule(s)
	fmt.Println(opt.Err())
	for _, step := range []int{0, 3, 5, 10, 15} {
		fmt.Printf("%d: %.4f\n", step, s.At(step))
	}
	// Output:
	// <nil>
	// 0: 0.0000
	// 3: 0.0600
	// 5: 0.1000
	// 10: 0.0500
	// 15: 0.0000
}

func ExampleScheduleFunc() {
	warmUp := optimizers.ScheduleFunc("warm_up", func(step int) float64 { return min(0.1, 0.01*float64(step+1)) })
	opt := optimizers.SGD().Schedule(warmUp)
	fmt.Println(opt.LearningRate())
	// Output: 0.01
}
