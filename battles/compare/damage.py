"""A move's exact damage calculation, as a page and as a fragment under its row."""

from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from battles.common import text
from battles.common.forms import SIDES
from battles.common.showdown_text import STAT_ABBREVIATIONS, species_name
from battles.common.spread_fields import spread_summary
from battles.compare.conditions import FRESH, Condition
from battles.compare.fighters import Link, compare_url
from battles.compare.forms import CompareForm
from mlcore.game import damage_calc, gamedata
from mlcore.game.damage_calc import Damage, DamageKind
from mlcore.game.spreads import Spread
from pokedex.choices import DamageClass, MoveEffect
from pokedex.htmx import wants_fragment
from pokedex.lookup import normalize
from pokedex.models import Move, Pokemon

#: The plot of the rolls, in units of its view box.
PLOT_WIDTH, PLOT_HEIGHT = 320.0, 72.0
#: Damage calculators give KO chances for up to this many hits.
_MAX_USES = 9


@dataclass(frozen=True)
class Bar:
    x: str
    y: str
    width: str
    height: str
    is_critical: bool


@dataclass(frozen=True)
class KnockOut:
    uses: int
    in_play: str
    by_rolls: str


@dataclass(frozen=True)
class DamageCard:
    """A calculation, ready for the template."""

    side: str
    move: Move
    attacker: Pokemon
    target: Pokemon
    kind: str
    bars: list[Bar]
    rolls: str
    critical_rolls: str
    #: Positions of 0 HP, the target's HP and the ends of the plot.
    plot_low: int
    plot_high: int
    hp_x: str
    low: int
    high: int
    hp: int
    hp_left: int
    low_share: str
    high_share: str
    critical_chance: str
    accuracy: str
    expected: str
    knock_outs: list[KnockOut]
    multiplier: tuple[str, str]
    stab: bool
    power: int
    notes: list[str]
    line: str


def damage_url(query: str, side: str, move: str) -> str:
    return f"{reverse('battles:damage')}?{query}&by={side}&move={move}"


@require_safe
@vary_on_headers("HX-Request")
@cache_control(private=True, no_cache=True)
def damage(request: HttpRequest) -> HttpResponse:
    form = CompareForm(request.GET)
    query = form.canonical_query() if form.is_valid() else ""
    if not query or not all(form.fighters.values()):
        # The compare page says what is wrong, or asks for the other side.
        return HttpResponseRedirect(compare_url(request.GET.urlencode()))
    side = "b" if request.GET.get("by") == "b" else "a"
    given = request.GET.get("move", "")[: text.LONGEST_NAME]
    move = next(
        (
            learnable.move
            for learnable in form.attacks(side)
            if normalize(given) in learnable.move.keys
        ),
        None,
    )
    card = None
    if move is not None:
        try:
            card = damage_card(form, side, move, gamedata.current())
        except (gamedata.UnknownName, gamedata.IncompleteGameData):
            return HttpResponseRedirect(compare_url(query))
    fragment = wants_fragment(request)
    attacker, target = form.fighters[side], form.fighters["b" if side == "a" else "a"]
    return TemplateResponse(
        request,
        "battles/damage.html#damage-card" if fragment else "battles/damage.html",
        {
            "card": card,
            "attacker": attacker,
            "target": target,
            "side": side,
            "given": text.shortened(given),
            "compare_url": compare_url(query),
            "sides": [
                (
                    attacking,
                    form.fighters[attacking],
                    spread_summary(form.spreads[attacking].spread),
                    [
                        Link(option.move.name, damage_url(query, attacking, option.move.slug))
                        for option in sorted(
                            form.attacks(attacking),
                            key=lambda option: normalize(option.move.name),
                        )
                    ],
                )
                for attacking in SIDES
            ],
            "fragment": fragment,
        },
    )


