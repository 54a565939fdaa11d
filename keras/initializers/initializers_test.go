package initializers_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/tensor"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
)

type fixture struct {
	Configs []keras.Config
	Values  []struct {
		Initializer keras.Config
		Value       struct {
			Shape keras.Shape
			Data  []float32
		}
	}
	Spreads []struct {
		Initializer keras.Config
		Shape       keras.Shape
		Limit       *float64
		StdDev      float64
	}
	Lookups []struct {
		Identifier, Class string
		Error             *keras.Config
	}
	Errors []struct {
		Name  string
		Error struct{ Text string }
	}
}

func load(t *testing.T) (f fixture) {
	text, err := os.ReadFile("testdata/initializers.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &f))
	return f
}

func deserialize(t *testing.T, cfg keras.Config) keras.Initializer {
	o, err := keras.Deserialize(keras.KindInitializer, cfg)
	require.NoError(t, err, "%s", cfg)
	return o.(keras.Initializer)
}

func serialize(i keras.Initializer) keras.Config {
	return keras.Serialize(keras.KindInitializer, i).(keras.Config)
}

// plain makes int and float64 alike: Keras keeps them as the user wrote them.
func plain(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = plain(e)
		}
		return list
	case keras.Config:
		cfg := keras.Config{}
		for _, e := range v {
			cfg = append(cfg, keras.Entry{Key: e.Key, Value: plain(e.Value)})
		}
		return cfg
	}
	return v
}

// float64s makes the elements float64.
func float64s(t *testing.T, x *tensor.Dense) []float64 {
	switch x.Dtype() {
	case tensor.Float64:
		return x.Float64s()
	case tensor.Float32:
		out := make([]float64, x.Size())
		for i, v := range x.Float32s() {
			out[i] = float64(v)
		}
		return out
	}
	require.Fail(t, "neither float32 nor float64", "%s", x.Dtype())
	return nil
}

func initialize(t *testing.T, i keras.Initializer, dt tensor.Dtype, shape ...int) []float64 {
	x, err := i.Initialize(shape, dt)
	require.NoError(t, err)
	require.Equal(t, dt, x.Dtype())
	require.Equal(t, keras.Shape(shape).String(), keras.Shape(x.Shape()).String())
	return float64s(t, x)
}

