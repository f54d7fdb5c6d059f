from django.apps import AppConfig


class PokedexConfig(AppConfig):
    name = "pokedex"
    verbose_name = "Pokédex"
