package functional

import (
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// encode turns images into vectors of 16 numbers.
func encode(img *keras.Tensor) *keras.Tensor {
	x := layers.Conv2D(16, 3).Activation("relu").Apply(img)
	x = layers.Conv2D(32, 3).Activation("relu").Apply(x)
	x = layers.MaxPooling2D(3).Apply(x)
	x = layers.Conv2D(32, 3).Activation("relu").Apply(x)
	x = layers.Conv2D(16, 3).Activation("relu").Apply(x)
	return layers.GlobalMaxPooling2D().Apply(x)
}

// decode is the reverse: a Conv2DTranspose for a Conv2D, an UpSampling2D for a MaxPooling2D.
func decode(encoded *keras.Tensor) *keras.Tensor {
	x := layers.Reshape(4, 4, 1).Apply(encoded)
	x = layers.Conv2DTranspose(16, 3).Activation("relu").Apply(x)
	x = layers.Conv2DTranspose(32, 3).Activation("relu").Apply(x)
	x = layers.UpSampling2D(3).Apply(x)
	x = layers.Conv2DTranspose(16, 3).Activation("relu").Apply(x)
	return layers.Conv2DTranspose(1, 3).Activation("relu").Apply(x)
}

// Autoencoder makes two models on one graph of layers: what trains the autoencoder
// trains the encoder.
func Autoencoder() (encoder, autoencoder *models.Model, err error) {
	input := keras.Input(keras.Shape{28, 28, 1}, keras.WithName("img"))
	encoded := encode(input)
	encoder, err = models.New(input, encoded, models.WithName("encoder"))
	if err != nil {
		return nil, nil, err
	}
	autoencoder, err = models.New(input, decode(encoded), models.WithName("autoencoder"))
	return encoder, autoencoder, err
}

// NestedAutoencoder makes the same of models that are applied as layers are: two calls
// chain an encoder and a decoder.
func NestedAutoencoder() (encoder, decoder, autoencoder *models.Model, err error) {
	encoderInput := keras.Input(keras.Shape{28, 28, 1}, keras.WithName("original_img"))
	encoder, err = models.New(encoderInput, encode(encoderInput), models.WithName("encoder"))
	if err != nil {
		return nil, nil, nil, err
	}
	decoderInput := keras.Input(keras.Shape{16}, keras.WithName("encoded_img"))
	decoder, err = models.New(decoderInput, decode(decoderInput), models.WithName("decoder"))
	if err != nil {
		return nil, nil, nil, err
	}

	input := keras.Input(keras.Shape{28, 28, 1}, keras.WithName("img"))
	encodedImg := encoder.Apply(input)
	decodedImg := decoder.Apply(encodedImg)
	autoencoder, err = models.New(input, decodedImg, models.WithName("autoencoder"))
	return encoder, decoder, autoencoder, err
}
