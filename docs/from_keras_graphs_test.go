package docs_test

import (
	"fmt"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/losses"
	"github.com/gokeras/gokeras/keras/models"
	"github.com/gokeras/gokeras/keras/optimizers"
)

// from-keras.md, "One graph, several models" and "Models are layers".
func Example_severalModels() {
	keras.ClearSession()
	img := keras.Input(keras.Shape{28, 28, 1},
		keras.WithName("img"))
	x := layers.Conv2D(16, 3).Activation("relu").Apply(img)
	x = layers.Conv2D(32, 3).Activation("relu").Apply(x)
	x = layers.MaxPooling2D(3).Apply(x)
	x = layers.Conv2D(32, 3).Activation("relu").Apply(x)
	x = layers.Conv2D(16, 3).Activation("relu").Apply(x)
	encoded := layers.GlobalMaxPooling2D().Apply(x)
	encoder, err := models.New(img, encoded,
		models.WithName("encoder"))
	check(err)

	x = layers.Reshape(4, 4, 1).Apply(encoded)
	x = layers.Conv2DTranspose(16, 3).Activation("relu").Apply(x)
	x = layers.Conv2DTranspose(32, 3).Activation("relu").Apply(x)
	x = layers.UpSampling2D(3).Apply(x)
	x = layers.Conv2DTranspose(16, 3).Activation("relu").Apply(x)
	x = layers.Conv2DTranspose(1, 3).Activation("relu").Apply(x)
	autoencoder, err := models.New(img, x,
		models.WithName("autoencoder"))
	check(err)
	fmt.Println(encoder.CountParams(), autoencoder.CountParams())

	decoder, err := models.New(encoded, x)
	check(err)
	input := keras.Input(keras.Shape{28, 28, 1})
	encodedImg := encoder.Apply(input)
	decodedImg := decoder.Apply(encodedImg)
	nested, err := models.New(input, decodedImg)
	check(err)
	fmt.Println(nested.CountParams())
	// Output:
	// 18672 28241
	// 28241
}

// from-keras.md, "Models are layers": an ensemble.
func Example_ensemble() {
	keras.ClearSession()
	getModel := func() *models.Model {
		inputs := keras.Input(keras.Shape{128})
		outputs := layers.Dense(1).Apply(inputs)
		return models.Must(models.New(inputs, outputs))
	}
	model1, model2, model3 := getModel(), getModel(), getModel()

	inputs := keras.Input(keras.Shape{128})
	y1 := model1.Apply(inputs)
	y2 := model2.Apply(inputs)
	y3 := model3.Apply(inputs)
	outputs := layers.Average().Apply(y1, y2, y3)
	ensemble, err := models.New(inputs, outputs)
	check(err)
	fmt.Println(ensemble.CountParams())
	// Output: 387
}

// from-keras.md, "Several inputs and outputs".
func Example_severalInputs() {
	keras.ClearSession()
	const numWords, numTags, numDepartments = 10000, 12, 4
	title := keras.Input(keras.Shape{keras.None},
		keras.WithName("title"))
	body := keras.Input(keras.Shape{keras.None},
		keras.WithName("body"))
	tags := keras.Input(keras.Shape{numTags},
		keras.WithName("tags"))

	titleFeatures := layers.Embedding(numWords, 64).Apply(title)
	bodyFeatures := layers.Embedding(numWords, 64).Apply(body)

	titleFeatures = layers.LSTM(128).Apply(titleFeatures)
	bodyFeatures = layers.LSTM(32).Apply(bodyFeatures)

	x := layers.Concatenate().
		Apply(titleFeatures, bodyFeatures, tags)
	priority := layers.Dense(1).
		WithName("priority").Apply(x)
	department := layers.Dense(numDepartments).
		WithName("department").Apply(x)

	model, err := models.New(
		keras.List{title, body, tags},
		keras.Dict{
			"priority": priority, "department": department})
	check(err)

	binary := losses.BinaryCrossentropy().
		FromLogits(true)
	categorical := losses.CategoricalCrossentropy().
		FromLogits(true)
	err = model.Compile(models.CompileConfig{
		Optimizer: optimizers.RMSprop(1e-3),
		Loss: losses.ByOutput{
			"priority": binary, "department": categorical},
		LossWeights: losses.WeightsByOutput{
			"priority": 1, "department": 0.2},
	})
	check(err)

	const samples = 64
	titleData := data.RandomInt(numWords,
		keras.Shape{samples, 12})
	bodyData := data.RandomInt(numWords,
		keras.Shape{samples, 100})
	tagsData := data.RandomInt(2,
		keras.Shape{samples, numTags})

	priorityTargets := data.RandomUniform(
		keras.Shape{samples, 1})
	departmentTargets := data.RandomInt(2,
		keras.Shape{samples, numDepartments})

	_, err = model.Fit(
		data.Dict{"title": titleData,
			"body": bodyData, "tags": tagsData},
		data.Dict{"priority": priorityTargets,
			"department": departmentTargets},
		models.FitConfig{Epochs: 2, Verbose: models.Silent})
	check(err)

	predictions, err := model.PredictAll(
		data.List{titleData, bodyData, tagsData})
	check(err)
	byName := predictions.(data.Dict)
	fmt.Println(byName["priority"].Shape())

	listModel, err := models.New(
		keras.List{title, body, tags},
		keras.List{priority, department})
	check(err)
	err = listModel.Compile(models.CompileConfig{
		Optimizer:   optimizers.RMSprop(1e-3),
		Loss:        losses.List{binary, categorical},
		LossWeights: losses.WeightList{1, 0.2},
	})
	check(err)
	// Output: (64, 1)
}

// from-keras.md, "Residual connections" and "Shared layers".
func Example_topologies() {
	keras.ClearSession()
	block1 := keras.Input(keras.Shape{9, 9, 64})

	x := layers.Conv2D(64, 3).Activation("relu").
		Padding("same").Apply(block1)
	x = layers.Conv2D(64, 3).Activation("relu").
		Padding("same").Apply(x)
	block2 := layers.Add().Apply(x, block1)
	fmt.Println(block2.Shape())

	embedding := layers.Embedding(1000, 128)

	textA := keras.Input(keras.Shape{keras.None},
		keras.WithDType(tensor.Int32))
	textB := keras.Input(keras.Shape{keras.None},
		keras.WithDType(tensor.Int32))

	encodedA := embedding.Apply(textA)
	encodedB := embedding.Apply(textB)
	fmt.Println(encodedA.Shape(), encodedB.Shape(), len(embedding.Weights()))
	// Output:
	// (None, 9, 9, 64)
	// (None, None, 128) (None, None, 128) 1
}

// from-keras.md, "Features of a layer".
func Example_features() {
	keras.ClearSession()
	vgg19 := applications.VGG19(applications.WithoutTop(),
		applications.WithInputShape(keras.Shape{32, 32, 3}))

	var features keras.List
	for _, layer := range vgg19.Layers() {
		features = append(features, layer.Output())
	}
	extraction, err := models.New(vgg19.Input(), features)
	check(err)

	img := data.RandomUniform(keras.Shape{1, 32, 32, 3})
	extracted, err := extraction.PredictAll(img)
	check(err)
	fmt.Println(len(extracted.(data.List)))
	// Output: 22
}
