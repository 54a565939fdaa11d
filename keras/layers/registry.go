package layers

import "github.com/gokeras/gokeras/keras"

func init() { keras.Register(keras.KindLayer, table) }

// table has the classes that configs name. What a constructor requires and a
// config lacks is reported by validate.
var table = map[string]keras.Factory{
	"Activation":             func() any { return Activation("") },
	"Add":                    func() any { return Add() },
	"Average":                func() any { return Average() },
	"AveragePooling1D":       func() any { return AveragePooling1D() },
	"AveragePooling2D":       func() any { return AveragePooling2D() },
	"AveragePooling3D":       func() any { return AveragePooling3D() },
	"Concatenate":            func() any { return Concatenate() },
	"Conv1D":                 func() any { return Conv1D(0, 0) },
	"Conv2D":                 func() any { return Conv2D(0) },
	"Conv3D":                 func() any { return Conv3D(0) },
	"Dense":                  func() any { return Dense(0) },
	"Dropout":                func() any { return Dropout(0) },
	"Flatten":                func() any { return Flatten() },
	"GlobalAveragePooling1D": func() any { return GlobalAveragePooling1D() },
	"GlobalAveragePooling2D": func() any { return GlobalAveragePooling2D() },
	"GlobalAveragePooling3D": func() any { return GlobalAveragePooling3D() },
	"GlobalMaxPooling1D":     func() any { return GlobalMaxPooling1D() },
	"GlobalMaxPooling2D":     func() any { return GlobalMaxPooling2D() },
	"GlobalMaxPooling3D":     func() any { return GlobalMaxPooling3D() },
	"InputLayer":             func() any { return &keras.InputLayer{} },
	"MaxPooling1D":           func() any { return MaxPooling1D() },
	"MaxPooling2D":           func() any { return MaxPooling2D() },
	"MaxPooling3D":           func() any { return MaxPooling3D() },
	"Maximum":                func() any { return Maximum() },
	"Minimum":                func() any { return Minimum() },
	"Multiply":               func() any { return Multiply() },
	"ReLU":                   func() any { return ReLU() },
	"Rescaling":              func() any { return Rescaling(1) },
	"Reshape":                func() any { return Reshape() },
	"Softmax":                func() any { return Softmax() },
	"Subtract":               func() any { return Subtract() },
}
