"""``/api/v1/tasks/``: progress of background tasks, for logged-in staff only."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from battles.api.core.base import ApiView
from battles.api.core.problems import Problem
from mlcore.jobs import task_runs
from mlcore.models import TaskRun

#: How many of the newest runs are listed.
LISTED = 50
_FIELDS = (
    "id",
    "task",
    "state",
    "reason",
    "requested_by",
    "arguments",
    "queued_at",
    "started_at",
    "heartbeat_at",
    "ended_at",
    "attempts",
    "progress",
    "message",
    "error",
    "result",
)


class StaffSession(SessionAuthentication):
    """Authenticates by the admin's session: the API has no cookies of its own."""

    def authenticate(self, request: Request) -> Any:
        plain = request._request
        key = plain.COOKIES.get(settings.SESSION_COOKIE_NAME)
        plain.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        plain.user = get_user(plain)
        return super().authenticate(request)


class StaffView(ApiView):
    authentication_classes = [StaffSession]
    permission_classes = [IsAdminUser]

    def one(self, number: int) -> TaskRun:
        row = TaskRun.objects.filter(pk=number).first()
        if row is None:
            raise Http404
        return row


def _as_json(row: TaskRun) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}


# Internal, so not part of the schema.
@extend_schema(exclude=True)
class TaskList(StaffView):
    """The newest runs."""

    def get(self, request: Request) -> Response:
        task_runs.mark_dead_runs()
        rows = TaskRun.objects.defer("log")[:LISTED]
        return Response({"results": [_as_json(row) for row in rows]})


@extend_schema(exclude=True)
class TaskDetail(StaffView):
    """A run with its log; DELETE cancels it."""

    def get(self, request: Request, number: int) -> Response:
        row = self.one(number)
        return Response({**_as_json(row), "log": row.log.splitlines()})

    def delete(self, request: Request, number: int) -> Response:
        if not request.user.has_perm("mlcore.change_taskrun"):
            raise Problem("forbidden", "Your account can view tasks but not cancel them.")
        row = self.one(number)
        if not task_runs.cancel(row):
            raise Problem("bad_request", f"Run {number} has already ended.")
        row.refresh_from_db()
        return Response(_as_json(row), status=202)
