"""English and French: nothing untranslated, names and addresses in the page's language."""

import importlib.util
import re
from pathlib import Path

import pytest
from babel.messages.checkers import checkers
from babel.messages.pofile import read_po
from django.conf import settings

from battles.compare.tabs import TABS

CATALOGUE = Path(settings.BASE_DIR) / "locale/fr/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location(
        "update_catalogues", Path(settings.BASE_DIR) / "locale/update.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_string_of_the_source_is_translated(tool):
    assert tool.missing(tool.update(CATALOGUE)) == []


def test_catalogue_holds_nothing_else(tool):
    with CATALOGUE.open("rb") as file:
        written = {(message.context, str(message.id)) for message in read_po(file) if message.id}
    assert written == {
        (message.context, str(message.id)) for message in tool.messages() if message.id
    }


def test_catalogue_is_sound():
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file, locale="fr")
    assert not [message.id for message in catalogue if message.id and message.fuzzy]
    for message in catalogue:
        for check in checkers:
            check(catalogue, message)


def test_compiled_catalogue_is_there():
    assert CATALOGUE.with_suffix(".mo").exists(), "run make setup (or make test), which compiles it"


def test_the_check_can_fail(tool, tmp_path):
    thin = tmp_path / "fr/LC_MESSAGES/django.po"
    thin.parent.mkdir(parents=True)
    thin.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    assert "Swap sides" in tool.missing(tool.update(thin))


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
def test_french_page_speaks_french(page, words):
    text = words(page("/fr/compare/?a=pikachu&b=gyarados"))
    assert "Pikachu contre Léviator" in text
    assert "Utilisez" in text
    assert "attaque en premier" in text
    # What is exported is English, as players share it.
    for tab in set(TABS) - {"export"}:
        address = "/fr/compare/?a=pikachu&b=gyarados"
        text = words(page(f"{address}&tab={tab}"))
        if tab == "types":
            assert re.search(r"Léviator subit ×4 Électrik ×2 Roche", text)
        for english in ("against", "moves first", "Use ", "Speed", "Gyarados", "physical"):
            assert english not in text
        assert "Thunder" not in text


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
def test_french_refusals_speak_french(page, words):
    text = words(page("/fr/compare/?a=pikachoo&b=charizard&moves_b=surf"))
    assert "Il n’y a pas de Pokémon « pikachoo » dans Let’s Go." in text
    assert "Dracaufeu ne peut pas apprendre Surf." in text


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
@pytest.mark.parametrize(
    "path",
    [
        "/fr/compare/?a=alakazam&b=onix",
        "/fr/compare/damage/?a=alakazam&b=onix&by=a&move=psychic",
        "/fr/battle/?a=alakazam&b=onix",
        "/fr/pokemon/eevee/",
        "/fr/pokemon/eevee/insights/",
        "/fr/bosses/misty/?team=Alakazam",
    ],
)
def test_french_elides_names(page, path):
    html = page(path).content.decode()
    names = "(?:<[^>]+>)?(?:Alakazam|Onix|Évoli|Ondine)"
    assert re.search(rf"\b[dD]’{names}", html)
    assert re.findall(rf"\b(?:[dD]e|[lL]e|[qQ]ue) {names}", html) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/compare/?a=pikachu&b=charizard",
        "/search/?q=eau",
        "/quiz/",
        "/quiz/daily/",
        "/about/",
    ],
)
def test_every_page_points_to_itself_in_both_languages(page, path):
    html = page(path).content.decode()
    address = ("/fr" + path).replace("&", "&amp;")
    assert f'href="{address}" lang="fr" hreflang="fr"' in html
    assert f'<link rel="alternate" hreflang="fr" href="http://testserver{address}">' in html
    assert 'lang="en"' in html


@pytest.mark.django_db
@pytest.mark.usefixtures("warm", "champion")
def test_unprefixed_address_is_english_whatever_the_browser_prefers(page):
    response = page("/compare/", **{"Accept-Language": "fr"})
    assert response["Content-Language"] == "en"
