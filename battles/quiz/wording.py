"""The quiz in words: names of kinds and levels, questions, choices, explanations."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from battles.common import text
from battles.quiz.questions import MoveQuestion, Question, TypeQuestion, WinnerQuestion
from pokedex.models import Move, Pokemon, Type

KIND_NAMES = {
    "types": gettext_lazy("Type chart"),
    "moves": gettext_lazy("Strongest move"),
    "winner": gettext_lazy("Who wins?"),
    "mixed": gettext_lazy("A bit of everything"),
}
KIND_WORDS = {
    "types": gettext_lazy("How effective is an attack? Learn all multipliers from ×0 to ×4."),
    "moves": gettext_lazy("Four moves, one target: which of them deals the most damage?"),
    "winner": gettext_lazy(
        "Two Pokémon, one move each: a thousand simulated battles decide the winner."
    ),
    "mixed": gettext_lazy("A mix of types, moves and winners."),
}
LEVEL_NAMES = {
    "easy": gettext_lazy("Easy"),
    "medium": gettext_lazy("Medium"),
    "hard": gettext_lazy("Hard"),
}
#: Multipliers in percent, as words.
_TIMES = {
    "400": gettext_lazy("four times the damage"),
    "200": gettext_lazy("twice the damage"),
    "100": gettext_lazy("normal damage"),
    "50": gettext_lazy("half the damage"),
    "25": gettext_lazy("a quarter of the damage"),
    "0": gettext_lazy("no damage"),
}


@dataclass(frozen=True)
class QuizNames:
    """The objects behind a question's slugs; at most three queries."""

    types: dict[str, Type]
    moves: dict[str, Move]
    pokemon: dict[str, Pokemon]


@dataclass(frozen=True)
class AnswerChoice:
    """One of the answers. ``sign`` and ``icon`` for multipliers, ``detail`` once answered."""

    label: str
    words: str = ""
    sign: str = ""
    icon: str = ""
    move: Move | None = None
    pokemon: Pokemon | None = None
    side: str = ""
    detail: str = ""
    #: Length of a bar, such as "61.5%".
    width: str = ""


def names_of(question: Question) -> QuizNames:
    """Everything that ``question`` mentions."""
    types = {type_.slug: type_ for type_ in Type.objects.all()}
    moves: tuple[str, ...] = ()
    pokemon: tuple[str, ...] = ()
    if isinstance(question, MoveQuestion):
        moves, pokemon = question.moves, (question.attacker, question.defender)
    elif isinstance(question, WinnerQuestion):
        moves, pokemon = (question.move_a, question.move_b), (question.a, question.b)
    elif question.pokemon:
        moves, pokemon = (question.move,), (question.pokemon,)
    return QuizNames(
        types,
        {move.slug: move for move in Move.objects.with_battle_data().filter(slug__in=moves)}
        if moves
        else {},
        {form.slug: form for form in Pokemon.objects.with_battle_data().filter(slug__in=pokemon)}
        if pokemon
        else {},
    )


def prompt(question: Question, names: QuizNames) -> str:
    """The question in one sentence."""
    if isinstance(question, MoveQuestion):
        return text.elided(
            _("Which of %(a)s’s moves deals the most damage to %(b)s?")
            % {
                "a": names.pokemon[question.attacker].name,
                "b": names.pokemon[question.defender].name,
            }
        )
    if isinstance(question, WinnerQuestion):
        return text.elided(
            _("%(a)s only uses %(move_a)s, %(b)s only %(move_b)s. Who wins more often?")
            % {
                "a": names.pokemon[question.a].name,
                "move_a": names.moves[question.move_a].name,
                "b": names.pokemon[question.b].name,
                "move_b": names.moves[question.move_b].name,
            }
        )
    if question.pokemon:
        return text.elided(
            _("How effective is %(move)s against %(name)s?")
            % {
                "move": names.moves[question.move].name,
                "name": names.pokemon[question.pokemon].name,
            }
        )
    defending = [names.types[slug].name for slug in question.defending]
    if len(defending) == 1:
        return _("How effective is a %(attack)s-type move against a %(type)s-type Pokémon?") % {
            "attack": names.types[question.attacking].name,
            "type": defending[0],
        }
    return _("How effective is a %(attack)s-type move against a %(one)s/%(two)s-type Pokémon?") % {
        "attack": names.types[question.attacking].name,
        "one": defending[0],
        "two": defending[1],
    }


