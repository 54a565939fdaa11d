package models_test

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/symbolic"
)

func input(name string, shape ...int) *keras.Tensor {
	if name == "" {
		return keras.Input(keras.Shape(shape))
	}
	return keras.Input(keras.Shape(shape), keras.WithName(name))
}

func dense(units int, name string) *layers.DenseLayer { return layers.Dense(units).WithName(name) }

func build(in, out any, name string) *models.Model {
	if name == "" {
		return models.Must(models.New(in, out))
	}
	return models.Must(models.New(in, out, models.WithName(name)))
}

// graphs are the models of tools/golden/families/graph.py and models.py, by the names of their cases.
var graphs = map[string]func() *models.Model{
	"diamond": func() *models.Model {
		x := input("x", 4)
		a, b := dense(4, "a").Apply(x), dense(4, "b").Apply(x)
		return build(x, layers.Add().WithName("sum").Apply(b, a), "diamond")
	},
	"uneven branches": func() *models.Model {
		x := input("x", 4)
		short := dense(4, "short").Apply(x)
		y := dense(4, "long3").Apply(dense(4, "long2").Apply(dense(4, "long1").Apply(x)))
		return build(x, layers.Add().WithName("sum").Apply(short, y), "uneven")
	},
	"inputs used late": func() *models.Model {
		a, b, c := input("a", 2), input("b", 2), input("c", 2)
		y := layers.Concatenate().WithName("cat1").Apply(dense(2, "d1").Apply(a), b)
		y = dense(2, "d2").Apply(y)
		return build(keras.List{c, b, a}, layers.Concatenate().WithName("cat2").Apply(y, c), "late")
	},
	"an input that is not used": func() *models.Model {
		a, b := input("a", 2), input("unused", 2)
		return build(keras.List{a, b}, dense(1, "d").Apply(a), "spare")
	},
	"outputs at three depths": func() *models.Model {
		x := input("x", 2)
		h1 := dense(2, "h1").Apply(x)
		h2 := dense(2, "h2").Apply(h1)
		h3 := dense(2, "h3").Apply(h2)
		return build(x, keras.List{h3, h1, h2}, "depths")
	},
	"operators": func() *models.Model {
		x := input("x", 3)
		y := layers.Add().Apply(x, x)
		left := symbolic.Multiply(symbolic.Negative(symbolic.Add(y, x)), 2.0)
		return build(x, symbolic.Subtract(left, symbolic.TrueDivide(x, 4.0)), "operators")
	},
	"an input as output": func() *models.Model {
		x := input("x", 2)
		return build(x, keras.List{x, dense(1, "d").Apply(x)}, "passes")
	},
	"one output twice": func() *models.Model {
		x := input("x", 2)
		y := dense(1, "d").Apply(x)
		return build(x, keras.List{y, y}, "twice")
	},
	"dicts both ways": func() *models.Model {
		in := keras.Dict{"b": input("b", 2), "a": input("a", 3)}
		y := layers.Concatenate().WithName("cat").Apply(in["b"], in["a"])
		return build(in, keras.Dict{"z": dense(1, "first").Apply(y), "y": dense(2, "second").Apply(y)}, "dicts")
	},
	"surgery": func() *models.Model {
		m := mnistModel(0.4)
		head, err := m.GetLayer("classification_head")
		if err != nil {
			panic(err)
		}
		return build(m.Input(), layers.Dense(1).Activation("sigmoid").WithName("binary").Apply(head.Input()), "")
	},
	"from a tensor in the middle": insideOut,
	"shared at two depths": func() *models.Model {
		x := input("x", 3)
		shared, other := dense(3, "shared"), dense(3, "other")
		a := shared.Apply(other.Apply(shared.Apply(x)))
		return build(x, layers.Add().WithName("sum").Apply(a, other.Apply(x)), "deep")
	},
	"automatic names": func() *models.Model {
		x := input("", 8, 8, 1)
		y := layers.Conv2D(2, 3).Apply(x)
		y = layers.Conv2D(2, 3).WithName("conv2d_1").Apply(y)
		y = layers.MaxPooling2D().Apply(y)
		y = layers.AveragePooling2D(1).Apply(y)
		y = layers.ReLU().Apply(y)
		y = layers.GlobalAveragePooling2D().KeepDims(true).Apply(y)
		y = layers.GlobalMaxPooling2D().Apply(y)
		y = layers.Softmax().Apply(y)
		drop := layers.Dropout(0.1).Apply(y)
		y = layers.Dense(2).Apply(drop)
		y = layers.Add().Apply(y, layers.Activation("tanh").Apply(y))
		y = layers.Reshape(2).Apply(layers.Flatten().Apply(y))
		return build(x, layers.Dense(1).Apply(layers.Rescaling(2).Apply(y)), "")
	},
	"nested": nested, "shared layer": sharedLayer, "toy ResNet": toyResNet, "Sequential": smallSequential,
	"two outputs": twoOutputs, "dict of outputs": dictOfOutputs, "dict of inputs": dictInputs,
	"MnistModel": func() *models.Model { return mnistModel(0.4) },
}

