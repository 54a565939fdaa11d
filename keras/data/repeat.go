package data

import (
	"io"
	"math"
)

// Repeat gives all elements n times over, and without n, or with -1, for ever.
//
// Errors: n < -1; more than one n.
func (d *Dataset) Repeat(n ...int) *Dataset {
	rounds := -1
	if len(n) > 0 {
		rounds = n[0]
	}
	next := d.then("Repeat", d.cardinality)
	switch {
	case len(n) > 1:
		return next.fail("expected one number of rounds, received %d", len(n))
	case rounds < -1:
		return next.fail("expected a number of rounds, or -1 for ever, received %d", rounds)
	case rounds == 0 || d.cardinality == 0:
		next.cardinality = 0
	case rounds == -1:
		next.cardinality = Infinite
	case d.cardinality > 0:
		next.cardinality = d.cardinality * min(rounds, math.MaxInt/d.cardinality)
	}
	next.open = func(s stream) pass {
		up := pass{close: nothingToClose}
		round, count := 0, 0 // rounds begun, elements of the running one
		return pass{close: func() { up.close() }, next: func() (item, error) {
			for {
				if round > 0 {
					it, err := up.next()
					if err == nil {
						count++
						return it, nil
					}
					// An empty round will not be the last one: for ever would mean for ever nothing.
					if !atEnd(err) || count == 0 {
						return item{}, err
					}
				}
				if round == rounds {
					return item{}, io.EOF
				}
				up.close()
				up, count = d.open(s.child(uint64(round))), 0
				round++
			}
		}}
	}
	return next
}

// Take gives the first n elements, or all where there are fewer.
//
// Errors: n < 0.
func (d *Dataset) Take(n int) *Dataset {
	next := d.then("Take", shorter(d.cardinality, n))
	if n < 0 {
		return next.fail("expected a number of elements, received %d", n)
	}
	next.open = func(s stream) pass {
		up, left := d.open(s), n
		return pass{close: up.close, next: func() (item, error) {
			if left == 0 {
				return item{}, io.EOF
			}
			left--
			return up.next()
		}}
	}
	return next
}

// Skip leaves out the first n elements.
//
// Errors: n < 0.
func (d *Dataset) Skip(n int) *Dataset {
	next := d.then("Skip", d.cardinality)
	if n < 0 {
		return next.fail("expected a number of elements, received %d", n)
	}
	if d.cardinality >= 0 {
		next.cardinality = max(0, d.cardinality-n)
	}
	next.open = func(s stream) pass {
		up, left := d.open(s), n
		return pass{close: up.close, next: func() (item, error) {
			for ; left > 0; left-- {
				if it, err := up.next(); err != nil {
					return it, err
				}
			}
			return up.next()
		}}
	}
	return next
}

// shorter returns the smaller of two cardinalities.
func shorter(a, b int) int {
	switch {
	case a == 0 || b == 0:
		return 0
	case a == Unknown || b == Unknown:
		return Unknown
	case a == Infinite:
		return b
	case b == Infinite:
		return a
	default:
		return min(a, b)
	}
}
