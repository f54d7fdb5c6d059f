"""Facts in words, in the language of the page."""

import re
from collections.abc import Iterable

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from pokedex.choices import STAT_CHANGE_FIELDS, EvolutionMethod, LearnMethod
from pokedex.models import Evolution, LearnsetEntry, Move

#: No-break space, as set between a number and its unit.
NBSP = "\u00a0"
MINUS = "\N{MINUS SIGN}"
#: How hard a hit lands, in per cent of neutral damage: code (also the icon's name) and sign.
MULTIPLIERS = {
    400: ("x4", "×4"),
    200: ("x2", "×2"),
    100: ("x1", "×1"),
    50: ("x-half", "×½"),
    25: ("x-quarter", "×¼"),
    0: ("x0", "×0"),
}
STAT_NAMES = (
    gettext_lazy("HP"),
    gettext_lazy("Attack"),
    gettext_lazy("Defense"),
    gettext_lazy("Special Attack"),
    gettext_lazy("Special Defense"),
    gettext_lazy("Speed"),
)

#: Short names of the stats, as they stand in narrow places.
STAT_SHORTS = (
    gettext_lazy("HP"),
    pgettext_lazy("short stat", "Atk"),
    pgettext_lazy("short stat", "Def"),
    pgettext_lazy("short stat", "Sp. Atk"),
    pgettext_lazy("short stat", "Sp. Def"),
    pgettext_lazy("short stat", "Spe"),
)

#: "de", "que" and the like before a name that begins with a vowel or a silent h. Names are
#: capitalized; "AV" and "IV" are spelled out letter by letter, and letters are not elided.
_ELIDABLE = re.compile(
    r"\b([DdLl]|[Qq]u|[Jj]usqu)e (?=(?:<\w+>)?(?:[AEIOUÂÉÈÊÎÔŒ][^\W\dA-Z]|H[ey]))"
)


def elided(text: str) -> str:
    """French contracts "de Alakazam" to "d’Alakazam"; other languages stay as they are."""
    return _ELIDABLE.sub(r"\1’", text) if get_language() == "fr" else text


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def shortened(text: str, length: int = 40) -> str:
    """What somebody typed, fit to be repeated in a message."""
    text = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return text if len(text) <= length else text[: length - 1] + "…"


def multiplier_words(percent: int) -> str:
    """What a hit of so many per cent means."""
    return {
        400: _("doubly super effective"),
        200: _("super effective"),
        100: _("normal damage"),
        50: _("not very effective"),
        25: _("hardly effective"),
        0: _("no effect"),
    }[percent]


def percentage(number: object, sign: str = "") -> str:
    """``87`` as ``87%``, in French ``87 %``; ``sign`` is "", "<" or ">"."""
    if sign == "<":
        words = _("<%(number)s%%")
    elif sign == ">":
        words = _(">%(number)s%%")
    else:
        words = _("%(number)s%%")
    return words % {"number": number}


def evolves_how(evolution: Evolution) -> str:
    if evolution.method == EvolutionMethod.LEVEL_UP:
        return _("Lv. %(level)d") % {"level": evolution.level or 0}
    if evolution.method == EvolutionMethod.ITEM:
        return evolution.get_item_display()
    if evolution.method == EvolutionMethod.TRADE:
        return pgettext("evolves by", "Trade")
    return pgettext("evolves by", "Candy in Pokémon GO")


def learned_when(entry: LearnsetEntry, tm_number: int | None) -> str:
    """What stands before a move in a list of one method: a level, a machine, or nothing."""
    if entry.level is not None:
        return str(entry.level)
    if entry.method == LearnMethod.TM and tm_number:
        return f"{tm_number:02d}"
    return ""


def method_heading(method: str) -> str:
    return {
        LearnMethod.LEVEL_UP: _("By level"),
        LearnMethod.EVOLUTION: _("On evolution"),
        LearnMethod.TM: _("By TM"),
        LearnMethod.TUTOR: _("Partner moves"),
        LearnMethod.SHAKE: _("By shaking the console"),
        LearnMethod.EVENT: _("From an event"),
        "kept": _("Kept from an earlier stage"),
    }[method]


def _chance(percent: int) -> str:
    """`` (30%)``, nothing when certain."""
    return "" if percent in (0, 100) else f" ({percentage(percent)})"


def _stat_changes(move: Move) -> str:
    names = [*STAT_NAMES[1:], _("accuracy"), _("evasion")]
    changes = [getattr(move, field) for field in STAT_CHANGE_FIELDS]
    words = listed(
        f"{name} {'+' if change > 0 else MINUS}{abs(change)}"
        for name, change in zip(names, changes, strict=True)
        if change
    )
    if move.stat_change_target == "user":
        return _("User: %(changes)s") % {"changes": words}
    return _("Target: %(changes)s") % {"changes": words}


def _hits(move: Move) -> str:
    if move.min_hits == move.max_hits:
        return ngettext("Hits %(count)d time", "Hits %(count)d times", move.max_hits) % {
            "count": move.max_hits
        }
    return _("Hits %(low)d to %(high)d times") % {"low": move.min_hits, "high": move.max_hits}


def move_effects(move: Move) -> list[str]:
    """What a move does beyond its damage, one short statement each."""
    said = []
    if move.effect != "none":
        label = str(move.get_effect_display())
        said.append(label[:1].upper() + label[1:])
    if move.priority:
        said.append(
            (_("Increased priority") if move.priority > 0 else _("Decreased priority"))
            + f" ({'+' if move.priority > 0 else MINUS}{abs(move.priority)})"
        )
    if move.max_hits > 1:
        said.append(_hits(move))
    if move.always_crits:
        said.append(_("Always a critical hit"))
    elif move.critical_stage:
        said.append(_("High critical-hit ratio"))
    if move.fixed_damage:
        said.append(_("Always deals %(hp)d HP of damage") % {"hp": move.fixed_damage})
    for percent, words in (
        (move.drain_percent, _("The user recovers %(percent)s of the damage")),
        (move.recoil_percent, _("The user takes %(percent)s of the damage as recoil")),
        (move.heal_percent, _("The user recovers %(percent)s of its HP")),
    ):
        if percent:
            said.append(words % {"percent": percentage(percent)})
    if move.ailment != "none":
        label = str(move.get_ailment_display())
        said.append(label[:1].upper() + label[1:] + _chance(move.ailment_chance))
    if move.flinch_chance:
        said.append(_("Makes the target flinch") + _chance(move.flinch_chance))
    if move.stat_change_chance:
        said.append(_stat_changes(move) + _chance(move.stat_change_chance))
    return said
