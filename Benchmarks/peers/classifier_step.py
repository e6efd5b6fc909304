"""A classifier step of MobileNetV2 with PyTorch: classifier_step.py <folder> <repetitions> <threads>."""

import json
import sys

import numpy as np
import torch
import torch.nn.functional as functional

from measure import measure

folder, repetitions, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
with open(f"{folder}/inputs.json") as file:
    inputs = json.load(file)
batch, side = inputs["batch"], inputs["side"]


def load(name, *shape):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}.f32", np.float32).reshape(shape))


images = load("images", batch, 3, side, side)
# Expansion, channels, blocks and stride of the groups of blocks; blocks from this one on learn.
groups = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 1),
          (6, 320, 1, 1)]
first_trained = 7
layers = {}


def layer(name, out_channels, in_channels, kernel, trained):
    weight = load(f"{name}.weight", out_channels, in_channels, kernel, kernel)
    bias = load(f"{name}.bias", out_channels)
    layers[name] = (weight.requires_grad_(trained), bias.requires_grad_(trained))


blocks, channels = [], 32
layer("stem", 32, 3, 3, False)
for expansion, out_channels, count, stride in groups:
    for position in range(count):
        name, width, trained = f"blocks.{len(blocks)}", channels * expansion, \
            len(blocks) >= first_trained
        if expansion > 1:
            layer(f"{name}.expand", width, channels, 1, trained)
        layer(f"{name}.depthwise", width, 1, 3, trained)
        layer(f"{name}.project", out_channels, width, 1, trained)
        step = stride if position == 0 else 1
        blocks.append((name, expansion > 1, step, width, step == 1 and channels == out_channels))
        channels = out_channels
layer("head", 1280, channels, 1, True)


def convolve(x, name, stride=1, padding=0, groups=1):
    weight, bias = layers[name]
    return functional.conv2d(x, weight, bias, stride, padding, groups=groups)


def run_block(x, block):
    name, expands, stride, width, is_residual = block
    y = functional.relu6(convolve(x, f"{name}.expand")) if expands else x
    y = functional.relu6(convolve(y, f"{name}.depthwise", stride, 1, width))
    y = convolve(y, f"{name}.project")
    return x + y if is_residual else y


def compute():
    with torch.no_grad():
        x = functional.relu6(convolve(images, "stem", 2, 1))
        for block in blocks[:first_trained]:
            x = run_block(x, block)
    for block in blocks[first_trained:]:
        x = run_block(x, block)
    x = functional.relu6(convolve(x, "head"))
    loss = (x.mean((2, 3)) ** 2).mean()
    loss.backward()
    return loss.item()


measure(compute, repetitions)
