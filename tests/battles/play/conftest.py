"""Battles begun as a browser does."""

from tests.playing import begin, facts_change  # noqa: F401
