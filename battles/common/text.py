"""Codes and numbers in words, in the page's language."""

from collections.abc import Iterable, Sequence

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from mlcore.engine.specs import NATURES
from mlcore.engine.specs import Ailment as AilmentCode
from mlcore.engine.state import MOVE_SLOTS
from mlcore.game.duel_facts import DuelFact
from pokedex.choices import STAT_CHANGE_FIELDS, Ailment, LearnMethod, MoveEffect
from pokedex.models import KeptMove, LearnsetEntry, Move, Pokemon
from pokedex.text import MULTIPLIERS as MULTIPLIERS
from pokedex.text import NBSP
from pokedex.text import STAT_NAMES as STAT_NAMES
from pokedex.text import elided as elided
from pokedex.text import listed as listed
from pokedex.text import percentage as percentage
from pokedex.text import shortened as shortened

NATURE_LABELS = {
    "hardy": pgettext_lazy("nature", "Hardy"),
    "lonely": pgettext_lazy("nature", "Lonely"),
    "adamant": pgettext_lazy("nature", "Adamant"),
    "naughty": pgettext_lazy("nature", "Naughty"),
    "brave": pgettext_lazy("nature", "Brave"),
    "bold": pgettext_lazy("nature", "Bold"),
    "docile": pgettext_lazy("nature", "Docile"),
    "impish": pgettext_lazy("nature", "Impish"),
    "lax": pgettext_lazy("nature", "Lax"),
    "relaxed": pgettext_lazy("nature", "Relaxed"),
    "modest": pgettext_lazy("nature", "Modest"),
    "mild": pgettext_lazy("nature", "Mild"),
    "bashful": pgettext_lazy("nature", "Bashful"),
    "rash": pgettext_lazy("nature", "Rash"),
    "quiet": pgettext_lazy("nature", "Quiet"),
    "calm": pgettext_lazy("nature", "Calm"),
    "gentle": pgettext_lazy("nature", "Gentle"),
    "careful": pgettext_lazy("nature", "Careful"),
    "quirky": pgettext_lazy("nature", "Quirky"),
    "sassy": pgettext_lazy("nature", "Sassy"),
    "timid": pgettext_lazy("nature", "Timid"),
    "hasty": pgettext_lazy("nature", "Hasty"),
    "jolly": pgettext_lazy("nature", "Jolly"),
    "naive": pgettext_lazy("nature", "Naive"),
    "serious": pgettext_lazy("nature", "Serious"),
}
STAGED_STAT_NAMES = (
    *STAT_NAMES[1:],
    pgettext_lazy("stat", "accuracy"),
    pgettext_lazy("stat", "evasion"),
)
#: After "has a 30% chance to".
AILMENT_VERBS = {
    Ailment.PARALYSIS: pgettext_lazy("has a chance to", "paralyze"),
    Ailment.BURN: pgettext_lazy("has a chance to", "burn"),
    Ailment.POISON: pgettext_lazy("has a chance to", "poison"),
    Ailment.BAD_POISON: pgettext_lazy("has a chance to", "badly poison"),
    Ailment.SLEEP: pgettext_lazy("has a chance to", "cause sleep"),
    Ailment.FREEZE: pgettext_lazy("has a chance to", "freeze"),
    Ailment.CONFUSION: pgettext_lazy("has a chance to", "confuse"),
}
#: Maximum length of a name to look up; the game's longest has 24 characters.
LONGEST_NAME = 60
#: Factors that a prediction is split into (see mlcore.serving.explanations).
FACTORS = {
    "strength": gettext_lazy("Stats and power"),
    "order": gettext_lazy("Who moves first"),
    "types": gettext_lazy("Types"),
    "accuracy": gettext_lazy("Accuracy"),
    "effects": gettext_lazy("Side effects"),
}
#: Below this chance, no move is recommended.
HOPELESS = 0.01
#: Closer to one half than this, a prediction names no winner.
TOO_CLOSE = 0.025


def percent(probability: float) -> str:
    """``0.874`` as ``87%``; never 0% or 100%, since no battle is certain."""
    return percentage(*whole_percent(probability))


