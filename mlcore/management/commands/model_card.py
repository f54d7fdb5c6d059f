"""``manage.py model_card``: the champion's model card as Markdown, on standard output."""

from django.core.management.base import BaseCommand, CommandError

from mlcore.evaluation import model_card
from mlcore.game import gamedata
from mlcore.serving import champion as champion_store


class Command(BaseCommand):
    requires_system_checks = []
    help = "Print the model card of the champion as Markdown (make docs writes docs/MODEL_CARD.md)."

    def handle(self, *args: object, **options: object) -> None:
        try:
            champion = champion_store.reload()
        except champion_store.NoChampion as reason:
            raise CommandError(str(reason)) from reason
        self.stdout.write(model_card.as_markdown(model_card.card(champion, gamedata.current())))
