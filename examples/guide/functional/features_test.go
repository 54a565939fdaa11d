package functional_test

import (
	"fmt"
	"log"

	"github.com/gokeras/gokeras/applications"
	"github.com/gokeras/gokeras/examples/guide/functional"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/data"
	"github.com/gokeras/gokeras/keras/models"
)

// What VGG19 sees in an image. The weights are random here, and the image is small:
// applications.VGG19() is the whole model, for images of 224 rows and columns.
func ExampleFeatures() {
	keras.ClearSession()
	vgg19 := applications.VGG19(applications.WithoutTop(), applications.WithInputShape(keras.Shape{32, 32, 3}))
	extraction := models.Must(functional.Features(vgg19))

	image := data.RandomUniform(keras.Shape{1, 32, 32, 3})
	features, err := extraction.PredictAll(image)
	if err != nil {
		log.Fatal(err)
	}
	for i, layer := range vgg19.Layers() {
		fmt.Println(layer.Name(), features.(data.List)[i].Shape())
	}
	// Output:
	// input_layer (1, 32, 32, 3)
	// block1_conv1 (1, 32, 32, 64)
	// block1_conv2 (1, 32, 32, 64)
	// block1_pool (1, 16, 16, 64)
	// block2_conv1 (1, 16, 16, 128)
	// block2_conv2 (1, 16, 16, 128)
	// block2_pool (1, 8, 8, 128)
	// block3_conv1 (1, 8, 8, 256)
	// block3_conv2 (1, 8, 8, 256)
	// block3_conv3 (1, 8, 8, 256)
	// block3_conv4 (1, 8, 8, 256)
	// block3_pool (1, 4, 4, 256)
	// block4_conv1 (1, 4, 4, 512)
	// block4_conv2 (1, 4, 4, 512)
	// block4_conv3 (1, 4, 4, 512)
	// block4_conv4 (1, 4, 4, 512)
	// block4_pool (1, 2, 2, 512)
	// block5_conv1 (1, 2, 2, 512)
	// block5_conv2 (1, 2, 2, 512)
	// block5_conv3 (1, 2, 2, 512)
	// block5_conv4 (1, 2, 2, 512)
	// block5_pool (1, 1, 1, 512)
}