// moments are the mean, the standard deviation and the greatest distance from at.
func moments(x []float64, at float64) (mean, std, far float64) {
	for _, v := range x {
		mean += v
		far = math.Max(far, math.Abs(v-at))
	}
	mean /= float64(len(x))
	for _, v := range x {
		std += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(std / float64(len(x))), far
}

// settings makes each config of the fixture with constructors and setters.
func settings() []keras.Initializer {
	return []keras.Initializer{
		initializers.Zeros(),
		initializers.Ones(),
		initializers.Constant(0),
		initializers.Constant(0.25),
		initializers.Constant(3),
		initializers.Identity(),
		initializers.RandomNormal(),
		initializers.RandomNormal().Mean(0.5).StdDev(0.1).Seed(7),
		initializers.RandomUniform(),
		initializers.RandomUniform().MinVal(-1).MaxVal(2).Seed(7),
		initializers.TruncatedNormal(),
		initializers.TruncatedNormal().Mean(0.5).StdDev(0.1).Seed(7),
		initializers.VarianceScaling(),
		initializers.VarianceScaling().Scale(2).Mode("fan_out").Distribution("uniform").Seed(7),
		initializers.VarianceScaling().Scale(0.5).Mode(initializers.FanAvg).Distribution(initializers.Untruncated),
		initializers.VarianceScaling().Mode(initializers.FanIn).Distribution("Normal"), // stored as truncated_normal
		initializers.VarianceScaling().InputAxes(0).OutputAxes(1, 2),
		initializers.GlorotUniform(),
		initializers.GlorotUniform().Seed(7),
		initializers.GlorotNormal(),
		initializers.GlorotNormal().Seed(7),
		initializers.LecunUniform(),
		initializers.LecunUniform().Seed(7),
		initializers.LecunNormal(),
		initializers.LecunNormal().Seed(7),
		initializers.HeUniform(),
		initializers.HeUniform().Seed(7),
		initializers.HeNormal(),
		initializers.HeNormal().Seed(7),
		initializers.Orthogonal(),
		initializers.Orthogonal().Gain(2).Seed(7),
	}
}

func TestConfigsAreThoseOfKeras(t *testing.T) {
	f := load(t)
	want := map[string]bool{}
	for _, cfg := range f.Configs {
		want[fmt.Sprint(plain(cfg))] = true
	}
	for _, i := range settings() {
		text := fmt.Sprint(plain(serialize(i)))
		assert.Contains(t, want, text)
		want[text] = false
	}
	for text, missing := range want {
		assert.False(t, missing, "no setters made %s", text)
	}
}

func TestConfigRoundTrip(t *testing.T) {
	cfgs := load(t).Configs
	for _, i := range []keras.Initializer{ // what the fixture does not have
		initializers.Identity().Gain(0.5),
		initializers.HeNormal().Seed(3).InputAxes(1).OutputAxes(0, -1),
	} {
		cfgs = append(cfgs, serialize(i))
	}
	for _, cfg := range cfgs {
		var read keras.Config
		require.NoError(t, json.Unmarshal([]byte(serialize(deserialize(t, cfg)).String()), &read))
		assert.Equal(t, plain(cfg), plain(read))
	}
}

func TestEveryClassHasACase(t *testing.T) {
	cases := map[string]bool{}
	for _, cfg := range load(t).Configs {
		class, _ := cfg.Get("class_name")
		cases[class.(string)] = true
	}
	for _, name := range keras.Registered(keras.KindInitializer) {
		o, err := keras.New(keras.KindInitializer, name)
		require.NoError(t, err)
		assert.True(t, cases[o.(keras.Initializer).Class()], "%s is registered, but in no case", name)
	}
}

func TestValues(t *testing.T) {
	for _, c := range load(t).Values {
		i := deserialize(t, c.Initializer)
		if id, ok := i.(*initializers.IdentityInitializer); ok {
			id.Gain(float64(c.Value.Data[0])) // Keras's config of Identity lacks it
		}
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			got := initialize(t, i, dt, c.Value.Shape...)
			require.Len(t, got, len(c.Value.Data))
			for k, v := range got {
				assert.InDelta(t, c.Value.Data[k], v, 1e-7, "%s of shape %s", i.Class(), c.Value.Shape)
			}
		}
	}
}

func TestZerosAndOnesOfAnyType(t *testing.T) {
	for dt, want := range map[tensor.Dtype][2]any{
		tensor.Bool:    {[]bool{false, false}, []bool{true, true}},
		tensor.Int8:    {[]int8{0, 0}, []int8{1, 1}},
		tensor.Uint8:   {[]uint8{0, 0}, []uint8{1, 1}},
		tensor.Int32:   {[]int32{0, 0}, []int32{1, 1}},
		tensor.Int64:   {[]int64{0, 0}, []int64{1, 1}},
		tensor.Uint32:  {[]uint32{0, 0}, []uint32{1, 1}},
		tensor.Float64: {[]float64{0, 0}, []float64{1, 1}},
	} {
		zeros, err := initializers.Zeros().Initialize(keras.Shape{2}, dt)
		require.NoError(t, err)
		ones, err := initializers.Ones().Initialize(keras.Shape{2}, dt)
		require.NoError(t, err)
		assert.Equal(t, want, [2]any{zeros.Data(), ones.Data()})
	}
}

