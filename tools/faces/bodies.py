"""The fourteen bodies. Each grows from small over medium to large, and looks young, keen, fierce or
calm; all stand on y = 80.
"""

from collections.abc import Callable

from strokes import (
    Part,
    accent,
    body,
    both,
    dim,
    disc,
    eye,
    eyes,
    ink,
    light,
    line,
    mirrored,
    pair,
    pale,
    placed,
    shade,
    tube,
)


def ball(stage: str, look: str) -> list[Part]:
    parts: list[Part] = []
    if stage != "small":
        parts += pair(shade("M66 32L82 14L76 44Z"))
    if stage == "large":
        parts += [shade("M38 26L48 4L58 26Z"), *pair(shade("M72 44L92 46L74 62Z"))]
    parts += [
        disc(48, 49, 30),
        light(both("M48 60C58 60 68 57 75.5 52C74.5 68 62 77.5 48 77.5")),
        light("M28 38C31 30 37 26 42 25C36 30 33 35 32 41Z"),
        *eyes(59, 45, look, 1.15),
        line("M41 64C45 68 51 68 55 64")
        if look != "fierce"
        else ink("M37 62C44 66 52 66 59 62C57 72 39 72 37 62Z"),
    ]
    if look == "fierce":
        parts.append(light("M41 64.5L44 69L47 65.5Z"))
    return parts


def squiggle(stage: str, look: str) -> list[Part]:
    spine = "M22 73C44 84 80 80 74 65C68 53 30 60 28 46C26.5 34 40 28 54 29"
    parts: list[Part] = []
    if stage == "large":
        parts += [
            shade("M28 40L12 34L22 50L10 56L30 58Z"),
            shade("M70 56L88 54L80 66L92 74L74 74Z"),
        ]
    parts += tube(spine, 15)
    parts += [line("M30 75C48 81 70 78 68 68C64 60 42 62 34 55", 4.5, "var(--face-light)")]
    parts += [accent("M25 67C14 62 8 68 5 76C14 82 24 82 29 77Z")]
    if stage != "small":
        parts += [accent("M44 22C36 16 30 8 32 2C42 4 52 10 56 18Z")]
    if stage == "large":
        parts += [
            accent("M58 18C58 10 62 4 70 0C74 8 74 14 70 20Z"),
            line("M76 38C84 42 88 48 86 54", 3),
        ]
    parts += [
        body("M44 30C44 18 54 12 66 14C76 15 86 23 87 31C88 39 78 43 64 43C52 43 44 39 44 30Z"),
        light("M60 40C70 42 82 40 86 33C86 30 85 28 84 27C78 34 68 36 58 35Z"),
        *eye(64, 25, look, -1),
        line("M72 36C77 37 81 36 84 33.5", 2.4),
    ]
    return parts


def fish(stage: str, look: str) -> list[Part]:
    parts: list[Part] = [
        accent("M28 50C18 40 10 32 4 30C6 40 10 46 9 52C10 58 4 66 4 74C14 70 22 62 30 54Z"),
        accent("M34 30C38 18 48 12 60 14C58 22 62 26 66 30Z")
        if stage == "small"
        else accent("M30 34C28 18 40 8 58 6C56 16 64 20 72 32Z")
        if stage == "medium"
        else accent("M26 38C16 20 28 4 40 2C40 8 48 8 56 2C58 12 72 18 74 32Z"),
    ]
    if stage != "small":
        parts.append(accent("M44 66C40 74 40 80 32 84C48 88 58 80 60 68Z"))
    if stage == "large":
        parts.append(pale("M78 36L95 18L86 44Z"))
    parts += [
        body("M22 50C32 30 56 24 74 32C84 36 90 44 91 50C90 58 84 66 74 69C56 76 32 70 22 50Z"),
        light("M26 56C40 60 60 62 89 54C86 62 80 66 73 68C56 73 36 69 26 56Z"),
        line("M60 38C55 45 55 53 60 60", 2.6),
        shade("M44 50C38 54 34 60 36 66C44 66 50 62 52 55Z"),
        *eye(74, 45, look, -1, 1.1),
        line("M82 58C85 58 88 57 90 54", 2.6),
    ]
    return parts


