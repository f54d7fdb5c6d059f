"""The damage formula of the game once more, written from its description and not from the engine.

Source: the project's facts; the reference simulator agrees on all 16 rolls (test_rolls.py).
"""


def damage(
    power: int,
    *,
    level: int = 50,
    attack: int = 122,
    defense: int = 122,
    roll: int = 100,
    critical: bool = False,
    stab: bool = False,
    weaknesses: int = 0,
    resistances: int = 0,
    halved: int = 0,
    doubled: int = 0,
) -> int:
    """HP of one hit. The defaults are a Mew at level 50 that hits a Mew: 122 against 122.

    ``halved``: burn or a screen; ``doubled``: a hit on a hidden or minimized target.
    """
    value = (2 * level // 5 + 2) * power * attack // defense // 50 + 2
    if critical:
        value = value * 3 // 2
    value = value * roll // 100
    if stab:
        # x1.5, a half rounded down
        value = (3 * value) // 2
    value *= 2**weaknesses
    for _ in range(resistances):
        value //= 2
    for _ in range(halved):
        value //= 2
    return max(1, value * 2**doubled)
