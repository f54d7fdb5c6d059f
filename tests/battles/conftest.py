"""Short ways to look at pages of the battle side."""

from tests.pages import fragment, page, ranked, warm, words  # noqa: F401
