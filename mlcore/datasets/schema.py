"""What must hold before a model learns from duels, declared as one pandera schema."""

from typing import TYPE_CHECKING

import numpy as np

from mlcore.datasets import sampling, splits
from mlcore.datasets.duels import BadDataset, Duels
from mlcore.engine.specs import NATURE_NAMES
from mlcore.game.gamedata import GameData

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

_LEARNED_FROM = ("train", "validation")


def check(game: GameData, parts: dict[str, Duels]) -> None:
    """Raise BadDataset with everything that the splits of a data set break."""
    import pandas as pd

    frame = pd.concat({split: duels.to_frame() for split, duels in parts.items()}, names=["split"])
    frame = frame.reset_index("split").reset_index(drop=True)
    validate(schema(game), frame)


def validate(schema: "pa.DataFrameSchema", frame: "pd.DataFrame") -> None:
    """Raise BadDataset with everything that a frame breaks."""
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        broken = error.failure_cases.fillna({"column": "all rows"})
        rules = broken["column"].astype(str) + ": " + broken["check"].astype(str)
        raise BadDataset("; ".join(rules.unique())) from None


def schema(game: GameData) -> "pa.DataFrameSchema":
    """All splits in one frame: the columns of ``Duels.to_frame``, and ``split``."""
    import pandera.pandas as pa

    tables = game.tables

    def column(dtype: str, low: float, high: float, *, regex: bool = False) -> "pa.Column":
        return pa.Column(dtype, pa.Check.in_range(low, high), regex=regex)

    def species(frame: "pd.DataFrame") -> np.ndarray:
        """Unordered pairs, int (k, 2)."""
        return np.sort(game.form_species[frame[["form_a", "form_b"]].to_numpy()], axis=1)

    def is_usable(frame: "pd.DataFrame") -> bool:
        moves = frame[["move_a", "move_b"]].to_numpy()
        forms = frame[["form_a", "form_b"]].to_numpy()
        return bool((tables.usable[forms, moves] & tables.damaging[moves]).all())

    def has_all_splits(frame: "pd.DataFrame") -> bool:
        return set(frame["split"].unique()) == set(splits.SPLITS)

    def pairs_stay_apart(frame: "pd.DataFrame") -> bool:
        low, high = species(frame).T
        return bool((frame.groupby([low, high])["split"].nunique() == 1).all())

    def unseen_stay_unseen(frame: "pd.DataFrame") -> bool:
        met = np.unique(species(frame[frame["split"].isin(_LEARNED_FROM)]))
        return not any(splits.is_unseen(int(number)) for number in met)

    def is_balanced(frame: "pd.DataFrame") -> bool:
        share = frame.loc[frame["split"] == "train", "share"]
        # Chance alone moves the mean of n shares by about 1 / sqrt(4 n).
        return bool(abs(share.mean() - 0.5) <= 0.05 + 2 / np.sqrt(len(share)))

    def is_quiet(frame: "pd.DataFrame") -> bool:
        return bool(Duels.from_frame(frame[frame["split"] == "train"]).noise.mean() <= 0.02)

    most = np.iinfo(np.int32).max
    return pa.DataFrameSchema(
        {
            "split": pa.Column(checks=pa.Check.isin(splits.SPLITS)),
            "scenario": column("int8", 0, len(sampling.SCENARIOS) - 1),
            r"^(half_)?plays$": column("int32", 1, most, regex=True),
            r"^(half_)?share$": column("float32", 0, 1, regex=True),
            "turns": column("float32", 1, 100),
            "weight": column("float32", 0.01, 10),
            r"^form_[ab]$": column("int32", 0, len(tables.form_slugs) - 1, regex=True),
            r"^move_[ab]$": column("int32", 0, len(tables.move_slugs) - 1, regex=True),
            r"^level_[ab]$": column("int32", 1, 100, regex=True),
            r"^nature_[ab]$": column("int32", 0, len(NATURE_NAMES) - 1, regex=True),
            r"^friendship_[ab]$": column("int32", 0, 255, regex=True),
            r"^ivs_[ab]_[0-5]$": column("int32", 0, 31, regex=True),
            r"^avs_[ab]_[0-5]$": column("int32", 0, 200, regex=True),
        },
        checks=[
            pa.Check(is_usable, error="a move that its form cannot use"),
            pa.Check(has_all_splits, error="an empty split; draw more duels"),
            pa.Check(pairs_stay_apart, error="splits share pairs of species"),
            pa.Check(unseen_stay_unseen, error="an unseen species must not be trained on"),
            pa.Check(is_balanced, error="the sides are not balanced"),
            pa.Check(is_quiet, error="labels are too noisy; play each duel more often"),
        ],
        strict=True,
        unique_column_names=True,
    )
