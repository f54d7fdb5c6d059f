"""Pages of facts."""

from django.urls import path

from pokedex.views import moves, pokemon, types

app_name = "pokedex"
urlpatterns = [
    path("pokemon/", pokemon.pokemon_list, name="pokemon-list"),
    path("pokemon/<str:slug>/", pokemon.pokemon_detail, name="pokemon-detail"),
    path("moves/", moves.move_list, name="move-list"),
    path("moves/<str:slug>/", moves.move_detail, name="move-detail"),
    path("types/", types.types, name="types"),
]
