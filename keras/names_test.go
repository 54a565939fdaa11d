package keras_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/gokeras/gokeras/keras"
	"github.com/gokeras/gokeras/keras/layers"
)

func TestSnakeCaseIsThatOfKeras(t *testing.T) {
	for _, file := range []string{"models/testdata/graph.json", "testdata/vocabulary.json"} {
		for _, c := range section(t, golden(t, file), "snake_case") {
			assert.Equal(t, str(t, c, "snake_case"), keras.SnakeCase(str(t, c, "class")), c)
		}
	}
}

// TestAutomaticNames replays a program whose objects Keras named: one counter for
// each base name, whatever the object is.
func TestAutomaticNames(t *testing.T) {
	v, _ := golden(t, "models/testdata/graph.json").Get("names")
	story := v.([]any)
	require.NotEmpty(t, story)
	name := func(i int) string { return story[i].([]any)[1].(string) }

	keras.ClearSession()
	x := keras.Input(keras.Shape{3})
	assert.Equal(t, name(0), x.Name())
	assert.Equal(t, name(1), keras.Input(keras.Shape{3}, keras.WithName("mine")).Name())
	assert.Equal(t, name(2), layers.Dense(1).Name())
	assert.Equal(t, name(3), layers.Dense(1).WithName("dense_1").Name())
	assert.Equal(t, name(4), layers.Dense(1).Name(), "a name of one's own takes up no number")
	assert.Equal(t, name(5), layers.Add().Name())
	y := layers.Add().Apply(x, x)
	assert.Equal(t, name(6), y.Name())
	for i, class := range map[int]string{14: "Adam", 15: "RMSprop", 16: "RMSprop", 17: "AdamW", 18: "SGD"} {
		require.Equal(t, class, story[i].([]any)[0])
	}
	assert.Equal(t, []string{name(14), name(15), name(16), name(17), name(18)},
		[]string{keras.AutoName("Adam"), keras.AutoName("RMSprop"), keras.AutoName("RMSprop"), keras.AutoName("AdamW"), keras.AutoName("SGD")})
	keras.ClearSession()
	assert.Equal(t, name(22), keras.Input(keras.Shape{3}).Name())
	assert.Equal(t, name(23), layers.Dense(1).Name())
}

func TestNamesAreGivenBack(t *testing.T) {
	keras.ClearSession()
	first, second := newProbe(nil, nil), newProbe(nil, nil)
	assert.Equal(t, "probe_1", second.Name())
	first.WithName("a")
	assert.Equal(t, "probe_2", newProbe(nil, nil).Name(), "the name of the first is no longer the last one")
	second.WithName("b").(*probe).WithName("c")
	assert.Equal(t, "probe_3", newProbe(nil, nil).Name(), "a second name gives nothing back")

	keras.ClearSession()
	used := newProbe(nil, nil)
	require.NoError(t, used.Apply(keras.Input(keras.Shape{2})).Err())
	used.WithName("used")
	assert.Equal(t, "probe_1", newProbe(nil, nil).Name(), "the paths of weights have the old name")

	keras.ClearSession()
	renamed := newProbe(nil, nil)
	renamed.Rename("MyThing")
	assert.Equal(t, "my_thing", renamed.Name())
	assert.Equal(t, "MyThing", renamed.Class())
	assert.Equal(t, "probe", newProbe(nil, nil).Name())
	renamed.WithName("x")
	renamed.Rename("Other")
	assert.Equal(t, "x", renamed.Name(), "a given name stays")
}

func TestNamesOfManyGoroutinesDiffer(t *testing.T) {
	keras.ClearSession()
	const each, goroutines = 50, 8
	names := make([][]string, goroutines)
	var wg sync.WaitGroup
	for i := range names {
		wg.Go(func() {
			for range each {
				names[i] = append(names[i], keras.AutoName("Dense"))
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, list := range names {
		for _, n := range list {
			seen[n] = true
		}
	}
	assert.Len(t, seen, each*goroutines)
	assert.True(t, seen["dense"])
	assert.True(t, seen[fmt.Sprintf("dense_%d", each*goroutines-1)], "no number is left out")
}