def arms(stage: str, look: str) -> list[Part]:
    reach = {
        "small": "M64 58C78 58 84 48 82 38",
        "medium": "M64 56C80 58 86 44 82 32",
        "large": "M64 58C84 60 88 42 82 28",
    }[stage]
    top = float(reach.split()[-1])
    size = {"small": 8, "medium": 9.5, "large": 11}[stage]
    parts: list[Part] = []
    for path in (reach, mirrored(reach)):
        parts += tube(path, 8)
    parts += pair(disc(82, top, size))
    parts += pair(line(f"M80 {top - size + 3}L80 {top - 1}", 2.2))
    parts += pair(line(f"M85 {top - size + 4}L85 {top - 1}", 2.2))
    if stage != "small":
        parts += [shade("M36 32L40 14L48 26L56 14L60 32Z")]
    if stage == "large":
        parts += [shade(both("M48 66C66 66 88 70 90 80L48 81"))]
    parts += [
        body(both("M48 24C64 24 73 36 73 50C73 66 62 78 48 78")),
        light(both("M48 62C56 62 65 60 70 56C67 69 58 76.5 48 76.5")),
        *eyes(58, 46, look, 1.05),
        line("M42 62C46 65 50 65 54 62")
        if look != "fierce"
        else ink("M38 60C44 62 52 62 58 60C56 71 40 71 38 60Z"),
    ]
    return parts


def blob(stage: str, look: str) -> list[Part]:
    parts: list[Part] = []
    if stage == "medium":
        parts += [
            accent("M44 26C34 22 30 12 36 4C44 8 48 14 50 22Z"),
            accent("M50 26C56 12 64 8 72 10C72 20 64 26 54 28Z"),
        ]
    if stage == "large":
        parts += [
            accent("M44 24C30 20 24 10 26 0C36 2 44 10 48 18Z"),
            accent("M52 24C66 20 72 10 70 0C60 2 52 10 48 18Z"),
            *pair(shade("M66 44C78 36 88 38 93 46C86 54 78 58 68 56Z")),
        ]
    parts += [
        body(both("M48 18C66 18 73 34 72 50C71.5 60 86 62 87 73C87 78 82 80 76 80L48 80")),
        light(both("M48 56C58 56 64 61 66 68C68 73 62 78.5 48 78.5")),
        light("M32 32C34 26 38 23 43 22C38 27 36 32 36 38Z"),
        *eyes(58, 40, look, 1.05),
        disc(48, 52, 5, 3.6, "shade"),
    ]
    if look == "fierce":
        parts += [ink("M38 62C44 64 52 64 58 62C56 72 40 72 38 62Z")]
    return parts


