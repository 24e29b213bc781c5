"""A sheet of another system is known by its id too, and may carry out no task; failures elsewhere are asked by producer."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspection", "0008_outcome_words")]
    operations = [
        migrations.AlterField(
            model_name="fieldrecord",
            name="task",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="records",
                to="inspection.task",
            ),
        ),
        migrations.AddIndex(
            model_name="outsideresult",
            index=models.Index(fields=["producer_code", "sampled_on"], name="outside_producer"),
        ),
    ]
