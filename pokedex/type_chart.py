"""The type chart, ready to be asked: how hard a type hits one type or two."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pokedex.models import Type, TypeEffectiveness
from pokedex.text import MULTIPLIERS


@dataclass(frozen=True)
class MultiplierGroup:
    """All types with the same multiplier; ``code`` names its icon."""

    percent: int
    code: str
    sign: str
    types: list[Type]


@dataclass(frozen=True)
class TypeChart:
    """All types in their order, and per cent of neutral damage by (attacking, defending) id."""

    types: tuple[Type, ...]
    percents: dict[tuple[int, int], int]

    @classmethod
    def load(cls, defending: Iterable[Type] | None = None) -> "TypeChart":
        """The chart as it stands in the database, or only what hits some types; one query."""
        rows = TypeEffectiveness.objects.select_related("attacking_type").order_by(
            "attacking_type__sort_order"
        )
        if defending is not None:
            rows = rows.filter(defending_type__in=defending)
        types: dict[int, Type] = {}
        percents = {}
        for row in rows:
            types.setdefault(row.attacking_type_id, row.attacking_type)
            percents[row.attacking_type_id, row.defending_type_id] = row.percent
        return cls(tuple(types.values()), percents)

    def percent(self, attacking: Type, defending: Iterable[Type]) -> int:
        """Damage of an attack, in per cent of neutral damage."""
        result = 100
        for type_ in defending:
            result = result * self.percents[attacking.pk, type_.pk] // 100
        return result

    def best_percent(self, attacking: Sequence[Type], defending: Sequence[Type]) -> int:
        """The harder hit of several attacking types."""
        return max(self.percent(type_, defending) for type_ in attacking)

    def taken(self, defending: Sequence[Type]) -> list[MultiplierGroup]:
        """What somebody of these types takes from attacks of all types, hardest first."""
        return self._grouped({type_: self.percent(type_, defending) for type_ in self.types})

    def dealt(self, attacking: Sequence[Type]) -> list[MultiplierGroup]:
        """What attacks of the best of these types do to each single type, hardest first."""
        return self._grouped({type_: self.best_percent(attacking, [type_]) for type_ in self.types})

    @staticmethod
    def _grouped(percents: dict[Type, int]) -> list[MultiplierGroup]:
        return [
            MultiplierGroup(
                percent, code, sign, [kind for kind, at in percents.items() if at == percent]
            )
            for percent, (code, sign) in MULTIPLIERS.items()
            if percent in percents.values()
        ]
