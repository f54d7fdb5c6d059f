from django.apps import AppConfig


class PredictionDexConfig(AppConfig):
    name = "predictiondex"
    verbose_name = "PredictionDex"
