"""Duels and how they went, as arrays and as a pandas frame."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from mlcore.engine.specs import Setups

if TYPE_CHECKING:
    import pandas as pd


class BadDataset(Exception):
    """A data set that must not be learned from; says which check failed."""


@dataclass(frozen=True, eq=False)
class Duels:
    """k duels and how they went.

    move_a, move_b, scenario (index into sampling.SCENARIOS), plays, half_plays   int (k,)
    share, half_share   float (k,): share of the plays that A won, a draw counting half; of all
        plays, and of those ``half_plays`` among them that were set aside to check others by
    turns, weight       float (k,): mean length; how much the duel counts
    """

    a: Setups
    move_a: np.ndarray
    b: Setups
    move_b: np.ndarray
    scenario: np.ndarray
    plays: np.ndarray
    share: np.ndarray
    half_plays: np.ndarray
    half_share: np.ndarray
    turns: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.move_a)

    def to_frame(self) -> "pd.DataFrame":
        """One column per number: ``ivs`` of side A is ``ivs_a_0`` to ``ivs_a_5``."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in _PLAIN}
        for side in ("a", "b"):
            for name, values in vars(getattr(self, side)).items():
                if name in _SIX:
                    columns |= {f"{name}_{side}_{i}": values[:, i] for i in range(6)}
                else:
                    columns[f"{name}_{side}"] = values
        return pd.DataFrame(columns)

    @classmethod
    def from_frame(cls, frame: "pd.DataFrame") -> "Duels":
        # Compiled kernels want arrays of their own, that can be written to.
        columns = {name: frame[name].to_numpy(copy=True) for name in frame}

        def setups(side: str) -> Setups:
            values = {
                column.name: columns[f"{column.name}_{side}"]
                if column.name not in _SIX
                else np.stack([columns[f"{column.name}_{side}_{i}"] for i in range(6)], axis=1)
                for column in fields(Setups)
            }
            return Setups(**values)

        return cls(a=setups("a"), b=setups("b"), **{name: columns[name] for name in _PLAIN})

    def take(self, rows: np.ndarray) -> "Duels":
        columns: dict[str, Any] = {}
        for name in (column.name for column in fields(self)):
            value = getattr(self, name)
            columns[name] = value.take(rows) if isinstance(value, Setups) else value[rows]
        return Duels(**columns)

    @property
    def noise(self) -> np.ndarray:
        """Variance of ``share`` that comes from playing only so often, unbiased; float (k,)."""
        return self.share * (1 - self.share) / np.maximum(self.plays - 1, 1)


_PLAIN = tuple(column.name for column in fields(Duels) if column.name not in ("a", "b"))
#: Columns of a set-up with one value per stat.
_SIX = ("ivs", "avs")
