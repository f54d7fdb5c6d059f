"""Pages for when things go wrong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from pokedex.models import BossPokemon, Pokemon


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "prefix", "heading"),
    [
        ("/no-such-page", "", "This page fled"),
        ("/fr/no-such-page", "/fr", "Cette page a pris la fuite"),
        ("/fr/nulle-part/", "/fr", "Cette page a pris la fuite"),
    ],
)
def test_404_has_ways_out(client, path, prefix, heading):
    response = client.get(path)
    html = response.content.decode()
    assert response.status_code == 404
    assert f"<h1>{heading}</h1>" in html
    assert f'lang="{prefix[1:] or "en"}"' in html
    main = html[html.index("<main") : html.index("</main>")]
    assert f'href="{prefix}/"' in main
    assert f'href="{prefix}/compare/"' in main
    # What is typed into its own search is looked for.
    assert f'<form class="error-search" action="{prefix}/search/" method="get"' in main
    found = client.get(f"{prefix}/search/", {"q": "machamp"})
    assert f'href="{prefix}/pokemon/machamp/"' in found.content.decode()


@pytest.mark.django_db
def test_an_unknown_name_is_answered_in_the_language_of_the_page(client):
    response = client.get("/fr/pokemon/machop-x/")
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert response.status_code == 404
    assert ">Machopeur</a>" in main
    assert "Machop<" not in main
    assert "Machoke" not in main


@pytest.mark.django_db
def test_a_page_that_is_not_ready_can_be_asked_for_again(client):
    BossPokemon.objects.all().delete()
    Pokemon.objects.exclude(base_form=None).delete()
    Pokemon.objects.all().delete()
    response = client.get("/fr/battle/")
    html = response.content.decode()
    assert response.status_code == 503
    assert '<a class="button" href="">Réessayer</a>' in html
    assert 'href="/fr/"' in html


def test_500_needs_neither_request_nor_database(monkeypatch):
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("battles.site.home.examples", lambda: 1 / 0)
    response = client.get("/")
    assert response.status_code == 500
    assert b"Something fainted" in response.content
    assert b"ZeroDivisionError" not in response.content


@pytest.mark.parametrize(
    "template",
    ["400.html", "403.html", "403_csrf.html", "413.html", "500.html", "503.html"],
)
def test_error_pages_stand_on_their_own(template):
    html = render_to_string(template)
    assert "<h1>" in html
    # The plate of nobody bears the number; without a request there is nothing to try again.
    assert f">{template[:3]}</text>" in html
    assert 'href=""' not in html
    assert 'href="/search/"' in html
    assert "<script" not in html
