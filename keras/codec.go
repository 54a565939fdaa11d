package keras

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

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
// struct are, in place.

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

// EncodeFields gives the config of the struct that options points to.
func EncodeFields(options any) Config {
	var cfg Config
	for _, f := range fields(options) {
		cfg = append(cfg, Entry{f.key, encode(f.value)})
	}
	return cfg
}

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
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	return structFields(v.Elem())
}

func structFields(v reflect.Value) []field {
	var out []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key := f.Tag.Get("keras")
		switch {
		case key != "" && f.IsExported() && !holdsLayers(f.Type):
			out = append(out, field{key, v.Field(i)})
		case key == "" && f.Anonymous && f.Type.Kind() == reflect.Struct && f.IsExported():
			out = append(out, structFields(v.Field(i))...)
		}
	}
	return out
}

// holdsLayers: such a field is a sub-layer, whose tag names it in weight paths.
func holdsLayers(t reflect.Type) bool {
	return t.Implements(layerType) || t.Kind() == reflect.Slice && t.Elem().Implements(layerType)
}

func encode(v reflect.Value) any {
	if v.Type().Implements(valueType) {
		return v.Interface().(ConfigValue).EncodeConfig()
	}
	if p := reflect.PointerTo(v.Type()); p.Implements(valueType) {
		return v.Addr().Interface().(ConfigValue).EncodeConfig()
	}
	if v.Type() == dtypeType {
		return v.Interface().(tensor.Dtype).String()
	}
	if kind, ok := kindOf[v.Type()]; ok {
		if v.IsNil() {
			return nil
		}
		return Serialize(kind, v.Interface().(Object))
	}
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return int(v.Int())
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.String:
		return v.String()
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return encode(v.Elem())
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = encode(v.Index(i))
		}
		return list
	case reflect.Interface:
		return v.Interface()
	}
	panic(Fault(ErrConfig, "a config cannot hold a field of type %s", v.Type()))
}

func decode(f reflect.Value, v any) error {
	if c, ok := f.Addr().Interface().(ConfigValue); ok {
		return c.DecodeConfig(v)
	}
	if f.Type() == dtypeType {
		dt, err := ParseDType(v)
		if err == nil {
			f.Set(reflect.ValueOf(dt))
		}
		return err
	}
	if kind, ok := kindOf[f.Type()]; ok {
		o, err := Deserialize(kind, v)
		if err != nil {
			return err
		}
		if o == nil {
			f.SetZero()
			return nil
		}
		if !reflect.TypeOf(o).Implements(f.Type()) {
			return Expected(ErrConfig, string(kind), v)
		}
		f.Set(reflect.ValueOf(o))
		return nil
	}
	mismatch := Expected(ErrConfig, f.Type().String(), v)
	switch f.Kind() {
	case reflect.Bool:
		b, ok := v.(bool)
		if !ok {
			return mismatch
		}
		f.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		switch n := v.(type) {
		case int:
			f.SetInt(int64(n))
		case float64:
			if n != float64(int64(n)) {
				return mismatch
			}
			f.SetInt(int64(n))
		default:
			return mismatch
		}
	case reflect.Float32, reflect.Float64:
		switch n := v.(type) {
		case int:
			f.SetFloat(float64(n))
		case float64:
			f.SetFloat(n)
		default:
			return mismatch
		}
	case reflect.String:
		s, ok := v.(string)
		if !ok {
			return mismatch
		}
		f.SetString(s)
	case reflect.Pointer:
		if v == nil {
			f.SetZero()
			return nil
		}
		p := reflect.New(f.Type().Elem())
		if err := decode(p.Elem(), v); err != nil {
			return err
		}
		f.Set(p)
	case reflect.Slice:
		if v == nil {
			f.SetZero()
			return nil
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v} // one value for a list of one
		}
		s := reflect.MakeSlice(f.Type(), len(list), len(list))
		for i, e := range list {
			if err := decode(s.Index(i), e); err != nil {
				return err
			}
		}
		f.Set(s)
	case reflect.Interface:
		if v == nil {
			f.SetZero()
			return nil
		}
		f.Set(reflect.ValueOf(v))
	default:
		return mismatch
	}
	return nil
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
		return tensor.Dtype{}, Expected(ErrConfig, "a dtype: one of "+strings.Join(sortedKeys(dtypes), ", "), fmt.Sprint(v))
	}
	return dt, nil
}

// policy is a dtype as Keras writes it into the config of a layer.
func policy(dt tensor.Dtype) Config {
	return Config{{"module", "keras"}, {"class_name", "DTypePolicy"},
		{"config", Config{{"name", dt.String()}}}, {"registered_name", nil}}
}
