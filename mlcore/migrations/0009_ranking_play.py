from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mlcore', '0008_battle_models'),
    ]

    operations = [
        migrations.AddField(
            model_name='ranking',
            name='play',
            field=models.CharField(choices=[('one-move', 'Each repeats one move'), ('well', 'Both play well')], default='one-move', max_length=8),
        ),
    ]
