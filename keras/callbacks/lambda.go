package callbacks

// LambdaSpec is a callback as functions; nil ones do nothing.
type LambdaSpec struct {
	OnTrainBegin        func(r *Run, logs Logs) error
	OnTrainEnd          func(r *Run, logs Logs) error
	OnEpochBegin        func(r *Run, epoch int, logs Logs) error
	OnEpochEnd          func(r *Run, epoch int, logs Logs) error
	OnTrainBatchBegin   func(r *Run, batch int, logs Logs) error
	OnTrainBatchEnd     func(r *Run, batch int, logs Logs) error
	OnTestBegin         func(r *Run, logs Logs) error
	OnTestEnd           func(r *Run, logs Logs) error
	OnTestBatchBegin    func(r *Run, batch int, logs Logs) error
	OnTestBatchEnd      func(r *Run, batch int, logs Logs) error
	OnPredictBegin      func(r *Run, logs Logs) error
	OnPredictEnd        func(r *Run, logs Logs) error
	OnPredictBatchBegin func(r *Run, batch int, logs Logs) error
	OnPredictBatchEnd   func(r *Run, batch int, logs Logs) error
}

// Lambda makes a callback of functions, as Keras's LambdaCallback does.
func Lambda(spec LambdaSpec) Callback { return &lambda{spec} }

type lambda struct{ spec LambdaSpec }

func whole(f func(*Run, Logs) error, r *Run, logs Logs) error {
	if f == nil {
		return nil
	}
	return f(r, logs)
}

func numbered(f func(*Run, int, Logs) error, r *Run, n int, logs Logs) error {
	if f == nil {
		return nil
	}
	return f(r, n, logs)
}

func (l *lambda) OnTrainBegin(r *Run, logs Logs) error { return whole(l.spec.OnTrainBegin, r, logs) }
func (l *lambda) OnTrainEnd(r *Run, logs Logs) error   { return whole(l.spec.OnTrainEnd, r, logs) }
func (l *lambda) OnTestBegin(r *Run, logs Logs) error  { return whole(l.spec.OnTestBegin, r, logs) }
func (l *lambda) OnTestEnd(r *Run, logs Logs) error    { return whole(l.spec.OnTestEnd, r, logs) }
func (l *lambda) OnPredictBegin(r *Run, logs Logs) error {
	return whole(l.spec.OnPredictBegin, r, logs)
}
func (l *lambda) OnPredictEnd(r *Run, logs Logs) error { return whole(l.spec.OnPredictEnd, r, logs) }

func (l *lambda) OnEpochBegin(r *Run, epoch int, logs Logs) error {
	return numbered(l.spec.OnEpochBegin, r, epoch, logs)
}
func (l *lambda) OnEpochEnd(r *Run, epoch int, logs Logs) error {
	return numbered(l.spec.OnEpochEnd, r, epoch, logs)
}
func (l *lambda) OnTrainBatchBegin(r *Run, batch int, logs Logs) error {
	return numbered(l.spec.OnTrainBatchBegin, r, batch, logs)
}
func (l *lambda) OnTrainBatchEnd(r *Run, batch int, logs Logs) error {
	return numbered(l.spec.OnTrainBatchEnd, r, batch, logs)
}
func (l *lambda) OnTestBatchBegin(r *Run, batch int, logs Logs) error {
	return numbered(l.spec.OnTestBatchBegin, r, batch, logs)
}
func (l *lambda) OnTestBatchEnd(r *Run, batch int, logs Logs) error {
	return numbered(l.spec.OnTestBatchEnd, r, batch, logs)
}
func (l *lambda) OnPredictBatchBegin(r *Run, batch int, logs Logs) error {
	return numbered(l.spec.OnPredictBatchBegin, r, batch, logs)
}
func (l *lambda) OnPredictBatchEnd(r *Run, batch int, logs Logs) error {
	return numbered(l.spec.OnPredictBatchEnd, r, batch, logs)
}
