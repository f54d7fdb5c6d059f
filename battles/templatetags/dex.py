"""Building blocks of the pages: badges, avatars, icons, meters."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse, translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from battles.common import faces, text
from battles.common.spread_fields import NatureOption
from battles.compare.prediction import MoveRank
from battles.play.narration import NarratedLine, ToldTurn
from battles.play.snapshots import KnownForm
from battles.site import navigation, pictures, theme
from pokedex.choices import LearnMethod
from pokedex.known_facts import KnownFacts, known_facts
from pokedex.models import Move, Pokemon, Type
from pokedex.views.pokemon import LearnedBy

register = template.Library()
register.filter("elided", text.elided)

_CHECKED = mark_safe(" checked")
_SELECTED = mark_safe(" selected")
_KEPT = mark_safe(' class="is-kept"')


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of our icons, in the color of the text around it."""
    return _icon(name)


@lru_cache(maxsize=128)
def _icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def type_badge(kind: Type) -> SafeString:
    """Glyph and name on the color of the type."""
    return _type_badge(kind.slug, kind.name)


@lru_cache(maxsize=128)
def _type_badge(slug: str, name: str) -> SafeString:
    return format_html(
        '<span class="type type-{}"><svg aria-hidden="true"><use href="{}#{}"/></svg>{}</span>',
        slug,
        static("img/types.svg"),
        slug,
        name,
    )


@register.simple_tag
def type_icon(kind: Type) -> SafeString:
    """The glyph alone, with the name as its label: for narrow places."""
    return _type_icon(kind.slug, kind.name)


@lru_cache(maxsize=128)
def _type_icon(slug: str, name: str) -> SafeString:
    return format_html(
        '<span class="type-icon type-{}" role="img" aria-label="{}" title="{}">'
        '<svg aria-hidden="true"><use href="{}#{}"/></svg></span>',
        slug,
        name,
        name,
        static("img/types.svg"),
        slug,
    )


@register.simple_tag
def move_pick(
    move: Move, side: str, *, is_chosen: bool = False, learned: str = "", is_kept: bool = False
) -> SafeString:
    """A selectable move; ``learned``: how it is learned. A page has up to 140 of them."""
    return _move_pick(
        side,
        move.slug,
        move.pk,
        move.name,
        type_icon(move.type),
        move.get_damage_class_display(),
        _power(move),
        _accuracy(move),
        learned,
        (_CHECKED if is_chosen else "", _KEPT if is_kept else ""),
        (_("power"), _("accuracy")),
    )


@lru_cache(maxsize=2048)
def _move_pick(
    side: str,
    slug: str,
    pk: int,
    name: str,
    icon: SafeString,
    damage_class: str,
    power: object,
    accuracy: str,
    learned: str,
    states: tuple[str, str],
    labels: tuple[str, str],
) -> SafeString:
    return format_html(
        '<label class="pick"><input type="checkbox" name="moves_{}" value="{}" id="move-{}-{}"'
        ' data-name="{}" autocomplete="off"{}>{}'
        '<span class="pick-name">{}<span{}>{}{}</span></span>'
        '<span class="pick-figure">{}<small>{}</small></span>'
        '<span class="pick-figure">{}<small>{}</small></span></label>',
        side,
        slug,
        side,
        pk,
        name,
        states[0],
        icon,
        name,
        states[1],
        damage_class,
        f" · {learned}" if learned else "",
        power,
        labels[0],
        accuracy,
        labels[1],
    )


@register.simple_tag
def move_url(move: Move) -> str:
    """The page of a move."""
    return _move_url(move.slug, get_language())


@lru_cache(maxsize=1024)
def _move_url(slug: str, language: str | None) -> str:
    return reverse("pokedex:move-detail", args=[slug])


@register.simple_tag
def learnset_rows(group: LearnedBy) -> SafeString:
    """The moves that a form learns in one way; some learn sixty."""
    has_when = group.method in (LearnMethod.LEVEL_UP, LearnMethod.TM)
    return format_html_join(
        "",
        '<tr>{}<th scope="row" class="move-name"><span>{}<span><a href="{}">{}</a>'
        ' <span class="soft small">{}{}</span></span></span></th>'
        '<td class="number">{}</td><td class="number">{}</td></tr>',
        (
            (
                format_html('<td class="when">{}</td>', row.when) if has_when else "",
                type_icon(row.move.type),
                move_url(row.move),
                row.move.name,
                row.move.get_damage_class_display(),
                f" · {text.learned_as(row.learned_as)}" if row.learned_as else "",
                _power(row.move),
                _accuracy(row.move),
            )
            for row in group.rows
        ),
    )


def _power(move: Move) -> object:
    return "–" if move.power is None else move.power


def _accuracy(move: Move) -> str:
    return text.percentage(move.accuracy) if move.accuracy else "–"


