"""The damage tab: all damaging moves of both sides at once, under conditions of one's choice."""

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from battles.common import text
from battles.common.forms import SIDES
from battles.common.text import STAT_NAMES
from battles.compare.conditions import STATUS_LABELS, in_words
from battles.compare.damage import DamageCard, calculate, damage_card
from battles.compare.fighters import compare_url
from battles.compare.forms import CompareForm
from mlcore.engine.stats import compute_stats
from mlcore.game import gamedata
from mlcore.game.damage_calc import MAX_STAGE, STAGED_STATS, DamageKind
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon


@dataclass
class DamageRow:
    """A move's damage in one line; ``is_open``: the one that is shown in full."""

    move: Move
    hp_range: str
    share_range: str
    #: Least and most damage as widths of the target's HP.
    low_width: str
    high_width: str
    hits: str
    #: Chances to KO with one and with two uses, misses and critical hits counted.
    once: str
    twice: str
    multiplier: tuple[str, str]
    url: str
    is_open: bool = False


@dataclass(frozen=True)
class StageInput:
    name: str
    stat: str
    stage: int


@dataclass(frozen=True)
class DamageSide:
    side: str
    pokemon: Pokemon
    target: Pokemon
    rows: list[DamageRow]
    stages: list[StageInput]
    hp: int
    hp_left: int
    status: str
    reflect: bool
    light_screen: bool


@dataclass(frozen=True)
class DamageTab:
    sides: list[DamageSide]
    card: DamageCard | None
    is_critical: bool
    is_fresh: bool
    #: What was asked for and cannot be.
    problems: list[str]
    #: The same tab as at the start of a battle.
    fresh_url: str
    stage_choices: list[tuple[int, str]]
    status_choices: list[tuple[str, str]]


def damage_tab(form: CompareForm, game: gamedata.GameData, data: QueryDict) -> DamageTab:
    """``data`` names the move that is shown in full: ``by`` and ``move``. Raises UnknownName."""
    attacks = {side: [learnable.move for learnable in form.attacks(side)] for side in SIDES}
    if any(form.chosen.values()):
        for side in SIDES:
            chosen = [move for move in attacks[side] if move in form.chosen[side]]
            attacks[side] = chosen or attacks[side]
    opened = _opened(form, attacks, data)
    problems = _problems(form, game)
    sides = [_side(form, side, attacks[side], game) for side in SIDES]
    if opened is None:
        first = next((side for side in sides if side.rows), None)
        opened = (first.side, first.rows[0].move) if first else None
    for shown in sides:
        for row in shown.rows:
            row.is_open = (shown.side, row.move) == opened
    return DamageTab(
        sides=sides,
        card=damage_card(form, *opened, game) if opened else None,
        is_critical=form.conditions.is_critical,
        is_fresh=form.conditions.is_fresh,
        problems=problems,
        fresh_url=compare_url(f"{form.canonical_query()}&tab=damage"),
        stage_choices=[
            (stage, text.signed(stage) if stage else "0")
            for stage in range(MAX_STAGE, -MAX_STAGE - 1, -1)
        ],
        status_choices=[("", _("healthy"))]
        + [(code, str(label)) for code, label in STATUS_LABELS.items()],
    )


def _full_hp(form: CompareForm, side: str, game: gamedata.GameData) -> int:
    setups = form.spreads[side].spread.setups(game.form_index(form.fighters[side].slug))
    return int(compute_stats(game.tables, setups)[0, 0])


def _problems(form: CompareForm, game: gamedata.GameData) -> list[str]:
    """What cannot be, in words; more HP than full are taken out of the form, too."""
    full = {side: _full_hp(form, side, game) for side in SIDES}
    sides, wrong = form.conditions.sides, form.conditions.wrong
    for side, condition in sides.items():
        if condition.hp and condition.hp > full[side]:
            wrong[f"hp_{side}"] = str(condition.hp)
            sides[side] = replace(condition, hp=None)
    return in_words(wrong, {side: form.fighters[side].name for side in SIDES}, full)


def _opened(
    form: CompareForm, attacks: dict[str, list[Move]], data: QueryDict
) -> tuple[str, Move] | None:
    side = "b" if data.get("by") == "b" else "a"
    key = normalize(data.get("move", "")[: text.LONGEST_NAME])
    move = next((move for move in attacks[side] if key and key in move.keys), None)
    return (side, move) if move else None


def _side(
    form: CompareForm,
    side: str,
    moves: list[Move],
    game: gamedata.GameData,
) -> DamageSide:
    foe = "b" if side == "a" else "a"
    pokemon, target = form.fighters[side], form.fighters[foe]
    if pokemon is None or target is None:
        raise ValueError("both sides are needed")
    condition = form.conditions.sides[side]
    hp = _full_hp(form, side, game)
    query = form.page_query(tab="damage")
    rows: list[DamageRow] = []
    if moves:
        damage = calculate(form, side, moves, game)
        fewest, most = damage.fewest_uses, damage.most_uses
        order = sorted(
            range(len(moves)), key=lambda k: (-damage.use_max[k], normalize(moves[k].name))
        )
        for k in order:
            low, high = int(damage.use_min[k]), int(damage.use_max[k])
            full = int(damage.hp[k])
            reactive = damage.kind[k] == DamageKind.REACTIVE
            shares = text.share_of_hp(low, full), text.share_of_hp(high, full)
            rows.append(
                DamageRow(
                    move=moves[k],
                    hp_range="–" if reactive else _range(str(low), str(high)),
                    share_range="–" if reactive else _range(*shares),
                    low_width=f"{min(100.0, 100 * low / full):.1f}%",
                    high_width=f"{min(100.0, 100 * high / full):.1f}%",
                    hits=text.hits_to_knock_out(int(fewest[k]), int(most[k])),
                    once=text.chance(float(damage.knockout[k, 0])),
                    twice=text.chance(float(damage.knockout[k, 1])),
                    multiplier=text.MULTIPLIERS[int(damage.effectiveness[k])],
                    url=compare_url(f"{query}&by={side}&move={moves[k].slug}"),
                )
            )
    return DamageSide(
        side=side,
        pokemon=pokemon,
        target=target,
        rows=rows,
        stages=[
            StageInput(f"{stat}_{side}", str(STAT_NAMES[1 + place]), condition.stages[place])
            for place, stat in enumerate(STAGED_STATS)
        ],
        hp=hp,
        hp_left=condition.hp or hp,
        status=condition.status,
        reflect=condition.reflect,
        light_screen=condition.light_screen,
    )


def _range(low: str, high: str) -> str:
    if low == high:
        return low
    if low.endswith("%"):
        return f"{low.rstrip('%').rstrip()}–{high}"
    return f"{low}–{high}"
