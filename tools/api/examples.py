"""Writes battles/api/core/examples.py: asks this project's API the questions below, for the schema.

    .venv/bin/python tools/api/examples.py

It needs a database with the game's facts, a champion and rankings. What it writes to the
database is rolled back.
"""

import json
import os
import pprint
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "battles" / "api" / "core" / "examples.py"
HEAD = '''"""Real questions and the real answers to them, as the schema shows them.

Written by tools/api/examples.py; tests/battles/api/core/test_api_examples.py asks them again.
"""
# ruff: noqa: E501

from typing import Any

'''
_A_DUEL = {
    "pokemon_a_id": "pikachu",
    "pokemon_b_id": "charizard",
    "move_a_id": "thunderbolt",
    "move_b_id": "flamethrower",
}
_A_DAMAGE_QUERY = {key: _A_DUEL[key] for key in ("pokemon_a_id", "pokemon_b_id", "move_a_id")}
_RAISED = {"level": 50, "nature": "timid", "ivs": 31, "avs": {"speed": 20}, "friendship": 200}

#: Name -> path and body. Of a list, as ``_entry`` says, the first entry is shown.
QUESTIONS: dict[str, tuple[str, dict | None]] = {
    "predict_battle": ("/api/v1/predict/battle/", _A_DUEL),
    "predict_best_move": (
        "/api/v1/predict/best-move/",
        {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "moves_a": ["thunderbolt", "quick-attack"],
            "moves_b": ["flamethrower", "slash"],
        },
    ),
    "predict_matchup": (
        "/api/v1/predict/matchup/",
        {
            "pokemon_a_id": "venusaur",
            "pokemon_b_id": "clefable",
            "moves_a": ["sleep-powder", "leech-seed", "toxic", "sludge-bomb"],
            "moves_b": ["moonblast", "sing", "flamethrower", "minimize"],
            "setup_a": {"level": 55},
        },
    ),
    "predict_batch": (
        "/api/v1/predict/batch/",
        {"duels": [_A_DUEL, {**_A_DUEL, "pokemon_b_id": "charizrd"}]},
    ),
    "model": ("/api/v1/model/", None),
    "rankings": ("/api/v1/rankings/?page_size=1", None),
    "boss_entry": ("/api/v1/bosses/?page_size=1", None),
    "boss": ("/api/v1/bosses/brock/", None),
    "pokemon_weaknesses": ("/api/v1/pokemon/charizard/weaknesses/", None),
    "pokemon_move_entry": ("/api/v1/pokemon/pikachu/moves/?search=thunderbolt", None),
    "pokemon_counters": ("/api/v1/pokemon/pikachu/counters/", None),
    "pokemon_best_moves": ("/api/v1/pokemon/pikachu/best-moves/?against=boss:brock", None),
    "affinity_entry": ("/api/v1/types/affinities/?attacking=water&defending=fire", None),
    "affinity": ("/api/v1/types/affinities/electric/ground/", None),
    "type_pokemon_entry": ("/api/v1/types/dragon/pokemon/?page_size=1", None),
    "battle_create": (
        "/api/v1/battles/",
        {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "moves_a": ["thunderbolt", "thunder-wave", "quick-attack"],
            "setup_a": {"level": 55},
            "strength": "strongest",
            "seed": 7,
        },
    ),
    "quiz_question": ("/api/v1/quiz/question/?kind=moves&level=medium", None),
    "damage": ("/api/v1/damage/", _A_DAMAGE_QUERY),
    "damage_with_set_ups": (
        "/api/v1/damage/",
        {**_A_DAMAGE_QUERY, "setup_a": _RAISED, "setup_b": {"level": 60}, "uses": 6},
    ),
    "damage_under_conditions": (
        "/api/v1/damage/",
        {
            **_A_DAMAGE_QUERY,
            "conditions_a": {"stages": {"special_attack": 2}},
            "conditions_b": {"hp": 120, "status": "paralysis", "light_screen": True},
        },
    ),
    "damage_batch": (
        "/api/v1/damage/batch/",
        {
            "calculations": [_A_DAMAGE_QUERY, {**_A_DAMAGE_QUERY, "pokemon_b_id": "charizrd"}],
            "uses": 2,
        },
    ),
    "simulate_duel": ("/api/v1/simulate/", {**_A_DUEL, "plays": 2000, "seed": 7}),
    "simulate_match_up": (
        "/api/v1/simulate/",
        {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "moves_a": ["thunderbolt", "thunder-wave", "quick-attack"],
            "setup_a": _RAISED,
            "policy_a": "strongest",
            "policy_b": "strongest",
            "plays": 500,
            "seed": 7,
        },
    ),
    "predict_matrix": (
        "/api/v1/predict/matrix/",
        {
            "group_a": [
                {"pokemon_id": "pikachu", "moves": ["thunderbolt"], "setup": _RAISED},
                {"pokemon_id": 9},
            ],
            "group_b": [{"pokemon_id": "Dracaufeu"}, {"pokemon_id": "venusaur"}],
        },
    ),
}


def write(examples: dict) -> None:
    text = pprint.pformat(examples, width=100, sort_dicts=False)
    TARGET.write_text(f"{HEAD}EXAMPLES: dict[str, dict[str, Any]] = {text}\n")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(TARGET)], check=True)


def main() -> None:
    current = runpy.run_path(str(TARGET))["EXAMPLES"] if TARGET.exists() else {}
    # The schema names every example: new ones need a place before the project can be imported.
    empty = {"status": 200, "answer": {}}
    write(
        {
            name: {"path": path, "body": body}
            | {key: current.get(name, empty)[key] for key in empty}
            for name, (path, body) in QUESTIONS.items()
        }
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "predictiondex.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    settings.API_ANONYMOUS_RATE = 0
    answers = {}
    with transaction.atomic():
        client = Client(headers={"host": "127.0.0.1"})
        for name, (path, body) in QUESTIONS.items():
            method = "GET" if body is None else "POST"
            content = b"" if body is None else json.dumps(body).encode()
            response = client.generic(method, path, content, content_type="application/json")
            if response.status_code not in (200, 201):
                sys.exit(f"{path}: {response.status_code} {response.content.decode()}")
            answer = response.json()
            if name.endswith("_entry"):
                answer = answer["results"][0]
            answers[name] = {
                "path": path,
                "body": body,
                "status": response.status_code,
                "answer": answer,
            }
        transaction.set_rollback(True)
    write(answers)


if __name__ == "__main__":
    main()
