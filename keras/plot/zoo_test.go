package plot_test

import (
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/symbolic"
)

func input(name string, size ...int) *keras.Tensor {
	return keras.Input(keras.Shape(size), keras.WithName(name))
}

func dense(units int, name string) *layers.DenseLayer { return layers.Dense(units).WithName(name) }

func build(in, out any, name string) *models.Model {
	return models.Must(models.New(in, out, models.WithName(name)))
}

func layer(m *models.Model, name string) keras.Layer {
	l, err := m.GetLayer(name)
	if err != nil {
		panic(err)
	}
	return l
}

// zoo are the models of tools/golden/families/plot.py, by the names of their cases.
var zoo = map[string]func() *models.Model{
	"operations, one box inside": operations,
	"operations, expanded":       operations,
	"defaults":                   residual, "show_shapes": residual, "show_dtype": residual, "show_layer_names": residual,
	"show_layer_activations": residual, "rankdir": residual, "dpi": residual, "splines": residual, "everything": residual,
	"show_trainable": func() *models.Model {
		m := residual()
		layer(m, "d1").SetTrainable(false)
		return m
	},
	"toy ResNet":   toyResNet,
	"Sequential":   small,
	"shared layer": shared,
	"layer called twice in a chain": func() *models.Model {
		x := input("x", 4)
		d := dense(4, "dense")
		return build(x, d.Apply(layers.ReLU().WithName("relu").Apply(d.Apply(x))), "loop")
	},
	"layer called on its own output": func() *models.Model {
		x := input("x", 4)
		d := dense(4, "dense")
		return build(x, d.Apply(d.Apply(x)), "twice")
	},
	"two outputs": func() *models.Model {
		in, priority, department := heads()
		return build(in, keras.List{priority, department}, "tickets")
	},
	"dict of outputs": func() *models.Model {
		in, priority, department := heads()
		return build(in, keras.Dict{"prio": priority, "dept": department}, "tickets")
	},
	"dict of inputs": func() *models.Model {
		title, body := input("title", 3), input("body", 4)
		x := layers.Concatenate().Apply(layers.Dense(2).Apply(title), layers.Dense(2).Apply(body))
		return build(keras.Dict{"title": title, "body": body}, dense(1, "score").Apply(x), "functional")
	},
	"input that is not used": func() *models.Model {
		a, b := input("a", 2), input("unused", 2)
		return build(keras.List{a, b}, dense(1, "d").Apply(a), "spare")
	},
	"from a tensor in the middle": func() *models.Model {
		x := input("x", 4)
		h := dense(3, "h1").Apply(x)
		y := dense(2, "h2").Apply(h)
		build(x, y, "whole")
		return build(h, y, "upper")
	},
	"types": func() *models.Model {
		image := keras.Input(keras.Shape{4, 4, 1}, keras.WithName("image"), keras.WithDType(tensor.Uint8))
		label := keras.Input(nil, keras.WithName("label"), keras.WithDType(tensor.Float64))
		x := layers.Flatten().WithName("flat").Apply(layers.Rescaling(1.0 / 255).WithName("scale").Apply(image))
		return build(keras.List{image, label}, keras.List{dense(2, "wide").WithDType(tensor.Float64).Apply(x), label}, "types")
	},
	"fixed batch size": func() *models.Model {
		x := keras.Input(nil, keras.WithBatchShape(keras.Shape{16, 10, 5}), keras.WithName("x"))
		return build(x, layers.Flatten().WithName("flat").Apply(x), "fixed")
	},
	"activations": func() *models.Model {
		x := input("x", 4)
		y := layers.Activation("gelu").WithName("act").Apply(layers.Dense(4).Activation("swish").WithName("d").Apply(x))
		return build(x, layers.Softmax().WithName("softmax").Apply(layers.ReLU().WithName("relu").Apply(y)), "activations")
	},
	"nested, one box": nested, "nested twice, expanded": nested,
	"nested and called twice, one box": towers, "nested and called twice, expanded": towers,
	"nested and frozen, one box": frozenTowers, "nested and frozen, expanded": frozenTowers,
	"nested with structures, one box": structuresInside, "nested with structures, expanded": structuresInside,
	"nested with lists of one": func() *models.Model {
		a := input("a", 2)
		inner := build(keras.List{a}, keras.List{dense(2, "dense").Apply(a)}, "inner")
		x := input("x", 2)
		return build(x, inner.Apply(x), "outer")
	},
	"ensemble, expanded": func() *models.Model {
		x := input("x", 8)
		var members keras.List
		for _, i := range []string{"0", "1", "2"} {
			a := input("in"+i, 8)
			members = append(members, build(a, dense(1, "dense"+i).Apply(a), "member"+i).Apply(x))
		}
		return build(x, layers.Average().WithName("mean").Apply(members...), "ensemble")
	},
	"Sequential inside, one box": sequentialInside, "Sequential inside, expanded": sequentialInside,
	"Sequential inside, fixed batch size": func() *models.Model {
		x := keras.Input(nil, keras.WithBatchShape(keras.Shape{16, 8, 8, 1}), keras.WithName("img"))
		y := input("y", 8, 8, 1)
		functional := build(y, layers.Flatten().WithName("flat").Apply(y), "functional")
		return build(x, keras.List{small().Apply(x), functional.Apply(x)}, "wrapper")
	},
	"layer in two models, expanded": func() *models.Model {
		d := dense(3, "shared")
		a, b, x := input("a", 3), input("b", 3), input("x", 3)
		left := build(a, layers.ReLU().WithName("r1").Apply(d.Apply(a)), "left")
		right := build(b, layers.ReLU().WithName("r2").Apply(d.Apply(b)), "right")
		return build(x, layers.Add().WithName("sum").Apply(left.Apply(x), right.Apply(x)), "both")
	},
	"Sequential of models, one box each": sequentialOfModels, "Sequential of models, expanded": sequentialOfModels,
	"names to quote": func() *models.Model {
		x := input("x", 1)
		y := x
		for _, name := range []string{"node", "Strict", "plain", "with_underscore", "7", "7up", "1.5", "two words", "a-b", "слой", "слой_1", "日本語"} {
			a := input("in_"+name, 1)
			y = build(a, layers.ReLU().WithName("relu_"+name).Apply(a), name).Apply(y)
		}
		return build(x, y, "quotes")
	},
	"masks": func() *models.Model {
		p, q := input("p", 4, 3), input("q", 4, 3)
		inner := build(keras.List{p, q}, layers.Add().WithName("sum").Apply(layers.GRU(3).ReturnSequences(true).Apply(p), q), "inner")
		stack := models.Must(models.Sequential(layers.InputLayer(keras.Shape{4, 3}), layers.LSTM(3).ReturnSequences(true), models.WithName("stack")))
		a, b := input("a", 4), input("b", 4)
		x, y := layers.Embedding(9, 3).MaskZero(true).Apply(a), layers.Embedding(9, 3).Apply(b)
		z := layers.SimpleRNN(3).Apply(inner.Apply(x, y))
		w := layers.SimpleRNN(3).ReturnSequences(true).Apply(stack.Apply(x), z)
		v := layers.SimpleRNN(3).ReturnSequences(true).Apply(x, z)
		return build(keras.List{a, b}, layers.GRU(2).Apply(symbolic.Add(v, w)), "nested")
	},
}

