#!/usr/bin/env python3
"""Writes the results of a method that needs no network, as any program can write its own.

The method is the centre prior: objects tend to be in the middle of a picture. Put your model's
arrays in the place of `centre_prior` and `prediction`; what matters is the three writers below.

    write_results.py DATASET OUTPUT [--style seam|irn]

Needs numpy only. DATASET is a folder that `conta world --out DATASET` wrote.
"""

import argparse
import os
import struct
import zlib

import numpy as np


# --- The three formats that conta's plugin `external` reads -------------------------------------


def write_seam(path, maps):
    """maps: {class number from 0: float array [height, width] in 0...1}, as SEAM and PSA do."""
    np.save(path, {int(number): scores.astype(np.float32) for number, scores in maps.items()})


def write_irn(path, maps):
    """The same maps at full size and at a quarter of it, rounded up, as IRN does."""
    numbers = sorted(maps)
    full = np.stack([maps[number] for number in numbers]).astype(np.float32)
    np.save(path, {"keys": np.array(numbers), "cam": full[:, ::4, ::4], "high_res": full})


def write_mask(path, mask):
    """mask: uint8 array [height, width]: 0 background, 1 first class, ..., 255 undecided.

    PIL.Image.fromarray(mask).save(path) writes the same; this needs no PIL.
    """

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(
            ">I", zlib.crc32(kind + data))

    height, width = mask.shape
    rows = b"".join(b"\0" + row.tobytes() for row in mask.astype(np.uint8))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)))
        file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


# --- The method: replace it by yours ------------------------------------------------------------


def centre_prior(height, width):
    """A bell over the middle of the picture, 1 at its top."""
    y = (np.arange(height) + 0.5) / height - 0.5
    x = (np.arange(width) + 0.5) / width - 0.5
    bell = np.exp(-(y[:, None] ** 2 + x[None, :] ** 2) / (2 * 0.2**2))
    return bell / bell.max()


def prediction(height, width, number):
    """One class in the middle of the picture; `number` counts from 1."""
    return np.where(centre_prior(height, width) > 0.5, number, 0).astype(np.uint8)


# --- The data set -------------------------------------------------------------------------------


def image_size(root, name):
    """Returns height and width from the header of a PNG file."""
    with open(os.path.join(root, "JPEGImages", name + ".png"), "rb") as file:
        width, height = struct.unpack(">II", file.read(24)[16:])
    return height, width


def image_labels(root):
    """Returns for every image the numbers of its classes, from 0."""
    with open(os.path.join(root, "image_labels.tsv")) as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return {row[0]: [i for i, flag in enumerate(row[1:]) if flag == "1"] for row in rows}


def names(root, split):
    with open(os.path.join(root, "ImageSets", "Segmentation", split + ".txt")) as file:
        return file.read().split()


def main():
    parser = argparse.ArgumentParser(description="Write the centre prior's results.")
    parser.add_argument("dataset")
    parser.add_argument("output")
    parser.add_argument("--style", choices=["seam", "irn"], default="seam")
    arguments = parser.parse_args()
    cams = os.path.join(arguments.output, "cams")
    predictions = os.path.join(arguments.output, "predictions")
    os.makedirs(cams, exist_ok=True)
    os.makedirs(predictions, exist_ok=True)

    labels = image_labels(arguments.dataset)
    write = write_irn if arguments.style == "irn" else write_seam
    training = names(arguments.dataset, "train")
    for name in training:
        height, width = image_size(arguments.dataset, name)
        write(
            os.path.join(cams, name + ".npy"),
            {number: centre_prior(height, width) for number in labels[name]})
    # The validation images' labels are not used: every prediction is the most frequent class.
    counts = np.bincount([number for name in training for number in labels[name]])
    for name in names(arguments.dataset, "val"):
        height, width = image_size(arguments.dataset, name)
        write_mask(
            os.path.join(predictions, name + ".png"),
            prediction(height, width, counts.argmax() + 1))


if __name__ == "__main__":
    main()
