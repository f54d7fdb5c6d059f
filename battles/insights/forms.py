"""The spread that a Pokémon's page shows stats for."""

from typing import Any

import numpy as np
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from battles.common.forms import AddressForm
from battles.common.text import NATURE_LABELS
from mlcore.engine.specs import (
    DEFAULT_AV,
    DEFAULT_FRIENDSHIP,
    DEFAULT_IV,
    DEFAULT_LEVEL,
    DEFAULT_NATURE,
    NATURE_NAMES,
    NATURES,
    Setups,
)
from pokedex.text import STAT_NAMES, STAT_SHORTS

STAT_KEYS = ("hp", "atk", "def", "spa", "spd", "spe")


def nature_choices() -> list[tuple[str, str]]:
    """Natures with the stats they raise and lower."""
    choices = []
    for key, label in NATURE_LABELS.items():
        raised, lowered = NATURES[key]
        change = "" if raised == lowered else f" (+{STAT_SHORTS[raised]} −{STAT_SHORTS[lowered]})"
        choices.append((key, f"{label}{change}"))
    return choices


class SetupForm(AddressForm):
    """How the Pokémon was raised. Empty fields mean flat rules."""

    level = forms.IntegerField(
        required=False, min_value=1, max_value=100, label=gettext_lazy("Level")
    )
    nature = forms.ChoiceField(required=False, label=gettext_lazy("Nature"))
    friendship = forms.IntegerField(
        required=False, min_value=0, max_value=255, label=gettext_lazy("Friendship")
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["nature"].choices = nature_choices()
        for key, name in zip(STAT_KEYS, STAT_NAMES, strict=True):
            self.fields[f"iv_{key}"] = forms.IntegerField(
                required=False, min_value=0, max_value=31, label=_("%(stat)s IV") % {"stat": name}
            )
            self.fields[f"av_{key}"] = forms.IntegerField(
                required=False, min_value=0, max_value=200, label=_("%(stat)s AV") % {"stat": name}
            )
        self.is_valid()

    def number(self, name: str, default: int) -> int:
        value = self.cleaned_data.get(name)
        return default if value is None else value

    @property
    def level_or_default(self) -> int:
        return self.number("level", DEFAULT_LEVEL)

    def setups(self, form: int) -> Setups:
        """One fighter with that set-up; ``form`` is an index into the tables."""
        nature = self.cleaned_data.get("nature") or DEFAULT_NATURE

        def column(value: int) -> np.ndarray:
            return np.array([value], dtype=np.int32)

        return Setups(
            form=column(form),
            level=column(self.level_or_default),
            nature=column(NATURE_NAMES.index(nature)),
            friendship=column(self.number("friendship", DEFAULT_FRIENDSHIP)),
            ivs=np.array(
                [[self.number(f"iv_{key}", DEFAULT_IV) for key in STAT_KEYS]], dtype=np.int32
            ),
            avs=np.array(
                [[self.number(f"av_{key}", DEFAULT_AV) for key in STAT_KEYS]], dtype=np.int32
            ),
        )

    def stat_fields(self) -> list[tuple[Any, Any, Any]]:
        return [
            (name, self[f"iv_{key}"], self[f"av_{key}"])
            for key, name in zip(STAT_KEYS, STAT_NAMES, strict=True)
        ]

    @property
    def is_custom(self) -> bool:
        return any(value not in (None, "") for value in self.cleaned_data.values())
