package keras_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/initializers"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestRegistryFindsClasses(t *testing.T) {
	for _, name := range []string{"GlorotUniform", "glorot_uniform"} {
		class, ok := keras.ByName(keras.KindInitializer, name)
		assert.True(t, ok, name)
		assert.Equal(t, "GlorotUniform", class)
	}
	_, ok := keras.ByName(keras.KindInitializer, "glorotuniform")
	assert.False(t, ok)
	_, ok = keras.ByName("no such kind", "Zeros")
	assert.False(t, ok)
	assert.Subset(t, keras.Registered(keras.KindInitializer), []string{"Ones", "Zeros"})
	assert.IsIncreasing(t, keras.Registered(keras.KindInitializer))
	assert.Empty(t, keras.Registered("no such kind"))

	_, err := keras.New(keras.KindLayer, "Dnse")
	assert.ErrorIs(t, err, keras.ErrConfig)
	assert.EqualError(t, err, "expected the name of a registered layer, received Dnse; keras.RegisterLayer makes it known, models.WithCustomLayers to one call")
}

func TestSerialize(t *testing.T) {
	assert.Nil(t, keras.Serialize(keras.KindInitializer, nil))
	ones := keras.Serialize(keras.KindInitializer, initializers.Ones())
	assert.Equal(t, `{"module": "keras.initializers", "class_name": "Ones", "config": {}, "registered_name": null}`, dumps(t, ones))
	back, err := keras.Deserialize(keras.KindInitializer, ones)
	require.NoError(t, err)
	assert.Equal(t, initializers.Ones().Config(), back.(keras.Object).Config())
	none, err := keras.Deserialize(keras.KindInitializer, nil)
	assert.NoError(t, err)
	assert.Nil(t, none)
}

// mine is a layer of a user that has the name of one of Keras's.
type mine struct {
	probe
	Depth int `keras:"depth"`
}

func newMine(depth int) *mine {
	m := &mine{Depth: depth}
	m.Init(m, "Flatten")
	return m
}

// A user's class may have the name of a built-in one: files tell them apart by the package.
func TestClassesOfTheSameName(t *testing.T) {
	keras.RegisterLayer("MyShop", "Flatten", func() keras.Layer { return newMine(1) })

	theirs := keras.Serialize(keras.KindLayer, layers.Flatten())
	name, _ := theirs.(keras.Config).Get("registered_name")
	assert.Nil(t, name)
	back, err := keras.Deserialize(keras.KindLayer, theirs)
	require.NoError(t, err)
	assert.IsType(t, layers.Flatten(), back)

	ours := keras.Serialize(keras.KindLayer, newMine(5)).(keras.Config)
	name, _ = ours.Get("registered_name")
	assert.Equal(t, "MyShop>Flatten", name)
	back, err = keras.Deserialize(keras.KindLayer, ours)
	require.NoError(t, err)
	assert.Equal(t, 5, back.(*mine).Depth)
	back, err = keras.Deserialize(keras.KindLayer, ours.With("class_name", "MyShop>Flatten").Without("registered_name"))
	require.NoError(t, err)
	assert.Equal(t, 5, back.(*mine).Depth)
	_, err = keras.Deserialize(keras.KindLayer, ours.With("registered_name", "Other>Flatten"))
	assert.ErrorContains(t, err, "received depth", "a package that nobody registered is left out")
}

// Python looks for the registered_name among its custom_objects, and for nothing in modules of Keras's.
func TestAClassThatIsNotRegistered(t *testing.T) {
	l := &mine{Depth: 5}
	l.Init(l, "Cupboard")
	cfg := keras.Serialize(keras.KindLayer, l).(keras.Config)
	for key, want := range map[string]any{"module": nil, "class_name": "Cupboard", "registered_name": "Cupboard"} {
		got, ok := cfg.Get(key)
		assert.True(t, ok, key)
		assert.Equal(t, want, got, key)
	}
}

func TestTwoPackagesWithOneClass(t *testing.T) {
	keras.RegisterLayer("A", "Shelf", func() keras.Layer { return newMine(1) })
	keras.RegisterLayer("B", "Shelf", func() keras.Layer { return newMine(2) })
	for full, depth := range map[string]int{"A>Shelf": 1, "B>Shelf": 2} {
		l, err := keras.New(keras.KindLayer, full)
		require.NoError(t, err)
		assert.Equal(t, depth, l.(*mine).Depth, full)
	}
}

func TestClassOf(t *testing.T) {
	class, cfg, err := keras.ClassOf(keras.Config{{Key: "class_name", Value: "Nobody>Thing"}})
	require.NoError(t, err)
	assert.Equal(t, "Thing", class, "a package that is not registered")
	assert.Nil(t, cfg)
	for _, v := range []any{nil, 3, "Zeros", keras.Config{}, keras.Config{{Key: "class_name", Value: 3}}} {
		_, _, err := keras.ClassOf(v)
		assert.ErrorIs(t, err, keras.ErrConfig)
	}
}