func residual() *models.Model {
	x := input("x", 4)
	h := layers.Dense(4).Activation("relu").WithName("d1").Apply(x)
	return build(x, dense(2, "d2").Apply(layers.Add().WithName("sum").Apply(h, x)), "residual")
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

func small() *models.Model {
	return models.Must(models.Sequential(layers.InputLayer(keras.Shape{8, 8, 1}), layers.Conv2D(4, 3).Activation("relu"),
		layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(3).Activation("softmax"), models.WithName("small")))
}

func shared() *models.Model {
	a, b := input("a", 4), input("b", 4)
	d := layers.Dense(3).Activation("relu").WithName("shared")
	return build(keras.List{a, b}, dense(1, "out").Apply(layers.Concatenate().Apply(d.Apply(a), d.Apply(b))), "siamese")
}

func heads() (in, priority, department *keras.Tensor) {
	in = input("x", 3)
	h := layers.Dense(4).Activation("tanh").WithName("body").Apply(in)
	return in, dense(1, "priority").Apply(h), layers.Dense(3).Activation("softmax").WithName("department").Apply(h)
}

func nested() *models.Model {
	a := input("inner_in", 4)
	inner := build(a, layers.Dense(3).Activation("tanh").WithName("inner_dense").Apply(a), "inner")
	b := input("middle_in", 4)
	middle := build(b, dense(2, "middle_dense").Apply(inner.Apply(b)), "middle")
	c := input("outer_in", 4)
	return build(c, dense(1, "outer_dense").Apply(middle.Apply(c)), "outer")
}

func towers() *models.Model {
	in := input("inner_in", 4)
	tower := build(in, layers.Add().WithName("sum").Apply(dense(3, "a").Apply(in), dense(3, "b").Apply(in)), "tower")
	left, right := input("left", 4), input("right", 4)
	both := layers.Concatenate().WithName("both").Apply(tower.Apply(left), tower.Apply(right))
	return build(keras.List{left, right}, both, "siamese")
}

func frozenTowers() *models.Model {
	m := towers()
	layer(m, "tower").SetTrainable(false)
	return m
}

func structuresInside() *models.Model {
	a, b := input("a", 2), input("b", 3)
	halves := build(keras.List{a, b}, keras.List{dense(2, "first").Apply(a), dense(2, "second").Apply(b)}, "halves")
	p, q := input("p", 2), input("q", 2)
	named := build(keras.Dict{"p": p, "q": q}, keras.Dict{
		"more": layers.Add().WithName("more").Apply(p, q),
		"less": layers.Subtract().WithName("less").Apply(p, q),
	}, "named")
	x, y := input("x", 2), input("y", 3)
	half := keras.ApplyTo(halves, keras.List{x, y}).(keras.List)
	out := keras.ApplyTo(named, keras.Dict{"p": half[1], "q": half[0]}).(keras.Dict)
	return build(keras.List{x, y}, layers.Concatenate().WithName("cat").Apply(out["less"], out["more"]), "outer")
}

func sequentialInside() *models.Model {
	x := input("img", 8, 8, 1)
	return build(x, dense(2, "head").Apply(small().Apply(x)), "wrapper")
}

func sequentialOfModels() *models.Model {
	front := models.Must(models.Sequential(layers.InputLayer(keras.Shape{4}), dense(3, "f1"), dense(3, "f2"), models.WithName("front")))
	x := input("x", 3)
	middle := build(x, dense(2, "m1").Apply(x), "middle")
	y := input("y", 2)
	last := build(y, dense(1, "l1").Apply(y), "last")
	return models.Must(models.Sequential(front, layers.ReLU().WithName("relu"), middle, last, models.WithName("stack")))
}

func operations() *models.Model {
	x := keras.Input(keras.Shape{4, 3}, keras.WithName("x"))
	d := layers.Dense(3).WithName("d").Apply(symbolic.Add(x, 1.0))
	inner := models.Must(models.New(x, symbolic.ReLU(d), models.WithName("inner")))
	y := keras.Input(keras.Shape{4, 3}, keras.WithName("y"))
	z := inner.Apply(symbolic.Multiply(y, 2.0))
	first, mean := symbolic.GetItem(z, ":, 0"), symbolic.Mean(z, symbolic.Axis(1))
	return models.Must(models.New(y, symbolic.Concatenate(keras.List{first, mean}, symbolic.Axis(-1)), models.WithName("operations")))
}
