"""Pages for when things go wrong."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.django_db
def test_404_has_a_way_out(client):
    response = client.get("/fr/nulle-part/")
    assert response.status_code == 404
    assert b'href="/fr/compare/"' in response.content
    assert b'lang="fr"' in response.content
    assert b'<a href="/" lang="en"' in response.content


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
    assert "<script" not in html
