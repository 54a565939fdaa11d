// Package hdf5 reads the files that h5py writes, and writes files that h5py reads.
//
//	f, err := hdf5.Open(file, size)
//	root, err := f.Root()
//	kernel, err := root.Dataset("layers/dense/vars/0")
//	weights := make([]float32, kernel.Len())
//	err = kernel.Read(weights, 0)
//
// A group has names, groups and datasets attributes, a dataset a shape and elements, which are read where
// and in as many pieces as the caller likes. Nothing is kept in memory but the description of the file.
//
//	var c hdf5.Contents
//	c.Dataset("layers/dense/vars/0", hdf5.Float32, []int{784, 10}, weights)
//	c.Attribute("layers/dense/vars", "name", "dense")
//	_, err := c.WriteTo(file)
//
// Contents know the size of their file before it is written, from its first byte to its last, so that it can
// be an entry of an archive. Elements are written from where they are.
//
// Files are hostile. Every size is compared with the file's before memory is made for it; what describes the file is
// read within a budget in proportion to the file (file.go), which ends cycles and structures that
// share bytes; datasets that would be much larger than their file are refused (dataset.go). A reader that makes a slice for every dataset
// should still add up their sizes: several names may lead to one.
//
// Each structure of the HDF5 File Format Specification, version 3.0, has a room, for reading and writing; the comments
// of the functions name its section.
//
//	superblock.go      II      where the root group is, sizes of addresses
//	object_header.go   IV.A    the messages that describe a group or dataset
//	group.go, link.go  IV.A.2  names, in the header or, for many, in a fractal heap
//	symbol_table.go    III.B-D names in old groups
//	attribute.go       IV.A.2  values of groups and datasets
//	dataspace.go       IV.A.2  shapes
//	datatype.go        IV.A.2  types of elements
//	dataset.go         —       reading of elements
//	layout.go          IV.A.2  where elements are: in one piece, in the header, in chunks
//	chunk.go           —       reading of chunks
//	chunk_index.go     IV.A.2  where chunks are: trees
//	chunk_array.go     VII     where chunks are: arrays
//	filter.go          IV.A.2  deflate, shuffle, fletcher32
//	writer.go          —       Contents, and where everything is in the file
//	payload.go         —       elements to be written
//	elements.go        —       conversion from and to slices of Go; numbers.go, half.go
//	btree1.go          III.A.1 trees of old groups and of chunks
//	btree2.go          III.A.2 trees of links, attributes, huge objects, chunks
//	fractal_heap.go    III.G   links and attributes when there are many
//	global_heap.go     III.E   strings of variable length
//	checksum.go        —       of structures and chunks
//	file.go, cursor.go —       reading of bytes, within the file and the budget; encoder.go
//	error.go           —       what went wrong, with which structure, where
//
// Not read, and refused by name: links to other files and paths, data in other files, shared messages,
// compounds, references, lists, filters other than these.
package hdf5
