package main

import "github.com/mmcloughlin/avo/operand"

// channels adds the products of row i and the row of B, one for each channel.
func (k *tileKernel) channels(i int, row operand.Mem, masked bool) {
	for j := range k.vectors {
		if masked && j == k.vectors-1 {
			k.load(row, j, masked, k.temp())
			k.VFMADD231PS(k.temp(), k.bVec(j), k.sum(i, j))
			continue
		}
		k.VFMADD231PS(k.vector(row, j), k.bVec(j), k.sum(i, j))
	}
}