def upright(stage: str, look: str) -> list[Part]:
    if stage == "small":
        tail = [
            body("M60 76C78 80 88 68 84 50L77 52C78 62 72 66 60 64Z"),
            accent("M76 54C70 46 78 40 79 30C88 38 93 46 86 55Z"),
        ]
        return [
            *tail,
            *pair(body("M64 54C72 52 78 56 79 62C74 66 68 65 62 62Z")),
            body(
                both(
                    "M48 10C66 10 75 20 75 32C75 42 70 47 63 50C67 56 68 62 67 68"
                    "C73 70 75 75 73 80L55 80C54 76 52 75 48 75"
                )
            ),
            light(both("M48 55C56 55 60 61 60 66C60 71 55 73.5 48 73.5")),
            light(both("M48 36C56 36 61 39 61 43C61 46 55 48 48 48")),
            *eyes(61, 30, look, 1.15),
            line("M43 42C46 45 50 45 53 42", 2.6),
        ]
    tail = [
        body("M58 78C80 84 94 70 90 48L82 50C84 62 76 68 58 64Z"),
        accent("M80 53C73 43 83 37 83 24C93 33 99 43 91 54Z"),
    ]
    parts: list[Part] = [*tail]
    if stage == "medium":
        parts += [shade("M50 14C44 8 36 6 28 8C30 16 36 22 44 24Z")]
    else:
        parts += [
            *pair(shade("M54 16C60 12 64 6 64 -1C72 4 72 14 66 22Z")),
            *pair(shade("M64 42L80 30L78 50Z")),
        ]
    parts += [
        *pair(body("M64 44C76 44 82 52 81 62C76 66 70 62 66 56Z")),
        body(
            both(
                "M48 10C60 10 67 17 67 26C67 33 63 37 60 39C70 42 74 52 72 62"
                "C79 66 80 74 78 80L56 80C56 76 53 74 48 74"
            )
        ),
        light(both("M48 44C57 44 63 52 62 61C61 69 56 72.5 48 72.5")),
        light(both("M48 28C56 28 62 30 62 33C62 36 55 38 48 38")),
        line("M38 54L58 54", 2, "var(--face-shade)"),
        line("M37 62L59 62", 2, "var(--face-shade)"),
        *eyes(58, 24, look, 0.95),
        line("M42 33C46 35 50 35 54 33", 2.4),
    ]
    return parts


def legs(stage: str, look: str) -> list[Part]:
    parts: list[Part] = []
    if stage == "small":
        parts += [
            accent("M47 28C38 22 34 12 38 4C46 8 50 16 50 26Z"),
            accent("M48 28C50 16 58 10 66 10C66 20 58 26 52 29Z"),
        ]
    else:
        parts += [
            accent("M46 24C36 18 26 16 20 8C32 2 44 10 49 20Z"),
            accent("M50 24C60 18 70 16 76 8C64 2 52 10 47 20Z"),
        ]
    if stage == "large":
        parts += [
            accent("M42 24C40 12 44 4 48 -2C52 4 56 12 54 24Z"),
            *pair(accent("M66 40C78 34 88 38 92 46C84 50 76 52 68 50Z")),
        ]
    for path in ("M59 60L61 74", "M37 60L35 74"):
        parts += tube(path, 6, "shade")
    parts += pair(shade("M56 72C64 68 74 72 76 80L56 80Z"))
    parts += [
        body(both("M48 22C64 22 73 32 73 44C73 58 62 67 48 67")),
        light(both("M48 48C58 48 66 47 71 43C71 56 60 65.5 48 65.5"))
        if stage != "large"
        else light(both("M48 40C60 40 70 42 71.5 45C71 56 60 65.5 48 65.5")),
        *eyes(59, 38, look, 1.05),
        line("M43 53C46 56 50 56 53 53", 2.6),
    ]
    return parts


