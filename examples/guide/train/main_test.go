package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTrainings(t *testing.T) {
	for name, training := range trainings {
		t.Run(name, func(t *testing.T) {
			assert.NoError(t, training(t.Context(), options{drawn: true}))
		})
	}
}
