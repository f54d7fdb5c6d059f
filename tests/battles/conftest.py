"""Short ways to look at pages of the battle side."""

from tests.pages import fragment, page, ranked, ranked_well, warm, words  # noqa: F401
