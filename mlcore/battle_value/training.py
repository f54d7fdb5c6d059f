"""How the network learns: rounds of self-play, each from the values of the network before it.

A round plays many battles by one-ply search on the network so far, some choices and openings at
random. What a state is worth is the value of its turn's matrix game, mixed with what came of the
battle from there on (lambda-returns), so the values of a later round rest on better play and
better values. The first round has no network: simple policies play, and only outcomes count.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from mlcore.battle_value import search, selfplay, starts
from mlcore.battle_value.network import SHAPES
from mlcore.battle_value.search import Net
from mlcore.engine import jit
from mlcore.engine.specs import GameTables
from mlcore.lib import atomic

#: Called with (what is done, how much of it, of how much).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Settings:
    """rounds of ``battles`` battles each; ``samples`` of each pair of choices and up to ``extra``
    of those that decide; ``epochs`` over the rows of the last ``memory`` rounds, in batches of
    ``batch`` rows. After ``exploring`` rounds, ``late_battles`` are played, half of them without
    random choices, and what came of them counts more: so the ends of long battles reach their
    beginnings. Rounds begin with number ``first``: those before it are behind the network that
    training starts from.
    """

    first: int = 0
    rounds: int = 22
    battles: int = 30_000
    late_battles: int = 80_000
    samples: int = 3
    extra: int = 48
    epochs: int = 2
    memory: int = 4
    exploring: int = 8
    batch: int = 256
    rate: float = 1e-3
    seed: int = 1

    def further(self, behind: int) -> "Settings":
        """For ``FURTHER`` more rounds after ``behind``; the last learns from all of them."""
        return replace(self, first=behind, rounds=behind + FURTHER, memory=FURTHER)


#: Rounds of further training.
FURTHER = 6
PROFILES = {
    "quick": Settings(rounds=5, battles=8_000, late_battles=8_000, epochs=3, memory=3, exploring=3),
    "full": Settings(),
}
#: Random choices, and battles with a random opening, in 1,000.
_EXPLORE, _OPENING = 100, 300
#: How much of what came of a battle goes into a state's value: from the second round on, falling,
#: and once most battles are played without random choices.
_LAMBDAS, _LATE_LAMBDA = (0.8, 0.7, 0.6, 0.5, 0.5, 0.4), 0.7
#: Starts are drawn twice as many as needed; those already decided are taken this much less often.
_DECIDED_WEIGHT = 0.2
#: Share of the battles that begin with fewer HP: few others come to a close end.
_WORN = 0.3


def new_weights(seed: int) -> Net:
    """Random weights to begin with (He), in the order of SHAPES; the output starts small."""
    rng = np.random.default_rng(seed)
    weights = []
    for index, shape in enumerate(SHAPES):
        scale = math.sqrt(2 / shape[0]) * (0.1 if index == len(SHAPES) - 1 else 1.0)
        is_bias = len(shape) == 1 and index < len(SHAPES) - 1
        drawn = np.zeros(shape) if is_bias else rng.standard_normal(shape) * scale
        weights.append(drawn.astype(np.float32))
    return tuple(weights)


class Trainer:
    """Adam on log-loss against soft targets, in float32; a seed fixes the result."""

    def __init__(self, weights: Net):
        self.weights = [each.copy() for each in weights]
        self._mean = [np.zeros_like(each) for each in weights]
        self._square = [np.zeros_like(each) for each in weights]
        self._steps = 0

    def _forward(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Log-odds of rows float32 (n, 2, WIDTH), and the layers that led to them."""
        w1, b1, w2, b2, w3 = self.weights
        count = len(x)
        both = np.concatenate([x.reshape(count, -1), x[:, ::-1].reshape(count, -1)])
        first = np.maximum(both @ w1 + b1, 0)
        second = np.maximum(first @ w2 + b2, 0)
        out = second @ w3
        return out[:count] - out[count:], both, first, second

    def predict(self, x: np.ndarray, batch: int = 8192) -> np.ndarray:
        """Chances that A wins, float32 (n,)."""
        log_odds = [
            self._forward(x[at : at + batch].astype(np.float32))[0]
            for at in range(0, len(x), batch)
        ]
        return 1 / (1 + np.exp(-np.clip(np.concatenate(log_odds), -30, 30)))

    def step(self, x: np.ndarray, y: np.ndarray, rate: float) -> float:
        """Learn from one batch; returns its mean log-loss."""
        log_odds, both, first, second = self._forward(x)
        p = 1 / (1 + np.exp(-np.clip(log_odds, -30, 30)))
        error = ((p - y) / len(x)).astype(np.float32)
        error = np.concatenate([error, -error])
        _, _, w2, _, w3 = self.weights
        to_second = np.outer(error, w3) * (second > 0)
        to_first = (to_second @ w2.T) * (first > 0)
        gradients = (
            both.T @ to_first,
            to_first.sum(0),
            first.T @ to_second,
            to_second.sum(0),
            second.T @ error,
        )
        self._steps += 1
        scale = rate * math.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for weight, gradient, mean, square in zip(
            self.weights, gradients, self._mean, self._square, strict=True
        ):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient * gradient - square)
            weight -= np.float32(scale) * mean / (np.sqrt(square) + np.float32(1e-8))
        q = np.clip(p, 1e-6, 1 - 1e-6)
        return float(-(y * np.log(q) + (1 - y) * np.log(1 - q)).mean())


