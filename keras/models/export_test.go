package models

import "github.com/gokeras/gokeras/keras"

// CompileFrom compiles a model as a compile_config says, for the stories that Keras ran.
func CompileFrom(m *Model, cfg keras.Config) error { return m.compileFrom(cfg) }
