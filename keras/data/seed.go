package data

import "math/rand/v2"

// nextSeed draws from the global seed.
func nextSeed() uint64 { return rand.Uint64() }
