from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("battles", "0003_plain_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="battle",
            name="strength",
            field=models.CharField(
                choices=[
                    ("random", "Easy"),
                    ("strongest", "Normal"),
                    ("model", "Hard"),
                    ("search", "Expert"),
                    ("value", "Master"),
                ],
                max_length=10,
            ),
        ),
    ]
