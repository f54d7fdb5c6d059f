"""The value of a battle state when both sides play well, and the play that follows from it."""
