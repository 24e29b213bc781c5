from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registers", "0002_database_guards")]

    operations = [
        migrations.AddField(
            model_name="log", name="cosigned", field=models.TextField(blank=True, default="")
        ),
    ]
