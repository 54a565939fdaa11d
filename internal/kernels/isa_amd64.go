package kernels

import "golang.org/x/sys/cpu"

// nativeSets returns the instruction sets that have assembly here.
func nativeSets() (sets []*instructionSet) {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	if cpu.X86.HasAVX512F {
		sets = append(sets, &instructionSet{"avx512", avx512Lanes, avx512Heights, avx512Tiles, avx512Peak, avx2Transpose, avx2Copy,
			&instructionSet{lanes: avx512Lanes, heights: avx512ChannelHeights, tiles: avx512ChannelTiles, copyBlocks: avx2Copy}})
	}
	return append(sets, &instructionSet{"avx2", avx2Lanes, avx2Heights, avx2Tiles, avx2Peak, avx2Transpose, avx2Copy,
		&instructionSet{lanes: avx2Lanes, heights: avx2ChannelHeights, tiles: avx2ChannelTiles, copyBlocks: avx2Copy}})
}
