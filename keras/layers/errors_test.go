package layers_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"gorgonia.org/gorgonia"

	"github.com/gokeras/gokeras/internal/interop"
	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
	"github.com/gokeras/gokeras/keras/regularizers"
)

func input(sizes ...int) *keras.Tensor { return keras.Input(keras.Shape(sizes)) }

// TestErrors: what a wrong argument or input says.
func TestErrors(t *testing.T) {
	const any = keras.None
	image := input(8, 8, 3)
	tests := []struct {
		reason string
		apply  func() *keras.Tensor
		kind   error
		text   string
	}{
		{"no units", func() *keras.Tensor { return layers.Dense(0).Apply(input(3)) }, keras.ErrArgument,
			"Received an invalid value for `units`, expected a positive integer. Received: units=0"},
		{"all violations at once", func() *keras.Tensor { return layers.Dense(-1).Activation("rulu").Apply(input(3)) }, keras.ErrArgument,
			"Received: units=-1; Could not interpret activation function identifier: rulu"},
		{"options of a regularizer are the layer's", func() *keras.Tensor {
			return layers.Dense(1).KernelRegularizer(regularizers.L1(-1)).Apply(input(3))
		}, keras.ErrArgument, "-1"},
		{"Dense needs an axis beside the batch", func() *keras.Tensor { return layers.Dense(1).Apply(input()) }, keras.ErrShape,
			"expected min_ndim=2, found ndim=1. Full shape received: (None,)"},
		{"the kernel's size must be known", func() *keras.Tensor { return layers.Dense(1).Apply(input(any)) }, keras.ErrShape,
			"Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=(None, 1) for variable path='dense/kernel'"},
		{"a layer is built for one size", func() *keras.Tensor {
			l := layers.Dense(1)
			l.Apply(input(4))
			return l.Apply(input(5))
		}, keras.ErrShape, "expected axis -1 of input shape to have value 4, but received input with shape (None, 5)"},
		{"one input", func() *keras.Tensor { return layers.Dense(1).Apply(input(4), input(4)) }, keras.ErrShape,
			"expects 1 input(s), but it received 2 input tensors"},
		{"an activation that nobody knows", func() *keras.Tensor { return layers.Activation("rulu").Apply(input(3)) }, keras.ErrArgument,
			"Could not interpret activation function identifier: rulu"},

		{"no filters", func() *keras.Tensor { return layers.Conv2D(0, 3).Apply(image) }, keras.ErrArgument,
			"Invalid value for argument `filters`. Expected a strictly positive value. Received filters=0."},
		{"no kernel size", func() *keras.Tensor { return layers.Conv2D(1).Apply(image) }, keras.ErrArgument,
			"The `kernel_size` argument must be a tuple of 2 integers. Received kernel_size=()"},
		{"too many kernel sizes", func() *keras.Tensor { return layers.Conv2D(1, 1, 2, 3).Apply(image) }, keras.ErrArgument,
			"The `kernel_size` argument must be a tuple of 2 integers. Received kernel_size=(1, 2, 3)"},
		{"a kernel of size 0", func() *keras.Tensor { return layers.Conv2D(1, 0).Apply(image) }, keras.ErrArgument,
			"The `kernel_size` argument must be a tuple of 2 integers. Received kernel_size=(0, 0), including values {0} that do not satisfy `value > 0`"},
		{"strides of 0", func() *keras.Tensor { return layers.Conv2D(1, 3).Strides(1, 0).Apply(image) }, keras.ErrArgument,
			"The `strides` argument must be a tuple of 2 integers. Received strides=(1, 0), including values {0} that do not satisfy `value > 0`"},
		{"causal is for one axis", func() *keras.Tensor { return layers.Conv2D(1, 3).Padding("causal").Apply(image) }, keras.ErrArgument,
			"The `padding` argument must be a list/tuple or one of {'valid', 'same'}. Received: causal"},
		{"a data format that nobody knows", func() *keras.Tensor { return layers.Conv2D(1, 3).DataFormat("last").Apply(image) }, keras.ErrArgument,
			"The `data_format` argument must be one of {'channels_first', 'channels_last'}. Received: data_format=last"},
		{"no groups", func() *keras.Tensor { return layers.Conv2D(1, 3).Groups(0).Apply(image) }, keras.ErrArgument,
			"The number of groups must be a positive integer. Received: groups=0."},
		{"groups of filters", func() *keras.Tensor { return layers.Conv2D(4, 3).Groups(3).Apply(image) }, keras.ErrArgument,
			"The number of filters must be evenly divisible by the number of groups. Received: groups=3, filters=4."},
		{"groups of channels", func() *keras.Tensor { return layers.Conv2D(4, 3).Groups(2).Apply(image) }, keras.ErrShape,
			"The number of input channels must be evenly divisible by the number of groups. Received groups=2, but the input has 3 channels (full input shape is (None, 8, 8, 3))."},
		{"strides with dilation", func() *keras.Tensor { return layers.Conv2D(1, 3).Strides(2).DilationRate(2).Apply(image) }, keras.ErrArgument,
			"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides=(2, 2) and dilation_rate=(2, 2)"},
		{"a kernel larger than the image", func() *keras.Tensor { return layers.Conv2D(3, 9).Apply(input(5, 5, 1)) }, keras.ErrShape,
			"Computed output size would be zero or negative. Received `inputs shape=(None, 5, 5, 1)`, `kernel shape=(9, 9, 1, 3)`, `dilation_rate=[1 1]`, `strides=(1, 1)`, `padding=valid`."},
		{"an image has four axes", func() *keras.Tensor { return layers.Conv2D(1, 3).Apply(input(8, 8)) }, keras.ErrShape,
			"expected min_ndim=4, found ndim=3. Full shape received: (None, 8, 8)"},
		{"the number of channels must be known", func() *keras.Tensor { return layers.Conv2D(1, 3).Apply(input(8, 8, any)) }, keras.ErrShape,
			"expected an input with a known number of channels, received (None, 8, 8, None)"},
		{"a convolution is built for one number of channels", func() *keras.Tensor {
			l := layers.Conv2D(4, 3).Groups(2)
			l.Apply(input(8, 8, 2))
			return l.Apply(input(8, 8, 4))
		}, keras.ErrShape, "expected axis -1 of input shape to have value 2, but received input with shape (None, 8, 8, 4)"},

		{"no filters, transposed", func() *keras.Tensor { return layers.Conv2DTranspose(0, 3).Apply(image) }, keras.ErrArgument,
			"Invalid value for argument `filters`. Expected a strictly positive value. Received filters=0."},
		{"a transposed convolution is not causal", func() *keras.Tensor { return layers.Conv1DTranspose(1, 3).Padding("causal").Apply(input(8, 3)) }, keras.ErrArgument,
			"The `padding` argument must be a list/tuple or one of {'valid', 'same'}. Received: causal"},
		{"strides with dilation, transposed", func() *keras.Tensor { return layers.Conv2DTranspose(1, 3).Strides(2).DilationRate(2).Apply(image) }, keras.ErrArgument,
			"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides=(2, 2) and dilation_rate=(2, 2)"},
		{"an output padding for each axis", func() *keras.Tensor { return layers.Conv2DTranspose(1, 3).OutputPadding(1, 1, 1).Apply(image) }, keras.ErrArgument,
			"The `output_padding` argument must be a tuple of 2 integers. Received output_padding=(1, 1, 1)"},
		{"a negative output padding", func() *keras.Tensor { return layers.Conv2DTranspose(1, 3).OutputPadding(-1).Apply(image) }, keras.ErrArgument,
			"The `output_padding` argument must be a tuple of 2 integers. Received output_padding=(-1, -1), including values {-1} that do not satisfy `value >= 0`"},
		{"an output padding beyond the strides", func() *keras.Tensor { return layers.Conv2DTranspose(1, 3).Strides(3, 2).OutputPadding(2).Apply(image) }, keras.ErrArgument,
			"`output_padding` must be strictly less than `strides` for all dimensions. At dimension 1, `output_padding` is 2 but `strides` is 2. Received: output_padding=(2, 2), strides=(3, 2)"},
		{"a transposed convolution of an image", func() *keras.Tensor { return layers.Conv2DTranspose(1, 3).Apply(input(8, 8)) }, keras.ErrShape,
			"expected min_ndim=4, found ndim=3. Full shape received: (None, 8, 8)"},
		{"a transposed convolution is built for one number of channels", func() *keras.Tensor {
			l := layers.Conv2DTranspose(4, 3)
			l.Apply(image)
			return l.Apply(input(8, 8, 4))
		}, keras.ErrShape, "expected axis -1 of input shape to have value 3, but received input with shape (None, 8, 8, 4)"},
		{"no depth multiplier", func() *keras.Tensor { return layers.DepthwiseConv2D(3).DepthMultiplier(0).Apply(image) }, keras.ErrArgument,
			"Invalid value for argument `depth_multiplier`. Expected a strictly positive value. Received depth_multiplier=0."},
		{"a kernel larger than the image, for each channel", func() *keras.Tensor { return layers.DepthwiseConv2D(9).Apply(input(5, 5, 2)) }, keras.ErrShape,
			"Computed output size would be zero or negative. Received `inputs shape=(None, 5, 5, 2)`, `kernel shape=(9, 9, 2, 2)`, `dilation_rate=[1 1]`, `strides=(1, 1)`, `padding=valid`."},
		{"a depthwise convolution of an image", func() *keras.Tensor { return layers.DepthwiseConv2D(3).DataFormat("channels_first").Apply(input()) }, keras.ErrShape,
			"expected ndim=4, found ndim=1. Full shape received: (None,)"},
		{"a depthwise convolution is built for one number of channels", func() *keras.Tensor {
			l := layers.DepthwiseConv2D(3)
			l.Apply(image)
			return l.Apply(input(8, 8, 4))
		}, keras.ErrShape, "expected axis -1 of input shape to have value 3, but received input with shape (None, 8, 8, 4)"},
		{"no filters after a depthwise convolution", func() *keras.Tensor { return layers.SeparableConv2D(0, 3).DepthMultiplier(-1).Apply(image) }, keras.ErrArgument,
			"Expected a strictly positive value. Received depth_multiplier=-1.; Invalid value for argument `filters`. Expected a strictly positive value. Received filters=0."},
		{"the number of channels must be known, separable", func() *keras.Tensor { return layers.SeparableConv2D(1, 3).Apply(input(8, 8, any)) }, keras.ErrShape,
			"expected an input with a known number of channels, received (None, 8, 8, None)"},

		{"Keras has no default here", func() *keras.Tensor { return layers.AveragePooling2D().Apply(image) }, keras.ErrArgument,
			"The `pool_size` argument must be a tuple of 2 integers. Received pool_size=()"},
		{"a window larger than the image", func() *keras.Tensor { return layers.MaxPooling2D(9).Apply(input(5, 5, 1)) }, keras.ErrShape,
			"Computed output size would be zero or negative. Received: `inputs.shape=[None 5 5 1]`, `pool_size=[9 9]`, `strides=(9, 9)`, `padding=valid`."},
		{"pooling has two paddings", func() *keras.Tensor { return layers.MaxPooling2D(2).Padding("foo").Apply(image) }, keras.ErrArgument,
			"The `padding` argument must be a list/tuple or one of {'valid', 'same'}. Received: foo"},
		{"pooling an image", func() *keras.Tensor { return layers.MaxPooling2D(2).Apply(input(8)) }, keras.ErrShape,
			"expected ndim=4, found ndim=2. Full shape received: (None, 8)"},
		{"pooling a whole image", func() *keras.Tensor { return layers.GlobalMaxPooling2D().Apply(input(8, 3)) }, keras.ErrShape,
			"expected ndim=4, found ndim=3. Full shape received: (None, 8, 3)"},

		{"a size that is no size", func() *keras.Tensor { return layers.Reshape(-2).Apply(input(8)) }, keras.ErrArgument,
			"Each dimension in `target_shape` must be a non-negative integer, or `-1` for a single unknown dimension. Received: target_shape=(-2,)."},
		{"two sizes to infer", func() *keras.Tensor { return layers.Reshape(-1, -1).Apply(input(8)) }, keras.ErrArgument,
			"There must be at most one unknown dimension (-1) in `target_shape`. Received: target_shape=(-1, -1)."},
		{"another number of elements", func() *keras.Tensor { return layers.Reshape(4, 4, 1).Apply(input(15)) }, keras.ErrShape,
			"The total size of the tensor must be unchanged. Received: input_shape=(15,), target_shape=(4, 4, 1)"},
		{"nothing fits into the rest", func() *keras.Tensor { return layers.Reshape(-1, 4).Apply(input(15)) }, keras.ErrShape,
			"The total size of the tensor must be unchanged, however, the input size cannot by divided by the specified dimensions in target_shape. Received: input_shape=(15,), target_shape=(-1, 4)"},

		{"numbers for two channels", func() *keras.Tensor { return layers.Rescaling(1).Offset(1, 2).Apply(image) }, keras.ErrShape,
			"expected an input whose last axis is 2, received (None, 8, 8, 3)"},
		{"no number", func() *keras.Tensor { return layers.Rescaling(1).Offset().Apply(image) }, keras.ErrArgument,
			"The `offset` argument must be a number, or one for each channel. Received none"},
		{"an axis that is not there", func() *keras.Tensor { return layers.BatchNormalization().Axis(3).Apply(input(8, 3)) }, keras.ErrShape,
			"Axis 3 is out of bounds for input shape (None, 8, 3)."},
		{"a batch normalization is built for one rank", func() *keras.Tensor {
			l := layers.BatchNormalization()
			l.Apply(image)
			return l.Apply(input(8, 3))
		}, keras.ErrShape, "expected ndim=4, found ndim=3. Full shape received: (None, 8, 3)"},
		{"and one number of channels", func() *keras.Tensor {
			l := layers.BatchNormalization()
			l.Apply(image)
			return l.Apply(input(8, 8, 4))
		}, keras.ErrShape, "expected axis -1 of input shape to have value 3, but received input with shape (None, 8, 8, 4)"},
		{"a limit of another name", func() *keras.Tensor {
			return layers.BatchNormalization().Renorm(true).RenormClipping(map[string]float64{"max": 1}).Apply(image)
		}, keras.ErrArgument, "Received invalid keys for `renorm_clipping` argument: max. Supported values: ['rmax', 'rmin', 'dmax']."},
		{"limits without room between them", func() *keras.Tensor {
			return layers.BatchNormalization().Renorm(true).RenormClipping(map[string]float64{"rmax": 1, "rmin": 2}).Apply(image)
		}, keras.ErrArgument, "rmax should be greater than rmin in the `renorm_clipping` argument. Received: rmax=1.0, rmin=2.0."},
		{"a limit below 0", func() *keras.Tensor {
			return layers.BatchNormalization().Renorm(true).RenormClipping(map[string]float64{"dmax": -1}).Apply(image)
		}, keras.ErrArgument, "dmax should be non-negative in the `renorm_clipping` argument. Received: dmax=-1.0."},
		{"no axis", func() *keras.Tensor { return layers.LayerNormalization().Axis().Apply(image) }, keras.ErrArgument,
			"Expected an int or a list/tuple of ints for the argument 'axis', but received none"},
		{"an axis twice", func() *keras.Tensor { return layers.LayerNormalization().Axis(3, -1).Apply(image) }, keras.ErrShape,
			"expected an input with the different axes [3 -1], received (None, 8, 8, 3)"},
		{"a layer normalization is built for the sizes of its axes", func() *keras.Tensor {
			l := layers.LayerNormalization().Axis(1)
			l.Apply(image)
			return l.Apply(input(7, 8, 3))
		}, keras.ErrShape, "expected axis 1 of input shape to have value 8, but received input with shape (None, 7, 8, 3)"},
		{"a size that is not known", func() *keras.Tensor { return layers.LayerNormalization().Axis(1).Apply(input(any, 3)) }, keras.ErrShape,
			"Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=(None,) for variable path='layer_normalization/gamma'"},

		{"more than everything", func() *keras.Tensor { return layers.Dropout(1.4).Apply(image) }, keras.ErrArgument,
			"Invalid value received for argument `rate`. Expected a float value between 0 and 1. Received: rate=1.4"},
		{"noise of no size", func() *keras.Tensor { return layers.Dropout(0.4).NoiseShape(any, 0).Apply(input(3)) }, keras.ErrArgument,
			"Invalid value received for argument `noise_shape`. Expected all dimensions to be positive integers or None. Received negative or zero value at index 1: 0"},
		{"noise that does not broadcast", func() *keras.Tensor { return layers.Dropout(0.4).NoiseShape(any, 2).Apply(input(3)) }, keras.ErrShape,
			"expected an input that the noise shape (None, 2) broadcasts to, received (None, 3)"},
		{"a negative maximum", func() *keras.Tensor { return layers.ReLU().MaxValue(-1).Apply(image) }, keras.ErrArgument,
			"max_value of a ReLU layer cannot be a negative value. Received: max_value=-1.0"},
		{"a negative slope", func() *keras.Tensor { return layers.ReLU().NegativeSlope(-2).Apply(image) }, keras.ErrArgument,
			"negative_slope of a ReLU layer cannot be None or a negative value. Received: negative_slope=-2.0"},
		{"a negative threshold", func() *keras.Tensor { return layers.ReLU().Threshold(-3).Apply(image) }, keras.ErrArgument,
			"threshold of a ReLU layer cannot be None or a negative value. Received: threshold=-3.0"},
		{"no axis", func() *keras.Tensor { return layers.Softmax().Axis().Apply(image) }, keras.ErrArgument,
			"The `axis` argument must be an integer or a list of them. Received none"},
		{"an axis twice", func() *keras.Tensor { return layers.Softmax().Axis(-1, 1).Apply(input(3)) }, keras.ErrShape,
			"expected an input with the different axes [-1 1], received (None, 3)"},

		{"shapes that do not broadcast", func() *keras.Tensor { return layers.Add().Apply(input(5), input(4)) }, keras.ErrShape,
			"Inputs have incompatible shapes. Received shapes (5,) and (4,)"},
		{"batches of different sizes", func() *keras.Tensor {
			return layers.Maximum().Apply(keras.Input(keras.Shape{3}, keras.WithBatchSize(2)), keras.Input(keras.Shape{3}, keras.WithBatchSize(4)))
		}, keras.ErrShape, "Cannot merge tensors with different batch sizes. Received tensors with shapes [(2, 3), (4, 3)]"},
		{"a difference of three", func() *keras.Tensor { return layers.Subtract().Apply(input(3), input(3), input(3)) }, keras.ErrShape,
			"A `Subtract` layer should be called on exactly 2 inputs. Received: input_shape=[(None, 3), (None, 3), (None, 3)]"},
		{"joined inputs differ elsewhere", func() *keras.Tensor { return layers.Concatenate().Apply(input(5, 5), input(4, 5)) }, keras.ErrShape,
			"A `Concatenate` layer requires inputs with matching shapes except for the concatenation axis. Received: input_shape=[(None, 5, 5), (None, 4, 5)]"},
		{"joined inputs of different ranks", func() *keras.Tensor { return layers.Concatenate().Apply(input(5), input(5, 1)) }, keras.ErrShape,
			"Received: input_shape=[(None, 5), (None, 5, 1)]"},
		{"an axis that is not there", func() *keras.Tensor { return layers.Concatenate().Axis(3).Apply(input(5), input(5)) }, keras.ErrShape,
			"expected an input with the different axes [3], received (None, 5)"},

		{"upsampling to nothing", func() *keras.Tensor { return layers.UpSampling1D(0).Apply(input(8, 3)) }, keras.ErrArgument,
			"Argument `size` should be a positive integer. Received: size=0"},
		{"one factor for the steps", func() *keras.Tensor { return layers.UpSampling1D(2, 2).Apply(input(8, 3)) }, keras.ErrArgument,
			"Argument `size` should be a positive integer. Received: size=[2 2]"},
		{"a factor for each axis", func() *keras.Tensor { return layers.UpSampling2D(2, 2, 2).Apply(image) }, keras.ErrArgument,
			"The `size` argument must be a tuple of 2 integers. Received size=(2, 2, 2)"},
		{"an interpolation that nobody knows", func() *keras.Tensor { return layers.UpSampling2D().Interpolation("cubic").Apply(image) }, keras.ErrArgument,
			"Invalid value for argument `interpolation`. Expected of one ('bilinear', 'nearest', 'lanczos3', 'lanczos5', 'bicubic'). Received: interpolation=cubic"},
		{"upsampling an image", func() *keras.Tensor { return layers.UpSampling2D().Apply(input(8, 3)) }, keras.ErrShape,
			"expected ndim=4, found ndim=3. Full shape received: (None, 8, 3)"},
		{"padding for each axis", func() *keras.Tensor { return layers.ZeroPadding2D(1, 2, 3).Apply(image) }, keras.ErrArgument,
			"`padding` should have 2 elements. Received: padding=((1, 1), (2, 2), (3, 3))."},
		{"padding of both ends", func() *keras.Tensor { return layers.ZeroPadding1D(1, 2, 3).Apply(input(8, 3)) }, keras.ErrArgument,
			"The `padding` argument must be a tuple of 2 integers. Received padding=((1, 1), (2, 2), (3, 3))"},
		{"padding takes nothing away", func() *keras.Tensor { return layers.ZeroPadding2D(1, -2).Apply(image) }, keras.ErrArgument,
			"The `2nd entry of padding` argument must be a tuple of 2 integers. Received 2nd entry of padding=(-2, -2), including values {-2} that do not satisfy `value >= 0`"},
		{"cropping adds nothing", func() *keras.Tensor { return layers.Cropping1D(0, -1).Apply(input(8, 3)) }, keras.ErrArgument,
			"The `cropping` argument must be a tuple of 2 integers. Received cropping=(0, -1), including values {-1} that do not satisfy `value >= 0`"},
		{"cropping leaves something of a sequence", func() *keras.Tensor { return layers.Cropping1D(2).Apply(input(4, 3)) }, keras.ErrShape,
			"`cropping` parameter of `Cropping1D` layer must be smaller than the input length. Received: input_shape=(None, 4, 3), cropping=(2, 2)"},
		{"padding a volume", func() *keras.Tensor { return layers.ZeroPadding3D().Apply(image) }, keras.ErrShape,
			"expected ndim=5, found ndim=4. Full shape received: (None, 8, 8, 3)"},
		{"the batch stays in front", func() *keras.Tensor { return layers.Permute(0, 1).Apply(input(8, 3)) }, keras.ErrArgument,
			"Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be consecutive and start from 1. Received dims=(0, 1)"},
		{"all axes have an order", func() *keras.Tensor { return layers.Permute(2, 1).Apply(input(8)) }, keras.ErrShape,
			"expected ndim=3, found ndim=2. Full shape received: (None, 8)"},
		{"at least once", func() *keras.Tensor { return layers.RepeatVector(0).Apply(input(3)) }, keras.ErrArgument,
			"Argument `n` should be a positive integer. Received: n=0"},
		{"what is repeated is a vector", func() *keras.Tensor { return layers.RepeatVector(2).Apply(input(4, 3)) }, keras.ErrShape,
			"expected ndim=2, found ndim=3. Full shape received: (None, 4, 3)"},
		{"a leak of the wrong sign", func() *keras.Tensor { return layers.LeakyReLU().NegativeSlope(-1).Apply(input(3)) }, keras.ErrArgument,
			"The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. Received: negative_slope=-1.0"},
		{"a shared axis that is not there", func() *keras.Tensor { return layers.PReLU().SharedAxes(2).Apply(input(3)) }, keras.ErrShape,
			"expected an input with the axis 2 beside the batch, received (None, 3)"},
		{"an alpha for each element", func() *keras.Tensor { return layers.PReLU().SharedAxes(1).Apply(input(any, any)) }, keras.ErrShape,
			"Shapes used to initialize variables must be fully-defined (no `None` dimensions). Received: shape=(1, None) for variable path='p_re_lu/alpha'"},
		{"alphas are made for one size", func() *keras.Tensor {
			l := layers.PReLU().SharedAxes(1)
			l.Apply(input(8, 3))
			return l.Apply(input(8, 4))
		}, keras.ErrShape, "expected an input for an alpha of shape (1, 3), received (None, 8, 4)"},
		{"a product of one", func() *keras.Tensor { return layers.Dot(1).Apply(input(3)) }, keras.ErrShape,
			"A `Dot` layer should be called on a list of 2 inputs. Received: input_shape=[(None, 3)]"},
		{"an axis of each", func() *keras.Tensor { return layers.Dot(1, 2, 1).Apply(input(3), input(3)) }, keras.ErrArgument,
			"Invalid format for argument `axes`: it should contain two elements. Received: axes=(1, 2, 1)"},
		{"no sum over the batch", func() *keras.Tensor { return layers.Dot(0).Apply(input(3), input(3)) }, keras.ErrShape,
			"Cannot perform batch_dot over axis 0."},
		{"an axis to sum over", func() *keras.Tensor { return layers.Dot(2).Apply(input(3), input(3)) }, keras.ErrShape,
			"expected an input with the different axes [2], received (None, 3)"},

		{"a state has numbers", func() *keras.Tensor { return layers.LSTM(0).Apply(input(8, 3)) }, keras.ErrArgument,
			"Received an invalid value for argument `units`, expected a positive integer, got 0."},
		{"NaN is no rate", func() *keras.Tensor {
			return layers.GRU(1).Dropout(math.NaN()).RecurrentDropout(math.NaN()).Apply(input(8, 3))
		},
			keras.ErrArgument, "expected a dropout between 0 and 1, received NaN; expected a recurrent_dropout between 0 and 1, received NaN"},
		{"a function of gates", func() *keras.Tensor { return layers.GRUCell(1).RecurrentActivation("relo").Apply(input(3), input(1)) },
			keras.ErrArgument, "Could not interpret activation function identifier: relo"},
		{"sequences have steps", func() *keras.Tensor { return layers.SimpleRNN(2).Apply(input(3)) }, keras.ErrShape,
			"expected ndim=3, found ndim=2. Full shape received: (None, 3)"},
		{"both states", func() *keras.Tensor { return layers.LSTM(2).Apply(input(8, 3), input(2)) }, keras.ErrShape,
			"expected 2 initial states, received 1"},
		{"a state for each unit", func() *keras.Tensor { return layers.GRU(2).Apply(input(8, 3), input(3)) }, keras.ErrShape,
			"expected an initial state of shape (None, 2), received (None, 3)"},
		{"a cell takes states", func() *keras.Tensor { return layers.LSTMCell(2).Apply(input(3)) }, keras.ErrShape,
			"expected an input and 2 states, received 1"},
		{"a cell takes one step", func() *keras.Tensor { return layers.GRUCell(2).Apply(input(8, 3), input(2)) }, keras.ErrShape,
			"expected a step of rank 2, received (None, 8, 3)"},
		{"a cell takes its own states", func() *keras.Tensor { return layers.GRUCell(2).Apply(input(3), input(3)) }, keras.ErrShape,
			"expected a state of shape (None, 2), received (None, 3)"},
		{"weights are made for a number of features", func() *keras.Tensor {
			l := layers.LSTM(2)
			l.Apply(input(8, 3))
			return l.Apply(input(8, 4))
		}, keras.ErrShape, "expected axis -1 of input shape to have value 3, but received input with shape (None, 4)"},
		{"states are kept for a known batch", func() *keras.Tensor { return layers.LSTM(2).Stateful(true).Apply(input(8, 3)) }, keras.ErrShape,
			"When using `stateful=True` in a RNN, the batch size must be static. Found dynamic batch size: sequence.shape=(None, 8, 3)"},
		{"states are kept for each sample", func() *keras.Tensor {
			l := layers.GRU(2).Stateful(true)
			l.Apply(keras.Input(nil, keras.WithBatchShape(keras.Shape{4, 8, 3})))
			return l.Apply(keras.Input(nil, keras.WithBatchShape(keras.Shape{5, 8, 3})))
		}, keras.ErrShape, "If an RNN is stateful, the batch size of the input sequences must be the same as the batch size of the initial state. \n" +
			"- Expected batch size: 4\n- Received batch size: 5"},
		{"what is unrolled ends", func() *keras.Tensor { return layers.SimpleRNN(2).Unroll(true).Apply(input(any, 3)) }, keras.ErrShape,
			"Cannot unroll a RNN if the time dimension is undefined."},
		{"an RNN has a cell", func() *keras.Tensor { return layers.RNN().Apply(input(8, 3)) }, keras.ErrArgument,
			"Argument `cell` should have a `call` method. Received: cell=None"},
		{"no cell is none", func() *keras.Tensor { return layers.RNN(nil).Apply(input(8, 3)) }, keras.ErrArgument,
			"Argument `cell` should have a `call` method. Received: cell=None"},
		{"a cell of an RNN takes one step", func() *keras.Tensor { return layers.RNN(layers.GRUCell(2)).Apply(input(8, 4, 3)) }, keras.ErrShape,
			"expected a step of rank 2, received (None, 4, 3)"},
		{"states of all cells", func() *keras.Tensor {
			return layers.RNN(layers.GRUCell(2), layers.LSTMCell(2)).Apply(input(8, 3), input(2))
		}, keras.ErrShape, "expected 3 initial states, received 1"},
		{"cells of a stack are cells", func() *keras.Tensor { return layers.StackedRNNCells(nil).Apply(input(8, 3)) }, keras.ErrArgument,
			"Argument `cell` should have a `call` method. Received: cell=None"},
		{"a stack has cells", func() *keras.Tensor { return layers.RNN(layers.StackedRNNCells()).Apply(input(8, 3)) }, keras.ErrArgument,
			"expected at least one cell, received none"},
		{"a stack takes the states of all cells", func() *keras.Tensor {
			return layers.StackedRNNCells(layers.GRUCell(2), layers.LSTMCell(2)).Apply(input(3), input(2))
		}, keras.ErrShape, "expected an input and 3 states, received 2"},
		{"carried states begin with zeros", func() *keras.Tensor {
			return layers.RNN(interop.NewMinimalCell(2)).Stateful(true).Apply(keras.Input(nil, keras.WithBatchShape(keras.Shape{4, 8, 3})))
		}, keras.ErrArgument, "expected a cell whose states begin with zeros"},
		{"both directions of something", func() *keras.Tensor { return layers.Bidirectional(nil).Apply(input(8, 3)) }, keras.ErrArgument,
			"Please initialize `Bidirectional` layer with a `keras.layers.Layer` instance. Received: None"},
		{"both directions of no sequence", func() *keras.Tensor { return layers.Bidirectional(layers.Dense(2).WithName("d")).Apply(input(8, 3)) }, keras.ErrArgument,
			"expected a layer that goes through sequences, as LSTM and RNN do, received <Dense name=d>"},
		{"both directions of a class that is known", func() *keras.Tensor {
			return layers.Bidirectional(layers.RNN(newClassifierCell())).Apply(input(8, 3))
		}, keras.ErrConfig, "ClassifierCell"},
		{"another direction", func() *keras.Tensor { return layers.Bidirectional(layers.GRU(1).GoBackwards(true)).Apply(input(8, 3)) }, keras.ErrArgument,
			"Forward layer and backward layer should have different `go_backwards` value. Received: forward_layer.go_backwards True, backward_layer.go_backwards=True"},
		{"what is given back is given back of both", func() *keras.Tensor {
			return layers.Bidirectional(layers.GRU(1)).BackwardLayer(layers.GRU(1).GoBackwards(true).ReturnState(true)).Apply(input(8, 3))
		}, keras.ErrArgument, "Forward layer and backward layer are expected to have the same value for attribute \"return_state\", " +
			"got \"False\" for forward layer and \"True\" for backward layer"},
		{"a merge mode that nobody knows", func() *keras.Tensor { return layers.Bidirectional(layers.GRU(1)).MergeMode("max").Apply(input(8, 3)) }, keras.ErrArgument,
			"Invalid merge mode. Received: max. Merge mode should be one of {\"sum\", \"mul\", \"ave\", \"concat\", None}"},
		{"sums of one size", func() *keras.Tensor {
			return layers.Bidirectional(layers.GRU(1)).BackwardLayer(layers.GRU(2).GoBackwards(true)).MergeMode("sum").Apply(input(8, 3))
		}, keras.ErrShape, "expected a backward_layer whose output has the shape (None, 1), received (None, 2)"},
		{"states of both directions", func() *keras.Tensor { return layers.Bidirectional(layers.GRU(2)).Apply(input(8, 3), input(2)) }, keras.ErrShape,
			"expected an even number of initial states, received 1"},
		{"images have filters", func() *keras.Tensor { return layers.ConvLSTM2D(0, 2).Dropout(math.NaN()).Apply(input(2, 8, 8, 3)) }, keras.ErrArgument,
			"Invalid value for argument `filters`. Expected a strictly positive value. Received filters=0.; expected a dropout between 0 and 1"},
		{"nothing is causal with states", func() *keras.Tensor { return layers.ConvLSTM1D(1, 2).Padding("causal").Apply(input(2, 8, 3)) }, keras.ErrArgument,
			"The `padding` argument must be a list/tuple or one of {'valid', 'same'}. Received: causal"},
		{"sequences of images", func() *keras.Tensor { return layers.ConvLSTM2D(1, 2).Apply(input(8, 8, 3)) }, keras.ErrShape,
			"expected ndim=5, found ndim=4. Full shape received: (None, 8, 8, 3)"},
		{"images of known sizes", func() *keras.Tensor { return layers.ConvLSTM2D(1, 2).Apply(input(any, any, 8, 3)) }, keras.ErrShape,
			"ConvLSTM layers only support static input shapes for the spatial dimension. Received invalid input shape: input_shape=(None, None, 8, 3)"},
		{"images of known channels", func() *keras.Tensor { return layers.ConvLSTM2D(1, 2).Apply(input(2, 8, 8, any)) }, keras.ErrShape,
			"The channel dimension of the inputs (last axis) should be defined. Found None."},
		{"images of the same channels", func() *keras.Tensor {
			l := layers.ConvLSTM2D(1, 2)
			l.Apply(input(2, 8, 8, 3))
			return l.Apply(input(2, 8, 8, 4))
		}, keras.ErrShape, "expected axis 3 of input shape to have value 3, but received input with shape (None, 8, 8, 4)"},
		{"images larger than the kernel", func() *keras.Tensor { return layers.ConvLSTM2D(1, 9).Apply(input(2, 8, 8, 3)) }, keras.ErrShape,
			"Computed output size would be zero or negative. Received `inputs shape=(None, 8, 8, 3)`"},
		{"states are images too", func() *keras.Tensor {
			return layers.ConvLSTM2D(1, 2).Apply(input(2, 8, 8, 3), input(8, 8, 1), input(8, 8, 1))
		}, keras.ErrShape, "expected an initial state of shape (None, 7, 7, 1), received (None, 8, 8, 1)"},

		{"a Lambda needs a function", func() *keras.Tensor { return layers.Lambda("f", nil).Apply(image) }, keras.ErrArgument,
			"expected a function, received nil"},
		{"a name without slash", func() *keras.Tensor { return layers.Dense(1).WithName("a/b").Apply(image) }, keras.ErrArgument,
			`expected a name without the character /, received "a/b"`},
		{"a Custom needs a Call", func() *keras.Tensor { return layers.Custom(layers.CustomSpec{}).Apply(image) }, keras.ErrArgument,
			"expected a CustomSpec with Call, received none"},
		{"a panic in a function", func() *keras.Tensor {
			return layers.Lambda("f", func(*keras.Trace, ...*gorgonia.Node) ([]*gorgonia.Node, error) { panic("no") }).Apply(image)
		}, keras.ErrRun, "f (Lambda)"},
		{"an error goes on", func() *keras.Tensor { return layers.Flatten().Apply(layers.Dense(0).Apply(image)) }, keras.ErrArgument,
			"dense (Dense) at errors_test.go:"},
	}
	for _, tt := range tests {
		keras.ClearSession()
		err := tt.apply().Err()
		if assert.Error(t, err, tt.reason) {
			assert.ErrorContains(t, err, tt.text, tt.reason)
			assert.ErrorIs(t, err, tt.kind, tt.reason)
		}
	}
}