def returns(record: selfplay.Record, share: float) -> np.ndarray:
    """Targets of the recorded states, float32 (n,): values mixed with what came of them.

    What follows a random choice is no evidence of good play: there, the value stands alone. With
    a ``share`` of 1, only outcomes count.
    """
    out = np.empty(len(record.value), dtype=np.float32)
    later = 0.0
    for at in range(len(out) - 1, -1, -1):
        game = record.game[at]
        if at + 1 == len(out) or record.game[at + 1] != game:
            later = record.results[game]
        weight = 0.0 if share < 1 and record.strayed[at] else share
        later = out[at] = (1 - weight) * record.value[at] + weight * later
    return out


def _starts(
    tables: GameTables,
    trainer: Trainer | None,
    count: int,
    seed: list[int],
    fighters: np.ndarray | None,
) -> np.ndarray:
    """``count`` battles, int64 (count, 3, columns); more contested ones, and some worn ones."""
    rng = np.random.default_rng(seed)
    able = None if fighters is None else (fighters, fighters)
    drawn = starts.draw(tables, 2 * count, rng, able)
    states = starts.states_of(tables, *drawn)
    if trainer is None:
        return states[:count]
    p = search.start_values(tables, tuple(trainer.weights), *drawn, samples=0)
    weight = np.where((p > 0.05) & (p < 0.95), 1.0, _DECIDED_WEIGHT)
    states = states[rng.choice(len(states), count, replace=False, p=weight / weight.sum())]
    worn = rng.random(count) < _WORN
    states[worn] = starts.worn(states[worn], rng)
    return states


