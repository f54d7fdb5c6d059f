"""Asks a model with nothing but MLflow's address: ``stranger.py TRACKING MODEL``.

Run as a process of its own by ``test_packaged_model.py``.
"""

import json
import sys

DUELS = [
    {
        "a": {"species": "pikachu", "move": "thunderbolt"},
        "b": {"species": "charizard", "move": "flamethrower"},
    },
    {
        "a": {"species": "snorlax", "move": "body-slam", "level": 50, "nature": "adamant"},
        "b": {"species": "machamp", "move": "submission", "level": 47, "ivs": {"speed": 3}},
    },
    {
        "a": {"species": "arcanine", "move": "flare-blitz", "avs": {"attack": 60}},
        "b": {"species": "gyarados", "move": "waterfall", "friendship": 200},
    },
]

if __name__ == "__main__":
    import mlflow

    mlflow.set_tracking_uri(sys.argv[1])
    model = mlflow.pyfunc.load_model(sys.argv[2])
    chances = model.predict(DUELS).tolist()
    wrong = {"a": DUELS[0]["a"], "b": {"species": "missingno", "move": "surf"}}
    try:
        model.predict([DUELS[0], wrong])
        refused = ""
    except Exception as error:
        refused = str(error)
    print(json.dumps({"chances": chances, "refused": refused}))
