"""People who ask a site that really runs, and the timeline of what happens to it meanwhile."""

import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict

FIGHTERS = {
    "pikachu": "thunderbolt",
    "charizard": "flamethrower",
    "blastoise": "surf",
    "snorlax": "body-slam",
    "gengar": "shadow-ball",
    "alakazam": "psychic",
    "rattata": "tackle",
    "onix": "rock-slide",
}
#: No caller is more than a twentieth of what is judged, so there are many.
ADDRESSES = [f"192.0.2.{number}" for number in range(1, 61)]


def duels(levels):
    """Bodies of 56 duels at each level of A."""
    return [
        {
            "pokemon_a_id": a,
            "move_a_id": move_a,
            "pokemon_b_id": b,
            "move_b_id": move_b,
            "setup_a": {"level": level},
        }
        for level in levels
        for a, move_a in FIGHTERS.items()
        for b, move_b in FIGHTERS.items()
        if a != b
    ]


def timeline():
    """A function: print words with the seconds since now."""
    began = time.monotonic()

    def note(words):
        print(f"{time.monotonic() - began:6.0f} s  {words}", flush=True)

    return note


class Visitors(threading.Thread):
    """Ask for predictions without end, a duel each, from many addresses, as a proxy tells them.

    ``answered`` counts the answers by status and version, or what came instead; ``latest`` is the
    version that answered last; ``seen`` has those that answered an address since ``forget``.
    """

    def __init__(self, site, asked, pause):
        super().__init__(daemon=True)
        self.site, self.asked, self.pause = site, asked, pause
        self.answered, self.latest = Counter(), ""
        self.forget()
        self._ended = threading.Event()
        self.start()

    def forget(self):
        self.seen = defaultdict(set)

    def versions(self):
        return set().union(*list(self.seen.values()))

    def statuses(self):
        return {status for status, _ in self.answered}

    def run(self):
        url = f"{self.site.address}/api/v1/predict/battle/"
        for duel, address in zip(itertools.cycle(self.asked), itertools.cycle(ADDRESSES)):
            if self._ended.wait(self.pause):
                break
            headers = {"Content-Type": "application/json", "X-Forwarded-For": address}
            request = urllib.request.Request(url, json.dumps(duel).encode(), headers)
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    self.latest = json.loads(response.read())["model_version"]
                self.answered[200, self.latest] += 1
                self.seen[address].add(self.latest)
            except urllib.error.HTTPError as error:
                self.answered[error.code, error.read()[:300]] += 1
            except OSError as error:
                self.answered[0, str(error)] += 1

    def end(self):
        self._ended.set()
        self.join(60)
