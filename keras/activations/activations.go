// Package activations has Keras's activation functions as words: what a layer's
// Activation takes.
//
//	layers.Dense(64).Activation("relu")
//	layers.Dense(64).Activation(activations.ReLU)
//
// Register adds one of your own. The functions themselves, for use inside a
// layer's Call, are in keras/ops.
package activations

import (
	"sort"
	"strings"
	"sync"

	"github.com/pkg/errors"
	"gorgonia.org/gorgonia"
)

// Activation is the name of an activation function. The zero value is Linear.
type Activation string

// Keras's activation functions, with its default parameters.
const (
	Linear        Activation = "linear"         // x
	ReLU          Activation = "relu"           // max(x, 0)
	Sigmoid       Activation = "sigmoid"        // 1/(1+e^−x)
	Softmax       Activation = "softmax"        // e^x / Σe^x over the last axis
	Tanh          Activation = "tanh"           // tanh x
	Exponential   Activation = "exponential"    // e^x
	Softplus      Activation = "softplus"       // ln(1+e^x)
	Softsign      Activation = "softsign"       // x/(1+|x|)
	ELU           Activation = "elu"            // x > 0 ? x : e^x−1
	SELU          Activation = "selu"           // 1.0507·(x > 0 ? x : 1.6733·(e^x−1))
	GELU          Activation = "gelu"           // x·½(1+erf(x/√2))
	SiLU          Activation = "silu"           // x·sigmoid(x)
	LeakyReLU     Activation = "leaky_relu"     // x > 0 ? x : 0.2·x
	ReLU6         Activation = "relu6"          // min(max(x, 0), 6)
	HardSigmoid   Activation = "hard_sigmoid"   // clip(x/6+½, 0, 1)
	HardSiLU      Activation = "hard_silu"      // x·hard_sigmoid(x)
	Mish          Activation = "mish"           // x·tanh(softplus(x))
	LogSoftmax    Activation = "log_softmax"    // x − ln Σe^x over the last axis
	LogSigmoid    Activation = "log_sigmoid"    // −softplus(−x)
	CELU          Activation = "celu"           // max(x, 0) + min(e^x−1, 0)
	GLU           Activation = "glu"            // a·sigmoid(b), a and b the halves of the last axis
	HardTanh      Activation = "hard_tanh"      // clip(x, −1, 1)
	HardShrink    Activation = "hard_shrink"    // |x| > ½ ? x : 0
	SoftShrink    Activation = "soft_shrink"    // sign(x)·max(|x|−½, 0)
	TanhShrink    Activation = "tanh_shrink"    // x − tanh x
	Threshold     Activation = "threshold"      // x > 0 ? x : 0
	Squareplus    Activation = "squareplus"     // ½(x+√(x²+4))
	SparsePlus    Activation = "sparse_plus"    // x ≤ −1 ? 0 : x < 1 ? ¼(x+1)² : x
	SparseSigmoid Activation = "sparse_sigmoid" // clip(½(x+1), 0, 1)
	Sparsemax     Activation = "sparsemax"      // max(x−τ, 0), τ by the sorted x, over the last axis
)

// LegacyHardSigmoid is the hard_sigmoid of Keras 2, clip(x/5+½, 0, 1): models of Keras 2 have
// it where they say hard_sigmoid. Keras 3 has no word for it. There a file with it is loaded
// with custom_objects={"legacy_hard_sigmoid": lambda x: keras.ops.clip(0.2 * x + 0.5, 0, 1)}.
const LegacyHardSigmoid Activation = "legacy_hard_sigmoid"

// aliases are Keras's second names.
var aliases = map[Activation]Activation{"": Linear, "swish": SiLU, "hard_swish": HardSiLU}

// builtin are the functions that keras/ops has.
var builtin = []Activation{
	Linear, ReLU, Sigmoid, Softmax, Tanh, Exponential, Softplus, Softsign, ELU, SELU, GELU, SiLU, LeakyReLU, ReLU6,
	HardSigmoid, HardSiLU, Mish, LogSoftmax, LogSigmoid, CELU, GLU, HardTanh, HardShrink, SoftShrink, TanhShrink,
	Threshold, Squareplus, SparsePlus, SparseSigmoid, Sparsemax,
}

// Builtin lists Keras's functions.
func Builtin() []Activation { return append([]Activation(nil), builtin...) }

// custom holds the functions that users registered.
var custom = struct {
	sync.RWMutex
	functions map[Activation]func(*gorgonia.Node) *gorgonia.Node
}{functions: map[Activation]func(*gorgonia.Node) *gorgonia.Node{}}

// Register makes a function of yours known under a name, for Activation setters
// and for configs. It takes the place of a function of that name, Keras's too.
func Register(name string, f func(x *gorgonia.Node) *gorgonia.Node) {
	custom.Lock()
	defer custom.Unlock()
	custom.functions[Activation(name)] = f
}

// Registered is the function that was registered under the activation's name.
func (a Activation) Registered() (f func(*gorgonia.Node) *gorgonia.Node, ok bool) {
	custom.RLock()
	defer custom.RUnlock()
	f, ok = custom.functions[a]
	return f, ok
}

// Canonical is the name that configs have: linear for none, silu for swish.
func (a Activation) Canonical() Activation {
	if c, ok := aliases[a]; ok {
		return c
	}
	return a
}

// Validate reports a name that nothing is known by.
func (a Activation) Validate() error {
	if _, ok := a.Registered(); ok {
		return nil
	}
	c := a.Canonical()
	if c == LegacyHardSigmoid {
		return nil
	}
	for _, b := range builtin {
		if b == c {
			return nil
		}
	}
	names := make([]string, len(builtin))
	for i, b := range builtin {
		names[i] = string(b)
	}
	sort.Strings(names)
	return errors.Errorf("Could not interpret activation function identifier: %s; expected one of %s, or a name given to activations.Register", a, strings.Join(names, ", "))
}

// EncodeConfig is the name in a config.
func (a Activation) EncodeConfig() any { return string(a.Canonical()) }

// DecodeConfig reads the name from a config. None is Linear.
func (a *Activation) DecodeConfig(v any) error {
	name, ok := v.(string)
	if !ok && v != nil {
		return errors.Errorf("expected the name of an activation function, received %v", v)
	}
	*a = Activation(name).Canonical()
	return a.Validate()
}
