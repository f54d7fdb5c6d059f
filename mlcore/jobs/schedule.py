"""When tasks run by themselves: rows that the admin changes, made once with these defaults."""

import json

from mlcore.jobs.task_runs import KINDS

#: Task -> every so many seconds, or at a time (minute, hour, day of week; UTC).
DEFAULTS: dict[str, int | tuple[str, str, str]] = {
    "watch": 60,
    "evaluate_predictions": 3600,
    "refresh_rankings": 3600,
    "check_drift": ("15", "2", "*"),
    "prune_logs": ("30", "3", "*"),
    "retrain": ("0", "4", "sun"),
    "retrain_battle_value": ("0", "5", "sun"),
    "tune": ("0", "4", "wed"),
}
#: Rows that are not called as their task: the task, and what it is asked for.
_ORDERS: dict[str, tuple[str, dict[str, bool]]] = {"tune": ("retrain", {"tune": True})}


def create_default_schedule() -> int:
    """Write the rows that are not there; those that are stay as they were changed. How many."""
    from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

    made = 0
    for name, when in DEFAULTS.items():
        if PeriodicTask.objects.filter(name=name).exists():
            continue
        task, arguments = _ORDERS.get(name, (name, {}))
        row = PeriodicTask(name=name, task=f"mlcore.tasks.{task}")
        if isinstance(when, int):
            row.interval, _ = IntervalSchedule.objects.get_or_create(
                every=when, period=IntervalSchedule.SECONDS
            )
        else:
            minute, hour, day = when
            row.crontab, _ = CrontabSchedule.objects.get_or_create(
                minute=minute,
                hour=hour,
                day_of_week=day,
                day_of_month="*",
                month_of_year="*",
                timezone="UTC",
            )
        if task in KINDS:
            row.kwargs = json.dumps({"reason": "schedule", **arguments})
        row.save()
        made += 1
    return made
