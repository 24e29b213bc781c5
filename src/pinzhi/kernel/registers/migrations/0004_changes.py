"""What was opened or closed since: a small index over what is open, and the places of what no longer is."""

from typing import Any

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


def may_read(apps: Any, schema_editor: Any) -> None:
    """The portal's role reads it, where the role is there."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.PORTAL_ROLE])
        if cursor.fetchone() is not None:
            quoted = connection.ops.quote_name(settings.PORTAL_ROLE)
            cursor.execute(f"GRANT SELECT ON public_closed TO {quoted}")


class Migration(migrations.Migration):
    dependencies = [("registers", "0003_cosigned")]

    operations = [
        migrations.CreateModel(
            name="PublicClosed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("log", models.CharField(max_length=64)),
                ("index", models.BigIntegerField()),
                ("closed_at", models.DateTimeField()),
            ],
            options={
                "db_table": "public_closed",
                "indexes": [models.Index(fields=["log", "closed_at", "index"], name="public_closed_at")],
                "constraints": [models.UniqueConstraint(fields=("log", "index"), name="public_closed_place")],
            },
        ),
        migrations.AddIndex(
            model_name="publicentry",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["changed_at"], name="public_entry_changed"
            ),
        ),
        migrations.RunPython(may_read, migrations.RunPython.noop),
    ]
