"""IRNet's CAM stage in PyTorch on the very samples that `conta` draws: the figure of OracleAgreementTests.

The independent program `irnet_cam.py` of the shared oracles supplies network, data and inference. Here it gets
conta's initial head, order, crops and flips, so that what remains between the two programs is arithmetic.

Usage: irnet_cam.py SHARED SEED RATE      (SHARED: the folder with oracles/ and data/)
Needs: torch, numpy, pillow, safetensors. About 15 processor minutes for the training and 8 for the CAMs.
"""

import importlib.util
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

BITS = (1 << 64) - 1
CROP, BATCH, EPOCHS, SCALES, BACKGROUND = 320, 16, 5, (1, 0.5, 1.5, 2), 0.15


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & BITS
    return z ^ (z >> 31)


class RandomStream:
    """Sources/Essentials/RandomStream.swift, with the integers of Swift's standard library."""

    def __init__(self, seed, *keys):
        state = mixed((seed + 0x9E3779B97F4A7C15) & BITS)
        for key in keys:
            if isinstance(key, str):
                value = 0xCBF29CE484222325
                for byte in key.encode():
                    value = ((value ^ byte) * 0x100000001B3) & BITS
            else:
                value = key & BITS
            state = mixed(state ^ value)
        self.state = state

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & BITS
        return mixed(self.state)

    def below(self, bound):
        while True:
            product = self.next() * bound
            low = product & BITS
            if low >= bound or low >= ((-bound) & BITS) % bound:
                return product >> 64

    def uniform(self):
        return (self.next() >> 11) * 2.0**-53

    def shuffled(self, count):
        order = list(range(count))
        for position in range(count - 1):
            other = position + self.below(count - position)
            order[position], order[other] = order[other], order[position]
        return order


def view(oracle, name, stream):
    """A training image: longer side of 200 to 400 pixels, flipped or not, pasted into or cut from a square."""
    image = oracle.load(name)
    width, height = image.size
    scale = (200 + stream.below(201)) / max(width, height)
    width, height = round(width * scale), round(height * scale)
    is_flipped = stream.uniform() < 0.5
    column = int(stream.uniform() * (abs(width - CROP) + 1))
    row = int(stream.uniform() * (abs(height - CROP) + 1))
    planes = oracle.norm(image.resize((width, height), Image.BICUBIC))
    planes = planes[:, :, ::-1] if is_flipped else planes

    def window(length, offset):
        return (offset, 0, CROP) if length > CROP else (0, offset, length)

    top, y, rows = window(height, row)
    left, x, columns = window(width, column)
    square = np.zeros((3, CROP, CROP), np.float32)
    square[:, y : y + rows, x : x + columns] = planes[:, top : top + rows, left : left + columns]
    return square


def train(oracle, seed, rate):
    net = oracle.MB().train()
    generator = torch.Generator()
    bits = RandomStream(seed, "classifier.weight").next()
    generator.manual_seed(bits if bits < 2**63 else bits - 2**64)
    bound = 1280**-0.5
    net.cls.weight.data = torch.empty(6, 1280, 1, 1).uniform_(-bound, bound, generator=generator)
    names = [name for name in oracle.rd("train_aug") if oracle.lab[name].sum() > 0]
    body = [value for name, value in net.named_parameters() if not name.startswith("cls")]
    optimizer = torch.optim.SGD([{"params": body}, {"params": net.cls.parameters()}], lr=rate, weight_decay=1e-4)
    count = len(names) // BATCH
    start = time.time()
    for epoch in range(EPOCHS):
        order = RandomStream(seed, "order", epoch).shuffled(len(names))
        total = 0.0
        for step in range(count):
            factor = (1 - (epoch * count + step) / (count * EPOCHS)) ** 0.9
            for group, multiplier in zip(optimizer.param_groups, (1, 10)):
                group["lr"] = rate * multiplier * factor
            positions = range(step * BATCH, (step + 1) * BATCH)
            batch = [names[order[position]] for position in positions]
            images = np.stack(
                [
                    view(oracle, name, RandomStream(seed, "augmentation", epoch, position))
                    for name, position in zip(batch, positions)
                ]
            )
            labels = torch.from_numpy(np.stack([oracle.lab[name] for name in batch]))
            inputs = torch.from_numpy(images).contiguous(memory_format=torch.channels_last)
            loss = F.multilabel_soft_margin_loss(net(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"epoch {epoch} loss {total / count:.4f} after {time.time() - start:.0f} s", flush=True)
    return net.eval()


@torch.no_grad()
def mean_iou(oracle, net):
    classes = np.full(256, 255, np.uint8)
    classes[0] = 0
    for number, index in enumerate(oracle.ci):
        classes[index] = number + 1
    confusion = np.zeros((7, 7))
    for name in oracle.rd("train"):
        if oracle.lab[name].sum() == 0:
            continue
        image = oracle.load(name)
        width, height = image.size
        scores = 0
        for scale in SCALES:
            planes = oracle.norm(image.resize((round(width * scale), round(height * scale)), Image.BICUBIC))
            pair = torch.from_numpy(np.stack([planes, planes[:, :, ::-1]]).copy())
            maps = F.relu(F.conv2d(net.feat(pair), net.cls.weight))
            maps = maps[0] + maps[1].flip(-1)
            size = (-(-height // 16) * 16, -(-width // 16) * 16)
            scores = scores + F.interpolate(maps[None], size, mode="bilinear")[0, :, :height, :width]
        present = oracle.lab[name] > 0
        scores = scores.numpy()[present]
        scores = scores / (scores.max((1, 2), keepdims=True) + 1e-5)
        found = np.where(scores.max(0) > BACKGROUND, (np.nonzero(present)[0] + 1)[scores.argmax(0)], 0)
        truth = classes[np.asarray(Image.open(f"{oracle.D}VOC2012/SegmentationClassAug/{name}.png"))]
        counted = truth != 255
        pairs = truth[counted].astype(int) * 7 + found[counted]
        confusion += np.bincount(pairs, minlength=49).reshape(7, 7)
    both = np.diag(confusion)
    return 100 * np.nanmean(both / (confusion.sum(0) + confusion.sum(1) - both))


def main():
    shared, seed, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    spec = importlib.util.spec_from_file_location("oracle", f"{shared}/oracles/irnet_cam.py")
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    torch.set_num_threads(1)
    net = train(oracle, seed, rate)
    print(f"CAM mIoU on train at threshold {BACKGROUND}: {mean_iou(oracle, net):.2f}")


if __name__ == "__main__":
    main()
