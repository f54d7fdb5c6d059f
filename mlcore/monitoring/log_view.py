"""What a row of the prediction log says, in words, for the admin."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _

from mlcore.engine import specs
from mlcore.engine.state import NO_MOVE
from mlcore.models import PredictionLog
from mlcore.serving import prediction_log
from mlcore.serving.prediction_log import Columns
from pokedex.models import Move, Pokemon


@dataclass(frozen=True)
class Line:
    """One duel or match-up. ``a``, ``b``: fighters with what is unusual about them."""

    a: str
    moves_a: str
    b: str
    moves_b: str
    chance: float


@dataclass(frozen=True)
class Asked:
    """What is shown: the rows that were kept, and what was recommended of a large grid."""

    lines: list[Line]
    ranking: list[Line]


def asked(row: PredictionLog) -> Asked:
    """Question and answer of a row. Forms and moves that are gone go by their numbers."""
    record = prediction_log.unpack(bytes(row.record))
    ranked = record.ranked
    columns = record.columns
    moves = [columns["moves_a"], columns["moves_b"]]
    if ranked is not None:
        moves += [ranked.moves[:, None], ranked.replies[:, None]]
    names = _Names(_named(Pokemon, [columns["form_a"], columns["form_b"]]), _named(Move, moves))
    lines = names.lines(columns, record.chances)
    if ranked is None:
        return Asked(lines, [])
    best_first = np.argsort(-ranked.chances, kind="stable")
    first = {name: np.repeat(values[:1], len(best_first), 0) for name, values in columns.items()}
    first |= {
        "moves_a": ranked.moves[best_first][:, None],
        "moves_b": ranked.replies[best_first][:, None],
    }
    return Asked(lines, names.lines(first, ranked.chances[best_first]))


def _named(model: Any, numbers: Iterable[np.ndarray]) -> dict[int, str]:
    wanted = {number for column in numbers for number in np.unique(column).tolist()}
    return {number: row.name for number, row in model.objects.in_bulk(wanted).items()}


@dataclass(frozen=True)
class _Names:
    forms: dict[int, str]
    moves: dict[int, str]

    def lines(self, columns: Columns, chances: np.ndarray) -> list[Line]:
        return [
            Line(
                self._fighter(columns, "a", at),
                self._moves(columns["moves_a"][at]),
                self._fighter(columns, "b", at),
                self._moves(columns["moves_b"][at]),
                chance,
            )
            for at, chance in enumerate(chances.tolist())
        ]

    def _moves(self, numbers: np.ndarray) -> str:
        return ", ".join(
            self.moves.get(number, f"#{number}") for number in numbers.tolist() if number != NO_MOVE
        )

    def _fighter(self, columns: Columns, side: str, at: int) -> str:
        values = {name: columns[f"{name}_{side}"][at].tolist() for name in _UNUSUAL}
        form = int(columns[f"form_{side}"][at])
        words = [self.forms.get(form, f"#{form}")]
        for name, (usual, text) in _UNUSUAL.items():
            value = values[name]
            if value == usual:
                continue
            if name == "nature":
                value = specs.NATURE_NAMES[value]
            if isinstance(value, list):
                value = "/".join(map(str, value))
            words.append(text % {"value": value})
        return ", ".join(words)


#: What a fighter is told to be only where it is not as usual.
_UNUSUAL: dict[str, tuple[Any, Any]] = {
    "level": (specs.DEFAULT_LEVEL, _("level %(value)s")),
    "nature": (specs.NATURE_NAMES.index(specs.DEFAULT_NATURE), _("nature %(value)s")),
    "friendship": (specs.DEFAULT_FRIENDSHIP, _("friendship %(value)s")),
    "ivs": ([specs.DEFAULT_IV] * len(specs.STATS), _("IVs %(value)s")),
    "avs": ([specs.DEFAULT_AV] * len(specs.STATS), _("AVs %(value)s")),
}
