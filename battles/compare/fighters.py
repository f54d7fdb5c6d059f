"""The compare page's details about each fighter: moves, weaknesses, stats, set-up."""

from dataclasses import dataclass, replace

import numpy as np
from django.urls import reverse
from django.utils.translation import pgettext

from battles.common import text
from battles.common.forms import SIDES
from battles.common.spread_query import FLAT, TRAINED, Raised, RaisedInput
from battles.common.text import NATURE_LABELS, STAT_NAMES
from battles.compare.forms import CompareForm, Learnable
from mlcore.engine.specs import NATURES, Setups
from mlcore.engine.stats import compute_stats
from mlcore.game import gamedata
from mlcore.game.spreads import MAX_AV, MAX_FRIENDSHIP, MAX_IV, MAX_LEVEL
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon, Type, TypeEffectiveness


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


@dataclass(frozen=True)
class TypeMatchups:
    """The attacking types with one multiplier against a Pokémon; ``code`` names the icon."""

    code: str
    sign: str
    types: list[Type]


@dataclass(frozen=True)
class StatInput:
    """One row of a set-up: what stands in the fields of a stat."""

    name: str
    #: "raised" or "lowered" by the nature, or nothing.
    nature: str
    iv: str
    av: str


@dataclass(frozen=True)
class NatureOption:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Advanced:
    """The fold with level, nature, friendship, IVs and AVs of a side."""

    level: str
    friendship: str
    natures: list[NatureOption]
    stats: list[StatInput]
    errors: dict[str, str]
    summary: str
    flat_url: str
    trained_url: str
    is_flat: bool
    max_level: int = MAX_LEVEL
    max_friendship: int = MAX_FRIENDSHIP
    max_iv: int = MAX_IV
    max_av: int = MAX_AV


@dataclass(frozen=True)
class Fighter:
    side: str
    pokemon: Pokemon
    options: list[MoveOption]
    chosen_count: int
    summary: str
    matchups: list[TypeMatchups]
    #: Names of ignored moves, chosen for the previous Pokémon.
    dropped: str
    #: The same page with all moves.
    all_moves_url: str
    raised: Raised
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


def type_matchups(fighters: list[Pokemon]) -> dict[int, list[TypeMatchups]]:
    """Each fighter's weaknesses and resistances, highest multiplier first; one query."""
    rows = list(
        TypeEffectiveness.objects.filter(
            defending_type__in={each.pk for pokemon in fighters for each in pokemon.types}
        )
        .select_related("attacking_type")
        .order_by("attacking_type__sort_order")
    )
    result = {}
    for pokemon in fighters:
        defending = {each.pk for each in pokemon.types}
        percents: dict[Type, int] = {}
        for row in rows:
            if row.defending_type_id in defending:
                before = percents.get(row.attacking_type, 100)
                percents[row.attacking_type] = before * row.percent // 100
        result[pokemon.pk] = [
            TypeMatchups(code, sign, [each for each, value in percents.items() if value == percent])
            for percent, (code, sign) in text.MULTIPLIERS.items()
            if percent in percents.values()
        ]
    return result


def stat_rows(form: CompareForm) -> list[StatRow] | None:
    """Both sides' battle stats; the longest bar fills its half.

    None when there are not two fighters, or the game is not in memory yet.
    """
    a, b = form.fighters["a"], form.fighters["b"]
    if a is None or b is None:
        return None
    try:
        game = gamedata.current()
        fighters = Setups.concatenate(
            [
                form.raised[side].raised.setups(game.form_index(form.fighters[side].slug))
                for side in SIDES
            ]
        )
    except (gamedata.UnknownName, gamedata.IncompleteGameData):
        return None
    stats = compute_stats(game.tables, fighters)
    longest = max(120, int(np.max(stats)))

    def width(value: int) -> str:
        return f"{100 * value / longest:.1f}%"

    return [
        StatRow(str(name), of_a, of_b, base_a, base_b, width(of_a), width(of_b))
        for name, of_a, of_b, base_a, base_b in zip(
            STAT_NAMES, *stats.tolist(), a.base_stats, b.base_stats, strict=True
        )
    ]


