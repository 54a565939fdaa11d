package kernels

import "golang.org/x/sys/cpu"

// nativeSets returns the instruction sets that have assembly here.
func nativeSets() (sets []*instructionSet) {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return nil
	}
	if cpu.X86.HasAVX512F {
		s := &instructionSet{name: "avx512", lanes: avx512Lanes, heights: avx512Heights, tiles: avx512Tiles, peak: avx512Peak}
		sets = append(sets, s.completed(avx512ChannelHeights, avx512ChannelTiles))
	}
	s := &instructionSet{name: "avx2", lanes: avx2Lanes, heights: avx2Heights, tiles: avx2Tiles, peak: avx2Peak}
	return append(sets, s.completed(avx2ChannelHeights, avx2ChannelTiles))
}

// completed adds what all sets share, and the set for channels with its tiles.
func (s *instructionSet) completed(heights [maxVectors + 1]int, tiles [maxVectors + 1][maxHeight + 1]func(*tileArgs)) *instructionSet {
	s.transposeBlocks, s.copyBlocks = avx2Transpose, avx2Copy
	channels := *s
	channels.name, channels.heights, channels.tiles, channels.byChannel = s.name+" by channel", heights, tiles, true
	s.channels = &channels
	return s
}