def quadruped(stage: str, look: str) -> list[Part]:
    if stage == "small":
        return [
            accent("M22 60C8 58 4 44 12 32C20 36 22 44 28 54Z"),
            *[shade(d) for d in ("M30 66L28 80L38 80L40 68Z", "M60 66L60 80L70 80L70 66Z")],
            body(
                "M20 60C20 50 30 46 42 46L66 50C72 56 72 64 68 68L69 80L57 80L56 70L38 70"
                "L33 80L21 80C22 72 20 68 20 60Z"
            ),
            light("M32 69C40 64 54 64 62 69C56 71 40 71 32 69Z"),
            shade("M46 26C40 16 40 8 42 4C52 6 58 14 60 22Z"),
            shade("M72 20C76 10 82 4 88 4C92 14 88 24 84 30Z"),
            body("M40 38C40 24 52 16 66 17C80 18 91 27 90 40C89 52 78 58 66 58C50 58 40 50 40 38Z"),
            light("M58 55C58 48 66 45 73 46C80 46 85 49 84 51C79 56 68 58 58 55Z"),
            *eye(58, 38, look, -1, 1.1),
            *eye(79, 39, look, 1, 1.0),
            ink("M67 47C69 46 72 46 74 47C73 50 69 50 67 47Z"),
        ]
    parts: list[Part] = [
        accent("M18 50C4 48 0 30 8 14C14 22 18 24 22 18C26 30 28 42 28 50Z")
        if stage == "large"
        else accent("M20 52C6 48 2 34 10 20C18 26 24 38 28 50Z"),
        *[shade(d) for d in ("M27 58L24 80L34 80L38 60Z", "M60 58L58 80L68 80L70 60Z")],
    ]
    if stage == "large":
        parts += [shade("M40 44C32 32 34 18 44 10C44 16 48 16 54 12L60 44L52 58L46 52L42 58Z")]
    else:
        parts += [shade("M48 44C42 36 42 26 48 20L60 40L56 56Z")]
    parts += [
        body(
            "M16 54C16 44 26 40 40 42L64 42C74 46 76 56 74 62L77 80L66 80L63 66C54 70 44 69 38 66"
            "L26 66C26 72 24 76 22 80L12 80C16 70 16 62 16 54Z"
        ),
        light("M30 66C40 61 54 62 64 65C56 69 44 69 38 66Z"),
        shade("M54 20C48 12 48 4 52 -1C60 3 64 10 65 16Z")
        if stage == "medium"
        else pale("M52 20C42 14 38 6 40 -1C52 1 60 8 64 15Z"),
        shade("M76 16C78 8 84 2 90 2C92 10 90 18 86 24Z")
        if stage == "medium"
        else pale("M78 16C82 8 90 2 97 2C97 12 92 20 86 24Z"),
        body("M50 30C50 19 60 13 71 14C83 15 92 24 92 34C92 43 84 48 73 48C60 48 50 42 50 30Z"),
        light("M66 46C66 39 72 36 78 36C86 36 91 38 91 39C88 45 80 49 66 46Z"),
        *eye(65, 30, look, -1, 0.95),
        *eye(83, 31, look, 1, 0.85),
        ink("M75 38C77 37 80 37 82 38C81 41 77 41 75 38Z"),
    ]
    return parts


def wings(stage: str, look: str) -> list[Part]:
    wing = {
        "small": "M60 48C68 36 80 32 90 36C90 46 86 50 82 52C84 56 80 62 74 62C72 66 64 66 60 62Z",
        "medium": "M60 46C66 28 80 20 94 22C95 34 91 38 87 41C89 48 85 52 80 54C78 60 68 64 60 60Z",
        "large": "M60 44C62 22 76 8 96 6C98 20 94 26 90 30C94 36 90 42 86 45C87 52 82 56 76 57"
        "C72 62 66 62 60 60Z",
    }[stage]
    parts: list[Part] = [
        accent(both("M48 64L56 82L48 79"))
        if stage == "small"
        else accent(both("M48 64L62 84L54 81L48 86")),
        *pair(shade(wing)),
        *pair(
            line(
                {"small": "M68 52L78 46", "medium": "M68 48L82 36", "large": "M68 46L84 26"}[stage],
                2.4,
            )
        ),
    ]
    if stage == "medium":
        parts += [accent("M44 18C38 10 40 4 48 0C48 6 54 8 56 16Z")]
    if stage == "large":
        parts += [
            accent("M46 16C34 14 26 6 26 -2C36 -2 42 2 46 6C46 0 50 -4 58 -4C56 2 60 10 56 16Z")
        ]
    parts += [
        body(both("M48 12C58 12 64 19 64 28C64 34 65 38 66 46C68 62 60 73 48 73")),
        light(both("M48 44C56 44 61 50 60 58C59 67 54 71.5 48 71.5")),
        *eyes(57, 26, look, 0.95),
        pale(both("M48 29L55 33L48 43")),
        *pair(line("M55 73L57 80", 3)),
    ]
    return parts