def damage_card(form: CompareForm, side: str, move: Move, game: gamedata.GameData) -> DamageCard:
    """The calculation of one of ``side``'s moves. Raises UnknownName."""
    foe = "b" if side == "a" else "a"
    attacker, target = form.fighters[side], form.fighters[foe]
    if attacker is None or target is None:
        raise ValueError("both sides are needed")
    spreads = {side: form.spreads[side].spread, foe: form.spreads[foe].spread}
    calculation = calculate(form, side, [move], game)
    kind = DamageKind(int(calculation.kind[0]))
    hp, low, high = int(calculation.hp[0]), int(calculation.use_min[0]), int(calculation.use_max[0])
    left = int(calculation.hp_left[0])
    formula = kind == DamageKind.FORMULA
    always = bool(calculation.critical_chance[0] >= 1)
    bars, plot_low, plot_high = plot(calculation) if formula else ([], 0, 0)
    return DamageCard(
        side=side,
        move=move,
        attacker=attacker,
        target=target,
        kind=kind.name.lower(),
        bars=bars,
        rolls=" ".join(map(str, calculation.rolls[0])) if formula and not always else "",
        critical_rolls=" ".join(map(str, calculation.critical_rolls[0])) if formula else "",
        plot_low=plot_low,
        plot_high=plot_high,
        hp_x=f"{_x(left, plot_low, plot_high):.1f}"
        if plot_low <= left <= plot_high and bars
        else "",
        low=low,
        high=high,
        hp=hp,
        hp_left=left,
        low_share=text.share_of_hp(low, hp),
        high_share=text.share_of_hp(high, hp),
        critical_chance=text.chance(float(calculation.critical_chance[0])),
        accuracy=text.chance(float(calculation.accuracy[0])) if kind != DamageKind.REACTIVE else "",
        expected=text.share(float(calculation.expected[0])),
        knock_outs=[
            KnockOut(
                uses,
                text.chance(float(calculation.knockout[0, uses - 1])),
                text.chance(float(calculation.knockout_by_rolls[0, uses - 1])),
            )
            for uses in range(1, damage_calc.USES + 1)
        ],
        multiplier=text.MULTIPLIERS[int(calculation.effectiveness[0])],
        stab=bool(calculation.stab[0]) and formula,
        power=int(calculation.power[0]),
        notes=notes(calculation, move, attacker, target),
        line=calculator_line(
            calculation,
            move,
            attacker,
            spreads[side],
            target,
            spreads[foe],
            form.conditions.sides[side],
            form.conditions.sides[foe],
        ),
    )


def calculate(form: CompareForm, side: str, moves: list[Move], game: gamedata.GameData) -> Damage:
    """The damage of ``side``'s moves under the form's conditions. Raises UnknownName."""
    foe = "b" if side == "a" else "a"
    rows = np.zeros(len(moves), dtype=np.int64)
    setups = {
        corner: form.spreads[corner]
        .spread.setups(game.form_index(form.fighters[corner].slug))
        .take(rows)
        for corner in SIDES
    }
    return damage_calc.calculate(
        game.tables,
        setups[side],
        np.array([game.move_index(move.slug) for move in moves]),
        setups[foe],
        of_a=form.conditions.sides[side].to_rules(),
        of_b=form.conditions.sides[foe].to_rules(),
        critical_only=form.conditions.is_critical,
    )


def _x(value: float, low: int, high: int) -> float:
    return PLOT_WIDTH * (value - low + 0.5) / (high - low + 1)


def plot(calculation: Damage) -> tuple[list[Bar], int, int]:
    """Bars of the 16 rolls and the 16 critical rolls along the damage of one hit.

    Returns the bars and the least and the most damage of the axis.
    """
    series = [(calculation.critical_rolls[0], True)]
    if calculation.critical_chance[0] < 1:
        series.insert(0, (calculation.rolls[0], False))
    low = int(min(rolls[0] for rolls, _critical in series))
    high = int(max(rolls[-1] for rolls, _critical in series))
    # At most a sixteenth wide, so that a single value does not fill the plot.
    width = min(PLOT_WIDTH / 16, max(2.0, 0.8 * PLOT_WIDTH / (high - low + 1)))
    bars = []
    for rolls, critical in series:
        values, counts = np.unique(rolls, return_counts=True)
        tallest = max(2, int(counts.max()))
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            height = PLOT_HEIGHT * count / tallest
            bars.append(
                Bar(
                    x=f"{_x(value, low, high) - width / 2:.1f}",
                    y=f"{PLOT_HEIGHT - height:.1f}",
                    width=f"{width:.1f}",
                    height=f"{height:.1f}",
                    is_critical=critical,
                )
            )
    return bars, low, high


def notes(calculation: Damage, move: Move, attacker: Pokemon, target: Pokemon) -> list[str]:
    """Notes on what the numbers assume or leave out."""
    names = {"move": move.name, "name": attacker.name, "foe": target.name}
    kind = calculation.kind[0]
    said = []
    if kind == DamageKind.NOTHING:
        said.append(_("%(move)s doesn’t affect %(foe)s.") % names)
    elif kind == DamageKind.REACTIVE:
        said.append(
            _("%(move)s returns twice the damage its user took, so it has no damage of its own.")
        )
    elif kind == DamageKind.HALF_HP:
        said.append(_("Each hit takes half of the remaining HP."))
    elif kind == DamageKind.ONE_HIT_KO:
        said.append(_("All or nothing; its accuracy depends on the levels."))
    elif kind != DamageKind.FORMULA:
        said.append(_("It doesn’t use the damage formula: no critical hits, no damage rolls."))
    if calculation.max_hits[0] > 1 and kind == DamageKind.FORMULA:
        said.append(_("The damage rolls are for one hit; minimum and maximum include all hits."))
    if calculation.turns_per_use[0] > 1:
        said.append(_("It takes two turns per hit."))
    if calculation.asleep_only[0]:
        said.append(_("It only works on a sleeping target."))
    if calculation.only_once[0] and move.effect == MoveEffect.SELF_DESTRUCT:
        said.append(_("The user faints, so it can be used only once."))
    elif calculation.only_once[0]:
        said.append(_("It only works on the first turn, so it can be used only once."))
    if move.effect == MoveEffect.LOCK_IN:
        said.append(_("It repeats for two or three turns."))
    return [note % names if "%(" in note else note for note in said]