def whole_percent(probability: float) -> tuple[int, str]:
    """The number and sign of ``percent``."""
    # 1 - p is inexact in floating point: both sides of 0.995 must agree.
    if probability > 0.995 - 1e-9:
        return 99, ">"
    if probability < 0.005 + 1e-9:
        return 1, "<"
    # The smaller side is rounded, so that both sides add up to 100%: 95.5% and 4.5% are 96% and 4%.
    smaller = round(round(100 * min(probability, 1 - probability), 6))
    return smaller if probability < 0.5 else 100 - smaller, ""


def percent_in_short(probability: float) -> str:
    """``0.874`` as ``87``, for narrow cells."""
    return percent(probability).replace("%", "").replace(NBSP, "")


def share(part: float) -> str:
    """``0.874`` as ``87%``: an amount, which may be 0% or over 100%."""
    return percentage(round(part * 100))


def mixture(shares: Iterable[tuple[str, float]]) -> str:
    """How often to use each move: ``Thunder Wave 70%, Thunderbolt 30%``; adds up to 100%."""
    ordered = sorted(shares, key=lambda pair: -pair[1])
    percents = whole_percents({place: part for place, (_, part) in enumerate(ordered)})
    return ", ".join(
        f"{name} {percentage(percents[place])}" for place, (name, _) in enumerate(ordered)
    )


def whole_percents(shares: dict[int, float]) -> dict[int, int]:
    """Shares that add up to 1 as whole percents that add up to 100, by largest remainder."""
    floors = {key: int(100 * share + 1e-9) for key, share in shares.items()}
    missing = 100 - sum(floors.values()) if shares else 0
    by_remainder = sorted(shares, key=lambda key: floors[key] - 100 * shares[key])
    return {key: floors[key] + (key in by_remainder[:missing]) for key in shares}


def odds(probability_a: float, name_a: str, name_b: str) -> str:
    """Who wins and how often, in words."""
    if abs(probability_a - 0.5) < TOO_CLOSE:
        return _("Too close to call")
    name, probability = (
        (name_a, probability_a) if probability_a > 0.5 else (name_b, 1 - probability_a)
    )
    if round(probability * 100) >= 95:
        return _("%(name)s wins almost every time") % {"name": name}
    wins = round(probability * 10)
    if wins == 5:
        return _("%(name)s wins slightly more often") % {"name": name}
    return _("%(name)s wins about %(wins)d times out of 10") % {"name": name, "wins": wins}


def favorite(probability_a: float) -> str:
    """Side "a" or "b", whose chance is larger as it is shown; "" if both show the same."""
    if percent(probability_a) == percent(1 - probability_a):
        return ""
    return "a" if probability_a > 0.5 else "b"


def who_moves_first(code: str, name_a: str, name_b: str) -> str:
    """``code`` is "A", "B" or "tie"."""
    if code == "tie":
        return _("Speed tie: who moves first is random")
    return _("%(name)s moves first") % {"name": name_a if code == "A" else name_b}


def first_in_short(code: str, name_a: str, name_b: str) -> str:
    """``code`` is "A", "B" or "tie"; a short form for lists."""
    if code == "tie":
        return _("speed tie")
    return _("%(name)s first") % {"name": name_a if code == "A" else name_b}


def how_learned(entries: Sequence[LearnsetEntry], tm_number: int | None) -> str:
    """The easiest way to learn a move, in short: by level, by TM, else by name."""
    levels = [entry.level for entry in entries if entry.level is not None]
    if levels:
        return _("Lv. %(level)d") % {"level": min(levels)}
    methods = {entry.method for entry in entries}
    if LearnMethod.TM in methods and tm_number:
        return _("TM %(number)02d") % {"number": tm_number}
    for method, words in (
        (LearnMethod.EVOLUTION, pgettext("learned", "on evolution")),
        (LearnMethod.TUTOR, pgettext("learned", "partner move")),
        (LearnMethod.SHAKE, pgettext("learned", "shake")),
        (LearnMethod.EVENT, pgettext("learned", "event")),
    ):
        if method in methods:
            return words
    return ""


def learned_as(form: Pokemon) -> str:
    return elided(_("as %(name)s") % {"name": form.name})


def kept_from(kept: KeptMove) -> str:
    return elided(_("kept from %(name)s") % {"name": kept.learned_as.name})


