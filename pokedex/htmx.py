"""Pages and fragments share their addresses; this tells which one a request wants."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import push_url


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


def render_list(
    request: HttpRequest, template: str, partial: str, form: Any, context: dict[str, Any]
) -> HttpResponse:
    """A list that a form filters and sorts: its page, or the wanted partial of it.

    A partial that was asked for without a mistake puts the form's address into the browser.
    """
    url = form.url()
    response = render(
        request,
        f"{template}#{partial}" if partial else template,
        {"form": form, "sort": form.value("sort"), "url": url, "partial": partial, **context},
    )
    if partial and not form.errors:
        push_url(response, url)
    return response