// TestSpread draws small weights with many seeds: their fans are what the formula is about.
func TestSpread(t *testing.T) {
	for _, c := range load(t).Spreads {
		class, cfg, err := keras.ClassOf(c.Initializer)
		require.NoError(t, err)
		var drawn []float64
		for seed := range 20000 / c.Shape.Size() {
			o, err := keras.New(keras.KindInitializer, class)
			require.NoError(t, err)
			require.NoError(t, keras.Configure(o, cfg.With("seed", seed)))
			drawn = append(drawn, initialize(t, o.(keras.Initializer), tensor.Float32, c.Shape...)...)
		}
		name := fmt.Sprintf("%s%s of %s", class, cfg, c.Shape)
		mean, std, far := moments(drawn, 0)
		// Of 20000 numbers the mean is off by 0.007 std, std by 0.005 std: five times that.
		assert.InDelta(t, 0, mean, 0.035*c.StdDev, name)
		assert.InDelta(t, c.StdDev, std, 0.025*c.StdDev, name)
		if c.Limit == nil {
			assert.Greater(t, far, 3*c.StdDev, name+": not truncated")
			continue
		}
		assert.LessOrEqual(t, far, *c.Limit*(1+1e-6), name)
		assert.Greater(t, far, 0.98**c.Limit, name)
	}
}

func TestRandomDistributions(t *testing.T) {
	// The standard deviation of the normal distribution that is cut at ±2: 0.87962566 (scipy.stats.truncnorm).
	const cut = 0.87962566
	for name, c := range map[string]struct {
		of              keras.Initializer
		mean, std       float64
		nearest, at, to float64 // the farthest number from at lies between nearest and to
	}{
		"normal":             {initializers.RandomNormal().Seed(1), 0, 0.05, 0.19, 0, 0.3},
		"normal, set":        {initializers.RandomNormal().Mean(3).StdDev(2).Seed(1), 3, 2, 7.6, 3, 12},
		"truncated":          {initializers.TruncatedNormal().Seed(1), 0, 0.05 * cut, 0.0995, 0, 0.1},
		"truncated, set":     {initializers.TruncatedNormal().Mean(-1).StdDev(3).Seed(1), -1, 3 * cut, 5.97, -1, 6},
		"uniform":            {initializers.RandomUniform().Seed(1), 0, 0.05 / math.Sqrt(3), 0.0499, 0, 0.05},
		"uniform, set":       {initializers.RandomUniform().MinVal(2).MaxVal(6).Seed(1), 4, 2 / math.Sqrt(3), 1.999, 4, 2},
		"uniform of a point": {initializers.RandomUniform().MinVal(2).MaxVal(2).Seed(1), 2, 0, 0, 2, 0},
	} {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			mean, std, far := moments(initialize(t, c.of, dt, 200, 500), c.at)
			assert.InDelta(t, c.mean, mean, 0.016*c.std, "%s: mean", name) // five times std/√100000
			assert.InDelta(t, c.std, std, 0.0112*c.std, "%s: standard deviation", name)
			assert.GreaterOrEqual(t, far, c.nearest, name)
			assert.LessOrEqual(t, far, c.to*(1+1e-6), name)
		}
	}
}

func TestOrthogonal(t *testing.T) {
	for _, shape := range []keras.Shape{{1, 1}, {4, 4}, {7, 3}, {3, 7}, {2, 3, 4}, {3, 3, 2, 20}, {65, 260}, {130, 67}} {
		cols := shape.Last()
		rows := shape.Size() / cols
		q := initialize(t, initializers.Orthogonal().Gain(2).Seed(5), tensor.Float64, shape...)
		single := initialize(t, initializers.Orthogonal().Gain(2).Seed(5), tensor.Float32, shape...)
		vectors := make([][]float64, min(rows, cols)) // columns, or rows where these are fewer
		for k, v := range q {
			i := k % cols
			if rows < cols {
				i = k / cols
			}
			vectors[i] = append(vectors[i], v)
		}
		for i := range vectors {
			for j := range i + 1 {
				dot := 0.0
				for k, v := range vectors[i] {
					dot += v * vectors[j][k]
				}
				want := 0.0
				if i == j {
					want = 4 // gain²
				}
				require.InDelta(t, want, dot, 1e-12, "%s: vectors %d and %d", shape, i, j)
			}
		}
		for i := range q {
			require.InDelta(t, q[i], single[i], 1e-6, "%s: float32 and float64 are the same draw", shape)
		}
	}
}

