"""Files for crawlers and browsers: robots.txt, sitemap.xml, the web manifest."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.sitemaps import Sitemap, views
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from battles.common.kept import kept
from battles.site import navigation
from pokedex.game_data_version import GameDataVersion
from pokedex.models import Boss, Move, Pokemon

_CLOSED = (
    "battles:search",
    "battles:quiz-round",
    "battles:quiz-daily",
    "battles:theme",
    "battles:pictures",
    "battles:damage",
    "battles:paste",
)
#: Of pages that work out what they are asked for, only the plain addresses: a comparison of two
#: Pokémon without more, a boss or a matrix without any choice.
_PLAIN = (("battles:compare", "?*&*&"), ("battles:ranking-matrix", "?"), ("battles:bosses", "*?"))
#: Bots that fetch one page to preview a posted link.
_PREVIEWERS = (
    "Discordbot",
    "facebookexternalhit",
    "LinkedInBot",
    "Slackbot-LinkExpanding",
    "TelegramBot",
    "Twitterbot",
    "WhatsApp",
)


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Everything except endless URL spaces (searches, choices of moves) and non-pages.

    Whoever shows a preview of a shared link may read any page.
    """
    machinery = ["/admin/", "/api/v1/"]
    closed = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            closed += [reverse(name) for name in _CLOSED]
            closed += [reverse(name) + more for name, more in _PLAIN]
    lines = [
        *(f"User-agent: {name}" for name in _PREVIEWERS),
        *(f"Disallow: {path}" for path in machinery),
        "",
        "User-agent: *",
        *(f"Disallow: {path}" for path in (*machinery, *closed, "/*moves_a=", "/*moves_b=")),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


class _BothLanguages(Sitemap):
    i18n = True
    alternates = True
    x_default = True


class Pages(_BothLanguages):
    """Home and everything in the menu."""

    def items(self) -> list[str]:
        return ["battles:home", *(name for name, _label, _words in navigation.ENTRIES)]

    def location(self, item: str) -> str:
        return reverse(item)


class Facts(_BothLanguages):
    """One page per row of a table, by slug."""

    def __init__(self, model: type[Model], view_name: str):
        self.model = model
        self.view_name = view_name

    def items(self) -> Sequence[str]:
        # A list, since it is iterated once per language.
        return list(self.model._default_manager.order_by("pk").values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse(self.view_name, args=[item])


_SITEMAPS = {
    "pages": Pages(),
    "pokemon": Facts(Pokemon, "pokedex:pokemon-detail"),
    "moves": Facts(Move, "pokedex:move-detail"),
    "bosses": Facts(Boss, "battles:boss"),
}


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every page in both languages; written once for each state of the facts."""

    def make() -> bytes:
        response = views.sitemap(request, sitemaps=_SITEMAPS)
        return bytes(response.render().content)

    parts = ("sitemap", GameDataVersion.current(), request.build_absolute_uri("/"))
    return HttpResponse(
        kept(parts, make),
        content_type="application/xml",
        headers={"X-Robots-Tag": "noindex, noodp, noarchive"},
    )


@require_safe
@cache_control(public=True, max_age=24 * 3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest, in the page's language."""
    home = reverse("battles:home")
    return JsonResponse(
        {
            "name": "PredictionDex",
            "short_name": "PredictionDex",
            "description": _("Who wins a Pokémon Let’s Go battle, and which move to use."),
            "lang": translation.get_language(),
            "id": home,
            "start_url": home,
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#fbf7ef",
            "theme_color": "#fbf7ef",
            "icons": [
                {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}"}
                | {"type": "image/png", "purpose": "any"}
                for size in (192, 512)
            ]
            + [
                {
                    "src": static("img/icon-maskable-512.png"),
                    "sizes": "512x512",
                    "type": "image/png",
                    "purpose": "maskable",
                }
            ],
            "shortcuts": [
                {"name": _("Compare two Pokémon"), "url": reverse("battles:compare")},
                {"name": _("Quiz"), "url": reverse("battles:quiz")},
            ],
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
