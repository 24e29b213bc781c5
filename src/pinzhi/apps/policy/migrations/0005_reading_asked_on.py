"""A reading keeps the day that was asked for: a reported figure speaks of an earlier one."""

from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import TruncDate


def fill(apps, schema_editor):
    readings = apps.get_model("policy", "TargetReading").objects.filter(asked_on=None)
    readings.update(asked_on=TruncDate(F("computed_at")))


class Migration(migrations.Migration):
    dependencies = [
        ("policy", "0004_title_is_proposed"),
    ]

    operations = [
        migrations.AddField(
            model_name="targetreading",
            name="asked_on",
            field=models.DateField(null=True, verbose_name="counted for the day"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="targetreading",
            options={"ordering": ["-asked_on", "-computed_at"], "verbose_name": "reading"},
        ),
        migrations.AddIndex(
            model_name="targetreading",
            index=models.Index(
                fields=["target", "region", "-asked_on", "-computed_at"], name="reading_asked"
            ),
        ),
    ]