# The line that damage calculators print; always in English, as players share it.


def calculator_line(
    calculation: Damage,
    move: Move,
    attacker: Pokemon,
    spread: Spread,
    target: Pokemon,
    target_spread: Spread,
    condition: Condition = FRESH,
    target_condition: Condition = FRESH,
) -> str:
    """``0 SpA Pikachu Thunderbolt vs. 0 HP / 0 SpD Charizard: 96-114 (62.7 - 74.5%) -- ...``."""
    kind = calculation.kind[0]
    if kind == DamageKind.REACTIVE:
        return ""
    physical = move.damage_class == DamageClass.PHYSICAL
    attack, defense = (1, 2) if physical else (3, 4)
    source = target_spread if move.effect == MoveEffect.USE_TARGET_ATTACK else spread
    levels = spread.level != target_spread.level
    raised = target_condition if source is target_spread else condition
    parts = [f"Lvl {spread.level}"] if levels else []
    if kind == DamageKind.FORMULA:
        parts += [*_staged(raised, 0 if physical else 2), _trained(source, attack)]
        if physical and condition.status == "burn":
            parts.append("burned")
    parts += [species_name(attacker), move.name_en]
    if kind == DamageKind.FORMULA and not move.power:
        parts.append(f"({int(calculation.power[0])} BP)")
    if calculation.max_hits[0] > 1:
        few, many = int(calculation.min_hits[0]), int(calculation.max_hits[0])
        parts.append(f"({few} hits)" if few == many else f"({few}-{many} hits)")
    parts.append("vs.")
    if levels:
        parts.append(f"Lvl {target_spread.level}")
    if kind == DamageKind.FORMULA:
        parts += _staged(target_condition, 1 if physical else 3)
    parts.append(f"{target_spread.avs[0]} HP /")
    if kind == DamageKind.FORMULA:
        parts.append(_trained(target_spread, defense))
    else:
        parts[-1] = parts[-1].removesuffix(" /")
    parts.append(species_name(target))
    if calculation.critical_chance[0] >= 1:
        parts.append("on a critical hit")
    elif kind == DamageKind.FORMULA and physical and target_condition.reflect:
        parts.append("through Reflect")
    elif kind == DamageKind.FORMULA and not physical and target_condition.light_screen:
        parts.append("through Light Screen")
    hp, low, high = int(calculation.hp[0]), int(calculation.use_min[0]), int(calculation.use_max[0])
    range_ = f"{low}-{high} ({_tenths(low, hp)} - {_tenths(high, hp)}%)"
    return f"{' '.join(parts)}: {range_}{_knock_out(calculation)}"


def _staged(condition: Condition, stat: int) -> list[str]:
    stage = condition.stages[stat]
    return [f"{stage:+d}"] if stage else []


def _trained(spread: Spread, stat: int) -> str:
    sign = "+" if spread.raises == stat else "-" if spread.lowers == stat else ""
    return f"{spread.avs[stat]}{sign} {STAT_ABBREVIATIONS[stat]}"


def _tenths(damage: int, hp: int) -> str:
    """Percentage of HP with one decimal, rounded down."""
    tenths = 1000 * damage // hp
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def _knock_out(calculation: Damage) -> str:
    """``-- 37.5% chance to 2HKO``; misses and critical hits are left out, as calculators do."""
    for uses, chance in enumerate(calculation.knockout_by_rolls[0].tolist(), start=1):
        name = "OHKO" if uses == 1 else f"{uses}HKO"
        if chance >= 1:
            return f" -- guaranteed {name}"
        if chance > 0:
            tenths = min(999, max(1, round(chance * 1000)))
            return f" -- {tenths / 10:g}% chance to {name}"
    fewest, most = int(calculation.fewest_uses[0]), int(calculation.most_uses[0])
    if 0 < fewest == most <= _MAX_USES:
        return f" -- guaranteed {fewest}HKO"
    if 0 < fewest <= _MAX_USES:
        return f" -- possible {fewest}HKO"
    return ""
