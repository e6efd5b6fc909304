"""pydensecrf on the inputs of conta-benchmark: dense_crf.py <folder> <repetitions>."""

import json
import sys

import numpy as np
import pydensecrf.densecrf as densecrf

from measure import measure

folder, repetitions = sys.argv[1], int(sys.argv[2])
with open(f"{folder}/inputs.json") as file:
    inputs = json.load(file)
height, width, labels = inputs["height"], inputs["width"], inputs["labels"]
image = np.fromfile(f"{folder}/image.u8", np.uint8).reshape(height, width, 3)
energies = np.fromfile(f"{folder}/energies.f32", np.float32).reshape(labels, height * width)


def compute():
    crf = densecrf.DenseCRF2D(width, height, labels)
    crf.setUnaryEnergy(energies)
    crf.addPairwiseGaussian(sxy=inputs["gaussian_sxy"], compat=inputs["gaussian_compat"])
    crf.addPairwiseBilateral(sxy=inputs["bilateral_sxy"], srgb=inputs["bilateral_srgb"],
                             rgbim=image, compat=inputs["bilateral_compat"])
    return np.array(crf.inference(inputs["iterations"]))[0, 0]


measure(compute, repetitions)
