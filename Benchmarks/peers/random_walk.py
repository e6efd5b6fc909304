"""IRN's random walk with SciPy's sparse matrices: random_walk.py <folder> <repetitions>.

The published code squares a dense matrix of pixels x pixels, which takes 0.5 GiB a copy and 26 Tflop
at this size; repeated sparse products are the fastest formulation found in NumPy and SciPy.
"""

import json
import sys

import numpy as np
import scipy.sparse as sparse

from measure import measure

folder, repetitions = sys.argv[1], int(sys.argv[2])
with open(f"{folder}/inputs.json") as file:
    inputs = json.load(file)
height, width, classes = inputs["height"], inputs["width"], inputs["classes"]
boundary = np.fromfile(f"{folder}/boundary.f32", np.float32).reshape(height, width)
activations = np.fromfile(f"{folder}/activations.f32", np.float32).reshape(classes, -1)
index = np.arange(height * width, dtype=np.int32).reshape(height, width)


def compute():
    rows, columns, values = [index.ravel()], [index.ravel()], [np.ones(index.size, np.float32)]
    for path in inputs["paths"]:
        dy, dx = path[0]
        top, left, right = height - dy, max(0, -dx), width - max(0, dx)

        def window(array, y, x):
            return array[y:top + y, left + x:right + x]

        strongest = np.max([window(boundary, y, x) for y, x in path], axis=0)
        power = ((1 - strongest) ** inputs["exponent"]).ravel()
        start, end = window(index, 0, 0).ravel(), window(index, dy, dx).ravel()
        rows += [start, end]
        columns += [end, start]
        values += [power, power]
    affinity = sparse.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))))
    # The affinity is symmetric, so its normalised rows are the transposed transition matrix.
    transition = sparse.diags(1 / np.asarray(affinity.sum(axis=1)).ravel()).dot(affinity)
    transition = transition.astype(np.float32).tocsr()
    maps = np.ascontiguousarray((activations * (1 - boundary.reshape(1, -1))).T)
    for _ in range(inputs["steps"]):
        maps = transition @ maps
    return maps[0, 0]


measure(compute, repetitions)
