"""The compare page's details about each fighter: moves, weaknesses, stats, set-up."""

from dataclasses import dataclass, replace

import numpy as np
from django.urls import reverse

from battles.common import text
from battles.common.forms import SIDES
from battles.common.spread_fields import SpreadFields, fields_of, spread_summary
from battles.common.text import STAT_NAMES
from battles.compare.duel import Duel
from battles.compare.forms import ComparedSide, CompareForm, Learnable
from mlcore.game.spreads import FLAT, TRAINED, Spread
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon
from pokedex.type_chart import MultiplierGroup, TypeChart


def compare_url(query: str) -> str:
    return reverse("battles:compare") + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True)
class MoveOption:
    """A move in a fighter's list."""

    move: Move
    learned: str
    is_kept: bool
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Advanced(SpreadFields):
    """The fold with level, nature, friendship, IVs and AVs of a side."""

    summary: str
    flat_url: str
    trained_url: str
    is_flat: bool


@dataclass(frozen=True)
class FighterCard:
    side: str
    pokemon: Pokemon
    options: list[MoveOption]
    chosen_count: int
    summary: str
    #: Names of ignored moves, chosen for the previous Pokémon.
    dropped: str
    #: The same page with all moves.
    all_moves_url: str
    spread: Spread
    advanced: Advanced


@dataclass(frozen=True)
class StatRow:
    """A stat of both sides in battle, and its base stat."""

    name: str
    a: int
    b: int
    base_a: int
    base_b: int
    width_a: str
    width_b: str

    @property
    def higher(self) -> str:
        return "" if self.a == self.b else "a" if self.a > self.b else "b"


@dataclass(frozen=True)
class TypeMatchups:
    """What a side takes from the attacking types."""

    side: str
    name: str
    groups: list[MultiplierGroup]


def page_url(form: CompareForm, **instead: ComparedSide) -> str:
    """This page, with its open tab, or with other corners: ``a=``, ``b=``."""
    return compare_url(form.page_query(**instead))


def move_option(learnable: Learnable, chosen: set[int]) -> MoveOption:
    kept = learnable.kept
    return MoveOption(
        move=learnable.move,
        learned=text.kept_from(kept)
        if kept
        else text.how_learned(learnable.entries, learnable.move.tm_number),
        is_kept=kept is not None,
        is_chosen=learnable.move.pk in chosen,
    )


def stat_rows(form: CompareForm, duel: Duel | None) -> list[StatRow] | None:
    """Both sides' battle stats; the longest bar fills its half.

    None when there are not two fighters, or the game is not in memory yet.
    """
    a, b = form.fighters["a"], form.fighters["b"]
    if a is None or b is None or duel is None:
        return None
    stats = np.stack([duel.stats[side] for side in SIDES])
    longest = max(120, int(np.max(stats)))

    def width(value: int) -> str:
        return f"{100 * value / longest:.1f}%"

    return [
        StatRow(str(name), of_a, of_b, base_a, base_b, width(of_a), width(of_b))
        for name, of_a, of_b, base_a, base_b in zip(
            STAT_NAMES, *stats.tolist(), a.base_stats, b.base_stats, strict=True
        )
    ]


def advanced_fold(form: CompareForm, side: str, duel: Duel | None) -> Advanced:
    read, corner = form.spreads[side], form.corner(side)
    return Advanced(
        **vars(fields_of(read, duel.stats[side] if duel else None)),
        summary=spread_summary(read.spread),
        flat_url=page_url(form, **{side: replace(corner, spread=FLAT)}),
        trained_url=page_url(form, **{side: replace(corner, spread=TRAINED)}),
        is_flat=read.spread.is_flat and not read.errors,
    )


def type_matchups(form: CompareForm) -> list[TypeMatchups]:
    present = {side: pokemon for side, pokemon in form.fighters.items() if pokemon}
    chart = TypeChart.load({kind for pokemon in present.values() for kind in pokemon.types})
    return [
        TypeMatchups(side, pokemon.name, chart.taken(pokemon.types))
        for side, pokemon in present.items()
    ]


def build_fighters(form: CompareForm, duel: Duel | None = None) -> dict[str, FighterCard]:
    present = {side: pokemon for side, pokemon in form.fighters.items() if pokemon}
    fighters = {}
    for side, pokemon in present.items():
        chosen = {move.pk for move in form.chosen[side]}
        options = [move_option(learnable, chosen) for learnable in form.learnable[side]]
        fighters[side] = FighterCard(
            side=side,
            pokemon=pokemon,
            options=sorted(
                options, key=lambda option: (not option.is_chosen, normalize(option.move.name))
            ),
            chosen_count=len(chosen),
            summary=text.moves_summary(form.chosen[side], len(options)),
            dropped=text.listed(form.dropped[side]),
            all_moves_url=page_url(form, **{side: replace(form.corner(side), moves=())}),
            spread=form.spreads[side].spread,
            advanced=advanced_fold(form, side, duel),
        )
    return fighters


def similar_links(form: CompareForm) -> dict[str, list[Link]]:
    """For an unknown name: links to this page with similarly named Pokémon."""
    return {
        side: [
            Link(
                pokemon.name,
                page_url(
                    form,
                    **{
                        side: replace(
                            form.corner(side),
                            slug=pokemon.slug,
                            moves=tuple(form.waiting_moves(side)),
                        )
                    },
                ),
            )
            for pokemon in form.similar[side]
        ]
        for side in SIDES
    }
