package console

import (
	"io"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/pkg/errors"
)

// Verbosities of a Progbar.
const (
	Bar  = 1 // a bar that is redrawn
	Line = 2 // one line when the epoch ends
)

const (
	barWidth = 20
	// redrawEvery is the least time between drawings: Keras's interval.
	redrawEvery = 50 * time.Millisecond

	bold  = "\x1b[1m"
	green = "\x1b[32m"
	grey  = "\x1b[37m"
	reset = "\x1b[0m"
)

// Value is a number to show behind the bar.
type Value struct {
	Key    string
	Number float64
	Vector []float64 // if not nil, its mean is shown instead of Number, as in Keras
}

// ProgbarConfig configures a Progbar.
type ProgbarConfig struct {
	Output  io.Writer        // required unless silent
	Target  int              // steps of the epoch; 0 while unknown
	Verbose int              // Bar or Line; anything else is silent
	Now     func() time.Time // default time.Now
}

// Progbar shows the progress of one epoch as keras.utils.Progbar does on
// Linux, the same bytes to a terminal and to a file. It is used by one
// goroutine at a time.
type Progbar struct {
	cfg       ProgbarConfig
	values    []Value // in the order in which their keys first came, Vector replaced by its mean
	start     time.Time
	firstStep time.Time // when step 1 ended; zero before
	drawn     time.Time // last drawing; zero before
	width     int       // of the last drawing, in characters
	buf       []byte    // reused by every drawing
}

// NewProgbar returns the bar of an epoch that starts now.
func NewProgbar(cfg ProgbarConfig) *Progbar {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Progbar{cfg: cfg, start: cfg.Now()}
}

// SetTarget sets the number of steps, known after the first epoch at the latest.
func (p *Progbar) SetTarget(steps int) { p.cfg.Target = steps }

// Update tells that current steps are done. Values are shown as given, keys
// that it does not have keep their last value. A bar is redrawn only 50 ms
// after the last drawing; finalize draws in any case and ends the line.
// Errors: those of the writer.
func (p *Progbar) Update(current int, values []Value, finalize bool) error {
	if p.cfg.Verbose != Bar && p.cfg.Verbose != Line {
		return nil
	}
	for i := range values {
		p.remember(&values[i])
	}
	now := p.cfg.Now()
	perStep := p.perStep(current, now)
	p.buf = p.buf[:0]
	switch {
	case p.cfg.Verbose == Bar:
		if now.Sub(p.drawn) < redrawEvery && !finalize {
			return nil
		}
		p.drawn = now
		p.drawBar(current, now, perStep, finalize)
	case finalize && p.cfg.Target > 0:
		p.drawLine(current, now, perStep)
	default:
		return nil
	}
	_, err := p.cfg.Output.Write(p.buf)
	return errors.Wrap(err, "writing the progress of training")
}

func (p *Progbar) remember(v *Value) {
	number := v.Number
	if v.Vector != nil {
		number = mean(v.Vector)
	}
	for i := range p.values {
		if p.values[i].Key == v.Key {
			p.values[i].Number = number
			return
		}
	}
	p.values = append(p.values, Value{Key: v.Key, Number: number})
}

// mean is NaN for an empty vector, as in NumPy.
func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

// perStep estimates the seconds of a step. The first one, which has to compile
// or to allocate, is left out as soon as there are others.
func (p *Progbar) perStep(current int, now time.Time) float64 {
	if current == 0 {
		return 0
	}
	since, steps := p.start, current
	if current > 1 && !p.firstStep.IsZero() {
		since, steps = p.firstStep, current-1
	}
	if current == 1 {
		p.firstStep = now
	}
	return now.Sub(since).Seconds() / float64(steps)
}

