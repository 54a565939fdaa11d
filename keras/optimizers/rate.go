package optimizers

import (
	"github.com/gokeras/gokeras/keras"
)

// rate is a learning rate: a number or, if there is one, a schedule.
type rate struct {
	value    float64
	schedule Schedule
}

var _ keras.ConfigValue = (*rate)(nil)

// at is the learning rate of a step, as a float32 if it is a number.
func (r rate) at(step int) float64 {
	if r.schedule != nil {
		return r.schedule.At(step)
	}
	return float64(float32(r.value))
}

// err is what is wrong with the schedule.
func (r rate) err() error {
	if s, ok := r.schedule.(interface{ Err() error }); ok {
		return s.Err()
	}
	return nil
}

// function is what Keras writes as class_name of a learning rate that is a function.
const function = "function"

// EncodeConfig gives the float32, the serialized schedule, or the function's name.
func (r rate) EncodeConfig() any {
	switch s := r.schedule.(type) {
	case nil:
		return r.at(0)
	case *FuncSchedule:
		return keras.Config{{Key: "module", Value: "builtins"}, {Key: "class_name", Value: function},
			{Key: "config", Value: s.name}, {Key: "registered_name", Value: function}}
	default:
		return keras.Serialize(keras.KindSchedule, s)
	}
}

// DecodeConfig reads what EncodeConfig gives.
func (r *rate) DecodeConfig(v any) error {
	switch v := v.(type) {
	case float64:
		*r = rate{value: v}
		return nil
	case int:
		*r = rate{value: float64(v)}
		return nil
	case keras.Config:
		var described any = v
		if class, _ := v.Get("class_name"); class == function {
			described, _ = v.Get("config")
		}
		o, err := keras.Deserialize(keras.KindSchedule, described)
		if err != nil {
			return err
		}
		if s, ok := o.(Schedule); ok {
			*r = rate{schedule: s}
			return nil
		}
	}
	return keras.Fault(keras.ErrConfig, "Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or a callable "+
		"(that takes in the current iteration value and returns the corresponding learning rate value). Received instead: learning_rate=%v", v)
}
