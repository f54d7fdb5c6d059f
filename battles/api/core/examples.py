"""Real questions and the real answers to them, as the schema shows them.

Written by tools/api/examples.py; tests/battles/api/core/test_api_examples.py asks them again.
"""
# ruff: noqa: E501

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "predict_battle": {
        "path": "/api/v1/predict/battle/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "move_a_id": "thunderbolt",
            "move_b_id": "flamethrower",
        },
        "status": 200,
        "answer": {
            "predicted_winner": "B",
            "win_probability": 0.04636607822462707,
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "move_a_id": 85,
            "move_b_id": 53,
            "model_version": "v1",
        },
    },
    "predict_best_move": {
        "path": "/api/v1/predict/best-move/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "moves_a": ["thunderbolt", "quick-attack"],
            "moves_b": ["flamethrower", "slash"],
        },
        "status": 200,
        "answer": {
            "predicted_winner": "B",
            "win_probability": 0.04636607822462707,
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "recommended_move_id": 85,
            "recommended_move": "thunderbolt",
            "ranking": [
                {
                    "rank": 1,
                    "move_id": 85,
                    "move": "thunderbolt",
                    "win_probability": 0.04636607822462707,
                    "reply_id": 53,
                    "reply": "flamethrower",
                },
                {
                    "rank": 2,
                    "move_id": 98,
                    "move": "quick-attack",
                    "win_probability": 4.98955141811086e-05,
                    "reply_id": 53,
                    "reply": "flamethrower",
                },
            ],
            "grid": {
                "moves_a": [85, 98],
                "moves_b": [53, 163],
                "win_probabilities": [
                    [0.04636607822462707, 0.4207490927081856],
                    [4.98955141811086e-05, 5.054710464813539e-05],
                ],
            },
            "reasons": [
                {
                    "code": "strength",
                    "log_odds": -8.093070199907292,
                    "facts": {
                        "own_mean_share": 0.506467878818512,
                        "foe_mean_share": 0.9580255746841431,
                        "own_ko_in_1": 0.0,
                        "foe_ko_in_1": 0.1614583283662796,
                    },
                },
                {
                    "code": "types",
                    "log_odds": 4.880409911856818,
                    "facts": {
                        "own_effectiveness": 2.0,
                        "foe_effectiveness": 1.0,
                        "own_stab": 1.0,
                        "foe_stab": 1.0,
                    },
                },
                {"code": "effects", "log_odds": 1.995893773063904, "facts": {}},
                {
                    "code": "order",
                    "log_odds": -1.8073515096219015,
                    "facts": {
                        "moves_first": 0.0,
                        "priority_gap": 0.0,
                        "own_speed": 112.0,
                        "foe_speed": 122.0,
                    },
                },
                {
                    "code": "accuracy",
                    "log_odds": 0.0004062757216161117,
                    "facts": {"own_hit_chance": 1.0, "foe_hit_chance": 1.0},
                },
            ],
            "model_version": "v1",
        },
    },
    "predict_matchup": {
        "path": "/api/v1/predict/matchup/",
        "body": {
            "pokemon_a_id": "venusaur",
            "pokemon_b_id": "clefable",
            "moves_a": ["sleep-powder", "leech-seed", "toxic", "sludge-bomb"],
            "moves_b": ["moonblast", "sing", "flamethrower", "minimize"],
            "setup_a": {"level": 55},
        },
        "status": 200,
        "answer": {
            "predicted_winner": "A",
            "win_probability": 0.9092242970786827,
            "side_a": {
                "pokemon_id": 3,
                "chose_moves": False,
                "moves": [
                    {"move_id": 79, "move": "sleep-powder", "worth": 0.9092241722889569},
                    {"move_id": 73, "move": "leech-seed", "worth": 0.8877288576437423},
                    {"move_id": 92, "move": "toxic", "worth": 0.7839750857769635},
                    {"move_id": 188, "move": "sludge-bomb", "worth": 0.9092352431342114},
                ],
                "strategy": {
                    "sludge-bomb": 0.18034579155809588,
                    "sleep-powder": 0.8196542084419042,
                },
            },
            "side_b": {
                "pokemon_id": 36,
                "chose_moves": False,
                "moves": [
                    {"move_id": 585, "move": "moonblast", "worth": 0.035710789663253494},
                    {"move_id": 47, "move": "sing", "worth": 0.09070417067191092},
                    {"move_id": 53, "move": "flamethrower", "worth": 0.054088181647651785},
                    {"move_id": 107, "move": "minimize", "worth": 0.09079332878330383},
                ],
                "strategy": {"minimize": 0.8023078134871932, "sing": 0.19769218651280684},
            },
            "model_version": "54699cae",
            "if_each_repeats_one_move": {
                "predicted_winner": "A",
                "win_probability": 0.9999482969679439,
                "recommended_move_id": 188,
                "recommended_move": "sludge-bomb",
                "reply_id": 53,
                "reply": "flamethrower",
                "model_version": "v1",
            },
        },
    },
    "predict_batch": {
        "path": "/api/v1/predict/batch/",
        "body": {
            "duels": [
                {
                    "pokemon_a_id": "pikachu",
                    "pokemon_b_id": "charizard",
                    "move_a_id": "thunderbolt",
                    "move_b_id": "flamethrower",
                },
                {
                    "pokemon_a_id": "pikachu",
                    "pokemon_b_id": "charizrd",
                    "move_a_id": "thunderbolt",
                    "move_b_id": "flamethrower",
                },
            ]
        },
        "status": 200,
        "answer": {
            "count": 2,
            "failed": 1,
            "model_version": "v1",
            "results": [
                {
                    "index": 0,
                    "predicted_winner": "B",
                    "win_probability": 0.04636607822462707,
                    "pokemon_a_id": 25,
                    "pokemon_b_id": 6,
                    "move_a_id": 85,
                    "move_b_id": 53,
                },
                {
                    "index": 1,
                    "errors": [
                        {
                            "field": "pokemon_b_id",
                            "code": "unknown_pokemon",
                            "reason": 'There is no Pokémon "charizrd". '
                            "Did you mean charizard or "
                            "charizard-mega-x or "
                            "charizard-mega-y?",
                            "allowed": "an id, slug or name as listed at /api/v1/pokemon/",
                            "suggestions": ["charizard", "charizard-mega-x", "charizard-mega-y"],
                        }
                    ],
                },
            ],
        },
    },
    "model": {
        "path": "/api/v1/model/",
        "body": None,
        "status": 200,
        "answer": {
            "version": "v1",
            "created_at": "2026-11-29T18:08:15+00:00",
            "kind": "xgboost",
            "sha256": "74e809bec126b7a681354fcabfc8431ff093c7b5bc0eaaacc45d29e98423bc47",
            "fingerprint": "247026dddfcfae1e09a9646ee0c089c1d8d2eec999fae7d684f62c34a758ecd8",
            "game_data": {
                "fingerprint": "247026dddfcfae1e09a9646ee0c089c1d8d2eec999fae7d684f62c34a758ecd8",
                "changed_since_training": False,
            },
            "training": {
                "dataset": "duels-220000-51bd1a6fa246",
                "duels": 220000,
                "battles": 5610336,
                "features": 110,
                "trees": 40,
                "temperature": 1.0,
                "seed": 1,
                "code_version": "6adccfeaa642e911",
            },
            "metrics": {
                "holdout": {
                    "accuracy": 0.9483677297735422,
                    "best_accuracy": 0.9475026726722717,
                    "brier": 0.036536386827458855,
                    "brier_floor": 0.03654442068209446,
                    "clear_favourites": 19973,
                    "clear_favourites_right": 0.9973464176638462,
                    "duels": 20357,
                    "ece": 0.0006507088275728839,
                    "ece_bins": 15,
                    "log_loss": 0.11722151096681385,
                    "log_loss_floor": 0.11598342700150806,
                    "mse": 0.0005936746883605141,
                    "mse_above_noise": -8.033854635596654e-06,
                    "mse_standard_error": 1.230423044979103e-05,
                },
                "unseen": {
                    "accuracy": 0.9525900412236927,
                    "best_accuracy": 0.9512597918510437,
                    "brier": 0.03375131925344648,
                    "brier_floor": 0.03371580189897612,
                    "clear_favourites": 22656,
                    "clear_favourites_right": 0.997660663841808,
                    "duels": 23045,
                    "ece": 0.000426670686661766,
                    "ece_bins": 15,
                    "log_loss": 0.10907878090729194,
                    "log_loss_floor": 0.10774952219194717,
                    "mse": 0.0005946175217801795,
                    "mse_above_noise": 3.551735447036127e-05,
                    "mse_standard_error": 2.1470051862546785e-05,
                },
            },
            "plain_split": {
                "accuracy": 0.9912999832691985,
                "duels": 5977,
                "f1": 0.9914501808615587,
                "false_a": 33,
                "false_b": 19,
                "precision": 0.9891732283464567,
                "recall": 0.9937376400791035,
                "roc_auc": 0.9998055786822848,
                "true_a": 3015,
                "true_b": 2910,
            },
            "best_move": {
                "matchups": 150,
                "mean_regret": -0.0010444444444444442,
                "standard_error": 0.0003749150795479263,
            },
            "gate": {
                "checks": [
                    {
                        "bar": "at least 0.97",
                        "name": "holdout: clear favorites correct",
                        "passed": True,
                        "value": "0.9973",
                    },
                    {
                        "bar": "at most 0.01",
                        "name": "holdout: accuracy behind the best possible",
                        "passed": True,
                        "value": "-0.000865",
                    },
                    {
                        "bar": "at most 0.02",
                        "name": "holdout: calibration error",
                        "passed": True,
                        "value": "0.000651",
                    },
                    {
                        "bar": "at most 1e-06",
                        "name": "holdout: swap error",
                        "passed": True,
                        "value": "0",
                    },
                    {
                        "bar": "at least 0.97",
                        "name": "unseen: clear favorites correct",
                        "passed": True,
                        "value": "0.9977",
                    },
                    {
                        "bar": "at most 0.01",
                        "name": "unseen: accuracy behind the best possible",
                        "passed": True,
                        "value": "-0.00133",
                    },
                    {
                        "bar": "at most 0.02",
                        "name": "unseen: calibration error",
                        "passed": True,
                        "value": "0.000427",
                    },
                    {
                        "bar": "at most 1e-06",
                        "name": "unseen: swap error",
                        "passed": True,
                        "value": "0",
                    },
                    {
                        "bar": "at least 0.94",
                        "name": "accuracy on a plain random split",
                        "passed": True,
                        "value": "0.9913",
                    },
                ],
                "passed": True,
            },
            "battle_value": {
                "version": "54699cae",
                "created_at": "2026-11-29T19:16:19+00:00",
                "sha256": "54699cae7813de4f8245f5d64e02a6ce5021151ac8d2b3e4728e433d62198ad6",
                "fingerprint": "247026dddfcfae1e09a9646ee0c089c1d8d2eec999fae7d684f62c34a758ecd8",
                "command": "manage.py ml --model=battle --mode=train --profile=full",
                "battles": 1360000,
                "changed_since_training": False,
                "metrics": {
                    "one ply": {
                        "all": {
                            "starts": 500,
                            "squared_error": 0.004741565350434841,
                            "favorites": 0.9790794979079498,
                            "calibration_error": 0.008133600692108878,
                        },
                        "contested": {
                            "starts": 238,
                            "squared_error": 0.011484495609558422,
                            "favorites": 0.9135135135135135,
                            "calibration_error": 0.04402915049686953,
                        },
                    },
                    "network alone": {
                        "all": {
                            "starts": 500,
                            "squared_error": 0.007017241276548549,
                            "favorites": 0.9769874476987448,
                            "calibration_error": 0.01222034202470676,
                        },
                        "contested": {
                            "starts": 238,
                            "squared_error": 0.017726238204824225,
                            "favorites": 0.9081081081081082,
                            "calibration_error": 0.06274067623523737,
                        },
                    },
                    "exact games": {
                        "all": {
                            "games": 12,
                            "states": 2137,
                            "network_error": 0.058900803305010296,
                            "one_ply_error": 0.03765944295239071,
                            "exploitability": 0.04632155381966436,
                            "fixed_exploitability": 0.050363588592058396,
                        }
                    },
                },
                "gate": None,
            },
            "card": "# Model card: battle winner v1\n"
            "\n"
            "`make docs` generates this page from the local champion (`make "
            "setup` trains one). The site shows the\n"
            "card of its own champion at `/model/`.\n"
            "\n"
            "## What it predicts\n"
            "\n"
            "The probability that Pokémon A knocks out Pokémon B one-on-one in "
            "Pokémon: Let's Go, Pikachu! and\n"
            "Let's Go, Eevee!, when each side repeats one damaging move until "
            "one of them faints. A draw (100\n"
            "turns, or both fainting without a winner by the rules) counts half. "
            "A's recommended move is the one with\n"
            "the highest win probability against B's best reply.\n"
            "\n"
            "The model does not cover switching, items, abilities, double "
            "battles or status moves.\n"
            "\n"
            "## Rules assumed\n"
            "\n"
            "By default both sides are at level 50 with IVs of 31, no awakening "
            "values, a neutral nature and a\n"
            "friendship of 70. Level (1 to 100), IVs, AVs, nature and friendship "
            "can be changed. The rules are those\n"
            "of Let's Go as implemented by the engine "
            "(`mlcore/engine/README.md`).\n"
            "\n"
            "## The model\n"
            "\n"
            "| | |\n"
            "| --- | --- |\n"
            "| kind | xgboost, 40 trees, corrects the log-odds of the exact "
            "solver |\n"
            "| features | 110 |\n"
            "| temperature | 1.0 |\n"
            "| created | 2026-11-29T18:08:15+00:00 |\n"
            "| code | `6adccfeaa642e911` |\n"
            "| SHA-256 | "
            "`74e809bec126b7a681354fcabfc8431ff093c7b5bc0eaaacc45d29e98423bc47` "
            "|\n"
            "| game data | "
            "`247026dddfcfae1e09a9646ee0c089c1d8d2eec999fae7d684f62c34a758ecd8` "
            "|\n"
            "\n"
            "The probabilities of both sides always add up to 1, by "
            "construction.\n"
            "\n"
            "## Data\n"
            "\n"
            "220000 duels (`duels-220000-51bd1a6fa246`, seed 1), labeled by "
            "5610336 battles of the engine: 8 plays each, 56 more where the "
            "outcome is open. Split by pair of species;\n"
            "6 species appear in no training duel. Duels played by Pokémon "
            "Showdown's simulator are kept\n"
            "separate and never used for training (`make score` measures the "
            "champion on them).\n"
            "\n"
            "## Quality\n"
            "\n"
            "### Pairs of Pokémon not seen in training (`holdout`, 20357 duels)\n"
            "\n"
            "| score | model | best possible |\n"
            "| --- | --- | --- |\n"
            "| log-loss | 0.11722 | 0.11598 |\n"
            "| Brier score | 0.03654 | 0.03654 |\n"
            "| accuracy per play | 0.9484 | 0.9475 |\n"
            "| clear favorites correct | 0.9973 | 1 |\n"
            "| calibration error (15 bins) | 0.0007 | 0 |\n"
            "| squared error above noise | -0.000008 (standard error 0.000012) | "
            "0 |\n"
            "\n"
            "| predicted | observed | duels |\n"
            "| --- | --- | --- |\n"
            "| 0.005 | 0.005 | 8129 |\n"
            "| 0.097 | 0.095 | 571 |\n"
            "| 0.166 | 0.164 | 347 |\n"
            "| 0.233 | 0.235 | 267 |\n"
            "| 0.300 | 0.291 | 224 |\n"
            "| 0.368 | 0.365 | 220 |\n"
            "| 0.434 | 0.439 | 183 |\n"
            "| 0.502 | 0.502 | 276 |\n"
            "| 0.566 | 0.561 | 196 |\n"
            "| 0.633 | 0.636 | 231 |\n"
            "| 0.702 | 0.697 | 261 |\n"
            "| 0.766 | 0.768 | 304 |\n"
            "| 0.835 | 0.838 | 358 |\n"
            "| 0.902 | 0.901 | 582 |\n"
            "| 0.995 | 0.995 | 8208 |\n"
            "\n"
            "Rules of thumb for comparison: base_stat_total log-loss 0.9461, "
            "clear favorites 0.6930; closed_form log-loss 0.1173, clear "
            "favorites 0.9973; race log-loss 1.1049, clear favorites 0.9211; "
            "uses_then_order log-loss 0.3784, clear favorites 0.9181.\n"
            "\n"
            "### Species not seen in training (`unseen`, 23045 duels)\n"
            "\n"
            "| score | model | best possible |\n"
            "| --- | --- | --- |\n"
            "| log-loss | 0.10908 | 0.10775 |\n"
            "| Brier score | 0.03375 | 0.03372 |\n"
            "| accuracy per play | 0.9526 | 0.9513 |\n"
            "| clear favorites correct | 0.9977 | 1 |\n"
            "| calibration error (15 bins) | 0.0004 | 0 |\n"
            "| squared error above noise | 0.000036 (standard error 0.000021) | "
            "0 |\n"
            "\n"
            "| predicted | observed | duels |\n"
            "| --- | --- | --- |\n"
            "| 0.005 | 0.005 | 9433 |\n"
            "| 0.098 | 0.097 | 600 |\n"
            "| 0.166 | 0.164 | 372 |\n"
            "| 0.233 | 0.229 | 257 |\n"
            "| 0.301 | 0.307 | 244 |\n"
            "| 0.365 | 0.367 | 215 |\n"
            "| 0.435 | 0.434 | 216 |\n"
            "| 0.499 | 0.499 | 268 |\n"
            "| 0.566 | 0.570 | 209 |\n"
            "| 0.633 | 0.629 | 225 |\n"
            "| 0.700 | 0.699 | 264 |\n"
            "| 0.768 | 0.763 | 281 |\n"
            "| 0.833 | 0.835 | 366 |\n"
            "| 0.905 | 0.906 | 632 |\n"
            "| 0.995 | 0.995 | 9463 |\n"
            "\n"
            "Rules of thumb for comparison: base_stat_total log-loss 0.9388, "
            "clear favorites 0.6967; closed_form log-loss 0.1090, clear "
            "favorites 0.9976; race log-loss 0.9814, clear favorites 0.9302; "
            "uses_then_order log-loss 0.3459, clear favorites 0.9281.\n"
            "\n"
            "On a plain random split with the likelier winner as the label, for "
            "comparison with published results: accuracy 0.9913, F1 0.9915, "
            "ROC-AUC 0.99981.\n"
            "Following its recommendations costs -0.0010 of win probability "
            "(standard error 0.0004, 150 match-ups).\n"
            "\n"
            "## Known weak slices\n"
            "\n"
            "Slices where the squared error exceeds the sampling noise by more "
            "than two standard errors.\n"
            "\n"
            "- `holdout`, mechanic: self_destruct: 0.000000 (standard error "
            "0.000000) over 491 duels\n"
            "- `unseen`, mechanic: flinch: 0.000084 (standard error 0.000035) "
            "over 3952 duels\n"
            "- `unseen`, mechanic: none: 0.000045 (standard error 0.000021) over "
            "8391 duels\n"
            "- `unseen`, mechanic: self_destruct: 0.000000 (standard error "
            "0.000000) over 531 duels\n"
            "\n"
            "The model predicts one kind of duel badly: both sides barely do "
            "damage, the first to run out of PP\n"
            "loses, and some turns are lost to conditions such as paralysis. "
            "About one duel in twenty thousand is\n"
            "like that.\n"
            "\n"
            "## Gate\n"
            "\n"
            "- holdout: clear favorites correct: 0.9973 (at least 0.97)\n"
            "- holdout: accuracy behind the best possible: -0.000865 (at most "
            "0.01)\n"
            "- holdout: calibration error: 0.000651 (at most 0.02)\n"
            "- holdout: swap error: 0 (at most 1e-06)\n"
            "- unseen: clear favorites correct: 0.9977 (at least 0.97)\n"
            "- unseen: accuracy behind the best possible: -0.00133 (at most "
            "0.01)\n"
            "- unseen: calibration error: 0.000427 (at most 0.02)\n"
            "- unseen: swap error: 0 (at most 1e-06)\n"
            "- accuracy on a plain random split: 0.9913 (at least 0.94)\n"
            "\n"
            "## The value of battle states\n"
            "\n"
            "What a match-up with several moves a side is worth when both play "
            "well comes from a second model: a\n"
            "small network that values battle states, and a search that solves "
            'the game of one turn on it. "Well"\n'
            "means: both sides know both sets and both fighters, and play mixed "
            "strategies. It learns from battles\n"
            "against itself only.\n"
            "\n"
            "| | |\n"
            "| --- | --- |\n"
            "| version | 54699cae |\n"
            "| trained by | `manage.py ml --model=battle --mode=train "
            "--profile=full` |\n"
            "| battles | 1360000 in 22 rounds, 6384621 states, seed 1 |\n"
            "| code | `a75e7e1b981a930c` |\n"
            "| SHA-256 | "
            "`54699cae7813de4f8245f5d64e02a6ce5021151ac8d2b3e4728e433d62198ad6` "
            "|\n"
            "| game data | "
            "`247026dddfcfae1e09a9646ee0c089c1d8d2eec999fae7d684f62c34a758ecd8` "
            "|\n"
            "\n"
            "Measured on starts that training never drew, against the share of "
            "battles that A wins when the engine's\n"
            "search plays both sides. Contested starts are those that this "
            "search leaves open.\n"
            "\n"
            "| answer | starts | squared error above noise | favorites correct | "
            "calibration error |\n"
            "| --- | --- | --- | --- | --- |\n"
            "| one ply | 500 all | 0.0047 | 0.9791 | 0.0081 |\n"
            "| one ply | 238 contested | 0.0115 | 0.9135 | 0.0440 |\n"
            "| network alone | 500 all | 0.0070 | 0.9770 | 0.0122 |\n"
            "| network alone | 238 contested | 0.0177 | 0.9081 | 0.0627 |\n"
            "\n"
            "In 12 small battles that were solved exactly (2137 states): mean "
            "error 0.0377 (network alone 0.0589); a best response gains 0.0463 "
            "at the start.\n"
            "\n"
            "How long the foe sleeps or stays confused is hidden in the real "
            "games; here both sides know it.\n"
            "\n",
        },
    },
    "rankings": {
        "path": "/api/v1/rankings/?page_size=1",
        "body": None,
        "status": 200,
        "answer": {
            "count": 188,
            "next": "http://127.0.0.1/api/v1/rankings/?page=2&page_size=1",
            "previous": None,
            "results": [
                {
                    "place": 1,
                    "pokemon_id": 10043,
                    "slug": "mewtwo-mega-x",
                    "name": "Mega Mewtwo X",
                    "kind": "mega",
                    "types": ["psychic", "fighting"],
                    "base_stat_total": 780,
                    "win_probability": 0.9799599051475525,
                    "beaten": 185,
                    "opponents": 187,
                    "move_id": 9,
                    "move": "thunder-punch",
                    "best": [
                        {
                            "pokemon_id": 10034,
                            "slug": "charizard-mega-x",
                            "win_probability": 0.998925507068634,
                        },
                        {
                            "pokemon_id": 128,
                            "slug": "tauros",
                            "win_probability": 0.9999509453773499,
                        },
                        {
                            "pokemon_id": 149,
                            "slug": "dragonite",
                            "win_probability": 0.9999509453773499,
                        },
                    ],
                    "worst": [
                        {
                            "pokemon_id": 10044,
                            "slug": "mewtwo-mega-y",
                            "win_probability": 0.06331098079681396,
                        },
                        {
                            "pokemon_id": 10037,
                            "slug": "alakazam-mega",
                            "win_probability": 0.0998133197426796,
                        },
                        {
                            "pokemon_id": 150,
                            "slug": "mewtwo",
                            "win_probability": 0.5043046474456787,
                        },
                    ],
                }
            ],
            "model_version": "v1",
            "created_at": "2026-11-29T19:59:31.320344+00:00",
            "is_current": True,
        },
    },
    "boss_entry": {
        "path": "/api/v1/bosses/?page_size=1",
        "body": None,
        "status": 200,
        "answer": {
            "id": 1,
            "slug": "brock",
            "name": "Brock",
            "names": {"en": "Brock", "fr": "Pierre"},
            "role": "gym_leader",
            "type": "rock",
        },
    },
    "boss": {
        "path": "/api/v1/bosses/brock/",
        "body": None,
        "status": 200,
        "answer": {
            "id": 1,
            "slug": "brock",
            "name": "Brock",
            "names": {"en": "Brock", "fr": "Pierre"},
            "role": "gym_leader",
            "type": "rock",
            "team": [
                {
                    "position": 1,
                    "edition": "",
                    "pokemon_id": 74,
                    "slug": "geodude",
                    "name": "Geodude",
                    "level": 11,
                    "moves": [{"id": 33, "slug": "tackle", "name": "Tackle"}],
                },
                {
                    "position": 2,
                    "edition": "",
                    "pokemon_id": 95,
                    "slug": "onix",
                    "name": "Onix",
                    "level": 12,
                    "moves": [
                        {"id": 29, "slug": "headbutt", "name": "Headbutt"},
                        {"id": 20, "slug": "bind", "name": "Bind"},
                        {"id": 88, "slug": "rock-throw", "name": "Rock Throw"},
                    ],
                },
            ],
        },
    },
    "pokemon_weaknesses": {
        "path": "/api/v1/pokemon/charizard/weaknesses/",
        "body": None,
        "status": 200,
        "answer": {
            "pokemon_id": 6,
            "slug": "charizard",
            "types": ["fire", "flying"],
            "weaknesses": ["rock", "water", "electric"],
            "resistances": ["fire", "fighting", "steel", "fairy", "grass", "bug"],
            "immunities": ["ground"],
            "affinities": [
                {"type": "rock", "multiplier": 4.0},
                {"type": "water", "multiplier": 2.0},
                {"type": "electric", "multiplier": 2.0},
                {"type": "normal", "multiplier": 1.0},
                {"type": "ice", "multiplier": 1.0},
                {"type": "poison", "multiplier": 1.0},
                {"type": "flying", "multiplier": 1.0},
                {"type": "psychic", "multiplier": 1.0},
                {"type": "ghost", "multiplier": 1.0},
                {"type": "dragon", "multiplier": 1.0},
                {"type": "dark", "multiplier": 1.0},
                {"type": "fire", "multiplier": 0.5},
                {"type": "fighting", "multiplier": 0.5},
                {"type": "steel", "multiplier": 0.5},
                {"type": "fairy", "multiplier": 0.5},
                {"type": "grass", "multiplier": 0.25},
                {"type": "bug", "multiplier": 0.25},
                {"type": "ground", "multiplier": 0.0},
            ],
        },
    },
    "pokemon_move_entry": {
        "path": "/api/v1/pokemon/pikachu/moves/?search=thunderbolt",
        "body": None,
        "status": 200,
        "answer": {
            "id": 85,
            "slug": "thunderbolt",
            "name": "Thunderbolt",
            "names": {"en": "Thunderbolt", "fr": "Tonnerre"},
            "type": "electric",
            "damage_class": "special",
            "power": 90,
            "accuracy": 100,
            "pp": 15,
            "priority": 0,
            "learned_by": [{"method": "level_up", "level": 21}, {"method": "tm", "level": None}],
        },
    },
    "pokemon_counters": {
        "path": "/api/v1/pokemon/pikachu/counters/",
        "body": None,
        "status": 200,
        "answer": {
            "pokemon_id": 25,
            "slug": "pikachu",
            "counters": [
                {
                    "pokemon_id": 50,
                    "slug": "diglett",
                    "name": "Diglett",
                    "win_probability": 0.999950985901077,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 27,
                    "slug": "sandshrew",
                    "name": "Sandshrew",
                    "win_probability": 0.9989337138086554,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 74,
                    "slug": "geodude",
                    "name": "Geodude",
                    "win_probability": 0.9999506355390094,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 10109,
                    "slug": "geodude-alola",
                    "name": "Alolan Geodude",
                    "win_probability": 0.9999437843545589,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 104,
                    "slug": "cubone",
                    "name": "Cubone",
                    "win_probability": 0.9993688046709444,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 111,
                    "slug": "rhyhorn",
                    "name": "Rhyhorn",
                    "win_probability": 0.9999506355390094,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 95,
                    "slug": "onix",
                    "name": "Onix",
                    "win_probability": 0.9999506355390094,
                    "move_id": 89,
                    "move": "earthquake",
                },
                {
                    "pokemon_id": 75,
                    "slug": "graveler",
                    "name": "Graveler",
                    "win_probability": 0.9999506355390094,
                    "move_id": 89,
                    "move": "earthquake",
                },
            ],
            "good_matchups": [
                {
                    "pokemon_id": 140,
                    "slug": "kabuto",
                    "name": "Kabuto",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 72,
                    "slug": "tentacool",
                    "name": "Tentacool",
                    "win_probability": 0.9999520688552392,
                    "move_id": 9,
                    "move": "thunder-punch",
                },
                {
                    "pokemon_id": 81,
                    "slug": "magnemite",
                    "name": "Magnemite",
                    "win_probability": 0.999950646794606,
                    "move_id": 91,
                    "move": "dig",
                },
                {
                    "pokemon_id": 98,
                    "slug": "krabby",
                    "name": "Krabby",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 7,
                    "slug": "squirtle",
                    "name": "Squirtle",
                    "win_probability": 0.996789033735981,
                    "move_id": 9,
                    "move": "thunder-punch",
                },
                {
                    "pokemon_id": 84,
                    "slug": "doduo",
                    "name": "Doduo",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 90,
                    "slug": "shellder",
                    "name": "Shellder",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 808,
                    "slug": "meltan",
                    "name": "Meltan",
                    "win_probability": 0.9999504321294839,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
            ],
            "victims": [
                {
                    "pokemon_id": 140,
                    "slug": "kabuto",
                    "name": "Kabuto",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 72,
                    "slug": "tentacool",
                    "name": "Tentacool",
                    "win_probability": 0.9999520688552392,
                    "move_id": 9,
                    "move": "thunder-punch",
                },
                {
                    "pokemon_id": 81,
                    "slug": "magnemite",
                    "name": "Magnemite",
                    "win_probability": 0.999950646794606,
                    "move_id": 91,
                    "move": "dig",
                },
                {
                    "pokemon_id": 98,
                    "slug": "krabby",
                    "name": "Krabby",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 7,
                    "slug": "squirtle",
                    "name": "Squirtle",
                    "win_probability": 0.996789033735981,
                    "move_id": 9,
                    "move": "thunder-punch",
                },
                {
                    "pokemon_id": 84,
                    "slug": "doduo",
                    "name": "Doduo",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 90,
                    "slug": "shellder",
                    "name": "Shellder",
                    "win_probability": 0.9999510195607039,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
                {
                    "pokemon_id": 808,
                    "slug": "meltan",
                    "name": "Meltan",
                    "win_probability": 0.9999504321294839,
                    "move_id": 85,
                    "move": "thunderbolt",
                },
            ],
            "beaten": 50,
            "opponents": 187,
            "model_version": "v1",
        },
    },
    "pokemon_best_moves": {
        "path": "/api/v1/pokemon/pikachu/best-moves/?against=boss:brock",
        "body": None,
        "status": 200,
        "answer": {
            "pokemon_id": 25,
            "slug": "pikachu",
            "against": "boss:brock",
            "foes": 2,
            "win_probability": 0.9999977776624625,
            "moves": [
                {"move_id": 280, "move": "brick-break", "worth": 1.5753468865731257e-05},
                {"move_id": 85, "move": "thunderbolt", "worth": 0.0},
                {"move_id": 91, "move": "dig", "worth": -6.494148168112446e-07},
                {"move_id": 231, "move": "iron-tail", "worth": -1.2962716056108547e-06},
            ],
            "model_version": "54699cae",
        },
    },
    "affinity_entry": {
        "path": "/api/v1/types/affinities/?attacking=water&defending=fire",
        "body": None,
        "status": 200,
        "answer": {"attacking": "water", "defending": "fire", "multiplier": 2.0},
    },
    "affinity": {
        "path": "/api/v1/types/affinities/electric/ground/",
        "body": None,
        "status": 200,
        "answer": {"attacking": "electric", "defending": "ground", "multiplier": 0.0},
    },
    "type_pokemon_entry": {
        "path": "/api/v1/types/dragon/pokemon/?page_size=1",
        "body": None,
        "status": 200,
        "answer": {
            "id": 10034,
            "slug": "charizard-mega-x",
            "name": "Mega Charizard X",
            "names": {"en": "Mega Charizard X", "fr": "Méga-Dracaufeu X"},
            "species_id": 6,
            "kind": "mega",
            "types": ["fire", "dragon"],
            "base_stats": {
                "hp": 78,
                "attack": 130,
                "defense": 111,
                "special_attack": 130,
                "special_defense": 85,
                "speed": 100,
            },
            "base_stat_total": 634,
        },
    },
    "battle_create": {
        "path": "/api/v1/battles/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "moves_a": ["thunderbolt", "thunder-wave", "quick-attack"],
            "setup_a": {"level": 55},
            "strength": "strongest",
            "seed": 7,
        },
        "status": 201,
        "answer": {
            "secret": "KP38evKdP6IspJj88r2ct0nGOaBghoS8",
            "id": "4mflq7N9rQ0slyvs",
            "turn": 0,
            "is_over": False,
            "result": "open",
            "strength": "strongest",
            "seed": None,
            "win_probability": 0.042,
            "win_probability_games": None,
            "sides": {
                "a": {
                    "pokemon_id": 25,
                    "slug": "pikachu",
                    "name": "Pikachu",
                    "level": 55,
                    "hp": 120,
                    "max_hp": 120,
                    "status": None,
                    "stages": {
                        "attack": 0,
                        "defense": 0,
                        "special_attack": 0,
                        "special_defense": 0,
                        "speed": 0,
                        "accuracy": 0,
                        "evasion": 0,
                    },
                    "moves": [
                        {"move_id": 85, "move": "thunderbolt", "name": "Thunderbolt", "pp": 24},
                        {"move_id": 86, "move": "thunder-wave", "name": "Thunder Wave", "pp": 32},
                        {"move_id": 98, "move": "quick-attack", "name": "Quick Attack", "pp": 48},
                    ],
                },
                "b": {
                    "pokemon_id": 6,
                    "slug": "charizard",
                    "name": "Charizard",
                    "level": 50,
                    "hp": 153,
                    "max_hp": 153,
                    "status": None,
                    "stages": {
                        "attack": 0,
                        "defense": 0,
                        "special_attack": 0,
                        "special_defense": 0,
                        "speed": 0,
                        "accuracy": 0,
                        "evasion": 0,
                    },
                    "moves": [
                        {"move_id": 89, "move": "earthquake", "name": "Earthquake", "pp": 16},
                        {"move_id": 394, "move": "flare-blitz", "name": "Flare Blitz", "pp": 24},
                        {"move_id": 53, "move": "flamethrower", "name": "Flamethrower", "pp": 24},
                        {"move_id": 257, "move": "heat-wave", "name": "Heat Wave", "pp": 16},
                    ],
                },
            },
            "choices": [
                {"move_id": 85, "move": "thunderbolt"},
                {"move_id": 86, "move": "thunder-wave"},
                {"move_id": 98, "move": "quick-attack"},
            ],
        },
    },
    "quiz_question": {
        "path": "/api/v1/quiz/question/?kind=moves&level=medium",
        "body": None,
        "status": 200,
        "answer": {
            "token": "WyJhcGktSWUwYUNBb1ZkTUlMIiwwLCJtb3ZlcyIsIm1lZGl1bSIsIjI0NzAyNmRkZGZjZiJd:1xXlkk:IX4O05RyLSLRjfPFsAOF4DIkhSce5GrGn-XhtTuQ0gs",
            "kind": "moves",
            "level": "medium",
            "prompt": "Which of Magneton’s moves deals the most damage to Aerodactyl?",
            "facts": {
                "attacker": "magneton",
                "defender": "aerodactyl",
                "moves": ["facade", "headbutt", "thunder-shock", "flash-cannon"],
            },
            "choices": [
                {"choice": 0, "label": "Facade", "words": ""},
                {"choice": 1, "label": "Headbutt", "words": ""},
                {"choice": 2, "label": "Thunder Shock", "words": ""},
                {"choice": 3, "label": "Flash Cannon", "words": ""},
            ],
        },
    },
    "damage": {
        "path": "/api/v1/damage/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "move_a_id": "thunderbolt",
        },
        "status": 200,
        "answer": {
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "move_a_id": 85,
            "kind": "formula",
            "power": 90,
            "accuracy": 1.0,
            "effectiveness": 2.0,
            "stab": True,
            "hits": {"min": 1, "max": 1},
            "rolls": [68, 72, 72, 72, 72, 74, 74, 74, 78, 78, 78, 78, 80, 80, 80, 84],
            "critical_rolls": [
                104,
                108,
                108,
                108,
                110,
                110,
                114,
                114,
                116,
                116,
                116,
                120,
                120,
                122,
                122,
                126,
            ],
            "critical_chance": 0.041666666666666664,
            "target_hp": 153,
            "target_hp_left": 153,
            "damage": {"min": 68, "max": 84},
            "percent": {
                "min": 44.44444444444444,
                "max": 54.90196078431372,
                "mean": 50.64678649237473,
            },
            "knockout": [
                {"uses": 1, "chance": 0.0, "chance_by_rolls": 0.0},
                {"uses": 2, "chance": 0.4259982638888889, "chance_by_rolls": 0.375},
                {"uses": 3, "chance": 1.0, "chance_by_rolls": 1.0},
                {"uses": 4, "chance": 1.0, "chance_by_rolls": 1.0},
            ],
            "turns_per_use": 1,
            "only_once": False,
            "needs_sleeping_target": False,
        },
    },
    "damage_with_set_ups": {
        "path": "/api/v1/damage/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "move_a_id": "thunderbolt",
            "setup_a": {
                "level": 50,
                "nature": "timid",
                "ivs": 31,
                "avs": {"speed": 20},
                "friendship": 200,
            },
            "setup_b": {"level": 60},
            "uses": 6,
        },
        "status": 200,
        "answer": {
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "move_a_id": 85,
            "kind": "formula",
            "power": 90,
            "accuracy": 1.0,
            "effectiveness": 2.0,
            "stab": True,
            "hits": {"min": 1, "max": 1},
            "rolls": [62, 62, 62, 66, 66, 66, 66, 68, 68, 68, 68, 72, 72, 72, 72, 74],
            "critical_rolls": [
                92,
                92,
                96,
                96,
                96,
                98,
                98,
                102,
                102,
                102,
                104,
                104,
                104,
                108,
                108,
                110,
            ],
            "critical_chance": 0.041666666666666664,
            "target_hp": 182,
            "target_hp_left": 182,
            "damage": {"min": 62, "max": 74},
            "percent": {
                "min": 34.065934065934066,
                "max": 40.65934065934066,
                "mean": 37.98076923076924,
            },
            "knockout": [
                {"uses": 1, "chance": 0.0, "chance_by_rolls": 0.0},
                {"uses": 2, "chance": 0.003919813368055559, "chance_by_rolls": 0.0},
                {"uses": 3, "chance": 1.0, "chance_by_rolls": 1.0},
                {"uses": 4, "chance": 1.0, "chance_by_rolls": 1.0},
                {"uses": 5, "chance": 1.0, "chance_by_rolls": 1.0},
                {"uses": 6, "chance": 1.0, "chance_by_rolls": 1.0},
            ],
            "turns_per_use": 1,
            "only_once": False,
            "needs_sleeping_target": False,
        },
    },
    "damage_under_conditions": {
        "path": "/api/v1/damage/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "move_a_id": "thunderbolt",
            "conditions_a": {"stages": {"special_attack": 2}},
            "conditions_b": {"hp": 120, "status": "paralysis", "light_screen": True},
        },
        "status": 200,
        "answer": {
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "move_a_id": 85,
            "kind": "formula",
            "power": 90,
            "accuracy": 1.0,
            "effectiveness": 2.0,
            "stab": True,
            "hits": {"min": 1, "max": 1},
            "rolls": [67, 69, 69, 70, 72, 72, 73, 73, 75, 75, 76, 76, 78, 78, 79, 81],
            "critical_rolls": [
                204,
                206,
                210,
                212,
                216,
                216,
                218,
                222,
                224,
                228,
                228,
                230,
                234,
                236,
                240,
                242,
            ],
            "critical_chance": 0.041666666666666664,
            "target_hp": 153,
            "target_hp_left": 120,
            "damage": {"min": 67, "max": 81},
            "percent": {
                "min": 43.790849673202615,
                "max": 52.94117647058823,
                "mean": 49.57958877995644,
            },
            "knockout": [
                {"uses": 1, "chance": 0.04166666666666666, "chance_by_rolls": 0.0},
                {"uses": 2, "chance": 1.0, "chance_by_rolls": 1.0},
                {"uses": 3, "chance": 1.0, "chance_by_rolls": 1.0},
                {"uses": 4, "chance": 1.0, "chance_by_rolls": 1.0},
            ],
            "turns_per_use": 1,
            "only_once": False,
            "needs_sleeping_target": False,
        },
    },
    "damage_batch": {
        "path": "/api/v1/damage/batch/",
        "body": {
            "calculations": [
                {
                    "pokemon_a_id": "pikachu",
                    "pokemon_b_id": "charizard",
                    "move_a_id": "thunderbolt",
                },
                {"pokemon_a_id": "pikachu", "pokemon_b_id": "charizrd", "move_a_id": "thunderbolt"},
            ],
            "uses": 2,
        },
        "status": 200,
        "answer": {
            "count": 2,
            "failed": 1,
            "results": [
                {
                    "index": 0,
                    "pokemon_a_id": 25,
                    "pokemon_b_id": 6,
                    "move_a_id": 85,
                    "kind": "formula",
                    "power": 90,
                    "accuracy": 1.0,
                    "effectiveness": 2.0,
                    "stab": True,
                    "hits": {"min": 1, "max": 1},
                    "rolls": [68, 72, 72, 72, 72, 74, 74, 74, 78, 78, 78, 78, 80, 80, 80, 84],
                    "critical_rolls": [
                        104,
                        108,
                        108,
                        108,
                        110,
                        110,
                        114,
                        114,
                        116,
                        116,
                        116,
                        120,
                        120,
                        122,
                        122,
                        126,
                    ],
                    "critical_chance": 0.041666666666666664,
                    "target_hp": 153,
                    "target_hp_left": 153,
                    "damage": {"min": 68, "max": 84},
                    "percent": {
                        "min": 44.44444444444444,
                        "max": 54.90196078431372,
                        "mean": 50.64678649237473,
                    },
                    "knockout": [
                        {"uses": 1, "chance": 0.0, "chance_by_rolls": 0.0},
                        {"uses": 2, "chance": 0.42599826388888884, "chance_by_rolls": 0.375},
                    ],
                    "turns_per_use": 1,
                    "only_once": False,
                    "needs_sleeping_target": False,
                },
                {
                    "index": 1,
                    "errors": [
                        {
                            "field": "pokemon_b_id",
                            "code": "unknown_pokemon",
                            "reason": 'There is no Pokémon "charizrd". '
                            "Did you mean charizard or "
                            "charizard-mega-x or "
                            "charizard-mega-y?",
                            "allowed": "an id, slug or name as listed at /api/v1/pokemon/",
                            "suggestions": ["charizard", "charizard-mega-x", "charizard-mega-y"],
                        }
                    ],
                },
            ],
        },
    },
    "simulate_duel": {
        "path": "/api/v1/simulate/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "move_a_id": "thunderbolt",
            "move_b_id": "flamethrower",
            "plays": 2000,
            "seed": 7,
        },
        "status": 200,
        "answer": {
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "moves_a": [85],
            "moves_b": [53],
            "policy_a": "random",
            "policy_b": "random",
            "plays": 2000,
            "seed": 7,
            "wins_a": 79,
            "wins_b": 1921,
            "draws": 0,
            "win_share": 0.0395,
            "interval": {"low": 0.03180890787160705, "high": 0.0489566926744269},
            "mean_turns": 1.818,
        },
    },
    "simulate_match_up": {
        "path": "/api/v1/simulate/",
        "body": {
            "pokemon_a_id": "pikachu",
            "pokemon_b_id": "charizard",
            "moves_a": ["thunderbolt", "thunder-wave", "quick-attack"],
            "setup_a": {
                "level": 50,
                "nature": "timid",
                "ivs": 31,
                "avs": {"speed": 20},
                "friendship": 200,
            },
            "policy_a": "strongest",
            "policy_b": "strongest",
            "plays": 500,
            "seed": 7,
        },
        "status": 200,
        "answer": {
            "pokemon_a_id": 25,
            "pokemon_b_id": 6,
            "moves_a": [85, 86, 98],
            "moves_b": [89, 394, 53, 257],
            "policy_a": "strongest",
            "policy_b": "strongest",
            "plays": 500,
            "seed": 7,
            "wins_a": 7,
            "wins_b": 493,
            "draws": 0,
            "win_share": 0.014,
            "interval": {"low": 0.006797789790843489, "high": 0.028613069137785288},
            "mean_turns": 1.018,
        },
    },
    "predict_matrix": {
        "path": "/api/v1/predict/matrix/",
        "body": {
            "group_a": [
                {
                    "pokemon_id": "pikachu",
                    "moves": ["thunderbolt"],
                    "setup": {
                        "level": 50,
                        "nature": "timid",
                        "ivs": 31,
                        "avs": {"speed": 20},
                        "friendship": 200,
                    },
                },
                {"pokemon_id": 9},
            ],
            "group_b": [{"pokemon_id": "Dracaufeu"}, {"pokemon_id": "venusaur"}],
        },
        "status": 200,
        "answer": {
            "group_a": [
                {"pokemon_id": 25, "slug": "pikachu", "mean": 0.009952483213436308},
                {"pokemon_id": 9, "slug": "blastoise", "mean": 0.05105066122710644},
            ],
            "group_b": [
                {"pokemon_id": 6, "slug": "charizard", "mean": 0.03004394764576579},
                {"pokemon_id": 3, "slug": "venusaur", "mean": 0.03095919679477696},
            ],
            "win_probabilities": [
                [0.019851354730767157, 5.3611696105460016e-05],
                [0.04023654056076442, 0.06186478189344846],
            ],
            "moves_a": [[85, 85], [57, 8]],
            "model_version": "v1",
        },
    },
}