def _play_round(
    tables: GameTables,
    trainer: Trainer,
    number: int,
    settings: Settings,
    fighters: np.ndarray | None,
    threads: int,
    progress: Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Rows and targets of one round."""
    is_late = number >= settings.exploring
    count = settings.late_battles if is_late else settings.battles
    seed = [settings.seed, number]
    games = np.column_stack([np.arange(count), np.full(count, number)])
    play = selfplay.Play(
        samples=settings.samples,
        extra=settings.extra,
        explore=_EXPLORE if number else 0,
        exploring=500 if is_late else 1000,
        opening=_OPENING,
    )
    if number == 0:
        play = play._replace(policy_a=selfplay.VARIED, policy_b=selfplay.VARIED)
    done = 0

    def more(battles: int) -> None:
        nonlocal done
        done += battles
        progress(f"round {number + 1} of {settings.rounds}: battles", done, count)

    record = selfplay.play_games(
        tables.rules,
        tuple(trainer.weights),
        _starts(tables, trainer if number else None, count, seed, fighters),
        games,
        seed=settings.seed,
        play=play,
        is_recorded=True,
        threads=threads,
        progress=more,
    )
    share = _LAMBDAS[min(number, len(_LAMBDAS)) - 1]
    if number == 0 or is_late:
        share = _LATE_LAMBDA if number else 1.0
    return record.features, returns(record, share)


def _learn(
    trainer: Trainer,
    x: np.ndarray,
    y: np.ndarray,
    number: int,
    settings: Settings,
    progress: Progress,
) -> float:
    """Epochs over the rows, the rate falling to nothing; returns the last epoch's mean log-loss."""
    rng = np.random.default_rng([settings.seed, number, 1])
    batches = len(x) // settings.batch
    total = settings.epochs * batches
    rate = settings.rate * {1: 0.25, 2: 0.5}.get(settings.rounds - number, 1.0)
    losses: list[float] = []
    for epoch in range(settings.epochs):
        order = rng.permutation(len(x))
        losses = []
        for at in range(batches):
            rows = order[at * settings.batch : (at + 1) * settings.batch]
            step = epoch * batches + at
            falling = 0.5 * (1 + math.cos(math.pi * step / total)) * min(1.0, (step + 1) / 200)
            losses.append(trainer.step(x[rows].astype(np.float32), y[rows], rate * falling))
        progress(f"round {number + 1} of {settings.rounds}: epochs", epoch + 1, settings.epochs)
    return float(np.mean(losses)) if losses else math.nan


def code_version() -> str:
    """Names the code that a network depends on: rules, features, play and learning."""
    digest = hashlib.sha256(jit.source_hash().encode())
    return digest.hexdigest()[:16]


def _run_name(
    tables_fingerprint: str, settings: Settings, weights: Net, fighters: np.ndarray | None
) -> str:
    able = () if fighters is None else (fighters.tolist(),)
    begun = [hashlib.sha256(each.tobytes()).hexdigest() for each in weights]
    content = repr((tables_fingerprint, code_version(), asdict(settings), begun, *able))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def train(
    tables: GameTables,
    fingerprint: str,
    settings: Settings,
    folder: Path,
    *,
    threads: int,
    weights: Net | None = None,
    fighters: np.ndarray | None = None,
    progress: Progress = lambda *_: None,
) -> tuple[Net, dict[str, Any]]:
    """Train a network and describe it; ``folder`` keeps finished rounds, so a run goes on later.

    ``weights``: those to start from, behind which are the rounds before ``settings.first``; fresh
    ones if None. ``fighters``: the forms to learn from, int (k,); all that can fight if None. The
    same facts, code, settings and weights give the same network on the same kind of machine.
    """
    weights = weights or new_weights(settings.seed)
    run = folder / _run_name(fingerprint, settings, weights, fighters)
    trainer = Trainer(weights)
    memory: list[tuple[np.ndarray, np.ndarray]] = []
    rounds: list[dict[str, float]] = []
    for number in range(settings.first, settings.rounds):
        kept = run / f"round-{number}"
        state = _resume(kept, trainer)
        if state is None:
            x, y = _play_round(tables, trainer, number, settings, fighters, threads, progress)
        else:
            x, y = state["x"], state["y"]
        memory = [*memory, (x, y)][-settings.memory :] if number > 1 else [(x, y)]
        if state is None:
            with threadpool_limits(threads):
                loss = _learn(
                    trainer,
                    np.concatenate([each for each, _ in memory]),
                    np.concatenate([each for _, each in memory]),
                    number,
                    settings,
                    progress,
                )
            _keep(kept, trainer, x, y, loss)
        else:
            loss = float(state["loss"])
        rounds.append({"rows": len(x), "log_loss": loss})
    return tuple(trainer.weights), {
        "data_fingerprint": fingerprint,
        "code_version": code_version(),
        "settings": asdict(settings),
        "rounds": rounds,
    }


def _keep(path: Path, trainer: Trainer, x: np.ndarray, y: np.ndarray, loss: float) -> None:
    """Write a finished round, so that it need not be played again."""
    with atomic.folder(path) as folder:
        arrays = {"x": x, "y": y, "loss": np.array(loss), "steps": np.array(trainer._steps)}
        for index, (weight, mean, square) in enumerate(
            zip(trainer.weights, trainer._mean, trainer._square, strict=True)
        ):
            arrays |= {f"weight{index}": weight, f"mean{index}": mean, f"square{index}": square}
        np.savez(folder / "round.npz", **arrays)  # type: ignore[arg-type]


def _resume(path: Path, trainer: Trainer) -> dict[str, np.ndarray] | None:
    """What a finished round left, with the trainer as it was after it; None when there is none."""
    file = path / "round.npz"
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as kept:
        state = dict(kept)
    for index in range(len(SHAPES)):
        trainer.weights[index] = state[f"weight{index}"]
        trainer._mean[index] = state[f"mean{index}"]
        trainer._square[index] = state[f"square{index}"]
    trainer._steps = int(state["steps"])
    return state
