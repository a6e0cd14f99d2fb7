"""In the frequencies a convolution is a product, if both sequences are padded so that nothing comes round."""

import numpy as np


def convolve(a, b):
    size = len(a) + len(b) - 1
    return np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size)