def advanced_fold(form: CompareForm, side: str) -> Advanced:
    """Fields of a side's set-up; those that were refused show again what was typed."""
    read = form.raised[side]
    raised = read.raised
    corner = form.corner(side)

    def single(name: str) -> str:
        given = read.given[name]
        return given[-1] if name in read.errors and given else str(getattr(raised, name))

    ivs, avs = (_per_stat(read, name, getattr(raised, name)) for name in ("ivs", "avs"))
    return Advanced(
        level=single("level"),
        friendship=single("friendship"),
        natures=[
            NatureOption(name, text.nature_label(name), name == raised.nature) for name in NATURES
        ],
        stats=[
            StatInput(
                name=str(name),
                nature="raised"
                if raised.raises == index
                else "lowered"
                if raised.lowers == index
                else "",
                iv=ivs[index],
                av=avs[index],
            )
            for index, name in enumerate(STAT_NAMES)
        ],
        errors=read.errors,
        summary=raised_summary(raised),
        flat_url=compare_url(form.canonical_query(**{side: replace(corner, raised=FLAT)})),
        trained_url=compare_url(form.canonical_query(**{side: replace(corner, raised=TRAINED)})),
        is_flat=raised.is_flat and not read.errors,
    )


def _per_stat(read: RaisedInput, name: str, values: tuple[int, ...]) -> list[str]:
    given = read.given[name]
    if name in read.errors and len(given) in (1, len(values)):
        return [each[:10] for each in given * (len(values) // len(given))]
    return [str(value) for value in values]


def raised_summary(raised: Raised) -> str:
    """What stands on the closed fold: what differs from flat rules."""
    words = [text.level_in_words(raised.level)]
    if raised.nature != FLAT.nature:
        words.append(str(NATURE_LABELS[raised.nature]))
    if raised.ivs != FLAT.ivs:
        words.append(text.values_in_short(pgettext("short", "IVs"), raised.ivs))
    if raised.avs != FLAT.avs:
        words.append(text.values_in_short(pgettext("short", "AVs"), raised.avs))
    if raised.friendship != FLAT.friendship:
        words.append(text.friendship_in_words(raised.friendship))
    return " · ".join(words)


def build_fighters(form: CompareForm) -> dict[str, Fighter]:
    present = {side: pokemon for side, pokemon in form.fighters.items() if pokemon}
    matchups = type_matchups(list(present.values())) if present else {}
    fighters = {}
    for side, pokemon in present.items():
        chosen = {move.pk for move in form.chosen[side]}
        options = [move_option(each, chosen) for each in form.learnable[side]]
        fighters[side] = Fighter(
            side=side,
            pokemon=pokemon,
            options=sorted(
                options, key=lambda each: (not each.is_chosen, normalize(each.move.name))
            ),
            chosen_count=len(chosen),
            summary=text.moves_summary(form.chosen[side], len(options)),
            matchups=matchups[pokemon.pk],
            dropped=text.listed(form.dropped[side]),
            all_moves_url=compare_url(
                form.canonical_query(**{side: replace(form.corner(side), moves=())})
            ),
            raised=form.raised[side].raised,
            advanced=advanced_fold(form, side),
        )
    return fighters


def similar_links(form: CompareForm) -> dict[str, list[Link]]:
    """For an unknown name: links to this page with similarly named Pokémon."""
    return {
        side: [
            Link(
                pokemon.name,
                compare_url(
                    form.canonical_query(
                        **{
                            side: replace(
                                form.corner(side),
                                slug=pokemon.slug,
                                moves=tuple(form.waiting_moves(side)),
                            )
                        }
                    )
                ),
            )
            for pokemon in form.similar[side]
        ]
        for side in SIDES
    }
