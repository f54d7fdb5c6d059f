"""A champion whose predictions are known beforehand, and short ways to look at pages."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from mlcore import gamedata, predictor
from mlcore.engine.specs import MoveColumn


def predict_by_power(champion, game, a, move_a, b, move_b) -> np.ndarray:
    """P(A wins) from power and effectiveness of the moves: antisymmetric, 0.5 for equals."""
    tables = game.tables

    def strength(fighter, move, other):
        row = tables.moves[move]
        kind = row[:, MoveColumn.TYPE]
        hits = tables.type_chart[kind, tables.form_types[other.form, 0]]
        hits = hits * tables.type_chart[kind, tables.form_types[other.form, 1]] / 10_000
        return hits * row[:, MoveColumn.POWER] + tables.base_stats[fighter.form, 5] / 10

    return predictor.sigmoid((strength(a, move_a, b) - strength(b, move_b, a)) / 60)


@pytest.fixture
def champion(monkeypatch):
    """A champion that needs no file; what is logged is logged for real."""
    served = SimpleNamespace(version="v7", metadata={}, fingerprint="f" * 64)
    monkeypatch.setattr(predictor, "current", lambda: served)
    monkeypatch.setattr(predictor, "predict_with", predict_by_power)
    return served


@pytest.fixture
def no_champion(monkeypatch):
    def refuse():
        raise predictor.NoChampion("no champion yet: run manage.py ml --mode=all")

    monkeypatch.setattr(predictor, "current", refuse)


@pytest.fixture
def warm(db):
    """Game data in memory, so that no page pays for reading it."""
    gamedata.current()


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
    text = re.sub(r"<[^>]+>", " ", html)
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " ").replace("\u00a0", " "))


@pytest.fixture
def words():
    return visible_text
