"""DeepLab-v2's dilated classifiers, as convolutions and as one product that is folded (AtrousPyramid.swift), in
PyTorch with one thread. Prints milliseconds of a forward and a backward pass.

Usage: dilated_head.py
"""

import time

import torch
import torch.nn.functional as F

DILATIONS = (6, 12, 18, 24)


def convolved(features, weights):
    return sum(F.conv2d(features, w, padding=d, dilation=d) for w, d in zip(weights, DILATIONS))


def folded(features, weights):
    classes, channels = weights[0].shape[:2]
    kernels = [w.flip(2, 3).permute(0, 2, 3, 1).reshape(classes * 9, channels, 1, 1) for w in weights]
    shares = F.conv2d(features, torch.cat(kernels)).flatten(2).split(classes * 9, dim=1)
    size = features.shape[2:]
    return sum(F.fold(s, size, 3, dilation=d, padding=d) for s, d in zip(shares, DILATIONS))


def milliseconds(scores, features, weights, repetitions=5):
    forward, backward = [], []
    for _ in range(repetitions + 1):
        start = time.perf_counter()
        output = scores(features, weights)
        middle = time.perf_counter()
        output.backward(torch.ones_like(output))
        forward.append(middle - start)
        backward.append(time.perf_counter() - middle)
    return [1000 * sorted(times[1:])[repetitions // 2] for times in (forward, backward)]


def main():
    torch.set_num_threads(1)
    for name, batch, channels, classes, side in (
        ("MobileNetV2, 7 classes, 8 × 40×40", 8, 320, 7, 40),
        ("ResNet-101, 21 classes, 1 × 41×41", 1, 2048, 21, 41),
    ):
        features = torch.randn(batch, channels, side, side, requires_grad=True)
        weights = [torch.randn(classes, channels, 3, 3, requires_grad=True) for _ in DILATIONS]
        one, other = convolved(features, weights), folded(features, weights)
        assert (one - other).abs().max() < 1e-4 * one.abs().max()
        times = [milliseconds(f, features, weights) for f in (convolved, folded)]
        cells = " | ".join(f"{value:.0f}" for pair in times for value in pair)
        print(f"| {name} | {cells} |")


if __name__ == "__main__":
    main()