// drawBar fills buf with a drawing over the last one.
func (p *Progbar) drawBar(current int, now time.Time, perStep float64, finalize bool) {
	target := p.cfg.Target
	b := repeat(p.buf, "\b", p.width)
	b = append(b, '\r')
	from, invisible := len(b), len(bold)+len(reset)
	if target > 0 {
		b = append(b, bold...)
		b = appendSteps(b, current, target)
		b = append(append(b, reset...), ' ')
		invisible += len(bold) + len(reset)
		// Past the target the bar grows beyond its width.
		done := int(barWidth * (float64(current) / float64(target)))
		if done > 0 {
			b = append(repeat(append(b, green...), "━", done), reset...)
			invisible += len(green) + len(reset)
		}
		b = append(repeat(append(b, grey...), "━", barWidth-done), reset...)
		invisible += len(grey) + len(reset)
	} else {
		b = appendInt(b, current, 7)
		b = append(b, "/Unknown"...)
	}
	b = append(b, " "+bold...)
	if target > 0 && !finalize {
		b = appendETA(b, perStep*float64(target-current))
	} else {
		b = strconv.AppendFloat(b, now.Sub(p.start).Seconds(), 'f', 0, 64)
		b = append(b, 's')
	}
	b = append(b, reset...)
	b = appendPerStep(b, perStep)
	for _, v := range p.values {
		b = appendValue(b, v, math.Abs(v.Number) > 1e-3)
	}
	width := utf8.RuneCount(b[from:]) - invisible
	b = repeat(b, " ", p.width-width)
	if finalize {
		b = append(b, '\n')
	}
	p.buf, p.width = b, width
}

// drawLine fills buf with the line of a finished epoch.
func (p *Progbar) drawLine(current int, now time.Time, perStep float64) {
	b := appendSteps(p.buf, current, p.cfg.Target)
	b = append(b, " - "...)
	b = strconv.AppendFloat(b, now.Sub(p.start).Seconds(), 'f', 0, 64)
	b = append(b, "s -"...)
	b = appendPerStep(b, perStep)
	for _, v := range p.values {
		// Unlike the bar, Keras compares without the sign here, so that a
		// negative number always has an exponent.
		b = appendValue(b, v, v.Number > 1e-3)
	}
	p.buf = append(b, '\n')
}

// appendSteps appends current/target, current as wide as target.
func appendSteps(b []byte, current, target int) []byte {
	width := 1
	for n := target; n > 9; n /= 10 {
		width++
	}
	b = appendInt(b, current, width)
	b = append(b, '/')
	return strconv.AppendInt(b, int64(target), 10)
}

// appendInt appends n, right-aligned in width.
func appendInt(b []byte, n, width int) []byte {
	var digits [20]byte
	s := strconv.AppendInt(digits[:0], int64(n), 10)
	return append(repeat(b, " ", width-len(s)), s...)
}

// appendETA appends seconds as 59s, 1:59 or 1:00:59.
func appendETA(b []byte, seconds float64) []byte {
	whole := int(seconds)
	switch {
	case seconds > 3600:
		b = append(strconv.AppendInt(b, int64(whole/3600), 10), ':')
		b = append(append2(b, whole%3600/60), ':')
		return append2(b, whole%60)
	case seconds > 60:
		b = append(strconv.AppendInt(b, int64(whole/60), 10), ':')
		return append2(b, whole%60)
	default:
		return append(strconv.AppendInt(b, int64(whole), 10), 's')
	}
}

// append2 appends n, 0 to 59, as two digits.
func append2(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

func appendPerStep(b []byte, seconds float64) []byte {
	unit := "us/step"
	switch {
	case seconds >= 1 || seconds == 0:
		unit = "s/step"
	case seconds >= 1e-3:
		seconds *= 1e3
		unit = "ms/step"
	default:
		seconds *= 1e6
	}
	b = strconv.AppendFloat(append(b, ' '), seconds, 'f', 0, 64)
	return append(b, unit...)
}

// appendValue appends the key and its value.
func appendValue(b []byte, v Value, fixed bool) []byte {
	b = append(append(append(b, " - "...), v.Key...), ": "...)
	return appendNumber(b, v.Number, fixed)
}

// appendNumber appends v with four decimals, with an exponent unless fixed, in
// Python's words for what is not finite.
func appendNumber(b []byte, v float64, fixed bool) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, "nan"...)
	case math.IsInf(v, 1):
		return append(b, "inf"...)
	case math.IsInf(v, -1):
		return append(b, "-inf"...)
	case fixed:
		return strconv.AppendFloat(b, v, 'f', 4, 64)
	default:
		return strconv.AppendFloat(b, v, 'e', 4, 64)
	}
}

// Decimal returns a value as the bar shows it; zero has no exponent.
func Decimal(v float64) string {
	return string(appendNumber(nil, v, v == 0 || math.Abs(v) > 1e-3))
}

// repeat appends s n times; not at all if n is negative.
func repeat(b []byte, s string, n int) []byte {
	for range max(n, 0) {
		b = append(b, s...)
	}
	return b
}