// TestOrthogonalSign: without the signs of R every Q would begin with elements of
// one sign (Householder's), and Q would not be uniformly distributed.
func TestOrthogonalSign(t *testing.T) {
	sum, squares := 0.0, 0.0
	for seed := range 2000 {
		q := initialize(t, initializers.Orthogonal().Seed(seed), tensor.Float64, 4, 4)
		sum += q[0]
		squares += q[0] * q[0]
	}
	assert.InDelta(t, 0, sum/2000, 0.056, "mean of an element: five times ½/√2000")
	assert.InDelta(t, 0.25, squares/2000, 0.025, "variance of an element of a uniform orthogonal 4×4 matrix is 1/4")
}

func seeded() map[string]func(seed *int) keras.Initializer {
	return map[string]func(*int) keras.Initializer{
		"RandomNormal":    with(initializers.RandomNormal, (*initializers.NormalInitializer).Seed),
		"TruncatedNormal": with(initializers.TruncatedNormal, (*initializers.NormalInitializer).Seed),
		"RandomUniform":   with(initializers.RandomUniform, (*initializers.UniformInitializer).Seed),
		"VarianceScaling": with(initializers.VarianceScaling, (*initializers.VarianceScalingInitializer).Seed),
		"GlorotUniform":   with(initializers.GlorotUniform, (*initializers.FanInitializer).Seed),
		"Orthogonal":      with(initializers.Orthogonal, (*initializers.OrthogonalInitializer).Seed),
	}
}

func with[T keras.Initializer](make func() T, seed func(T, int) T) func(*int) keras.Initializer {
	return func(n *int) keras.Initializer {
		if n == nil {
			return make()
		}
		return seed(make(), *n)
	}
}

func TestSeeds(t *testing.T) {
	one, two := 1, 2
	for name, make := range seeded() {
		draw := func(i keras.Initializer) []float64 { return initialize(t, i, tensor.Float32, 5, 4) }

		own := make(nil)
		assert.Equal(t, draw(own), draw(own), "%s: one object makes the same numbers each time", name)
		assert.NotEqual(t, draw(own), draw(make(nil)), "%s: two objects have seeds of their own", name)
		assert.Equal(t, draw(make(&one)), draw(make(&one)), "%s: a given seed", name)
		assert.NotEqual(t, draw(make(&one)), draw(make(&two)), "%s: the seed counts", name)

		keras.SetRandomSeed(42)
		first, second := draw(make(nil)), draw(make(nil))
		keras.SetRandomSeed(42)
		assert.Equal(t, [2][]float64{first, second}, [2][]float64{draw(make(nil)), draw(make(nil))}, "%s: SetRandomSeed", name)
	}
}

func TestSeedFromConfig(t *testing.T) {
	// As Keras writes RandomNormal(seed=keras.random.SeedGenerator(3)).
	var cfg keras.Config
	require.NoError(t, json.Unmarshal([]byte(`{"module": "keras.initializers", "class_name": "RandomNormal", "config": {"seed": {"module": "keras.random", "class_name": "SeedGenerator", "config": {"seed": 3, "name": "seed_generator"}, "registered_name": null}, "mean": 0.0, "stddev": 0.05}, "registered_name": null}`), &cfg))
	assert.Equal(t, initialize(t, initializers.RandomNormal().Seed(3), tensor.Float32, 5), initialize(t, deserialize(t, cfg), tensor.Float32, 5))

	_, inner, _ := keras.ClassOf(cfg)
	for _, bad := range []any{"3", 2.5, keras.Config{{Key: "seed", Value: 3}}} {
		err := keras.Configure(initializers.RandomNormal(), inner.With("seed", bad))
		assert.ErrorIs(t, err, keras.ErrConfig, "%v", bad)
	}
}

