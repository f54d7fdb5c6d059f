"""What the learning side remembers: models that were exported, and predictions that were served."""

from typing import Any

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mlcore.lib.serial_writes import write


class ModelKind(models.TextChoices):
    """Which question a model answers: each side repeats one move, or both play well."""

    DUEL = "duel", _("duels")
    BATTLE = "battle", _("battle states")


class ModelVersion(models.Model):
    """An exported model. ``is_champion`` is a mirror for the admin: what is live is decided by
    LivePointer, one for each kind of model."""

    model = models.CharField(max_length=6, choices=ModelKind.choices, default=ModelKind.DUEL)
    version = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    promoted_at = models.DateTimeField(null=True, blank=True)
    is_champion = models.BooleanField(default=False)
    sha256 = models.CharField("SHA-256 of the model file", max_length=64)
    data_fingerprint = models.CharField(max_length=64)
    run_id = models.CharField("tracking run", max_length=64, blank=True)
    metrics = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(is_champion=True),
                name="mlcore_one_champion",
            )
        ]

    def __str__(self) -> str:
        return self.version

    def can_answer(self, fingerprint: str) -> bool:
        """Whether it answers on these game data: the model of duels does on any."""
        return self.model == ModelKind.DUEL or self.data_fingerprint == fingerprint

    @classmethod
    def live_before(cls, kind: ModelKind, fingerprint: str | None = None) -> "ModelVersion | None":
        """The last version that was live before the one that is.

        fingerprint: of these game data only.
        """
        earlier = cls.objects.filter(model=kind, promoted_at__isnull=False, is_champion=False)
        if fingerprint is not None:
            earlier = earlier.filter(data_fingerprint=fingerprint)
        return earlier.order_by("-promoted_at").first()


class LivePointer(models.Model):
    """Which version of a kind of model is live, on every machine: ``mlcore.serving.pointer``.

    metadata_sha256 is of the file with the metadata; the network that comes with the code has
    neither sum.
    """

    model = models.CharField(max_length=6, choices=ModelKind.choices, primary_key=True)
    version = models.CharField(max_length=32)
    sha256 = models.CharField(max_length=64, blank=True)
    metadata_sha256 = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.model}: {self.version}"


class Rollout(models.Model):
    """A challenger on its way to everybody, step by step: see ``mlcore.pipeline.rollouts``.

    champion       the version that it is compared with
    pointer        what a pointer says of the challenger: ``mlcore.serving.pointer``
    shadow_share   of requests that it also answers, unseen; canary_share: of callers that see it
    duels          that each stage is judged on at least
    stage_since    when the stage began; it may take ``hours``
    slow           answers of this stage that took too long
    figures        of the stage's newest judgment: ``mlcore.pipeline.rollouts.Figures``
    history        [{"at", "stage", "words", "figures"}] of all judgments that decided something or
                   not, the oldest first
    """

    class Stage(models.TextChoices):
        SHADOW = "shadow", _("in shadow")
        CANARY = "canary", _("canary")
        LIVE = "live", _("live")
        STOPPED = "stopped", _("stopped")

    OPEN = (Stage.SHADOW, Stage.CANARY)

    model = models.CharField(max_length=6, choices=ModelKind.choices, default=ModelKind.DUEL)
    version = models.CharField(max_length=32)
    champion = models.CharField(max_length=32)
    pointer = models.JSONField()
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.SHADOW)
    shadow_share = models.FloatField("share of requests in shadow")
    canary_share = models.FloatField("share of callers in the canary")
    duels = models.PositiveIntegerField("duels to judge a stage on")
    hours = models.PositiveIntegerField("hours that a stage may take")
    started_by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    stage_since = models.DateTimeField(default=timezone.now)
    judged_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField("how it ended", max_length=300, blank=True)
    by_itself = models.BooleanField("stopped by itself", default=False)
    slow = models.PositiveIntegerField("slow answers", default=0)
    figures = models.JSONField(default=dict)
    history = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model"],
                condition=models.Q(stage__in=["shadow", "canary"]),
                name="mlcore_one_open_rollout",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.get_stage_display()}"

    @classmethod
    def open_of(cls, kind: ModelKind) -> "Rollout | None":
        """The one that is under way."""
        return cls.objects.filter(model=kind, stage__in=cls.OPEN).first()

    @classmethod
    def end(cls, number: int, stage: Stage, reason: str, *, by_itself: bool = False) -> bool:
        """Let one end, unless it has ended: then False. Every server follows within seconds."""
        return bool(
            cls.objects.filter(pk=number, stage__in=cls.OPEN).update(
                stage=stage, reason=reason[:300], by_itself=by_itself, ended_at=timezone.now()
            )
        )


