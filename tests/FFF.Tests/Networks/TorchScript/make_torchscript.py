"""Writes modules for the tests of the network kind torchscript: python3 make_torchscript.py FOLDER [--fixtures]

With --fixtures only encoder.pt and decoder.pt, which are kept beside this file; they were written by PyTorch 1.13.
"""
import os
import sys
import zipfile

import torch
from torch import nn


def mlp(inputs, outputs, *between):
    return nn.Sequential(nn.Linear(inputs, 16), nn.SiLU(), *between, nn.Linear(16, 16), nn.SiLU(), nn.Linear(16, outputs))


class Dense(nn.Module):
    def __init__(self, *between):
        super().__init__()
        self.net = mlp(2, 2, *between)

    def forward(self, x):
        return self.net(x)


class Conditional(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = mlp(2 + 3, 2)

    def forward(self, x, c):
        return self.net(torch.cat([x, c], -1))


class Unlike(nn.Module):
    """What no kind of ours has: attention over blocks of features, a loop, a gate that looks at its input, buffers."""

    def __init__(self):
        super().__init__()
        self.lift = nn.Linear(2, 12)
        self.queries, self.keys, self.values = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)
        self.norm = nn.LayerNorm(12)
        self.out = nn.Linear(12, 2)
        self.register_buffer("order", torch.tensor([1, 0]))
        self.register_buffer("scale", torch.tensor(0.5))

    def forward(self, x):
        h = self.lift(x[:, self.order])
        for _ in range(2):
            parts = h.reshape(-1, 3, 4)
            weights = torch.softmax(self.queries(parts) @ self.keys(parts).transpose(1, 2), -1)
            h = self.norm(h + (weights @ self.values(parts)).reshape(-1, 12))
        return x + self.scale * torch.where(x > 0, x.tanh(), x.sin()) * self.out(h)


class Pair(Dense):
    def forward(self, x):
        return self.net(x), x


class Fixed(Dense):
    def forward(self, x):
        return self.net(x.detach())


class Wide(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = mlp(2, 3)

    def forward(self, x):
        return self.net(x)


class Coupled(Dense):
    def forward(self, x):
        return self.net(x) - x.mean(0)


def without_places(path):
    """Leaves out where the code was written: paths of one machine."""
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(path + ".new", "w") as bare:
        for entry in whole.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                bare.writestr(entry, whole.read(entry))
    os.replace(path + ".new", path)


def main(folder, fixtures):
    torch.manual_seed(1)
    torch.jit.script(Dense()).save(f"{folder}/encoder.pt")
    torch.jit.trace(Dense(), torch.zeros(3, 2)).save(f"{folder}/decoder.pt")
    if fixtures:
        for name in ("encoder.pt", "decoder.pt"):
            without_places(f"{folder}/{name}")
        return
    torch.jit.trace(Conditional(), (torch.zeros(3, 2), torch.zeros(3, 3))).save(f"{folder}/conditional.pt")
    torch.jit.script(Unlike()).save(f"{folder}/unlike.pt")
    torch.jit.script(Dense().double()).save(f"{folder}/double.pt")
    torch.jit.script(Unlike().double()).save(f"{folder}/double-with-integers.pt")
    torch.jit.script(Dense(nn.Dropout(0.3))).save(f"{folder}/dropout.pt")
    torch.jit.script(Dense(nn.BatchNorm1d(16))).save(f"{folder}/batch-norm.pt")
    torch.jit.freeze(torch.jit.script(Dense().eval())).save(f"{folder}/frozen.pt")
    torch.jit.script(Pair()).save(f"{folder}/pair.pt")
    torch.jit.script(Fixed()).save(f"{folder}/detached.pt")
    torch.jit.script(Wide()).save(f"{folder}/wide.pt")
    torch.jit.script(Coupled()).save(f"{folder}/coupled.pt")
    torch.save(Dense().state_dict(), f"{folder}/weights.pt")


if __name__ == "__main__":
    main(sys.argv[1], "--fixtures" in sys.argv)
