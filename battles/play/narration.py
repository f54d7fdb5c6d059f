"""A battle's events as sentences, in the page's language.

The engine speaks in codes (mlcore/engine/events.py); every code has its words here. Sentences
begin with the fighter's name and do without articles before it, so that they are right for
every name in both languages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from mlcore.engine import events as ev
from mlcore.engine import state as st
from pokedex.text import elided


@dataclass(frozen=True)
class LogNames:
    """What to call things: both fighters, moves and types by index."""

    fighters: tuple[str, str]
    move: Callable[[int], str]
    type: Callable[[int], str]


@dataclass(frozen=True)
class NarratedLine:
    """One sentence of the log: whose it is ("a", "b" or ""), and how it is shown.

    kind: "move", "harm", "heal", "strong", "weak", "note" or "end".
    hp: what the side has left, where the line changes it.
    is_miss: whether the side's attack missed.
    """

    side: str
    kind: str
    words: str
    hp: int | None = None
    is_miss: bool = False


@dataclass
class ToldTurn:
    """A turn of the log; number 0 is what happens before the first turn."""

    number: int
    lines: list[NarratedLine] = field(default_factory=list)


def fighter_names(name_a: str, name_b: str) -> tuple[str, str]:
    """Names that differ even when both sides use the same Pokémon."""
    if name_a != name_b:
        return name_a, name_b
    return f"{name_a} (A)", f"{name_b} (B)"


def stat_name(stat: int) -> str:
    """A staged stat, 0 to 6."""
    return (
        _("Attack"),
        _("Defense"),
        _("Special Attack"),
        _("Special Defense"),
        _("Speed"),
        _("Accuracy"),
        _("Evasiveness"),
    )[stat]


def _changed_stat(stat: int) -> str:
    """A staged stat, 0 to 6, with the article that French needs."""
    return (
        pgettext("stat in the log", "Attack"),
        pgettext("stat in the log", "Defense"),
        pgettext("stat in the log", "Sp. Atk"),
        pgettext("stat in the log", "Sp. Def"),
        pgettext("stat in the log", "Speed"),
        pgettext("stat in the log", "accuracy"),
        pgettext("stat in the log", "evasiveness"),
    )[stat]


def ailment_tag(ailment: int) -> str:
    """A status in a word or two."""
    return {
        st.PARALYSIS: pgettext("status", "Paralyzed"),
        st.BURN: pgettext("status", "Burned"),
        st.POISON: pgettext("status", "Poisoned"),
        st.BAD_POISON: pgettext("status", "Badly poisoned"),
        st.SLEEP: pgettext("status", "Asleep"),
        st.FREEZE: pgettext("status", "Frozen"),
    }[ailment]


# Sentences, by code. Only the one that is told is looked up: a log has hundreds of lines.


def _status(name: str, ailment: int) -> str:
    return {
        st.PARALYSIS: gettext_lazy("%(name)s is paralyzed! It may be unable to move!"),
        st.BURN: gettext_lazy("%(name)s was burned!"),
        st.POISON: gettext_lazy("%(name)s was poisoned!"),
        st.BAD_POISON: gettext_lazy("%(name)s was badly poisoned!"),
        st.SLEEP: gettext_lazy("%(name)s fell asleep!"),
        st.FREEZE: gettext_lazy("%(name)s was frozen solid!"),
    }[ailment] % {"name": name}


def _cure(name: str, ailment: int) -> str:
    return {
        st.PARALYSIS: gettext_lazy("%(name)s was cured of paralysis!"),
        st.BURN: gettext_lazy("%(name)s’s burn was healed!"),
        st.POISON: gettext_lazy("%(name)s was cured of its poisoning!"),
        st.BAD_POISON: gettext_lazy("%(name)s was cured of its poisoning!"),
        st.SLEEP: gettext_lazy("%(name)s woke up!"),
        st.FREEZE: gettext_lazy("%(name)s thawed out!"),
    }[ailment] % {"name": name}


def _cant(name: str, reason: int, move: str) -> str:
    return {
        ev.CANT_RECHARGE: gettext_lazy("%(name)s must recharge!"),
        ev.CANT_SLEEP: gettext_lazy("%(name)s is fast asleep."),
        ev.CANT_FREEZE: gettext_lazy("%(name)s is frozen solid!"),
        ev.CANT_FLINCH: gettext_lazy("%(name)s flinched and couldn’t move!"),
        ev.CANT_DISABLED: gettext_lazy("%(name)s’s %(move)s is disabled!"),
        ev.CANT_TAUNT: gettext_lazy("%(name)s can’t use %(move)s after the taunt!"),
        ev.CANT_PARALYSIS: gettext_lazy("%(name)s is paralyzed! It can’t move!"),
        ev.CANT_NO_PP: gettext_lazy("%(name)s has no PP left for %(move)s!"),
    }[reason] % {"name": name, "move": move}


def _damage(name: str, cause: int, lost: int, left: int) -> str:
    words = {
        ev.BY_MOVE: gettext_lazy("%(name)s lost %(lost)d HP (%(left)d left)."),
        ev.BY_RECOIL: gettext_lazy(
            "%(name)s was damaged by the recoil: %(lost)d HP (%(left)d left)."
        ),
        ev.BY_CRASH: gettext_lazy("%(name)s kept going and crashed: %(lost)d HP (%(left)d left)."),
        ev.BY_CONFUSION: gettext_lazy(
            "%(name)s hurt itself in its confusion: %(lost)d HP (%(left)d left)."
        ),
        ev.BY_BURN: gettext_lazy("%(name)s was hurt by its burn: %(lost)d HP (%(left)d left)."),
        ev.BY_POISON: gettext_lazy("%(name)s was hurt by poison: %(lost)d HP (%(left)d left)."),
        ev.BY_TRAP: gettext_lazy("%(name)s was hurt by the trap: %(lost)d HP (%(left)d left)."),
        ev.BY_SEED: gettext_lazy(
            "%(name)s’s health was sapped by Leech Seed: %(lost)d HP (%(left)d left)."
        ),
        ev.BY_SUBSTITUTE: gettext_lazy(
            "%(name)s used %(lost)d HP to make a substitute (%(left)d left)."
        ),
        ev.BY_SELF_DESTRUCT: gettext_lazy("%(name)s gave up its remaining %(lost)d HP."),
    }
    return words.get(cause, words[ev.BY_MOVE]) % {"name": name, "lost": lost, "left": left}


def _heal(name: str, cause: int, gained: int, left: int) -> str:
    words = {
        ev.BY_MOVE: gettext_lazy("%(name)s regained %(gained)d HP (now %(left)d)."),
        ev.BY_DRAIN: gettext_lazy("%(name)s drained %(gained)d HP (now %(left)d)."),
        ev.BY_SEED: gettext_lazy("%(name)s gained %(gained)d HP from Leech Seed (now %(left)d)."),
        ev.BY_REST: gettext_lazy("%(name)s slept and regained %(gained)d HP (now %(left)d)."),
    }
    return words.get(cause, words[ev.BY_MOVE]) % {"name": name, "gained": gained, "left": left}


def _stage(name: str, stat: int, change: int) -> str:
    if change > 0:
        words = (
            _("%(name)s’s %(stat)s rose!"),
            _("%(name)s’s %(stat)s rose sharply!"),
            _("%(name)s’s %(stat)s rose drastically!"),
        )
    else:
        words = (
            _("%(name)s’s %(stat)s fell!"),
            _("%(name)s’s %(stat)s harshly fell!"),
            _("%(name)s’s %(stat)s severely fell!"),
        )
    return words[min(abs(change), 3) - 1] % {"name": name, "stat": _changed_stat(stat)}


def _start(name: str, condition: int, move: str) -> str:
    return {
        st.CONFUSION: gettext_lazy("%(name)s became confused!"),
        st.SEEDED: gettext_lazy("%(name)s was seeded!"),
        st.TRAPPED: gettext_lazy("%(name)s was trapped by %(move)s!"),
        st.PROTECTED: gettext_lazy("%(name)s protected itself!"),
        st.REFLECT: gettext_lazy("%(name)s’s Reflect now halves physical damage!"),
        st.LIGHT_SCREEN: gettext_lazy("%(name)s’s Light Screen now halves special damage!"),
        st.MIST: gettext_lazy("%(name)s became shrouded in mist!"),
        st.DISABLED: gettext_lazy("%(name)s’s %(move)s was disabled!"),
        st.ENCORED: gettext_lazy("%(name)s must do an encore of %(move)s!"),
        st.TAUNT_TURNS: gettext_lazy("%(name)s fell for the taunt! It can’t use status moves."),
        st.YAWN_TURNS: gettext_lazy("%(name)s grew drowsy!"),
        st.ROOSTED: gettext_lazy(
            "%(name)s landed. It loses its Flying type until the end of the turn."
        ),
        st.SUBSTITUTE: gettext_lazy("%(name)s put in a substitute!"),
        st.FOCUSED: gettext_lazy("%(name)s is getting pumped! Critical hits are more likely."),
        st.BIDE_TURNS: gettext_lazy("%(name)s is storing energy!"),
    }[condition] % {"name": name, "move": move}


def _end(name: str, condition: int) -> str:
    return {
        st.CONFUSION: gettext_lazy("%(name)s snapped out of its confusion!"),
        st.TRAPPED: gettext_lazy("%(name)s was freed from the trap!"),
        st.PROTECTED: gettext_lazy("%(name)s’s protection was broken!"),
        st.REFLECT: gettext_lazy("%(name)s’s Reflect wore off!"),
        st.LIGHT_SCREEN: gettext_lazy("%(name)s’s Light Screen wore off!"),
        st.MIST: gettext_lazy("%(name)s is no longer protected by mist!"),
        st.DISABLE_TURNS: gettext_lazy("%(name)s is no longer disabled!"),
        st.ENCORE_TURNS: gettext_lazy("%(name)s’s encore ended!"),
        st.TAUNT_TURNS: gettext_lazy("%(name)s shook off the taunt!"),
        # The next event says whether it falls asleep.
        st.YAWN_TURNS: "",
        st.SUBSTITUTE: gettext_lazy("%(name)s’s substitute faded!"),
        st.BIDE_TURNS: gettext_lazy("%(name)s unleashed its energy!"),
    }[condition] % {"name": name}


def _activate(name: str, condition: int) -> str:
    return {
        st.CONFUSION: gettext_lazy("%(name)s is confused!"),
        st.PROTECTED: gettext_lazy("%(name)s protected itself!"),
        st.SUBSTITUTE: gettext_lazy("The substitute took damage for %(name)s!"),
        st.BIDE_TURNS: gettext_lazy("%(name)s is storing energy!"),
    }[condition] % {"name": name}


def _win(side: int, names: LogNames) -> str:
    if side < 0:
        return _("A draw: the battle reached the limit of 100 turns.")
    return _("%(name)s won the battle!") % {"name": names.fighters[side]}


#: The sentence of each code: (name, first, second, names, HP before) -> words, and kind of line.
_Teller = Callable[[str, int, int, LogNames, int], str]
TELLERS: dict[int, tuple[str, _Teller]] = {
    ev.MOVE: (
        "move",
        lambda name, move, how, names, hp: (
            (
                _("%(name)s’s move turned into %(move)s!")
                if how in (ev.USED_BY_METRONOME, ev.USED_BY_MIRROR_MOVE)
                else _("%(name)s used %(move)s!")
            )
            % {"name": name, "move": names.move(move)}
        ),
    ),
    ev.CANT: (
        "note",
        lambda name, why, move, names, hp: _cant(name, why, names.move(move) if move >= 0 else ""),
    ),
    ev.MISS: ("note", lambda name, *_rest: _("%(name)s’s attack missed!") % {"name": name}),
    ev.FAIL: ("note", lambda name, *_rest: _("But it failed!") % {"name": name}),
    ev.IMMUNE: ("weak", lambda name, *_rest: _("It doesn’t affect %(name)s…") % {"name": name}),
    ev.DAMAGE: (
        "harm",
        lambda name, left, cause, names, hp: _damage(name, cause, hp - left, left),
    ),
    ev.HEAL: ("heal", lambda name, left, cause, names, hp: _heal(name, cause, left - hp, left)),
    ev.CRITICAL: ("strong", lambda *_rest: _("A critical hit!")),
    ev.SUPER_EFFECTIVE: ("strong", lambda *_rest: _("It’s super effective!")),
    ev.RESISTED: ("weak", lambda *_rest: _("It’s not very effective…")),
    ev.STATUS: ("note", lambda name, ailment, *_rest: _status(name, ailment)),
    ev.CURE: ("note", lambda name, ailment, *_rest: _cure(name, ailment)),
    ev.STAGE: ("note", lambda name, stat, change, *_rest: _stage(name, stat, change)),
    ev.START: (
        "note",
        lambda name, what, detail, names, hp: _start(
            name, what, names.move(detail) if what in _WITH_MOVE else ""
        ),
    ),
    ev.END: ("note", lambda name, what, *_rest: _end(name, what)),
    ev.ACTIVATE: ("note", lambda name, what, *_rest: _activate(name, what)),
    ev.PREPARE: (
        "note",
        lambda name, move, second, names, hp: (
            _("%(name)s is charging %(move)s!") % {"name": name, "move": names.move(move)}
        ),
    ),
    ev.HIT_COUNT: (
        "note",
        lambda name, hits, *_rest: (
            ngettext("Hit %(count)d time!", "Hit %(count)d times!", hits) % {"count": hits}
        ),
    ),
    ev.ONE_HIT_KO: ("strong", lambda *_rest: _("It’s a one-hit KO!")),
    ev.RESET_STAGES: (
        "note",
        lambda name, *_rest: _("%(name)s’s stat changes were reset!") % {"name": name},
    ),
    ev.TRANSFORM: (
        "note",
        lambda name, *_rest: _("%(name)s transformed into its opponent!") % {"name": name},
    ),
    ev.TYPE_CHANGE: (
        "note",
        lambda name, kind, second, names, hp: (
            _("%(name)s’s type changed to %(type)s!") % {"name": name, "type": names.type(kind)}
        ),
    ),
    ev.LEARN: (
        "note",
        lambda name, move, second, names, hp: (
            _("%(name)s learned %(move)s!") % {"name": name, "move": names.move(move)}
        ),
    ),
    ev.NOTHING: ("weak", lambda *_rest: _("But nothing happened!")),
    ev.FAINT: ("end", lambda name, *_rest: _("%(name)s fainted!") % {"name": name}),
}
_WITH_MOVE = {st.TRAPPED, st.DISABLED, st.ENCORED}


def tell(events: np.ndarray, names: LogNames, max_hp: Sequence[int]) -> list[ToldTurn]:
    """The battle turn by turn, oldest first: events int64 (n, 4), max_hp of both sides."""
    hp = [int(value) for value in max_hp]
    turns = [ToldTurn(0)]
    for code, side, first, second in events.tolist():
        if code == ev.TURN:
            turns.append(ToldTurn(first))
            continue
        if code == ev.WIN:
            mark = "ab"[side] if side >= 0 else ""
            turns[-1].lines.append(NarratedLine(mark, "end", _win(side, names)))
            continue
        kind, teller = TELLERS[code]
        words = elided(teller(names.fighters[side], first, second, names, hp[side]))
        left = None
        if code in (ev.DAMAGE, ev.HEAL):
            left = hp[side] = first
        if words:
            line = NarratedLine("ab"[side], kind, words, left, is_miss=code == ev.MISS)
            turns[-1].lines.append(line)
    return turns if turns[0].lines else turns[1:]


# A fighter's conditions, as tags


@dataclass(frozen=True)
class Tag:
    """kind: "status", "up", "down" or "note"; ``look`` says which status."""

    kind: str
    words: str
    look: str = ""


#: How the tag of a status looks.
_LOOKS = {
    st.PARALYSIS: "paralysis",
    st.BURN: "burn",
    st.POISON: "poison",
    st.BAD_POISON: "poison",
    st.SLEEP: "sleep",
    st.FREEZE: "freeze",
}


def tags(state: np.ndarray, side: int, names: LogNames) -> list[Tag]:
    """Status, stat stages and conditions of a fighter, most important first."""
    own = state[side]
    result = []
    if own[st.STATUS]:
        ailment = int(own[st.STATUS])
        result.append(Tag("status", ailment_tag(ailment), _LOOKS[ailment]))
    for stat in range(7):
        stage = int(own[st.ATTACK_STAGE + stat])
        if stage:
            sign = "+" if stage > 0 else "\N{MINUS SIGN}"
            words = f"{stat_name(stat)} {sign}{abs(stage)}"
            result.append(Tag("up" if stage > 0 else "down", words))
    for column, words in _condition_tags(own, names):
        if own[column]:
            result.append(Tag("note", words))
    return result


def _condition_tags(own: np.ndarray, names: LogNames) -> list[tuple[int, str]]:
    def turns(column: int) -> str:
        left = int(own[column])
        return ngettext("%(count)d turn", "%(count)d turns", left) % {"count": left}

    def move(column: int) -> str:
        return names.move(max(int(own[column]) - 1, 0))

    return [
        (st.CONFUSION, _("Confused")),
        (st.SEEDED, _("Seeded")),
        (st.TRAPPED, _("Trapped")),
        (st.SUBSTITUTE, _("Substitute, %(hp)d HP") % {"hp": own[st.SUBSTITUTE]}),
        (st.REFLECT, _("Reflect, %(turns)s") % {"turns": turns(st.REFLECT)}),
        (st.LIGHT_SCREEN, _("Light Screen, %(turns)s") % {"turns": turns(st.LIGHT_SCREEN)}),
        (st.MIST, _("Mist, %(turns)s") % {"turns": turns(st.MIST)}),
        (st.DISABLED, _("%(move)s disabled") % {"move": move(st.DISABLED)}),
        (st.ENCORED, _("Encore: %(move)s") % {"move": move(st.ENCORED)}),
        (st.TAUNT_TURNS, _("Taunted, %(turns)s") % {"turns": turns(st.TAUNT_TURNS)}),
        (st.YAWN_TURNS, _("Drowsy")),
        (st.RAGING, _("Raging")),
        (st.CHARGING, _("Preparing %(move)s") % {"move": move(st.CHARGING)}),
        (st.HIDDEN, _("Semi-invulnerable")),
        (st.RECHARGING, _("Recharging")),
        (st.LOCKED, _("Locked into %(move)s") % {"move": move(st.LOCKED)}),
        (st.BIDE_TURNS, _("Storing energy")),
        (st.FOCUSED, _("Pumped")),
        (st.MINIMIZED, _("Minimized")),
        (st.TRANSFORMED, _("Transformed")),
    ]


# Choosing


def why_not(state: np.ndarray, moves: np.ndarray, side: int, slot: int, names: LogNames) -> str:
    """Why the move in the slot, which is unavailable, cannot be chosen now."""
    own = state[side]
    move = int(own[st.MOVE_1 + slot])
    if own[st.PP_1 + slot] <= 0:
        return _("no PP left")
    if own[st.DISABLED] == move + 1:
        return _("disabled")
    if own[st.TAUNT_TURNS] and moves[move, st.M_CLASS] == st.STATUS_CLASS:
        return _("taunted: no status moves")
    return _("encore: only %(move)s") % {"move": names.move(int(own[st.ENCORED]) - 1)}


def bound(forced: int | None, name: str, names: LogNames) -> str:
    """What a fighter without a choice does next."""
    if forced is None:
        return _("%(name)s can only use Struggle.") % {"name": name}
    if forced == st.RECHARGE:
        return _("%(name)s must recharge this turn.") % {"name": name}
    return _("%(name)s continues with %(move)s.") % {"name": name, "move": names.move(forced)}


def spoken(turn: ToldTurn) -> str:
    """A turn as text for the live region, read out by screen readers."""
    return " ".join(line.words for line in turn.lines)
