"""Sharing a comparison as a link or text, and recent comparisons."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from battles.common import text
from battles.common.forms import SIDES
from battles.common.spread_fields import spread_summary
from battles.common.spread_query import FIELDS
from battles.compare.fighters import compare_url
from battles.compare.forms import CompareForm
from battles.compare.played import CompareAnswer
from pokedex.known_facts import KnownFacts
from pokedex.models import Pokemon

COOKIE = "recent"
_SALT = "battles.recent"
#: How many recent comparisons the visitor's browser stores, and for how long.
REMEMBERED = 8
_SECONDS = 90 * 24 * 3600
#: A longer address is stored without its moves and set-ups.
_LONGEST = 250


@dataclass(frozen=True)
class Share:
    """Link and text to copy."""

    link: str
    text: str


@dataclass(frozen=True)
class Recent:
    a: Pokemon
    b: Pokemon
    url: str
    #: Whether moves or set-ups were chosen.
    has_details: bool


def share(link: str, form: CompareForm, answer: CompareAnswer) -> Share:
    """The prediction as a few lines of text, with its link."""
    result = answer.headline
    a, b = (form.fighters[side].name for side in SIDES)
    lines = [
        f"{a} {result.percent_a}, {b} {result.percent_b}",
        f"{result.words}. {result.advice}.",
    ]
    if answer.played:
        lines += [
            _("%(name)s brings %(moves)s.")
            % {"name": name, "moves": text.listed(row.move.name for row in side.moves)}
            for name, side in zip((a, b), answer.played.sides.values(), strict=True)
        ]
    if answer.single:
        lines.append(
            _("If each repeats one move: %(a)s %(percent_a)s, %(b)s %(percent_b)s")
            % {
                "a": a,
                "percent_a": answer.single.percent_a,
                "b": b,
                "percent_b": answer.single.percent_b,
            }
        )
    for row in answer.single.ranking[:4] if answer.single else ():
        lines.append(
            _("%(place)d. %(move)s: %(percent)s, damage %(damage)s, KO in %(hits)s")
            % {
                "place": row.place,
                "move": row.move.name,
                "percent": row.percent,
                "damage": row.damage,
                "hits": row.hits,
            }
        )
    for name, side in zip((a, b), SIDES, strict=True):
        lines.append(f"{name}: {spread_summary(form.spreads[side].spread)}")
    lines.append(link)
    return Share(link, "\n".join(lines).replace(text.NBSP, " "))


def read_recent(request: HttpRequest) -> list[str]:
    """Query strings of recent comparisons, newest first."""
    kept = request.get_signed_cookie(COOKIE, default="", salt=_SALT)
    return [query for query in kept.split("|") if query][:REMEMBERED]


def remember(response: HttpResponse, before: list[str], query: str) -> None:
    """Add a comparison to the recent ones."""
    if len(query) > _LONGEST:
        given = QueryDict(query)
        query = f"a={given['a']}&b={given['b']}"
    kept = [query, *(earlier for earlier in before if earlier != query)][:REMEMBERED]
    if kept == before:
        return
    response.set_signed_cookie(
        COOKIE,
        "|".join(kept),
        salt=_SALT,
        max_age=_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def recent_links(queries: list[str], current: str, facts: KnownFacts) -> list[Recent]:
    """Links to recent comparisons except the current one."""
    given = [(query, QueryDict(query)) for query in queries if query != current]
    by_slug = facts.pokemon_by_slug
    return [
        Recent(
            by_slug[fields["a"]],
            by_slug[fields["b"]],
            compare_url(query),
            any(name.rpartition("_")[0] in (*FIELDS, "moves") for name in fields),
        )
        for query, fields in given
        if fields.get("a") in by_slug and fields.get("b") in by_slug
    ]


@require_POST
def forget_recent(request: HttpRequest) -> HttpResponse:
    """Clear the recent comparisons and return to the current one."""
    query = QueryDict(request.POST.get("query", "")[:2000])
    response = redirect(compare_url(query.urlencode()))
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