@register.simple_tag
def nature_options(natures: Sequence[NatureOption]) -> SafeString:
    """The options of a field for the nature."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((nature.value, _SELECTED if nature.is_chosen else "", nature.label) for nature in natures),
    )


@register.simple_tag
def ranking_rows(rows: Sequence[MoveRank], side: str, query: str) -> SafeString:
    """One side's moves in the table of all moves; ``query`` is the comparison's. Up to 70 rows."""
    return format_html_join(
        "",
        '<tr class="ranking-row is-{}{}"><td class="move-type">{}</td>'
        '<th class="duel-move" scope="row">'
        '<a href="{}?{}&amp;tab=damage&amp;by={}&amp;move={}#tabs">{}</a>{}</th>'
        "<td><b>{}</b></td><td>{}</td><td>{}</td><td>{}</td>"
        '<td><span class="multiplier {}">{}{}</span></td>'
        '<td class="ranking-reply">{} <small>{}</small></td></tr>',
        (
            (
                side,
                " is-opening" if row.place == 1 else "",
                type_icon(row.move.type),
                reverse("battles:compare"),
                query,
                side,
                row.move.slug,
                row.move.name,
                format_html(" <small>{}</small>", row.effect) if row.effect else "",
                row.percent,
                row.damage,
                row.hits,
                row.accuracy,
                row.multiplier[0],
                icon(row.multiplier[0]),
                row.multiplier[1],
                row.reply.name,
                row.first_short,
            )
            for row in rows
        ),
    )


@register.simple_tag
def pokemon_names(facts: KnownFacts | None = None) -> SafeString:
    """All names, for browsers without scripts: one list for all pickers."""
    return _names_list(facts or known_facts(), get_language())


@lru_cache(maxsize=2)
def _names_list(facts: KnownFacts, language: str | None) -> SafeString:
    names = [(pokemon.name_en, pokemon.name_fr) for pokemon in facts.pokemon.values()]
    if language == "fr":
        names = [(french, english) for english, french in names]
    options = ((name, other if other != name else "") for name, other in names)
    return format_html(
        '<datalist id="all-pokemon">{}</datalist>',
        format_html_join("", '<option value="{}">{}</option>', options),
    )


@register.simple_tag
def log_turns(turns: Sequence[ToldTurn]) -> SafeString:
    """The items of a battle log; a long battle has hundreds of lines, too many for a template."""
    return format_html_join(
        "",
        '<li class="log-turn"><h3>{}</h3>{}</li>',
        (
            (
                _("Turn %(number)s") % {"number": turn.number},
                format_html_join(
                    "",
                    '<p class="log-line is-{} is-{}">{}</p>',
                    ((line.side or "both", line.kind, line.words) for line in turn.lines),
                ),
            )
            for turn in turns
        ),
    )


def _plate(face: faces.Face) -> SafeString:
    """The drawings of a plate on each other, each from the one file that browsers keep."""
    sprite = static("img/faces.svg")
    layers = [
        *(("", name) for name in face.ground),
        *((' class="avatar-body"', name) for name in face.body),
        *(("", name) for name in face.mark),
    ]
    return format_html(
        '<svg class="avatar-plate avatar-{} avatar-first-{} avatar-second-{}"'
        ' viewBox="0 0 96 96" focusable="false">{}{}</svg>',
        face.color,
        face.first,
        face.second,
        format_html_join(
            "",
            '<use{} href="{}#{}"/>',
            ((mark_safe(body), sprite, name) for body, name in layers),
        ),
        _plate_number(face.number),
    )


@register.simple_tag(takes_context=True)
def avatar(
    context: dict[str, Any], pokemon: Pokemon | KnownForm, *, large: bool = False
) -> SafeString:
    """The face of a Pokémon: its plate, and over it a picture if the visitor allows pictures.

    ``large`` takes the larger file, for places of more than 60 pixels.
    """
    face = pokemon.face if isinstance(pokemon, KnownForm) else faces.face_of(pokemon)
    if face is None:
        return empty_avatar()
    return _avatar(face, pictures.address(context.get("request"), pokemon.pk, large=large))


@lru_cache(maxsize=1024)
def _avatar(face: faces.Face, address: str) -> SafeString:
    picture = (
        format_html(
            '<img class="avatar-picture" src="{}" alt="" width="96" height="96" loading="lazy"'
            ' decoding="async" referrerpolicy="no-referrer" data-picture>',
            address,
        )
        if address
        else ""
    )
    return format_html('<span class="avatar" aria-hidden="true">{}{}</span>', _plate(face), picture)


@register.simple_tag(takes_context=True)
def picture_template(context: dict[str, Any]) -> str:
    """Names where the small pictures of ``avatar`` come from, for fragments that are kept."""
    return pictures.address(context.get("request"), 0, large=False)


@register.simple_tag
def empty_avatar(number: int | None = None) -> SafeString:
    """The face of nobody yet; error pages give it their number."""
    return format_html(
        '<span class="avatar is-empty" aria-hidden="true">'
        '<svg class="avatar-plate" viewBox="0 0 96 96" focusable="false">'
        '<use href="{}#empty"/>{}</svg>'
        "</span>",
        static("img/faces.svg"),
        "" if number is None else _plate_number(str(number)),
    )


def _plate_number(number: str) -> SafeString:
    return format_html('<text class="avatar-number" x="48" y="92">{}</text>', number)


def in_language(url: str, code: str) -> str:
    """The same page in another language, or the home page if there is none."""
    translated = translate_url(url, code)
    if translated == url and code != get_language():
        return translate_url(reverse("battles:home"), code)
    return translated


@register.inclusion_tag("components/_languages.html", takes_context=True)
def languages(context: dict[str, Any], *, url: str = "", swap: bool = False) -> dict[str, Any]:
    """Links to this page in each language; ``swap`` makes htmx swap them out of band."""
    request: HttpRequest | None = context.get("request")
    here = url or (request.get_full_path() if request else reverse("battles:home"))
    return {
        "current": get_language(),
        "swap": swap,
        "languages": [
            {
                "code": code,
                "name": get_language_info(code)["name_local"].capitalize(),
                "url": in_language(here, code),
            }
            for code, _name in settings.LANGUAGES
        ],
    }


@register.simple_tag(takes_context=True)
def site_navigation(context: dict[str, Any]) -> SafeString:
    """Links to all pages."""
    request: HttpRequest | None = context.get("request")
    entries = navigation.entries(request.path if request else "")
    return format_html(
        '<ul role="list">{}</ul>',
        format_html_join(
            "",
            '<li><a href="{}"{}>{}</a></li>',
            (
                (
                    entry.url,
                    format_html(' aria-current="{}"', entry.current) if entry.current else "",
                    entry.label,
                )
                for entry in entries
            ),
        ),
    )


@register.simple_tag(takes_context=True)
def theme_choice(context: dict[str, Any]) -> str:
    """ "light" or "dark" if the visitor has chosen, else "system"."""
    return theme.chosen(context.get("request"))


@register.inclusion_tag("components/_theme.html", takes_context=True)
def theme_switch(context: dict[str, Any]) -> dict[str, Any]:
    """Three buttons: system, light, dark."""
    request: HttpRequest | None = context.get("request")
    return {"theme": theme.chosen(request), "next": _way_back(request)}


@register.inclusion_tag("components/_pictures.html", takes_context=True)
def pictures_switch(context: dict[str, Any]) -> dict[str, Any]:
    """Two buttons, pictures on and off; nothing where this site has no pictures."""
    request: HttpRequest | None = context.get("request")
    pictures_on = pictures.chosen(request) if settings.SPRITE_URL_TEMPLATE else ""
    return {"pictures": pictures_on, "next": _way_back(request)}


def _way_back(request: HttpRequest | None) -> str:
    """The page to come back to; the answer to a form is none."""
    if request is None or request.method not in ("GET", "HEAD"):
        return reverse("battles:home")
    return request.get_full_path()


@register.simple_tag(takes_context=True)
def alternates(context: dict[str, Any], url: str = "") -> SafeString:
    """``<link rel="alternate" hreflang>`` of this page for every language."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString("")
    here = url or request.get_full_path()
    pages = [(code, translate_url(here, code)) for code, _name in settings.LANGUAGES]
    pages.append(("x-default", translate_url(here, settings.LANGUAGE_CODE)))
    links = [
        format_html(
            '<link rel="alternate" hreflang="{}" href="{}">',
            code,
            request.build_absolute_uri(address),
        )
        for code, address in pages
    ]
    return SafeString("\n".join(links))


@register.simple_tag(takes_context=True)
def canonical(context: dict[str, Any], url: str = "") -> SafeString:
    """``<link rel="canonical">`` of this page, in its language."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString("")
    address = request.build_absolute_uri(url or request.get_full_path())
    return format_html('<link rel="canonical" href="{}">', address)


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], url: str) -> str:
    """The absolute URL."""
    return str(context["request"].build_absolute_uri(url))


@register.filter
def number3(value: int) -> str:
    """A Pokédex number, three digits."""
    return f"{value:03d}"


@register.filter
def percentage(value: int) -> str:
    """A whole number with the percent sign of the page's language."""
    return text.percentage(value)


@register.filter
def get_side(values: dict[str, Any], side: str) -> Any:
    """The value of a side, "a" or "b"."""
    return values.get(side)


@register.filter
def moves_errors(errors: dict[str, Any], side: str) -> list[str]:
    """The errors of a side's moves."""
    return list(errors.get(f"moves_{side}", []))


@register.filter
def has_moves_error(errors: dict[str, Any], side: str) -> bool:
    return f"moves_{side}" in errors


@register.filter
def last_words(lines: Sequence[NarratedLine]) -> str:
    """The last line of a turn, for the caption of the stage."""
    return lines[-1].words if lines else ""
