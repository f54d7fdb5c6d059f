"""What tests of rollouts share: how they begin, and one judgment."""

from mlcore.pipeline import rollouts
from mlcore.serving import rollout

CALLERS = 80
#: Everybody who asks is answered by the challenger, too; half of them in the canary.
SHARES = {"shadow_share": 1.0, "canary_share": 0.5, "duels": 100}


def judge(game):
    row = rollouts.judge(game, plays=200)
    rollout.current(force=True)  # as other processes do within two seconds
    return row
