"""The compare page's headline: who wins when both play well, and how each should open."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from battles.common import text, well_played
from battles.common.forms import SIDES
from battles.common.serving import Serving
from battles.compare.duel import Duel
from battles.compare.forms import CompareForm
from battles.compare.prediction import NoResult, PredictionResult, predict
from mlcore.game import duel_facts
from mlcore.serving.predict import LogUnavailable
from mlcore.serving.well_played import NoBattleValue, Plan
from pokedex.models import Move


@dataclass(frozen=True)
class PlayedMove:
    """A move of a side's set. ``share``: how often to open with it, or nothing."""

    move: Move
    share: str
    #: What the move is worth as the opening, as text and as a width.
    percent: str
    width: str


@dataclass(frozen=True)
class PlayedSide:
    """What a side brings, its main opening first."""

    name: str
    #: Where its moves come from, as a sentence.
    origin: str
    moves: list[PlayedMove]
    #: The opening in words: "Thunderbolt", or "Thunder Wave 70%, Thunderbolt 30%".
    opening: str
    is_mixed: bool


@dataclass(frozen=True)
class PlayedResult:
    """The answer for good play, ready for the template; has what a PredictionResult has, too."""

    sides: dict[str, PlayedSide]
    words: str
    winner: str
    percent_a: str
    percent_b: str
    width: str
    advice: str
    announcement: str
    has_chance: bool
    #: Who moves first with the main openings, or nothing.
    first: str
    model_version: str
    probability: float

    @property
    def a(self) -> PlayedSide:
        return self.sides["a"]

    @property
    def b(self) -> PlayedSide:
        return self.sides["b"]

    @property
    def main_move(self) -> Move | None:
        """What A opens with most often."""
        return self.a.moves[0].move if self.a.moves else None


@dataclass(frozen=True)
class CompareAnswer:
    """Both answers of the page.

    played  when both play well; None if no network can say, ``reason`` says why
    single  when each repeats one move; None if a side has no damaging move
    """

    played: PlayedResult | None
    single: PredictionResult | None
    reason: str = ""

    @property
    def headline(self) -> PlayedResult | PredictionResult:
        answer = self.played or self.single
        assert answer is not None
        return answer


def answer(form: CompareForm, duel: Duel | NoResult, serving: Serving) -> CompareAnswer | NoResult:
    """Both answers to the form's comparison, or why there is none at all."""
    if isinstance(duel, NoResult):
        return duel
    single = predict(form, duel, serving)
    if isinstance(single, NoResult) and single.status != 200:
        return single
    given = None if isinstance(single, NoResult) else single
    try:
        return CompareAnswer(play_well(form, duel), given)
    except LogUnavailable as error:
        return NoResult("no-log", str(error))
    except NoBattleValue as error:
        if given is None:
            return NoResult("no-model", str(error))
        return CompareAnswer(None, given, str(error))


def play_well(form: CompareForm, duel: Duel, *, source: str | None = "compare") -> PlayedResult:
    """The form's comparison when both play well; without ``source`` not counted or logged.

    Raises NoBattleValue, LogUnavailable.
    """
    sides = {
        side: well_played.Fighter(
            int(duel.setups[side].form[0]), form.spreads[side].spread, tuple(duel.moves[side])
        )
        for side in SIDES
    }
    given = well_played.answer(duel.game, sides["a"], sides["b"], source=source)
    names = [form.fighters[side].name for side in SIDES]
    shown = {side: _side(form, duel, side, plan) for side, plan in (("a", given.a), ("b", given.b))}
    words = text.odds(given.probability, *names)
    has_chance = given.probability >= text.HOPELESS and bool(shown["a"].opening)
    advice = (
        _("Use %(move)s") % {"move": shown["a"].opening} if has_chance else _("No winning move")
    )
    return PlayedResult(
        sides=shown,
        words=words,
        winner=text.favorite(given.probability),
        percent_a=text.percent(given.probability),
        percent_b=text.percent(1 - given.probability),
        width=f"{100 * given.probability:.1f}%",
        advice=advice,
        announcement=f"{words}. {advice}.",
        has_chance=has_chance,
        first=_first(duel, given.a, given.b, names),
        model_version=given.model_version,
        probability=given.probability,
    )


def _side(form: CompareForm, duel: Duel, side: str, plan: Plan) -> PlayedSide:
    by_slug = {learnable.move.slug: learnable.move for learnable in form.learnable[side]}
    moves = {index: by_slug[duel.game.move_slugs[index]] for index in plan.moves}
    percents = text.whole_percents(plan.shares)
    order = sorted(plan.moves, key=lambda index: (-percents.get(index, 0), -plan.worth[index]))
    mixture = [(moves[index].name, percents[index]) for index in order if index in percents]
    is_mixed = len(mixture) > 1
    count = len(duel.moves[side])
    if len(plan.moves) < count:
        origin = _("The best four of its %(count)d moves.") % {"count": count}
    else:
        origin = _("The moves you chose.") if form.chosen[side] else _("All it can learn.")
    return PlayedSide(
        name=form.fighters[side].name,
        origin=origin,
        moves=[
            PlayedMove(
                move=moves[index],
                share=text.percentage(percents[index]) if index in percents else "",
                percent=text.percent(plan.worth[index]),
                width=f"{100 * plan.worth[index]:.1f}%",
            )
            for index in order
        ],
        opening=", ".join(
            f"{name} {text.percentage(share)}" if is_mixed else name for name, share in mixture
        ),
        is_mixed=is_mixed,
    )


def _first(duel: Duel, a: Plan, b: Plan, names: list[str]) -> str:
    """Who moves first when both open with what they use most."""
    if not a.shares or not b.shares:
        return ""
    openings = (max(plan.shares, key=plan.shares.__getitem__) for plan in (a, b))
    speeds = (int(duel.stats[side][-1]) for side in SIDES)
    code = duel_facts.first_to_move(duel.game.tables, *speeds, *openings)
    return text.who_moves_first(code, *names)