def tentacles(stage: str, look: str) -> list[Part]:
    parts: list[Part] = []
    limbs = ["M54 58C54 68 60 70 58 80", "M66 54C68 64 78 64 78 76"]
    if stage == "large":
        limbs.append("M72 48C82 54 92 54 92 66")
    for limb in reversed(limbs):
        for path in (limb, mirrored(limb)):
            parts += tube(path, 6, "shade")
    if stage == "large":
        parts += [accent("M38 18L40 2L48 12L56 2L58 18Z")]
    parts += [
        body(both("M48 12C68 12 82 24 82 40C82 52 76 58 66 60C60 64 54 64 48 62")),
        light(both("M48 48C60 48 70 50 79 46C76 54 72 57 65 58.500C59 62 54 62 48 60.5")),
        *pair(accent("M62 24C66 18 74 20 76 28C74 34 64 32 62 24Z")),
        *eyes(58, 40, look, 1),
        line("M44 53C46 55 50 55 52 53", 2.4),
    ]
    return parts


def heads(stage: str, look: str) -> list[Part]:
    def head(x: float, y: float, r: float) -> list[Part]:
        return [
            disc(x, y, r),
            light(
                placed(
                    "M-0.8 0.3C-0.3 0.6 0.3 0.6 0.8 0.3C0.6 0.85 -0.6 0.85 -0.8 0.3Z", x, y, r, r
                )
            ),
            *eye(x + r * 0.38, y - r * 0.08, look, 1, r / 26),
            *eye(x - r * 0.38, y - r * 0.08, look, -1, r / 26),
        ]

    parts: list[Part] = []
    if stage != "small":
        parts += [accent("M40 26L42 6L48 16L54 6L56 26Z")]
    if stage == "large":
        parts += [*pair(accent("M72 44L92 34L84 56Z"))]
    parts += [*head(27, 60, 19), *head(69, 60, 19), *head(48, 41, 22)]
    parts += [line("M43 53C46 55.5 50 55.5 53 53", 2.4)]
    return parts


def humanoid(stage: str, look: str) -> list[Part]:
    if stage == "small":
        return [
            *pair(accent("M60 22C64 12 72 8 80 10C80 20 74 26 68 30Z")),
            *pair(body("M62 52C72 48 80 50 84 56C80 62 70 62 62 62Z")),
            *pair(shade("M52 72L54 80L68 80C68 74 64 70 60 68Z")),
            body(both("M48 12C64 12 73 22 73 34C73 44 68 50 62 52C66 60 64 74 48 75")),
            light(both("M48 54C55 54 58 60 57 65C56 70 52 73.5 48 73.5")),
            *eyes(60, 34, look, 1.15),
            line("M43 44C46 47 50 47 53 44", 2.6),
        ]
    raised = look == "fierce"
    arm = "M66 36C84 36 90 24 86 16" if raised else "M64 40C78 42 86 52 84 62"
    parts = []
    for path in (arm, mirrored(arm)):
        parts += tube(path, 8 if stage == "medium" else 10)
    parts += pair(disc(85, 15, 8.5) if raised else disc(84, 63, 7))
    if stage == "large":
        parts += pair(accent("M62 32L80 24L74 44Z"))
    parts += [
        *pair(shade("M52 66L54 80L72 80C72 74 68 68 64 64Z")),
        body(both("M48 33C58 33 68 34 72 40C74 48 66 56 64 68C60 71 54 72 48 72")),
        light(both("M48 40C55 40 61 42 61 47C61 52 55 54 48 54")),
        accent(both("M48 62L65 61L64 69C60 71 54 72 48 72")),
    ]
    if stage == "medium":
        parts += [accent("M40 14C38 6 42 2 48 -1C54 2 58 6 56 14Z")]
    else:
        parts += [accent("M36 16C30 8 34 0 40 -2L48 6L56 -2C62 0 66 8 60 16Z")]
    parts += [
        body(both("M48 7C59 7 65 14 65 23C65 32 58 38 48 38")),
        light(both("M48 28C54 28 59 29 60 29C58 34 54 36.5 48 36.5")),
        *eyes(56.5, 22, look, 0.9),
        line("M44 32C46 34 50 34 52 32", 2.4),
    ]
    return parts


