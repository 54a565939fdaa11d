package datasets

import "github.com/pkg/errors"

// CIFAR100 returns the small color images of Krizhevsky, Nair and Hinton, of a hundred
// things in twenty groups: 50000 for training and 10000 for testing.
//
//	X (n, 32, 32, 3) uint8   red, green, blue
//	Y (n, 1)         uint8   0 … 99, of the groups 0 … 19
//
// The data is cifar-100-python.tar.gz of its publisher, in Keras's cache, and is
// downloaded when it is not there. Options: LabelMode ("fine", or "coarse" for the
// groups); WithDir names a folder with that file or with what is in it (train, test),
// which may hold fewer images; WithContext.
//
// Errors: another LabelMode; no such files; files that are not what they should be; a
// failed or cancelled download.
func CIFAR100(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{labelMode: "fine"}, options, "LabelMode", "WithDir", "WithContext")
	if err == nil {
		train, test, err = loadCIFAR100(c)
	}
	return train, test, errors.WithMessage(err, "datasets: CIFAR100")
}

func loadCIFAR100(c *config) (train, test Split, err error) {
	s := cifar{
		published: remote{
			url:    "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
			name:   "cifar-100-python-target_archive",
			size:   169001437,
			sha256: "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
		},
		file:   "cifar-100-python.tar.gz",
		folder: "cifar-100-python",
		train:  []string{"train"},
		test:   "test",
	}
	switch c.labelMode {
	case "fine":
		s.labels, s.classes = "fine_labels", 100
	case "coarse":
		s.labels, s.classes = "coarse_labels", 20
	default:
		return train, test, errors.Errorf(`expected LabelMode "fine" or "coarse", received %q`, c.labelMode)
	}
	return s.load(c)
}
