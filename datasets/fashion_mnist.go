package datasets

import (
	"path/filepath"

	"github.com/pkg/errors"
)

// FashionMNIST returns Zalando's images of clothes, in the layout of [MNIST], of ten
// kinds: T-shirt/top, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle
// boot. There are 60000 for training and 10000 for testing.
//
//	X (n, 28, 28) uint8   0 is background
//	Y (n,)        uint8   0 … 9
//
// The data is four files as Keras publishes them, in the folder fashion-mnist of Keras's
// cache, and is downloaded when it is not there. Options: WithDir names a folder with
// these files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
// t10k-labels-idx1-ubyte, plain or .gz), which may hold fewer images; WithContext.
//
// Errors: no such files; files that are not what they should be; a failed or cancelled
// download.
func FashionMNIST(options ...Option) (train, test Split, err error) {
	c, err := newConfig(config{}, options, "WithDir", "WithContext")
	if err == nil {
		train, test, err = loadFashionMNIST(c, fashionMNIST)
	}
	return train, test, errors.WithMessage(err, "datasets: FashionMNIST")
}

const fashionClasses = 10

// Keras gives no checksums; these are of the files that Zalando publishes.
var fashionMNIST = []remote{
	{
		url:    storage + "train-images-idx3-ubyte.gz",
		name:   "fashion-mnist/train-images-idx3-ubyte.gz",
		size:   26421880,
		sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
	},
	{
		url:    storage + "train-labels-idx1-ubyte.gz",
		name:   "fashion-mnist/train-labels-idx1-ubyte.gz",
		size:   29515,
		sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
	},
	{
		url:    storage + "t10k-images-idx3-ubyte.gz",
		name:   "fashion-mnist/t10k-images-idx3-ubyte.gz",
		size:   4422102,
		sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
	},
	{
		url:    storage + "t10k-labels-idx1-ubyte.gz",
		name:   "fashion-mnist/t10k-labels-idx1-ubyte.gz",
		size:   5148,
		sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
	},
}

func loadFashionMNIST(c *config, published []remote) (train, test Split, err error) {
	dir := c.dir
	if dir == "" {
		for _, r := range published {
			file, err := c.fetch(r)
			if err != nil {
				return train, test, err
			}
			dir = filepath.Dir(file)
		}
	}
	return loadIDXPairs(dir, fashionClasses, "")
}