def moves_summary(chosen: Sequence[object], available: int) -> str:
    """The summary of a side's moves, shown when folded."""
    if chosen:
        return ngettext("%(count)d move chosen", "%(count)d moves chosen", len(chosen)) % {
            "count": len(chosen)
        }
    if available <= MOVE_SLOTS:
        return ngettext("its only move", "its %(count)d moves", available) % {"count": available}
    return _("best %(limit)d of %(count)d") % {"limit": MOVE_SLOTS, "count": available}


# Set-ups


def nature_label(name: str) -> str:
    """A nature with the stats it raises and lowers."""
    raised, lowered = NATURES[name]
    if raised == lowered:
        return str(NATURE_LABELS[name])
    return _("%(nature)s (+%(raised)s, −%(lowered)s)") % {
        "nature": NATURE_LABELS[name],
        "raised": STAT_NAMES[raised],
        "lowered": STAT_NAMES[lowered],
    }


def level_in_words(level: int) -> str:
    return _("level %(level)d") % {"level": level}


def friendship_in_words(friendship: int) -> str:
    return _("friendship %(friendship)d") % {"friendship": friendship}


def values_in_short(name: str, values: Sequence[int]) -> str:
    """IVs or AVs: one number if all are the same, else all six."""
    numbers = str(values[0]) if len(set(values)) == 1 else "/".join(map(str, values))
    return f"{name}{NBSP}{numbers}"


# Moves


def hits_to_knock_out(low: int, high: int) -> str:
    """The number of hits to KO; 0 for never."""
    if low == 0:
        return _("never")
    numbers = str(low) if low == high else f"{low}–{high}" if high else f"{low}+"
    return ngettext("%(numbers)s hit", "%(numbers)s hits", high or 2) % {"numbers": numbers}


def accuracy(percent_: int | None) -> str:
    return percentage(percent_) if percent_ else _("never misses")


