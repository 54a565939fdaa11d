package keras

import (
	"bytes"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// One codec reads and writes the config of every class: a struct whose fields
// carry Keras's keys as tags, in Keras's order.
//
//	Units      int         `keras:"units"`
//	Activation string type `keras:"activation"`
//	Strides    []int       `keras:"strides"`
//	MaxValue   *float64    `keras:"max_value"`            nil is Python's None
//	Kernel     Initializer `keras:"kernel_initializer"`   {class_name, config}
//
// Fields without a tag are not part of the config; the fields of an embedded
// struct, or pointer to one, are, in place. Options with ConfigKeys show these only, in
// that order. Fields may be bools, numbers, words, dtypes, objects, layers,
// ConfigValues, and pointers to and lists of these. Layers in the fields of a layer's
// own type are not part: there a tag names a layer in the paths of weights.

// ConfigValue is a field with a form of its own in the config.
type ConfigValue interface {
	EncodeConfig() any
	DecodeConfig(v any) error // has a pointer receiver
}

var (
	valueType = reflect.TypeFor[ConfigValue]()
	dtypeType = reflect.TypeFor[tensor.Dtype]()
	layerType = reflect.TypeFor[Layer]()
	kindOf    = map[reflect.Type]Kind{
		reflect.TypeFor[Initializer](): KindInitializer,
		reflect.TypeFor[Regularizer](): KindRegularizer,
		reflect.TypeFor[Constraint]():  KindConstraint,
		layerType:                      KindLayer,
	}
)

// EncodeFields gives the config of the struct that options points to. A field
// that no config can hold is None: CheckFields reports it.
func EncodeFields(options any) Config {
	var cfg Config
	for _, f := range fields(options) {
		v, _ := encode(f.value)
		cfg = append(cfg, Entry{f.key, v})
	}
	return cfg
}

// CheckFields reports the fields of the struct that options points to that no config can hold.
func CheckFields(options any) error {
	var faults []string
	for _, f := range fields(options) {
		if !codable(f.value.Type()) {
			faults = append(faults, fmt.Sprintf("a config cannot hold the field %s of type %s", f.key, f.value.Type()))
		}
	}
	if len(faults) > 0 {
		return Fault(ErrArgument, "%s", strings.Join(faults, "; "))
	}
	return nil
}

func codable(t reflect.Type) bool {
	if reflect.PointerTo(t).Implements(valueType) || t == dtypeType || kindOf[t] != "" {
		return true
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return codable(t.Elem())
	case reflect.Interface:
		return t.NumMethod() == 0
	}
	return t.Kind() == reflect.Bool || t.Kind() == reflect.String || isInt(t.Kind()) || isUint(t.Kind()) || isFloat(t.Kind())
}

func isInt(k reflect.Kind) bool   { return k >= reflect.Int && k <= reflect.Int64 }
func isUint(k reflect.Kind) bool  { return k >= reflect.Uint && k <= reflect.Uint64 }
func isFloat(k reflect.Kind) bool { return k == reflect.Float32 || k == reflect.Float64 }

// DecodeFields sets the fields of the struct that options points to. Keys that
// are missing leave a field as it is; a key that no field has is an error,
// unless its value is None. All violations are reported at once.
func DecodeFields(options any, cfg Config) error {
	known := map[string]reflect.Value{}
	for _, f := range fields(options) {
		known[f.key] = f.value
	}
	var faults []string
	for _, e := range cfg {
		f, ok := known[e.Key]
		switch {
		case ok:
			if err := decode(f, e.Value); err != nil {
				faults = append(faults, e.Key+": "+err.Error())
			}
		case e.Value != nil:
			faults = append(faults, fmt.Sprintf("expected one of the keys %s, received %s", strings.Join(sortedKeys(known), ", "), e.Key))
		}
	}
	if len(faults) > 0 {
		return Fault(ErrConfig, "%s", strings.Join(faults, "; "))
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

type field struct {
	key   string
	value reflect.Value
}

func fields(options any) []field {
	v := reflect.ValueOf(options)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct { // none, or nil
		return nil
	}
	all := structFields(v.Elem(), !v.Type().Implements(layerType))
	o, chooses := options.(interface{ ConfigKeys() []string })
	if !chooses {
		return all
	}
	var chosen []field
	for _, key := range o.ConfigKeys() {
		i := slices.IndexFunc(all, func(f field) bool { return f.key == key })
		chosen = append(chosen, all[i])
	}
	return chosen
}

func structFields(v reflect.Value, withLayers bool) []field {
	var out []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("keras")
		switch {
		case key != "" && f.IsExported() && (withLayers || !holdsLayers(f.Type)):
			out = append(out, field{key, v.Field(i)})
		case key == "" && f.Anonymous && reflect.Indirect(v.Field(i)).Kind() == reflect.Struct:
			out = append(out, structFields(reflect.Indirect(v.Field(i)), withLayers)...)
		}
	}
	return out
}

// DecodeLayers is the config for the struct that options points to, with the layers
// that it describes in the place of their descriptions, as decode makes them.
func DecodeLayers(options any, cfg Config, decode func(any) (Layer, error)) (Config, error) {
	cfg = slices.Clone(cfg)
	known := map[string]reflect.Type{}
	for _, f := range fields(options) {
		known[f.key] = f.value.Type()
	}
	made := func(v any) (any, error) {
		if v == nil {
			return nil, nil
		}
		return decode(v)
	}
	for i, e := range cfg {
		t := known[e.Key]
		var err error
		switch list, isList := e.Value.([]any); {
		case t == layerType:
			cfg[i].Value, err = made(e.Value)
		case t == reflect.SliceOf(layerType) && isList:
			layers := make([]any, len(list))
			for k, v := range list {
				if layers[k], err = made(v); err != nil {
					break
				}
			}
			cfg[i].Value = layers
		}
		if err != nil {
			return nil, errors.WithMessage(err, e.Key)
		}
	}
	return cfg, nil
}

// holdsLayers: such a field is a sub-layer, whose tag names it in weight paths.
func holdsLayers(t reflect.Type) bool {
	return t.Implements(layerType) || t.Kind() == reflect.Slice && t.Elem().Implements(layerType)
}

// encode gives a value as a Config holds it.
func encode(v reflect.Value) (any, error) {
	if !v.IsValid() {
		return nil, nil
	}
	if c, ok := configValue(v); ok {
		return c.EncodeConfig(), nil
	}
	switch x := v.Interface().(type) {
	case tensor.Dtype:
		return x.String(), nil
	case Config:
		return x, nil
	}
	if kind, ok := kindOf[v.Type()]; ok {
		if v.IsNil() {
			return nil, nil
		}
		return Serialize(kind, v.Interface().(Object)), nil
	}
	switch k := v.Kind(); {
	case k == reflect.Bool:
		return v.Bool(), nil
	case isInt(k):
		return int(v.Int()), nil
	case isUint(k):
		return int(v.Uint()), nil
	case k == reflect.Float32: // 0.1, not the float64 that a float32 is
		f, err := strconv.ParseFloat(strconv.FormatFloat(v.Float(), 'g', -1, 32), 64)
		return f, err
	case k == reflect.Float64:
		return v.Float(), nil
	case k == reflect.String:
		return v.String(), nil
	case k == reflect.Pointer || k == reflect.Interface:
		return encode(v.Elem())
	case k == reflect.Slice && v.IsNil():
		return nil, nil
	case k == reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			var err error
			if list[i], err = encode(v.Index(i)); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	return nil, Fault(ErrConfig, "a config cannot hold a value of type %s", v.Type())
}

func configValue(v reflect.Value) (ConfigValue, bool) {
	if v.CanAddr() {
		v = v.Addr()
	} else if v.Kind() == reflect.Interface {
		return nil, false
	}
	c, ok := v.Interface().(ConfigValue)
	return c, ok
}

// decode sets a field to what a config holds.
func decode(f reflect.Value, v any) error {
	if c, ok := configValue(f); ok {
		return c.DecodeConfig(v)
	}
	if f.Type() == dtypeType {
		dt, err := ParseDType(v)
		if err == nil {
			f.Set(reflect.ValueOf(dt))
		}
		return err
	}
	kind, isObject := kindOf[f.Type()]
	nullable := isObject || f.Kind() == reflect.Pointer || f.Kind() == reflect.Slice || f.Kind() == reflect.Interface
	switch {
	case v == nil && nullable:
		f.SetZero()
		return nil
	case isObject:
		return decodeObject(f, kind, v)
	case f.Kind() == reflect.Pointer:
		p := reflect.New(f.Type().Elem())
		f.Set(p)
		return decode(p.Elem(), v)
	case f.Kind() == reflect.Slice:
		return decodeList(f, v)
	case f.Kind() == reflect.Interface && f.NumMethod() == 0:
		f.Set(reflect.ValueOf(v))
		return nil
	}
	if !decodeWord(f, v) {
		return Expected(ErrConfig, f.Type().String(), show(v))
	}
	return nil
}

func decodeObject(f reflect.Value, kind Kind, v any) error {
	o := v
	if _, made := v.(Layer); !made {
		var err error
		if o, err = Deserialize(kind, v); err != nil {
			return err
		}
	}
	if o == nil || !reflect.TypeOf(o).Implements(f.Type()) {
		return Expected(ErrConfig, "a registered "+string(kind), show(v))
	}
	f.Set(reflect.ValueOf(o))
	return nil
}

// decodeList reads a list, or one value for a list of one.
func decodeList(f reflect.Value, v any) error {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	s := reflect.MakeSlice(f.Type(), len(list), len(list))
	for i, e := range list {
		if err := decode(s.Index(i), e); err != nil {
			return err
		}
	}
	f.Set(s)
	return nil
}

// decodeWord reads a bool, number or string, and reports whether v is one that f can hold.
func decodeWord(f reflect.Value, v any) bool {
	if x, whole := v.(float64); whole && !isFloat(f.Kind()) && math.Abs(x) < 1<<53 && x == math.Trunc(x) {
		v = int(x) // Python does not mind 3.0 for 3
	}
	switch x := v.(type) {
	case bool:
		if f.Kind() == reflect.Bool {
			f.SetBool(x)
			return true
		}
	case string:
		if f.Kind() == reflect.String {
			f.SetString(x)
			return true
		}
	case float64:
		if isFloat(f.Kind()) {
			f.SetFloat(x)
			return true
		}
	case int:
		switch k := f.Kind(); {
		case isFloat(k):
			f.SetFloat(float64(x))
			return true
		case isInt(k) && !f.OverflowInt(int64(x)):
			f.SetInt(int64(x))
			return true
		case isUint(k) && x >= 0 && !f.OverflowUint(uint64(x)):
			f.SetUint(uint64(x))
			return true
		}
	}
	return false
}

// show is a value of a config for an error: as JSON, and not longer than a line.
func show(v any) string {
	const limit = 120
	var b bytes.Buffer
	if err := writeJSON(&b, v); err != nil {
		return fmt.Sprintf("%T", v)
	}
	if text := b.String(); len(text) <= limit { // ASCII
		return text
	}
	return b.String()[:limit] + "…"
}

// dtypes are the element types that tensors can have, by Keras's name.
var dtypes = map[string]tensor.Dtype{
	"float32": tensor.Float32, "float64": tensor.Float64, "bool": tensor.Bool,
	"int8": tensor.Int8, "int16": tensor.Int16, "int32": tensor.Int32, "int64": tensor.Int64,
	"uint8": tensor.Uint8, "uint16": tensor.Uint16, "uint32": tensor.Uint32, "uint64": tensor.Uint64,
}

// ParseDType reads a dtype from a config: its name, or a serialized DTypePolicy.
func ParseDType(v any) (tensor.Dtype, error) {
	if c, ok := v.(Config); ok {
		_, inner, err := ClassOf(c)
		if err != nil {
			return tensor.Dtype{}, err
		}
		v, _ = inner.Get("name")
	}
	name, _ := v.(string)
	dt, ok := dtypes[name]
	if !ok {
		return tensor.Dtype{}, Expected(ErrConfig, "a dtype: one of "+strings.Join(sortedKeys(dtypes), ", "), show(v))
	}
	return dt, nil
}

// isDType reports whether tensors of data can have a dtype.
func isDType(dt tensor.Dtype) bool {
	for _, known := range dtypes {
		if known == dt {
			return true
		}
	}
	return false
}

// dtypeName is the name of a dtype, also of one that is none.
func dtypeName(dt tensor.Dtype) string {
	if dt.Type == nil {
		return "none"
	}
	return dt.String()
}

// policy is a dtype as Keras writes it into the config of a layer.
func policy(dt tensor.Dtype) Config {
	return Config{{"module", "keras"}, {"class_name", "DTypePolicy"},
		{"config", Config{{"name", dtypeName(dt)}}}, {"registered_name", nil}}
}
