"""Random numbers of a battle: counter-based, so that each battle has its own stream.

A generator is an int64 array. In random mode a draw hashes (key, counter): any battle can be
played by any thread at any time with the same result. In scripted mode the draws come from a
list instead, and each is recorded with its odds; a script that is too short is noticed
(``exhausted``), one that is too long too (``leftover``). In spread mode the same turn is played
several times, and each of its first draws takes its values as evenly as so few plays can. All
arithmetic is on 32-bit values kept in 64-bit integers, so compiled and interpreted runs agree bit
by bit.

Layout: [key low, key high, counter, mode, position, length, exhausted?,
then (value, numerator, denominator) per scripted draw].
"""

import math
from collections.abc import Sequence

import numpy as np

from mlcore.engine.jit import kernel

KEY_LOW, KEY_HIGH, COUNTER, MODE, POSITION, LENGTH, EXHAUSTED = range(7)
#: Modes.
RANDOM, SCRIPTED, SPREAD = range(3)
HEADER = 8
_MASK = 0xFFFFFFFF
#: Fractions of the square roots of the first primes, in 32 bits: steps that fill the unit cube
#: evenly (Kronecker sequences). Draws beyond them are random.
_STEPS = np.array(
    [math.isqrt(prime << 64) & _MASK for prime in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)],
    dtype=np.int64,
)


@kernel
def mix(value: int, key: int) -> int:
    """A 32-bit hash of two 32-bit values: three multiply-xorshift rounds, the key in the middle."""
    x = value & _MASK
    x ^= x >> 16
    x = (x * 0x21F0AAAD) & _MASK
    x ^= x >> 15
    x ^= key & _MASK
    x = (x * 0x735A2D97) & _MASK
    x ^= x >> 15
    x = (x * 0x2C1B3C6D) & _MASK
    x ^= x >> 16
    return x


@kernel
def seed_stream(rng, seed: int, stream: int, battle: int) -> None:
    """Point ``rng`` at the stream of one battle: (seed, stream, battle) name it wholly."""
    low = mix(int(seed) & _MASK, int(seed) >> 32)
    low = mix(low ^ (int(stream) & _MASK), 0x68E31DA4)
    high = mix(low ^ (int(battle) & _MASK), 0xB5297A4D)
    rng[KEY_LOW] = mix(high, low)
    rng[KEY_HIGH] = mix(low ^ 0x1B56C4E9, high)
    rng[COUNTER] = 0
    rng[MODE] = RANDOM


@kernel
def spread(rng, key: int, sample: int) -> None:
    """Point ``rng`` at one of the plays of a turn whose draws are spread evenly.

    The n-th draws of samples 0, 1, 2... step around a circle from a random point (Cranley and
    Patterson, 1976): each is as likely as any other, and together they hardly cluster.
    """
    rng[KEY_LOW] = key
    rng[KEY_HIGH] = sample
    rng[COUNTER] = 0
    rng[MODE] = SPREAD


@kernel
def _spread(rng) -> int:
    """32 bits of the next draw in spread mode."""
    number = rng[COUNTER]
    rng[COUNTER] += 1
    sample = int(rng[KEY_HIGH])
    if number < _STEPS.shape[0]:
        return (mix(int(number), int(rng[KEY_LOW])) + sample * _STEPS[number]) & _MASK
    return mix((int(number) * 0x9E3779B9 + int(rng[KEY_LOW])) & _MASK, mix(sample, 0x5BD1E995))


@kernel
def _given(rng, numerator: int, denominator: int) -> int:
    """The next value of spread mode or of the script; there, its odds are written beside it."""
    if rng[MODE] == SPREAD:
        value = (_spread(rng) * denominator) >> 32
        return value if numerator == 0 else int(value < numerator)
    position = rng[POSITION]
    if position >= rng[LENGTH]:
        if rng[EXHAUSTED] == 0:
            rng[EXHAUSTED] = 1
            entry = HEADER + 3 * position
            if entry + 2 < rng.shape[0]:
                rng[entry + 1] = numerator
                rng[entry + 2] = denominator
        return 0
    entry = HEADER + 3 * position
    rng[entry + 1] = numerator
    rng[entry + 2] = denominator
    rng[POSITION] = position + 1
    return rng[entry]


@kernel
def draw(rng, sides: int) -> int:
    """A whole number from 0 to ``sides`` - 1, each as likely."""
    if rng[MODE] != RANDOM:
        return _given(rng, 0, sides)
    x = mix((int(rng[COUNTER]) * 0x9E3779B9 + int(rng[KEY_LOW])) & _MASK, int(rng[KEY_HIGH]))
    rng[COUNTER] += 1
    return (x * sides) >> 32


@kernel
def chance(rng, numerator: int, denominator: int) -> bool:
    """True with probability numerator / denominator; certain ones draw nothing."""
    if numerator >= denominator:
        return True
    if numerator <= 0:
        return False
    if rng[MODE] != RANDOM:
        return _given(rng, numerator, denominator) != 0
    return draw(rng, denominator) < numerator


def random_source(seed: int, stream: int = 0, battle: int = 0) -> np.ndarray:
    """A generator in random mode. ``seed`` is any integer of up to 64 bits."""
    rng = np.zeros(HEADER, dtype=np.int64)
    seed_stream(rng, seed & 0x7FFFFFFFFFFFFFFF, stream, battle)
    return rng


def scripted_source(values: Sequence[int]) -> np.ndarray:
    """A generator that answers ``values``: a number per draw(), 0 or 1 per chance()."""
    rng = np.zeros(HEADER + 3 * (len(values) + 1), dtype=np.int64)
    rng[MODE] = SCRIPTED
    rng[LENGTH] = len(values)
    rng[HEADER : HEADER + 3 * len(values) : 3] = values
    return rng


def exhausted(rng: np.ndarray) -> bool:
    """A draw was asked for after the script had ended."""
    return bool(rng[EXHAUSTED])


def leftover(rng: np.ndarray) -> int:
    """How many scripted values were never drawn."""
    return int(rng[LENGTH] - rng[POSITION])


def odds(rng: np.ndarray) -> list[tuple[int, int]]:
    """(numerator, denominator) of every draw so far; numerator 0 means a uniform draw.

    When the script was too short the odds of the first missing draw come last.
    """
    count = int(rng[POSITION]) + int(rng[EXHAUSTED])
    entries = rng[HEADER : HEADER + 3 * count].reshape(-1, 3)
    return [(int(num), int(den)) for _, num, den in entries]
