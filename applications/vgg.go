package applications

import (
	"fmt"
	"reflect"

	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/models"
)

// VGG16 returns the network of 16 layers with weights of Simonyan and Zisserman (Very deep
// convolutional networks for large-scale image recognition, 2015): five blocks of 3×3
// convolutions, each of which ends with a pooling, and three Dense layers. It has 138,357,544
// weights, random without WithWeights.
//
//	input  (batch, 224, 224, 3) float32   as VGGPreprocessInput makes it
//	output (batch, 1000)        float32   the probability of each class
//
// Layers are called block1_conv1, block1_pool, …, flatten, fc1, fc2, predictions. The
// class is Functional, the name vgg16.
//
// Errors, which the model carries: an input shape of less than 32 rows or columns, not
// of three numbers, or with top and not fully known; a file of weights that do not fit; a pooling that is neither avg nor
// max; what the layers have against the options.
func VGG16(opts ...Option) *models.Model { return vgg("vgg16", [5]int{2, 2, 3, 3, 3}, opts) }

// VGG19 is VGG16 with four convolutions in the last three blocks. It has 143,667,240 weights;
// the name is vgg19.
func VGG19(opts ...Option) *models.Model { return vgg("vgg19", [5]int{2, 2, 4, 4, 4}, opts) }

// vgg draws one with a number of convolutions in each block.
func vgg(name string, convolutions [5]int, opts []Option) *models.Model {
	o := newOptions(name, opts)
	image, inputs := o.image(224, 32)
	y := image
	for i, n := range convolutions {
		block := fmt.Sprintf("block%d", i+1)
		for j := range n {
			y = layers.Conv2D(min(64<<i, 512), 3).Padding("same").Activation("relu").WithName(fmt.Sprintf("%s_conv%d", block, j+1)).Apply(y)
		}
		y = layers.MaxPooling2D(2).WithName(block + "_pool").Apply(y)
	}
	if o.withoutTop {
		y = o.pool(y)
	} else {
		y = layers.Flatten().WithName("flatten").Apply(y)
		y = layers.Dense(4096).Activation("relu").WithName("fc1").Apply(y)
		y = layers.Dense(4096).Activation("relu").WithName("fc2").Apply(y)
		y = layers.Dense(o.classes).Activation(o.activation).WithName("predictions").Apply(y)
	}
	return o.model(inputs, y)
}

// VGGPreprocessInput makes images what VGG16 and VGG19 were trained on: of red, green and
// blue from 0 to 255 it gives blue, green and red without their means over ImageNet. It fits
// into a Dataset's MapX.
//
//	x (…, 3) numbers   result (…, 3) float32, float64 for float64
//
// Errors: a last axis that is not 3; what are no numbers.
func VGGPreprocessInput(x *tensor.Dense) (*tensor.Dense, error) {
	if x == nil {
		return nil, keras.Expected(keras.ErrData, "images", "nil")
	}
	if x.Dims() == 0 || x.Shape()[x.Dims()-1] != 3 {
		return nil, keras.Expected(keras.ErrData, "images with red, green and blue on the last axis", keras.Shape(x.Shape()))
	}
	if k := x.Dtype().Kind(); k == reflect.Uintptr || k < reflect.Bool || k > reflect.Float64 {
		return nil, keras.Expected(keras.ErrData, "images of numbers", x.Dtype())
	}
	if x.Dtype() == tensor.Float64 {
		y := data.Cast(x, tensor.Float64)
		centre(y.Float64s())
		return y, nil
	}
	y := data.Cast(x, tensor.Float32)
	centre(y.Float32s())
	return y, nil
}

// centre exchanges red and blue, and takes the means of the colours off.
func centre[T float32 | float64](pixels []T) {
	for i := 0; i+2 < len(pixels); i += 3 {
		p := pixels[i : i+3]
		p[0], p[1], p[2] = p[2]-103.939, p[1]-116.779, p[0]-123.68
	}
}