func TestNamed(t *testing.T) {
	lenient := map[string]string{
		"Constant": "Constant", "constant": "Constant", // Keras: KeyError, for want of a value
		"identity_initializer": "Identity", "orthogonal_initializer": "Orthogonal", // Keras: not known
	}
	absent := map[string]bool{"STFT": true, "stft": true, "STFTInitializer": true, "Initializer": true, "initializer": true}
	for _, c := range load(t).Lookups {
		i := initializers.Named(c.Identifier)
		_, err := i.Initialize(keras.Shape{3, 4}, tensor.Float32)
		want, ok := lenient[c.Identifier]
		if !ok {
			want = c.Class
		}
		if want != "" && !absent[c.Identifier] {
			assert.NoError(t, err)
			assert.Equal(t, want, i.Class(), c.Identifier)
			continue
		}
		assert.ErrorContains(t, err, "Could not interpret initializer identifier: "+c.Identifier)
		assert.ErrorIs(t, err, keras.ErrArgument)
	}
}

func TestNamedHasDefaults(t *testing.T) {
	assert.Equal(t, initializers.RandomUniform().Config(), initializers.Named("uniform").Config())
	assert.Equal(t, initializers.HeNormal().Config(), initializers.Named("he_normal").Config())
}

func TestErrors(t *testing.T) {
	texts := map[string]string{}
	for _, e := range load(t).Errors {
		texts[e.Name] = e.Error.Text
	}
	matrix := keras.Shape{3, 4}
	for _, c := range []struct {
		name  string
		of    keras.Initializer
		shape keras.Shape
		class error
		want  string
	}{
		{"scale 0", initializers.VarianceScaling().Scale(0), matrix, keras.ErrArgument, "Argument `scale` must be positive float. Received: scale=0"},
		{"scale below 0", initializers.VarianceScaling().Scale(-1), matrix, keras.ErrArgument, "scale=-1"},
		{"scale NaN", initializers.VarianceScaling().Scale(math.NaN()), matrix, keras.ErrArgument, "scale=NaN"},
		{"unknown mode", initializers.VarianceScaling().Mode("fan"), matrix, keras.ErrArgument, "Invalid `mode` argument: fan. Please use one of {"},
		{"unknown distribution", initializers.VarianceScaling().Distribution("gamma"), matrix, keras.ErrArgument, "Invalid `distribution` argument: gamma."},
		{"all violations at once", initializers.VarianceScaling().Scale(0).Mode("fan").Distribution("gamma"), matrix, keras.ErrArgument, "scale=0; Invalid `mode` argument: fan. Please use one of {'fan_in', 'fan_out', 'fan_avg'}; Invalid `distribution`"},
		{"negative stddev", initializers.RandomNormal().StdDev(-0.1), matrix, keras.ErrArgument, "stddev=-0.1"},
		{"negative stddev, truncated", initializers.TruncatedNormal().StdDev(-0.1), matrix, keras.ErrArgument, "stddev=-0.1"},
		{"infinite mean", initializers.RandomNormal().Mean(math.Inf(1)), matrix, keras.ErrArgument, "mean=+Inf"},
		{"minval above maxval", initializers.RandomUniform().MinVal(1), matrix, keras.ErrArgument, "minval=1, maxval=0.05"},
		{"gain NaN", initializers.Orthogonal().Gain(math.NaN()), matrix, keras.ErrArgument, "gain=NaN"},
		{"gain NaN of Identity", initializers.Identity().Gain(math.NaN()), matrix, keras.ErrArgument, "gain=NaN"},
		{"Identity of rank 1", initializers.Identity(), keras.Shape{3}, keras.ErrShape, "Identity matrix initializer can only be used for 2D matrices. Received: shape=(3,) of rank 1."},
		{"Identity of rank 3", initializers.Identity(), keras.Shape{3, 3, 3}, keras.ErrShape, "Identity matrix initializer can only be used for 2D matrices. Received: shape=(3, 3, 3) of rank 3."},
		{"Orthogonal of rank 1", initializers.Orthogonal(), keras.Shape{3}, keras.ErrShape, "The tensor to initialize must be at least two-dimensional. Received: shape=(3,) of rank 1."},
		{"an axis too many", initializers.HeNormal().InputAxes(2).OutputAxes(0), matrix, keras.ErrShape, "expected a shape that has the axes [2], received (3, 4)"},
		{"an axis too far back", initializers.HeNormal().InputAxes(0).OutputAxes(-3), matrix, keras.ErrShape, "expected a shape that has the axes [-3], received (3, 4)"},
		{"a size that is not known", initializers.HeNormal(), keras.Shape{keras.None, 4}, keras.ErrShape, "received (None, 4)"},
		{"a size of zero", initializers.Orthogonal(), keras.Shape{0, 4}, keras.ErrShape, "received (0, 4)"},
		{"more elements than memory", initializers.Zeros(), keras.Shape{1 << 40, 1 << 40}, keras.ErrShape, "fits into memory"},
		{"more elements than memory, one axis", initializers.Ones(), keras.Shape{1 << 41}, keras.ErrShape, "fits into memory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := c.of.Initialize(c.shape, tensor.Float32)
			require.ErrorContains(t, err, c.want)
			require.ErrorIs(t, err, c.class)
			if text, ok := texts[c.name]; ok {
				assert.Contains(t, text, c.want, "Keras's words")
				delete(texts, c.name)
			}
		})
	}
	assert.Empty(t, texts, "errors of Keras without a case")
}

