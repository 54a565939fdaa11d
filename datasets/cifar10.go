package datasets

import "github.com/pkg/errors"

// CIFAR10 returns the small color images of Krizhevsky, Nair and Hinton, of ten things:
// airplane, automobile, bird, cat, deer, dog, frog, horse, ship, truck. There are 50000
// for training and 10000 for testing.
//
//	X (n, 32, 32, 3) uint8   red, green, blue
//	Y (n, 1)         uint8   0 … 9
//
// The data is cifar-10-python.tar.gz of its publisher, in Keras's cache, and is
// downloaded when it is not there. Options: WithDir names a folder with that file or
// with the batches in it (data_batch_1 … data_batch_5, test_batch), which may hold fewer
// images; WithContext.
//
// Errors: no such files; files that are not what they should be; a failed or cancelled
// download.
func CIFAR10(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{}, options, "WithDir", "WithContext")
	if err == nil {
		train, test, err = cifar10.load(c)
	}
	return train, test, errors.WithMessage(err, "datasets: CIFAR10")
}

var cifar10 = cifar{
	published: remote{
		url:    "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
		name:   "cifar-10-batches-py-target_archive",
		size:   170498071,
		sha256: "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
	},
	file:    "cifar-10-python.tar.gz",
	folder:  "cifar-10-batches-py",
	train:   []string{"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
	test:    "test_batch",
	labels:  "labels",
	classes: 10,
}