func insideOut() *models.Model {
	x := input("", 4)
	h := dense(3, "h1").Apply(x)
	y := dense(2, "h2").Apply(h)
	build(x, y, "")
	return build(h, y, "")
}

func nested() *models.Model {
	a := input("inner_in", 4)
	inner := build(a, layers.Dense(3).Activation("tanh").WithName("inner_dense").Apply(a), "inner")
	b := input("middle_in", 4)
	middle := build(b, dense(2, "middle_dense").Apply(inner.Apply(b)), "middle")
	c := input("outer_in", 4)
	return build(c, dense(1, "outer_dense").Apply(middle.Apply(c)), "outer")
}

func sharedLayer() *models.Model {
	a, b := input("a", 4), input("b", 4)
	shared := layers.Dense(3).Activation("relu").WithName("shared")
	return build(keras.List{a, b}, dense(1, "out").Apply(layers.Concatenate().Apply(shared.Apply(a), shared.Apply(b))), "siamese")
}

func toyResNet() *models.Model {
	conv := func(x *keras.Tensor, filters int, padding layers.Padding) *keras.Tensor {
		return layers.Conv2D(filters, 3).Activation("relu").Padding(padding).Apply(x)
	}
	in := input("img", 32, 32, 3)
	block := layers.MaxPooling2D(3).Apply(conv(conv(in, 32, "valid"), 64, "valid"))
	for range 2 {
		block = layers.Add().Apply(conv(conv(block, 64, "same"), 64, "same"), block)
	}
	x := layers.GlobalAveragePooling2D().Apply(conv(block, 64, "valid"))
	x = layers.Dropout(0.5).Apply(layers.Dense(256).Activation("relu").Apply(x))
	return build(in, layers.Dense(10).Apply(x), "toy_resnet")
}

func smallSequential() *models.Model {
	return models.Must(models.Sequential(layers.InputLayer(keras.Shape{8, 8, 1}), layers.Conv2D(4, 3).Activation("relu"),
		layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(3).Activation("softmax"), models.WithName("small")))
}

func heads() (in, priority, department *keras.Tensor) {
	in = input("x", 3)
	h := layers.Dense(4).Activation("tanh").WithName("body").Apply(in)
	return in, dense(1, "priority").Apply(h), layers.Dense(3).Activation("softmax").WithName("department").Apply(h)
}

func twoOutputs() *models.Model {
	in, p, d := heads()
	return build(in, keras.List{p, d}, "tickets")
}

func dictOfOutputs() *models.Model {
	in, p, d := heads()
	return build(in, keras.Dict{"prio": p, "dept": d}, "tickets")
}

func dictInputs() *models.Model {
	title, body := input("title", 3), input("body", 4)
	x := layers.Concatenate().Apply(layers.Dense(2).Apply(title), layers.Dense(2).Apply(body))
	return build(keras.Dict{"title": title, "body": body}, dense(1, "score").Apply(x), "")
}

func residual() *models.Model {
	x := input("x", 4)
	h := layers.Dense(4).Activation("relu").WithName("d1").Apply(x)
	return build(x, dense(2, "d2").Apply(layers.Add().WithName("sum").Apply(h, x)), "residual")
}
