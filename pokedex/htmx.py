"""Pages and fragments share their addresses; this tells which one a request wants."""

from django.http import HttpRequest


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page; its history asks for whole pages."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def wanted_partial(request: HttpRequest, partials: tuple[str, ...]) -> str:
    """Name of the partial to answer with, "" for the whole page.

    A partial bears the id of the element that it replaces; the first one is the default.
    """
    if not wants_fragment(request):
        return ""
    target = request.htmx.target  # type: ignore[attr-defined]
    return target if target in partials else partials[0]