class ModelFile(models.Model):
    """A file of a model, from which machines fill their folders: ``mlcore.serving.model_files``.

    bundle: what the file belongs to, a version or a candidate. name: its path in the folder of
    models.
    """

    bundle = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField("SHA-256 of the content", max_length=64)
    content = models.BinaryField()
    stored_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class PredictionLog(models.Model):
    """One answered request, whatever it asked, in some 150 bytes and never more than 2,048.

    ``record`` holds what was asked and answered, see ``mlcore.serving.prediction_log``; of
    ``duel_count`` duels or match-ups it may hold a part. ``caller`` is a number that many share,
    see ``mlcore.serving.callers``; 0 is the site itself. On PostgreSQL every day is a partition,
    see ``mlcore.monitoring.log_days``, and ids are unique since one sequence gives them.
    """

    #: Digits of a fingerprint that are kept: enough to tell game data apart.
    FINGERPRINT_LENGTH = 16

    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    model = models.CharField(
        max_length=6,
        choices=ModelKind.choices,
        default=ModelKind.DUEL,
        db_default=ModelKind.DUEL,
    )
    source = models.CharField(max_length=32)
    model_version = models.CharField(max_length=32)
    data_fingerprint = models.CharField(max_length=FINGERPRINT_LENGTH)
    request_id = models.CharField(max_length=64, blank=True, default="")
    caller = models.PositiveSmallIntegerField(default=0)
    with_key = models.BooleanField("caller has an API key", default=False)
    duel_count = models.PositiveIntegerField()
    record = models.BinaryField()

    class Meta:
        ordering = ["-id"]
        verbose_name = "prediction log entry"
        verbose_name_plural = "prediction log"

    def __str__(self) -> str:
        return f"{self.source}, {self.duel_count} duel(s), {self.model_version}"

    @classmethod
    def insert(cls, *, patience: float | None = None, **values: Any) -> int:
        """Insert one row, given all fields but id and time; gives its id. Raises as ``write`` does.

        One statement and no instance: every prediction waits for this, and building an instance
        and its query costs more than the insertion.
        """
        names = ("created_at", *values)
        values["data_fingerprint"] = values["data_fingerprint"][: cls.FINGERPRINT_LENGTH]
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        parameters: list[Any] = [now, *values.values()]
        places = ", ".join(["%s"] * len(names))
        statement = (
            f"INSERT INTO {cls._meta.db_table} ({', '.join(names)}) VALUES ({places}) RETURNING id"
        )
        return int(write(statement, parameters, patience=patience))


class AskedOnDay(models.Model):
    """What the prediction log of a day (UTC) adds up to, for one model version and its game data.

    Kept up by ``mlcore.monitoring.log_totals`` while the log grows. sources: {source: [requests,
    duels]}. counted: requests that count for drift, one duel of each; histograms {"forms",
    "moves", "levels", "answers": {value: count}} are theirs, and callers {caller: requests}.
    """

    day = models.DateField()
    model = models.CharField(max_length=6, choices=ModelKind.choices)
    model_version = models.CharField(max_length=32)
    data_fingerprint = models.CharField(max_length=PredictionLog.FINGERPRINT_LENGTH)
    requests = models.PositiveBigIntegerField(default=0)
    duels = models.PositiveBigIntegerField(default=0)
    sources = models.JSONField(default=dict)
    counted = models.PositiveIntegerField(default=0)
    histograms = models.JSONField(default=dict)
    callers = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "model", "model_version", "data_fingerprint"],
                name="mlcore_asked_on_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.model_version}: {self.requests} requests"


class SampledAnswer(models.Model):
    """One of the day's answers that live quality is judged on.

    Chosen by ``mlcore.monitoring.log_totals``. lot: of the question, whoever asks it; the day
    keeps the lowest. record: one duel or match-up.
    """

    asked = models.ForeignKey(AskedOnDay, on_delete=models.CASCADE, related_name="sample")
    lot = models.BigIntegerField()
    created_at = models.DateTimeField()
    source = models.CharField(max_length=32)
    caller = models.PositiveSmallIntegerField()
    record = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asked", "lot"], name="mlcore_sampled_answer")
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.created_at:%Y-%m-%d %H:%M}"


class LogTotals(models.Model):
    """How far the prediction log has been added up: one row."""

    last_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"up to {self.last_id}"


