"""Pages of the quiz: a lobby, a round of practice, and the quiz of the day.

Every page is an address with a question's place in it; an answer is posted and redirects to the
question it answers. The same address answers a page to a browser and the question to htmx.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from battles.quiz import questions, wording
from battles.quiz.rounds import (
    DAILY_PLAN,
    ROUND_LENGTH,
    Round,
    Rounds,
    card_query,
    daily_round,
    new_round,
    share_text,
)
from mlcore.game import gamedata
from pokedex.htmx import wants_fragment

#: URL names of the two kinds of rounds, by their name in the session.
_PAGES = {"round": "battles:quiz-round", "daily": "battles:quiz-daily"}


@dataclass(frozen=True)
class RoundStep:
    """A square of the progress row."""

    number: int
    state: str
    words: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class ShownChoice:
    """A choice and its state: "", "right", "wrong" or "missed"."""

    value: int
    key: int
    choice: wording.AnswerChoice
    state: str = ""


# The lobby


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lobby(request: HttpRequest) -> HttpResponse:
    """GET: the lobby. POST: start a round of ``kind`` at ``level``."""
    rounds = Rounds(request.session)
    if request.method != "POST":
        note = _NOTES.get(request.GET.get("note", ""))
        return render(request, "battles/quiz.html", _lobby(request, rounds, note() if note else ""))
    kind, level = request.POST.get("kind", ""), request.POST.get("level", questions.DEFAULT_LEVEL)
    if kind not in questions.ROUND_KINDS or level not in questions.LEVELS:
        error = _("Choose one of the quizzes and one of the levels below.")
        return render(request, "battles/quiz.html", _lobby(request, rounds, error), status=400)
    try:
        game = gamedata.current()
    except gamedata.IncompleteGameData as reason:
        return _not_ready(request, str(reason))
    rounds.put("round", new_round(kind, level, questions.fingerprint(game)))
    return HttpResponseRedirect(reverse("battles:quiz-round"), status=303)


def _lobby(request: HttpRequest, rounds: Rounds, error: str) -> dict[str, Any]:
    record = rounds.record
    daily = rounds.get("daily")
    today = timezone.now().date()
    if daily and daily.day != today.isoformat():
        daily = None
    under_way = rounds.get("round")
    level = request.POST.get("level") or request.GET.get("level") or questions.DEFAULT_LEVEL
    return {
        "error": error,
        "kinds": [
            {
                "code": kind,
                "name": wording.KIND_NAMES[kind],
                "words": wording.KIND_WORDS[kind],
                "best": [
                    {"name": wording.LEVEL_NAMES[code], "score": record.best[kind, code]}
                    for code in questions.LEVELS
                    if (kind, code) in record.best
                ],
            }
            for kind in questions.ROUND_KINDS
        ],
        "levels": [
            {"code": code, "name": name, "is_chosen": code == level}
            for code, name in wording.LEVEL_NAMES.items()
        ],
        "round_length": ROUND_LENGTH,
        "daily": daily,
        "daily_length": len(DAILY_PLAN),
        "today": date_format(today, "DATE_FORMAT"),
        "under_way": under_way if under_way and not under_way.is_over else None,
        "under_way_number": len(under_way.marks) + 1 if under_way else 0,
        "under_way_name": wording.KIND_NAMES[under_way.kind] if under_way else "",
        "record": record,
    }


# Rounds


@never_cache
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest) -> HttpResponse:
    """The round started in the lobby; ``q`` is the question's number, counted from 1."""
    return _round_page(request, "round")


@never_cache
@vary_on_headers("HX-Request")
@require_http_methods(["GET", "HEAD", "POST"])
def daily(request: HttpRequest) -> HttpResponse:
    """The quiz of the day, the same for everyone."""
    return _round_page(request, "daily")


def _round_page(request: HttpRequest, name: str) -> HttpResponse:
    try:
        game = gamedata.current()
    except gamedata.IncompleteGameData as reason:
        return _not_ready(request, str(reason))
    rounds = Rounds(request.session)
    round_ = _current_round(rounds, name, questions.fingerprint(game))
    if round_ is None:
        return _to(reverse("battles:quiz"), note="no-round")
    try:
        if request.method == "POST":
            return _take_answer(request, game, rounds, name, round_)
        return _show(request, game, rounds, name, round_)
    except questions.NoQuestion as reason:
        return _not_ready(request, str(reason))


def _current_round(rounds: Rounds, name: str, fingerprint: str) -> Round | None:
    """The round in progress. Its questions cannot be rebuilt once the facts have changed."""
    round_ = rounds.get(name)
    if name == "daily":
        today = timezone.now().date()
        if round_ and round_.day == today.isoformat() and round_.fingerprint == fingerprint:
            return round_
        return daily_round(today, fingerprint)
    if round_ and round_.fingerprint != fingerprint:
        round_ = new_round(round_.kind, round_.level, fingerprint)
        rounds.put(name, round_)
    return round_


def _take_answer(
    request: HttpRequest, game: gamedata.GameData, rounds: Rounds, name: str, round_: Round
) -> HttpResponse:
    """Count an answer to the next question, once; then show that question."""
    page = reverse(_PAGES[name])
    try:
        ticket = questions.Ticket.read(request.POST.get("token", ""))
    except questions.BadToken:
        return _to(page, note="stale")
    index = len(round_.marks)
    if ticket.round != round_.id or ticket.fingerprint != round_.fingerprint:
        return _to(page, note="stale")
    if ticket.index != index:
        # Answered before: the first answer counts and is shown.
        return _to(page, q=str(min(ticket.index + 1, index + 1)))
    question = questions.ask(game, ticket)
    choice = request.POST.get("choice", "")
    if choice not in [str(position) for position in range(len(question.choices))]:
        return _to(page, q=str(index + 1), note="choose")
    rounds.count(name, round_, int(choice), int(choice) == question.answer)
    return _to(page, q=str(index + 1))


