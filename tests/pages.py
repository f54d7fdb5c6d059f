"""A champion whose predictions are known beforehand, and short ways to look at pages."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from battles.site import search_index
from mlcore.engine.specs import MoveColumn
from mlcore.game import gamedata
from mlcore.learning import model as learning_model
from mlcore.rankings import refresh, standings
from mlcore.serving import champion as champion_store
from mlcore.serving import explanations
from tests.explained import explain_by


def predict_by_power(champion, game, a, move_a, b, move_b, built=None) -> np.ndarray:
    """P(A wins) from power and effectiveness of the moves: antisymmetric, 0.5 for equals."""
    tables = game.tables

    def strength(fighter, move, other):
        row = tables.moves[move]
        kind = row[:, MoveColumn.TYPE]
        hits = tables.type_chart[kind, tables.form_types[other.form, 0]]
        hits = hits * tables.type_chart[kind, tables.form_types[other.form, 1]] / 10_000
        return hits * row[:, MoveColumn.POWER] + tables.base_stats[fighter.form, 5] / 10

    return learning_model.sigmoid((strength(a, move_a, b) - strength(b, move_b, a)) / 60)


@pytest.fixture
def champion(monkeypatch):
    """A champion that needs no file; what is logged is logged for real."""
    served = SimpleNamespace(version="v7", metadata={}, fingerprint="f" * 64)
    monkeypatch.setattr(champion_store, "current", lambda: served)
    monkeypatch.setattr(learning_model, "predict_with", predict_by_power)
    monkeypatch.setattr(explanations, "explain", explain_by(predict_by_power))
    return served


@pytest.fixture
def no_champion(monkeypatch):
    def refuse():
        raise champion_store.NoChampion("no champion yet: run manage.py ml --mode=all")

    monkeypatch.setattr(champion_store, "current", refuse)


@pytest.fixture
def warm(db):
    """Game data and names in memory, so that no page pays for reading them."""
    gamedata.current()
    search_index.index()


@pytest.fixture
def ranked(champion, warm, settings, tmp_path, square_by_total):
    """All forms ranked by the champion, by base stat total."""
    settings.VAR_DIR = tmp_path
    game = gamedata.current()
    refresh.store(champion, game, square_by_total(game), rows=5_673_952, seconds=120.0)
    return standings.current()


@pytest.fixture
def page(client):
    """GET an address as a browser does; gives the last response after checking its status."""

    def get(path, *, status=200, **headers):
        response = client.get(path, headers=headers, follow=True)
        assert response.status_code == status, response.content[:500]
        return response

    return get


@pytest.fixture
def fragment(page):
    """GET an address as htmx does, for the element with the id ``target``."""

    def get(path, *, target="compare", **options):
        return page(path, **{"HX-Request": "true", "HX-Target": target} | options)

    return get


def visible_text(response) -> str:
    """The words of a page, without markup, spaces folded."""
    html = response.content.decode()
    html = re.sub(r"<(script|style|datalist)\b.*?</\1>", " ", html, flags=re.S)
    # What is written in Showdown's format is English in any language, and says so.
    html = re.sub(r'<textarea\b[^>]*lang="en".*?</textarea>', " ", html, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " ").replace("\u00a0", " "))


@pytest.fixture
def words():
    return visible_text
