"""PredictionLog.record writes what the ORM would."""

import pytest
from django.utils import timezone

from mlcore.models import PredictionLog

pytestmark = pytest.mark.django_db
ROW = {
    "source": "test",
    "model_version": "v1",
    "data_fingerprint": "f" * 64,
    "request_id": "r-1",
    "duel_count": 2,
    "duels": {"form_a": 25, "move_a": {"each": [85, 98]}, "nature_a": "é'\""},
    "win_probabilities": [0.1 + 0.2, 1e-17],
}


def test_a_row_is_what_the_orm_would_write():
    before = timezone.now()
    number = PredictionLog.record(**ROW)
    recorded = PredictionLog.objects.get(pk=number)
    created = PredictionLog.objects.create(**ROW)
    created.refresh_from_db()
    for name, value in ROW.items():
        assert getattr(recorded, name) == getattr(created, name) == value
    assert before <= recorded.created_at <= created.created_at <= timezone.now()


def test_a_row_can_be_asked_for_by_what_is_in_its_json():
    PredictionLog.record(**ROW)
    assert PredictionLog.objects.filter(duels__form_a=25).count() == 1


def test_it_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        PredictionLog.record(**ROW)
