"""How a fighter was trained, on the set-up page: a fold of fields, and spreads by a button."""

from dataclasses import dataclass

from battles.common.spread_fields import SpreadFields, differences, fields_of
from battles.common.spread_query import SpreadInput
from mlcore.game.spreads import FLAT, TRAINED

#: Spreads to set with one button, by the name of the button.
PRESETS = {"standard": FLAT, "maxed": TRAINED}


@dataclass(frozen=True, kw_only=True)
class Training(SpreadFields):
    #: What the closed fold says; empty for standard rules.
    summary: str

    @property
    def has_hidden_errors(self) -> bool:
        """Whether a field of the fold was refused."""
        return bool(self.errors.keys() - {"level"})


def training_of(read: SpreadInput) -> Training:
    return Training(**vars(fields_of(read)), summary=differences(read.spread))
