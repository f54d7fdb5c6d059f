"""What the bare servers of ``manage.py bench --api`` serve: no database, model or log behind it."""

from django.http import HttpRequest, JsonResponse
from django.urls import path
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

ANSWER = {
    "predicted_winner": "A",
    "win_probability": 0.6283185307179586,
    "pokemon_a_id": 25,
    "pokemon_b_id": 6,
    "move_a_id": 85,
    "move_b_id": 53,
    "model_version": "v1",
}


def plain(request: HttpRequest) -> JsonResponse:
    return JsonResponse(ANSWER)


@api_view(["GET", "POST"])
def rest(request: Request) -> Response:
    # A view that is posted to reads the body.
    return Response(ANSWER, headers={"X-Keys": str(len(request.data))})


# Middleware treats addresses of the API in its own way.
urlpatterns = [
    path("api/v1/django/", plain, name="plain"),
    path("api/v1/rest/", rest, name="rest"),
]