def _to(page: str, **query: str) -> HttpResponse:
    parts = "&".join(f"{key}={value}" for key, value in query.items())
    return HttpResponseRedirect(f"{page}?{parts}" if parts else page, status=303)


def _place(text: str, round_: Round) -> int | None:
    """Index of the question that ``q`` asks for; None for the end of a finished round."""
    answered = len(round_.marks)
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= round_.length:
        return min(int(text) - 1, answered)
    return None if round_.is_over else answered


def _show(
    request: HttpRequest, game: gamedata.GameData, rounds: Rounds, name: str, round_: Round
) -> HttpResponse:
    index = _place(request.GET.get("q", ""), round_)
    note = _NOTES.get(request.GET.get("note", ""))
    page = reverse(_PAGES[name])
    context = {
        "name": name,
        "round": round_,
        "page": page,
        "title": _round_title(round_),
        "level": wording.LEVEL_NAMES.get(round_.level, ""),
        "steps": _steps(round_, page, index),
        "record": rounds.record,
        "note": note() if note else "",
        "fragment": wants_fragment(request),
    }
    context |= _end(request, rounds, round_) if index is None else _question(game, round_, index)
    template = "battles/quiz_round.html"
    return render(request, f"{template}#quiz-round" if context["fragment"] else template, context)


def _question(game: gamedata.GameData, round_: Round, index: int) -> dict[str, Any]:
    ticket = round_.ticket(index)
    question = questions.ask(game, ticket)
    names = wording.names_of(question)
    answered = index < len(round_.marks)
    chosen = round_.answers[index] if answered else None
    context = {
        "number": index + 1,
        "question": question,
        "level": wording.LEVEL_NAMES[ticket.level],
        "prompt": wording.prompt(question, names),
        "faces": _faces(question, names, ticket.level, answered),
        "hides_power": question.kind == "moves" and ticket.level == "hard" and not answered,
        "answers": [
            ShownChoice(k, k + 1, choice, _state(k, chosen, question.answer) if answered else "")
            for k, choice in enumerate(wording.choices(question, names, answered=answered))
        ],
        "answered": answered,
        "token": "" if answered else ticket.token,
    }
    if answered:
        context |= {
            "is_right": round_.marks[index],
            "verdict": wording.verdict(round_.marks[index], question, names),
            "explanation": wording.explanation(question, names),
            "next_number": index + 2 if index + 1 < round_.length else None,
        }
        if isinstance(question, questions.WinnerQuestion):
            context["width_a"] = f"{100 * question.share_a:.1f}%"
    context["announcement"] = (
        " ".join([str(context["verdict"]), *context["explanation"]])
        if answered
        else context["prompt"]
    )
    return context


def _state(k: int, chosen: int | None, answer: int) -> str:
    if k == answer:
        return "right" if k == chosen else "missed"
    return "wrong" if k == chosen else ""


def _faces(
    question: questions.Question, names: wording.QuizNames, level: str, answered: bool
) -> dict[str, Any]:
    """What is shown above the choices. A hard type question hides the types until answered."""
    if isinstance(question, questions.MoveQuestion):
        return {
            "a": names.pokemon[question.attacker],
            "b": names.pokemon[question.defender],
            "hides_types": level == "hard" and not answered,
        }
    if isinstance(question, questions.TypeQuestion):
        return {
            "attacking": names.types[question.attacking],
            "defending": [names.types[slug] for slug in question.defending],
            "move": names.moves.get(question.move),
            "pokemon": names.pokemon.get(question.pokemon),
            "shows_types": not question.pokemon or answered,
        }
    return {}


def _steps(round_: Round, page: str, index: int | None) -> list[RoundStep]:
    steps = []
    for k in range(round_.length):
        if k < len(round_.marks):
            state = "right" if round_.marks[k] else "wrong"
            words = (
                _("Question %(number)d: right")
                if round_.marks[k]
                else _("Question %(number)d: wrong")
            )
        else:
            state, words = "", _("Question %(number)d: open")
        url = f"{page}?q={k + 1}" if k <= len(round_.marks) else ""
        steps.append(RoundStep(k + 1, state, words % {"number": k + 1}, url, k == index))
    return steps


def _round_title(round_: Round) -> str:
    if round_.day:
        return _("Quiz of the day")
    return str(wording.KIND_NAMES[round_.kind])


def _end(request: HttpRequest, rounds: Rounds, round_: Round) -> dict[str, Any]:
    praise = wording.praise(round_.score, round_.length)
    context: dict[str, Any] = {
        "is_end": True,
        "praise": praise,
        "best": rounds.record.best.get((round_.kind, round_.level)),
        "announcement": _("%(score)d of %(length)d right.")
        % {"score": round_.score, "length": round_.length},
    }
    title = _("PredictionDex quiz")
    if not round_.day:
        title = f"{title} ({wording.KIND_NAMES[round_.kind]}, {wording.LEVEL_NAMES[round_.level]})"
    url = request.build_absolute_uri(
        reverse("battles:quiz-daily" if round_.day else "battles:quiz")
    )
    context["share_url"] = url
    context["share"] = share_text(round_, title, url)
    context["card_url"] = f"{reverse('battles:quiz-card')}?{card_query(round_)}"
    return context


def _not_ready(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "503.html", {"reason": reason}, status=503)


_NOTES = {
    "no-round": lambda: _(
        "No round in progress. Start one below; your browser must accept cookies."
    ),
    "stale": lambda: _(
        "That answer was for another round or another day and wasn’t counted. Here is your "
        "current question."
    ),
    "choose": lambda: _("Choose one of the answers shown."),
}
