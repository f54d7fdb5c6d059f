from django.apps import AppConfig


class MLCoreConfig(AppConfig):
    name = "mlcore"
    verbose_name = "Machine learning"
