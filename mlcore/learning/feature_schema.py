"""What must hold of the features of a split before a model learns from them, or is judged on them.

``mlcore.datasets.schema`` has checked the duels; this says that features were computed of them.
"""

import re
from typing import TYPE_CHECKING

import numpy as np

from mlcore.datasets import schema
from mlcore.learning import features

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

#: Chances add up in float32.
_ROUNDING = 1e-5
#: Patterns of names with the least and the greatest value; all else has only to be finite.
_BOUNDS = {
    r"(own|foe)_(is|ko_in|hit)_\w+|(own|foe)_\w+_chance": (0, 1),
    r"(closed_form|race)_(win|loss|undecided)|(win|loss)_by_turn_\d+|moves_first": (0, 1),
    r"(own|foe)_(capped_share|share_per_turn|stab|drain|recoil)": (0, 1),
    r"(own|foe)_level": (1, 100),
    r"(own|foe)_(friendship|power)": (0, 255),
    r"(own|foe)_effectiveness": (0, 4),
    r"(own|foe)_(hp|attack|defense|special_attack|special_defense|speed|pp|mean_uses)": (1, 1000),
}


_OWN, _FOE = (
    [at for at, name in enumerate(features.FEATURE_NAMES) if name.startswith(side)]
    for side in ("own_", "foe_")
)
_WIN, _LOSS, _UNDECIDED = (
    features.FEATURE_NAMES.index(f"closed_form_{end}") for end in ("win", "loss", "undecided")
)


def check(rows_ab: np.ndarray, rows_ba: np.ndarray) -> None:
    """Raise BadDataset with everything that the rows of a split break, seen from both sides."""
    import pandas as pd

    rows = np.concatenate([rows_ab, rows_ba])
    schema.validate(_schema(), pd.DataFrame(rows, columns=list(features.FEATURE_NAMES)))


def _schema() -> "pa.DataFrameSchema":
    """Features of k duels from A's side, then those from B's."""
    import pandera.pandas as pa

    def column(name: str) -> "pa.Column":
        checks = [pa.Check(np.isfinite, error="not a number")]
        for pattern, (low, high) in _BOUNDS.items():
            if re.fullmatch(pattern, name):
                checks.append(pa.Check.in_range(low - _ROUNDING, high + _ROUNDING))
        return pa.Column("float32", checks)

    def sides_mirror(frame: "pd.DataFrame") -> bool:
        one, other = np.split(frame.to_numpy(), 2)
        return all(
            np.array_equal(rows[:, _OWN], others[:, _FOE])
            and np.allclose(rows[:, _WIN], others[:, _LOSS], rtol=0, atol=_ROUNDING)
            for rows, others in ((one, other), (other, one))
        )

    def ends_are_all(frame: "pd.DataFrame") -> bool:
        ends = frame.iloc[:, [_WIN, _LOSS, _UNDECIDED]].sum(axis=1)
        return bool((abs(ends - 1) <= _ROUNDING).all())

    return pa.DataFrameSchema(
        {name: column(name) for name in features.FEATURE_NAMES},
        checks=[
            pa.Check(sides_mirror, error="the sides do not mirror each other"),
            pa.Check(ends_are_all, error="the exact solver's ends do not add up to 1"),
        ],
        strict=True,
        ordered=True,
    )