func TestTypes(t *testing.T) {
	for _, class := range keras.Registered(keras.KindInitializer) {
		i := initializers.Named(class)
		if i.Class() == "Zeros" || i.Class() == "Ones" {
			_, err := i.Initialize(keras.Shape{2, 2}, tensor.String)
			assert.ErrorIs(t, err, keras.ErrConfig, class)
			continue
		}
		_, err := i.Initialize(keras.Shape{2, 2}, tensor.Int32)
		assert.ErrorContains(t, err, "expected the type float32 or float64, received int32", class)
	}
}

func TestBadConfig(t *testing.T) {
	for reason, cfg := range map[string]keras.Config{
		"a key of another class":     {{Key: "scale", Value: 2.0}},
		"a value that is not known":  {{Key: "mode", Value: "fan"}},
		"a value that is not of it":  {{Key: "scale", Value: -2.0}},
		"a value of another type":    {{Key: "scale", Value: "2"}},
		"an axis that is not an int": {{Key: "input_axes", Value: []any{"0"}}},
	} {
		o := any(initializers.VarianceScaling())
		if reason == "a key of another class" {
			o = initializers.GlorotUniform()
		}
		assert.Error(t, keras.Configure(o, cfg), reason)
	}
	assert.Error(t, keras.Configure(initializers.Zeros(), keras.Config{{Key: "value", Value: 1}}))
}

func ExampleNamed() {
	fmt.Println(initializers.Named("he_normal").Class())
	_, err := initializers.Named("he").Initialize(keras.Shape{2, 2}, tensor.Float32)
	fmt.Println(err != nil)
	// Output:
	// HeNormal
	// true
}

func ExampleConstant() {
	w, err := initializers.Constant(0.5).Initialize(keras.Shape{2, 3}, tensor.Float32)
	fmt.Println(w.Data(), err)
	// Output: [0.5 0.5 0.5 0.5 0.5 0.5] <nil>
}

func ExampleIdentity() {
	w, err := initializers.Identity().Gain(2).Initialize(keras.Shape{2, 3}, tensor.Float64)
	fmt.Println(w.Data(), err)
	// Output: [2 0 0 0 2 0] <nil>
}

func ExampleVarianceScaling() {
	i := initializers.VarianceScaling().Scale(2).Mode("fan_out").Distribution("uniform").Seed(1)
	fmt.Println(i.Config())
	// Output: {"seed": 1, "scale": 2.0, "mode": "fan_out", "distribution": "uniform", "input_axes": null, "output_axes": null}
}