class Ranking(models.Model):
    """All forms against all others, computed in bulk: see ``mlcore.rankings.standings``.

    ``arrays`` is a compressed .npz file: form_ids (n,), move_ids (m,), and values, moves and
    replies (n, n); with well-played battles also sets (n, 4). ``inputs`` is a hash of all that the
    numbers depend on, ``rows`` the number of duels or, with well-played battles, of match-ups.
    """

    class Play(models.TextChoices):
        ONE_MOVE = "one-move", _("Each repeats one move")
        WELL = "well", _("Both play well")

    play = models.CharField(max_length=8, choices=Play.choices, default=Play.ONE_MOVE)
    created_at = models.DateTimeField(auto_now_add=True)
    model_version = models.CharField(max_length=32)
    data_fingerprint = models.CharField(max_length=64)
    inputs = models.CharField(max_length=64)
    rows = models.PositiveIntegerField("duels")
    seconds = models.FloatField()
    arrays = models.BinaryField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.model_version}, {self.created_at:%Y-%m-%d %H:%M}"


class EvaluationReport(models.Model):
    """How true a version's served predictions were in a window of time, judged by the engine.

    ``duels`` counts match-ups for the model of battle states, ``callers`` those who asked them.

    scores, slices {name: scores} and reliability are what ``mlcore.learning.metrics`` measures; the
    excesses are above the best achievable score on the same plays.
    """

    class Verdict(models.TextChoices):
        GOOD = "good", _("good")
        DEGRADED = "degraded", _("degraded")
        TOO_FEW = "too_few", _("too few duels or callers")

    #: Log-loss above the best achievable, in nats; champions leave training with 0.001.
    MAX_LOG_LOSS_EXCESS = 0.01
    #: Squared error above noise of match-ups that were asked about; the value's own bar.
    MAX_BATTLE_BRIER_EXCESS = 0.02
    #: Fields that are figures of ``scores``, kept beside it to sort, plot and alert on.
    MEASURED = (
        "log_loss_excess",
        "brier_excess",
        "ece",
        "accuracy",
        "clear_favourites",
        "clear_favourites_right",
    )

    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    model = models.CharField(max_length=6, choices=ModelKind.choices, default=ModelKind.DUEL)
    model_version = models.CharField(max_length=32)
    data_fingerprint = models.CharField(max_length=64)
    duels = models.PositiveIntegerField()
    callers = models.PositiveIntegerField(default=0)
    plays = models.PositiveIntegerField("plays of each duel")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    log_loss_excess = models.FloatField()
    brier_excess = models.FloatField()
    ece = models.FloatField("expected calibration error")
    accuracy = models.FloatField("battles called correctly")
    clear_favourites = models.PositiveIntegerField("clear favorites")
    clear_favourites_right = models.FloatField("clear favorites called correctly")
    scores = models.JSONField()
    slices = models.JSONField()
    reliability = models.JSONField()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["model_version", "-created_at"], name="evaluation_newest")]
        verbose_name = "live quality report"

    def __str__(self) -> str:
        return f"{self.model_version}, {self.duels} duels, {self.verdict}"


class DriftReport(models.Model):
    """What was asked of a live version in a window of time beside what it learned from.

    findings: [{"name", "test" (psi or ks), "statistic", "limit", "drifted", "rows"}], rows being
    [{"label", "reference", "asked"}] with shares. worst: the largest statistic / limit.
    """

    class Verdict(models.TextChoices):
        STABLE = "stable", _("stable")
        DRIFTED = "drifted", _("drifted")
        TOO_FEW = "too_few", _("too few requests or callers")

    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    model = models.CharField(max_length=6, choices=ModelKind.choices, default=ModelKind.DUEL)
    model_version = models.CharField(max_length=32)
    data_fingerprint = models.CharField(max_length=64)
    requests = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    worst = models.FloatField("largest statistic beside its limit")
    findings = models.JSONField()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.model_version}, {self.requests} requests, {self.verdict}"


class TaskRun(models.Model):
    """One run of a background task, from its order to its end: see ``mlcore.jobs.task_runs``.

    progress: 0..1. heartbeat_at: when the process that carries it out last said that it lives.
    not_before: a run that is to be tried again waits until then.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        DEAD = "dead", _("abandoned")

    OPEN = (State.QUEUED, State.RUNNING)

    task = models.CharField(max_length=64, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict, blank=True)
    requested_by = models.CharField(max_length=150, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    queued_at = models.DateTimeField(auto_now_add=True, db_index=True)
    sent_at = models.DateTimeField("handed to the broker at", null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=150, blank=True)
    progress = models.FloatField(default=0.0)
    message = models.CharField(max_length=300, blank=True)
    log = models.TextField(blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # What keeps two runs of one task from working at once, whoever claims them.
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(state="running"),
                name="mlcore_one_running_of_a_task",
            )
        ]
        indexes = [models.Index(fields=["task", "state", "-id"], name="task_run_newest")]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}, {self.state}"
