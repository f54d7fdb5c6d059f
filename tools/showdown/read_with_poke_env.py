"""Reads battle logs, separated by blank lines, with poke-env: ``read_with_poke_env.py < logs``.

Prints the lines that stop it and exits with 1 if there are any.
"""

import logging
import sys

from poke_env.battle import Battle

#: What poke-env's player reads itself, before the battle sees a line.
_OF_THE_PLAYER = ["", "gametype", "gen", "tier", "start", "upkeep", "teamsize", "player"]
_OF_THE_END = ["win", "tie"]


def faults_of(log: str) -> list[str]:
    battle = Battle("battle-gen7letsgo-1", "Player", logging.getLogger("poke-env"), gen=7)
    battle.player_role = "p1"
    faults = []
    for line in log.splitlines():
        fields = line.split("|")
        try:
            if fields[1] == "turn":
                battle.end_turn(int(fields[2]))
            elif fields[1] not in _OF_THE_PLAYER + _OF_THE_END:
                battle.parse_message(fields)
        except Exception as error:  # whatever stops it
            faults.append(f"{line}: {type(error).__name__} {error}")
    return faults


logging.getLogger("poke-env").setLevel(logging.ERROR)
logs = [log.strip() for log in sys.stdin.read().split("\n\n") if log.strip()]
found = [fault for log in logs for fault in faults_of(log)]
print(*found, f"{len(logs)} logs, {len(found)} faults", sep="\n")
sys.exit(bool(found))