def share_of_hp(damage: int, hp: int) -> str:
    """Damage in percent of HP, one decimal, rounded down, so that only a KO shows 100."""
    return percentage(decimal(1000 * damage // hp / 10))


def chance(probability: float) -> str:
    """An exact chance: 0% and 100% are certain."""
    if probability in (0.0, 1.0):
        return share(probability)
    if probability < 0.001:
        return percentage(decimal(0.1), "<")
    if probability > 0.999:
        return percentage(decimal(99.9), ">")
    percent_ = round(probability * 100, 1)
    return percentage(round(percent_) if percent_.is_integer() else decimal(percent_))


def decimal(value: float, digits: int = 1) -> str:
    """A number with the page's separators; rounded, since Django truncates."""
    return formats.number_format(round(value, digits), digits, force_grouping=True)


def effect_in_short(move: Move) -> str:
    """A move's effects besides plain damage, in short."""
    words = []
    if move.effect != MoveEffect.NONE:
        words.append(str(move.get_effect_display()))
    if move.max_hits > 1:
        words.append(
            _("%(count)s hits")
            % {
                "count": str(move.max_hits)
                if move.min_hits == move.max_hits
                else f"{move.min_hits}–{move.max_hits}"
            }
        )
    if move.priority:
        words.append(_("priority %(number)s") % {"number": signed(move.priority)})
    if move.always_crits:
        words.append(_("always crits"))
    elif move.critical_stage:
        words.append(_("high crit ratio"))
    for value, label in (
        (move.drain_percent, _("drains %(percent)s")),
        (move.recoil_percent, _("recoil %(percent)s")),
    ):
        if value:
            words.append(label % {"percent": percentage(value)})
    if move.ailment != Ailment.NONE and move.ailment_chance:
        words.append(f"{percentage(move.ailment_chance)} {move.get_ailment_display()}")
    if move.flinch_chance:
        flinching = pgettext("effect", "flinch")
        words.append(f"{percentage(move.flinch_chance)} {flinching}")
    words += _stat_changes(move)
    return ", ".join(words)


def _stat_changes(move: Move) -> list[str]:
    whose = (
        _("its own %(stat)s %(change)s")
        if move.stat_change_target == "user"
        else _("the target’s %(stat)s %(change)s")
    )
    words = [
        whose % {"stat": name, "change": signed(getattr(move, field))}
        for field, name in zip(STAT_CHANGE_FIELDS, STAGED_STAT_NAMES, strict=True)
        if getattr(move, field)
    ]
    if 0 < move.stat_change_chance < 100:
        return [f"{percentage(move.stat_change_chance)} {change}" for change in words]
    return words


def signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"−{-number}"


# Reasons


def reason_in_words(reason: DuelFact, names: dict[str, str], moves: dict[str, str]) -> str:
    """A fact as a sentence; ``names`` and ``moves`` by side."""
    return elided(_reason(reason, names, moves))


def _reason(reason: DuelFact, names: dict[str, str], moves: dict[str, str]) -> str:
    foe = "b" if reason.of == "a" else "a"
    words: dict[str, object] = {
        "name": names[reason.of],
        "foe": names[foe],
        "move": moves[reason.of],
        "foe_move": moves[foe],
    }
    values = reason.values
    for key in ("speed", "other_speed", "low", "high"):
        if key in values:
            words[key] = int(values[key])
    if "probability" in values:
        words["chance"] = chance(values["probability"])
    if "percent" in values:
        words["percent"] = percentage(int(values["percent"]))
        words["sign"] = MULTIPLIERS.get(int(values["percent"]), ("", ""))[1]
    if "ailment" in values:
        words["ailment"] = AILMENT_VERBS[Ailment[AilmentCode(int(values["ailment"])).name]]
    if reason.code == "one_hit" and values["probability"] == 1.0:
        return _("%(name)s’s %(move)s always KOs in one hit.") % words
    if reason.code == "survives" and values["probability"] == 1.0:
        return _("%(name)s always survives one %(foe_move)s.") % words
    if reason.code == "hits_needed":
        return _hits_needed(words)
    return _sentence(reason.code) % words


def _hits_needed(words: dict[str, object]) -> str:
    if words["high"] == words["low"]:
        return (
            ngettext(
                "%(name)s’s %(move)s KOs in %(low)d hit.",
                "%(name)s’s %(move)s KOs in %(low)d hits.",
                int(str(words["low"])),
            )
            % words
        )
    return _("%(name)s’s %(move)s KOs in %(low)d to %(high)d hits.") % words


def _sentence(code: str) -> str:
    return {
        "speed_first": _("%(name)s is faster (%(speed)d vs %(other_speed)d) and moves first."),
        "priority_first": _("%(name)s moves first: %(move)s has the higher priority."),
        "speed_tie": _("Speed tie (%(speed)d): who moves first is random."),
        "effective": _("%(move)s is super effective on %(foe)s (%(sign)s)."),
        "resisted": _("%(foe)s resists %(move)s (%(sign)s)."),
        "no_effect": _("%(move)s doesn’t affect %(foe)s."),
        "one_hit": _("%(name)s’s %(move)s KOs in one hit %(chance)s of the time."),
        "survives": _("%(name)s survives one %(foe_move)s %(chance)s of the time."),
        "cannot_knock_out": _("%(name)s’s %(move)s can’t KO by itself."),
        "may_miss": _("%(name)s’s %(move)s misses %(chance)s of the time."),
        "critical": _("%(name)s’s %(move)s crits %(chance)s of the time."),
        "two_turns": _("%(name)s’s %(move)s takes two turns per hit."),
        "works_once": _("%(name)s’s %(move)s only works on the first turn."),
        "needs_sleep": _("%(name)s’s %(move)s only works on a sleeping target."),
        "reactive": _("%(name)s’s %(move)s returns the damage it took."),
        "faints": _("%(name)s faints by using %(move)s."),
        "recoil": _("%(name)s takes %(percent)s of %(move)s’s damage as recoil."),
        "drain": _("%(name)s heals %(percent)s of the damage %(move)s deals."),
        "ailment": _("%(name)s’s %(move)s has a %(percent)s chance to %(ailment)s."),
        "flinch": _("%(name)s’s %(move)s has a %(percent)s chance to make the target flinch."),
    }[code]


def exact_percent(share: float, digits: int = 1) -> str:
    """``0.9975`` as ``99.8%`` in English, in the notation of the page's language."""
    return percentage(decimal(100 * share, digits))
