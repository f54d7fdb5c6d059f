"""CPU of every page beside a bare Django view, taken in turns in one run."""

import statistics
import time
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from predictiondex import urls

ROUNDS = 15
PAGES = (
    "/",
    "/compare/",
    "/compare/?a=pikachu&b=starmie",
    "/compare/?a=mew&b=mewtwo",
    "/battle/",
    "/quiz/",
    "/quiz/daily/",
    "/pokemon/",
    "/pokemon/gyarados/",
    "/pokemon/gyarados/insights/",
    "/moves/",
    "/moves/thunderbolt/",
    "/types/",
    "/bosses/",
    "/search/?q=fire",
    "/search/?q=thundrbolt+pikachoo+qqqqqq+wwwwww+eeeeee+rrrrrr+tttttt+yyyy",
    "/rankings/",
    "/rankings/matrix/?kind_a=all&kind_b=all",
    "/compare/?a=mew&b=snorlax&referee=search",
    "/api/schema/",
    "/sitemap.xml",
    "/metrics",
    "/model/",
    "/about/",
)
BARE = "/bare-view-of-the-benchmark/"


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path(BARE[1:], bare), *urls.urlpatterns]


def page_times(pages: tuple[str, ...] = PAGES) -> Iterator[tuple[str, float, float, float]]:
    """(address, seconds of its first view, of the page, of the bare view); medians of all rounds.

    Requests go through all middleware in this process, without a network.
    """
    with override_settings(
        ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"], API_ANONYMOUS_RATE=0
    ):
        client = Client()

        def seconds(address: str) -> float:
            started = time.process_time()
            response = client.get(address)
            elapsed = time.process_time() - started
            if response.status_code not in (200, 301, 302):
                raise RuntimeError(f"{address} answers {response.status_code}")
            return elapsed

        seconds(BARE)
        for address in pages:
            first = seconds(address)
            canonical = client.get(address, follow=True)
            here = canonical.redirect_chain[-1][0] if canonical.redirect_chain else address
            rounds = [(seconds(here), seconds(BARE)) for _ in range(ROUNDS)]
            page, plain = (statistics.median(times) for times in zip(*rounds, strict=True))
            yield address, first, page, plain
