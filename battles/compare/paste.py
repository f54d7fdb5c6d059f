"""Import of Pokémon and teams from text, and export of each side."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from battles.common import text
from battles.common.forms import SIDES
from battles.common.showdown_text import (
    MAX_LENGTH,
    PastedSet,
    read_team,
    remark_in_words,
    write_set,
)
from battles.common.spread_fields import spread_summary
from battles.compare.fighters import FighterCard, compare_url
from battles.compare.forms import ComparedSide, CompareForm
from mlcore.game import gamedata
from pokedex.models import Move, Pokemon

#: Maximum length of the address to return to.
_LONGEST_QUERY = 2000


class PasteForm(forms.Form):
    """After ``is_valid``, ``sets`` holds the parsed Pokémon."""

    side = forms.ChoiceField(
        choices=[(side, side) for side in SIDES],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"),
            gettext_lazy("The side must be “a” for your Pokémon or “b” for the opponent."),
        ),
    )
    query = forms.CharField(
        required=False,
        max_length=_LONGEST_QUERY,
        error_messages={
            "max_length": gettext_lazy(
                "The comparison to return to has an address of %(show_value)d characters; the "
                "limit is %(limit_value)d."
            )
        },
    )
    text = forms.CharField(required=False, strip=False)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(_without_nul(data) if data is not None else None)
        self.sets: list[PastedSet] = []

    def clean_text(self) -> str:
        given: str = self.cleaned_data["text"]
        if not given.strip():
            raise forms.ValidationError(_("Nothing was pasted. Start with the Pokémon’s name."))
        if len(given) > MAX_LENGTH:
            raise forms.ValidationError(
                _("The text has %(count)d characters; the limit is %(limit)d.")
                % {"count": len(given), "limit": MAX_LENGTH}
            )
        self.sets = read_team(given, gamedata.current(), status_moves=True)
        if not self.sets:
            raise forms.ValidationError(
                _("No Pokémon’s name could be read. Start with the Pokémon’s name.")
            )
        if not any(pasted.form for pasted in self.sets):
            names = text.listed(text.shortened(pasted.name) for pasted in self.sets[:3])
            raise forms.ValidationError(_("Not in Let’s Go: %(names)s.") % {"names": names})
        return given

    @property
    def messages(self) -> list[str]:
        """What is wrong with it."""
        return [str(message) for messages in self.errors.values() for message in messages]


def _without_nul(data: QueryDict) -> QueryDict:
    """Drops NUL characters instead of rejecting the text."""
    copy = data.copy()
    for name in copy:
        copy.setlist(name, [value.replace("\0", "") for value in copy.getlist(name)])
    return copy


@dataclass(frozen=True)
class PastedChoice:
    """One Pokémon of a pasted team."""

    name: str
    pokemon: Pokemon | None
    summary: str
    moves: str
    remarks: list[str]
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def paste(request: HttpRequest) -> HttpResponse:
    """GET: a form. POST: load one Pokémon as a side, or choose one of several."""
    if request.method != "POST":
        side = request.GET.get("side", "")
        compared = CompareForm(request.GET)
        compared.is_valid()
        return _page(
            request, PasteForm(), side if side in SIDES else "a", compared.canonical_query()
        )
    try:
        form = PasteForm(request.POST)
        valid = form.is_valid()
    except gamedata.IncompleteGameData as error:
        return render(request, "503.html", {"reason": str(error)}, status=503)
    side = form.cleaned_data.get("side", "a")
    compared = CompareForm(QueryDict(form.cleaned_data.get("query", "")))
    compared.is_valid()
    if not valid:
        return _page(request, form, side, compared.canonical_query())
    choices = _choices(form.sets, side, compared)
    if len(choices) > 1:
        return _page(request, form, side, compared.canonical_query(), choices)
    chosen = choices[0]
    for remark in chosen.remarks:
        messages.info(request, remark, extra_tags=side)
    return redirect(chosen.url)


def _page(
    request: HttpRequest,
    form: PasteForm,
    side: str,
    query: str,
    choices: list[PastedChoice] | None = None,
) -> HttpResponse:
    return render(
        request,
        "battles/paste.html",
        {
            "form": form,
            "side": side,
            "query": query,
            "compare_url": compare_url(query),
            "choices": choices,
            "count": ngettext("%(count)d Pokémon read", "%(count)d Pokémon read", len(choices))
            % {"count": len(choices)}
            if choices
            else "",
        },
    )


def _choices(sets: list[PastedSet], side: str, compared: CompareForm) -> list[PastedChoice]:
    """The parsed Pokémon, with names in the page's language; always two queries."""
    pokemon = {
        row.slug: row
        for row in Pokemon.objects.with_battle_data().filter(
            slug__in={pasted.form for pasted in sets}
        )
    }
    moves = {
        move.slug: move
        for move in Move.objects.filter(slug__in={slug for pasted in sets for slug in pasted.moves})
    }
    return [_choice(pasted, side, compared, pokemon, moves) for pasted in sets]


def _choice(
    pasted: PastedSet,
    side: str,
    compared: CompareForm,
    pokemon: dict[str, Pokemon],
    moves: dict[str, Move],
) -> PastedChoice:
    fighter = pokemon.get(pasted.form)
    remarks = [
        remark_in_words(remark, fighter.name if fighter else "") for remark in pasted.remarks
    ]
    other = compared.spreads["b" if side == "a" else "a"].spread
    if fighter and not pasted.has_level and pasted.spread.level != other.level:
        remarks.append(
            _(
                "No level is written, so it is level %(level)d, as in Showdown. Its opponent is "
                "level %(other)d."
            )
            % {"level": pasted.spread.level, "other": other.level}
        )
    corner = ComparedSide(pasted.form, pasted.moves, pasted.spread)
    return PastedChoice(
        name=text.shortened(pasted.name),
        pokemon=fighter,
        summary=spread_summary(pasted.spread),
        moves=text.listed(moves[slug].name for slug in pasted.moves if slug in moves),
        remarks=remarks,
        url=compare_url(compared.canonical_query(**{side: corner})) if fighter else "",
    )


def exported(fighter: FighterCard, form: CompareForm) -> str:
    """One side as text, with its chosen moves."""
    return write_set(fighter.pokemon, form.chosen[fighter.side], fighter.spread)
