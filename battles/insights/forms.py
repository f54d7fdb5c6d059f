"""The spread that a Pokémon's page shows stats for."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from battles.common.forms import AddressForm
from battles.common.text import NATURE_LABELS
from mlcore.engine.specs import NATURES
from mlcore.game.spreads import (
    FLAT,
    MAX_AV,
    MAX_FRIENDSHIP,
    MAX_IV,
    MAX_LEVEL,
    MIN_LEVEL,
    STAT_KEYS,
    Spread,
)
from pokedex.text import STAT_NAMES, STAT_SHORTS


def nature_choices() -> list[tuple[str, str]]:
    """Natures with the stats they raise and lower."""
    choices = []
    for key, label in NATURE_LABELS.items():
        raised, lowered = NATURES[key]
        change = "" if raised == lowered else f" (+{STAT_SHORTS[raised]} −{STAT_SHORTS[lowered]})"
        choices.append((key, f"{label}{change}"))
    return choices


class SpreadForm(AddressForm):
    """A spread. Empty fields follow the standard rules."""

    level = forms.IntegerField(
        required=False, min_value=MIN_LEVEL, max_value=MAX_LEVEL, label=gettext_lazy("Level")
    )
    nature = forms.ChoiceField(required=False, label=gettext_lazy("Nature"))
    friendship = forms.IntegerField(
        required=False, min_value=0, max_value=MAX_FRIENDSHIP, label=gettext_lazy("Friendship")
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        self.fields["nature"].choices = nature_choices()
        for key, name in zip(STAT_KEYS, STAT_NAMES, strict=True):
            self.fields[f"iv_{key}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=MAX_IV,
                label=_("%(stat)s IV") % {"stat": name},
            )
            self.fields[f"av_{key}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=MAX_AV,
                label=_("%(stat)s AV") % {"stat": name},
            )
        self.is_valid()

    @property
    def spread(self) -> Spread:
        def number(name: str, default: int) -> int:
            value = self.cleaned_data.get(name)
            return default if value is None else value

        return Spread(
            level=number("level", FLAT.level),
            nature=self.cleaned_data.get("nature") or FLAT.nature,
            friendship=number("friendship", FLAT.friendship),
            ivs=tuple(map(number, [f"iv_{key}" for key in STAT_KEYS], FLAT.ivs)),
            avs=tuple(map(number, [f"av_{key}" for key in STAT_KEYS], FLAT.avs)),
        )

    def stat_fields(self) -> list[tuple[Any, Any, Any]]:
        return [
            (name, self[f"iv_{key}"], self[f"av_{key}"])
            for key, name in zip(STAT_KEYS, STAT_NAMES, strict=True)
        ]

    @property
    def is_custom(self) -> bool:
        return any(value not in (None, "") for value in self.cleaned_data.values())