def choices(question: Question, names: QuizNames, *, answered: bool) -> list[AnswerChoice]:
    """The choices; once ``answered``, with the figures behind them."""
    if isinstance(question, MoveQuestion):
        top = max(question.damage)
        return [
            AnswerChoice(
                label=names.moves[slug].name,
                move=names.moves[slug],
                detail=_move_detail(question, names, k) if answered else "",
                width=f"{100 * question.damage[k] / top:.1f}%" if answered else "",
            )
            for k, slug in enumerate(question.moves)
        ]
    if isinstance(question, WinnerQuestion):
        wins = {"a": question.wins_a, "b": question.wins_b}
        return [
            AnswerChoice(
                label=names.pokemon[slug].name,
                words=names.moves[move].name,
                pokemon=names.pokemon[slug],
                move=names.moves[move],
                side=side,
                detail=text.percent(wins[side] / question.plays) if answered else "",
            )
            for side, slug, move in (
                ("a", question.a, question.move_a),
                ("b", question.b, question.move_b),
            )
        ]
    return [_multiplier(percent) for percent in question.choices]


def _multiplier(percent: str) -> AnswerChoice:
    icon, sign = text.MULTIPLIERS[int(percent)]
    return AnswerChoice(label=sign, sign=sign, icon=icon, words=str(_TIMES[percent]))


def _move_detail(question: MoveQuestion, names: QuizNames, k: int) -> str:
    """How much damage a move deals, and why."""
    move = names.moves[question.moves[k]]
    parts = [_("%(share)s of the HP") % {"share": text.share(question.damage[k])}]
    if question.percents[k] != 100:
        parts.append(text.MULTIPLIERS[question.percents[k]][1])
    if move.type in names.pokemon[question.attacker].types and move.power:
        parts.append(_("STAB ×1.5"))
    return " · ".join(parts)


def explanation(question: Question, names: QuizNames) -> list[str]:
    """Why the right answer is right, in short sentences."""
    if isinstance(question, MoveQuestion):
        return _explain_moves(question, names)
    if isinstance(question, WinnerQuestion):
        return _explain_winner(question, names)
    return _explain_types(question, names)


def _explain_types(question: TypeQuestion, names: QuizNames) -> list[str]:
    attack = names.types[question.attacking].name
    sentences = []
    if question.pokemon:
        sentences.append(
            _("%(move)s is a %(attack)s-type move; %(name)s is %(types)s type.")
            % {
                "move": names.moves[question.move].name,
                "attack": attack,
                "name": names.pokemon[question.pokemon].name,
                "types": text.listed(names.types[slug].name for slug in question.defending),
            }
        )
    for slug, percent in zip(question.defending, question.parts, strict=True):
        sentences.append(
            _("%(attack)s vs %(type)s: %(sign)s, %(words)s.")
            % {
                "attack": attack,
                "type": names.types[slug].name,
                "sign": text.MULTIPLIERS[percent][1],
                "words": _TIMES[str(percent)],
            }
        )
    if len(question.parts) > 1:
        sentences.append(
            _("Total: %(sign)s, %(words)s.")
            % {
                "sign": text.MULTIPLIERS[question.percent][1],
                "words": _TIMES[str(question.percent)],
            }
        )
    return sentences


def _explain_moves(question: MoveQuestion, names: QuizNames) -> list[str]:
    ranked = sorted(range(len(question.moves)), key=lambda k: -question.damage[k])
    best, second = ranked[:2]
    words = {
        "best": names.moves[question.moves[best]].name,
        "second": names.moves[question.moves[second]].name,
        "share": text.share(question.damage[best]),
        "other": text.share(question.damage[second]),
        "name": names.pokemon[question.defender].name,
    }
    return [
        text.elided(
            _(
                "%(best)s deals %(share)s of %(name)s’s HP on average; the next best, "
                "%(second)s, deals %(other)s."
            )
            % words
        ),
        _("Includes misses, critical hits and all 16 damage rolls; both at level 50."),
    ]


def _explain_winner(question: WinnerQuestion, names: QuizNames) -> list[str]:
    a, b = names.pokemon[question.a].name, names.pokemon[question.b].name
    winner = a if question.answer == 0 else b
    wins = max(question.wins_a, question.wins_b)
    return [
        ngettext(
            "%(name)s won %(wins)s of %(plays)s simulated battle.",
            "%(name)s won %(wins)s of %(plays)s simulated battles.",
            question.plays,
        )
        % {"name": winner, "wins": text.decimal(wins, 0), "plays": text.decimal(question.plays, 0)},
        text.who_moves_first(question.first, a, b) + ".",
    ]


def verdict(is_right: bool, question: Question, names: QuizNames) -> str:
    """Right or wrong, and the right answer."""
    if is_right:
        return _("Right!")
    right = choices(question, names, answered=False)[question.answer].label
    return _("Not quite: %(answer)s") % {"answer": right}


def praise(score: int, length: int) -> str:
    """The result of a round, in words."""
    share = score / length
    if share == 1:
        return _("Perfect score! You’ve mastered this one.")
    if share >= 0.8:
        return _("Very strong. A Gym Leader would be worried.")
    if share >= 0.5:
        return _("Well fought. You know more than most.")
    return _("Every trainer started like this.")
