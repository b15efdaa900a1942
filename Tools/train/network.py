"""A network of one hidden layer: training, pruning and its weights."""

import hashlib
from dataclasses import dataclass

import numpy as np

LEAST, MOST, CLIP = -8, 12, 4


def rounded(values):
    """As the weights are written: four significant digits."""
    return np.array([float(f"{float(value):.4g}") for value in np.ravel(values)], np.float32).reshape(np.shape(values))


@dataclass
class Network:
    means: np.ndarray
    scales: np.ndarray
    inner: np.ndarray
    inner_bias: np.ndarray
    outer: np.ndarray
    bias: np.ndarray

    @classmethod
    def new(cls, means, deviations, units, seed):
        rng, count = np.random.default_rng(seed), len(means)
        return cls(
            means.astype(np.float32),
            (1 / deviations).astype(np.float32),
            (rng.normal(0, 1, (count, units)) * np.sqrt(2 / count)).astype(np.float32),
            np.zeros(units, np.float32),
            (rng.normal(0, 1, units) * np.sqrt(2 / units)).astype(np.float32),
            np.zeros(1, np.float32),
        )

    def scaled(self, features):
        return np.clip((features - self.means) * self.scales, -CLIP, CLIP).astype(np.float32)

    def units(self, scaled):
        return np.maximum(scaled @ self.inner + self.inner_bias, 0)

    def __call__(self, features):
        """Bounded log-odds."""
        parts = [self.units(self.scaled(part)) @ self.outer for part in np.array_split(features, max(1, len(features) >> 16))]
        return np.clip(np.concatenate(parts) + self.bias[0], LEAST, MOST)

    def train(self, scaled, isKey, weights, rounds, step, decay, batch, seed):
        """Logistic loss, Adam, a step that falls by a cosine."""
        rng = np.random.default_rng(seed)
        parts = [self.inner, self.inner_bias, self.outer, self.bias]
        first, second = [np.zeros_like(part) for part in parts], [np.zeros_like(part) for part in parts]
        steps, done = rounds * (len(scaled) // batch), 0
        for _ in range(rounds):
            order = rng.permutation(len(scaled))
            for start in range(0, len(scaled) - batch + 1, batch):
                chosen = order[start : start + batch]
                x, y, w = scaled[chosen], isKey[chosen], weights[chosen]
                hidden = self.units(x)
                sums = hidden @ self.outer + self.bias[0]
                error = (w * (1 / (1 + np.exp(-np.clip(sums, -30, 30))) - y) / batch).astype(np.float32)
                back = np.outer(error, self.outer) * (hidden > 0)
                slopes = [x.T @ back, back.sum(0), hidden.T @ error, np.array([error.sum()], np.float32)]
                done += 1
                rate = step * 0.5 * (1 + np.cos(np.pi * done / steps))
                for part, slope, mean, square in zip(parts, slopes, first, second):
                    slope = slope + decay * part
                    mean += 0.1 * (slope - mean)
                    square += 0.001 * (slope * slope - square)
                    part -= np.float32(rate / (1 - 0.9**done)) * mean / (np.sqrt(square / np.float32(1 - 0.999**done)) + np.float32(1e-8))

    def pruned(self, scaled, least=0.01):
        """Without the units that move the sum by less than `least` together; a multiple of eight is left."""
        hidden = self.units(scaled)
        moves = hidden.std(0) * np.abs(self.outer)
        order = np.argsort(-moves, kind="stable")
        needed = int((np.cumsum(moves[order][::-1])[::-1] > least).sum())
        kept = np.sort(order[: max(8, -(-needed // 8) * 8)])
        gone = np.setdiff1d(np.arange(len(moves)), kept)
        bias = self.bias + hidden[:, gone].mean(0) @ self.outer[gone]
        return Network(self.means, self.scales, self.inner[:, kept], self.inner_bias[kept], self.outer[kept], bias)

    def as_written(self):
        return Network(*(rounded(part) for part in self.parts))

    @property
    def parts(self):
        return [self.means, self.scales, self.inner, self.inner_bias, self.outer, self.bias]

    @property
    def digest(self):
        """SHA-256 of the weights as little-endian floats, in the order of the file."""
        return hashlib.sha256(b"".join(part.astype("<f4").tobytes() for part in self.parts)).hexdigest()