def bug_wings(stage: str, look: str) -> list[Part]:
    wing = {
        "small": "M56 38C62 24 76 18 88 24C90 36 80 48 60 50Z",
        "medium": "M56 38C60 20 76 10 92 16C95 32 84 46 60 50Z",
        "large": "M56 38C58 16 76 2 95 8C99 28 88 44 60 50Z",
    }[stage]
    parts: list[Part] = [
        *pair(pale("M58 50C70 46 84 52 86 64C76 72 64 66 56 58Z")),
        *pair(pale(wing)),
        *pair(accent("M74 24C80 20 86 24 86 30C82 34 74 32 74 24Z")),
        *pair(line("M53 18C55 10 60 5 66 4", 3)),
        *pair(disc(67, 4.5, 2.5, fill="line", outline=False)),
    ]
    if stage == "large":
        parts += [shade(both("M48 66L55 72L48 86")), *pair(shade("M56 56L72 70L60 66Z"))]
    parts += [
        body(both("M48 36C58 38 61 48 60 58C59 70 54 77 48 80")),
        dim(both("M48 54L59.5 54L58.5 60L48 60")),
        dim(both("M48 66L56 66L53 72L48 72")),
        body(both("M48 13C59 13 65 20 65 29C65 38 58 44 48 44")),
        *eyes(57, 28, look, 1.05),
        line("M45 38C47 39.5 49 39.5 51 38", 2.4),
    ]
    return parts


def armor(stage: str, look: str) -> list[Part]:
    parts: list[Part] = []
    if stage == "small":
        parts += [
            accent("M44 30C38 22 38 14 42 8C48 14 50 22 50 28Z"),
            accent("M52 30C58 22 58 14 54 8C48 14 46 22 46 28Z"),
        ]
    else:
        claw = (
            "M72 52C84 50 92 40 88 28L82 36L76 28C72 38 70 46 72 52Z"
            if stage == "medium"
            else "M70 54C88 54 98 36 90 18L83 32L74 18C66 32 66 46 70 54Z"
        )
        parts += pair(accent(claw))
    if stage == "large":
        parts += [shade("M36 30L40 10L48 22L56 10L60 30Z")]
    parts += pair(shade("M60 70L66 81L74 79L68 66Z"))
    parts += pair(shade("M70 62L80 76L87 71L76 58Z"))
    parts += [
        body(both("M48 24C70 24 80 40 80 56C80 70 66 76 48 76")),
        light(both("M48 55C62 55 72 54 79 52C80 68 66 74.5 48 74.5")),
        line("M34 28C30 36 29 44 30 51", 2.6, "var(--face-shade)"),
        line("M62 28C66 36 67 44 66 51", 2.6, "var(--face-shade)"),
        line("M17 54C36 57 60 57 79 54", 3),
        *eyes(58, 64, look, 0.95),
        line("M45 71C47 72 49 72 51 71", 2),
    ]
    return parts


BODIES: dict[str, Callable[[str, str], list[Part]]] = {
    "ball": ball,
    "squiggle": squiggle,
    "fish": fish,
    "arms": arms,
    "blob": blob,
    "upright": upright,
    "legs": legs,
    "quadruped": quadruped,
    "wings": wings,
    "tentacles": tentacles,
    "heads": heads,
    "humanoid": humanoid,
    "bug-wings": bug_wings,
    "armor": armor,
}


def back_wings(stage: str) -> list[Part]:
    """Wings behind a body that is no bird's: a second type Flying."""
    return [
        *pair(
            accent("M52 48C56 22 72 6 96 8C94 18 98 24 95 32C98 38 94 46 90 48C90 56 76 60 58 60Z")
        ),
        *pair(line("M66 48C72 34 80 24 92 16", 2.4)),
        *pair(line("M70 52C78 44 84 38 92 34", 2.4)),
    ]
