"""Indexes for the lists and counts of a million records, and the kept numbers of public records."""

from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.db.models.functions import TruncDate

COUNTED = """
UPDATE public_definition d SET records = found.records
FROM (SELECT register, count(*) AS records FROM public_record GROUP BY register) found
WHERE found.register = d.register;
"""


class Migration(migrations.Migration):
    dependencies = [("registers", "0005_definition_derived")]
    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["register", "state", "region"], name="record_state_region"),
        ),
        migrations.RemoveIndex(model_name="record", name="record_state"),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["register", "entry_id"], name="record_latest"),
        ),
        migrations.AddIndex(
            model_name="publicrecord",
            index=models.Index(fields=["register", "region", "open_until"], name="public_record_place"),
        ),
        migrations.RemoveIndex(model_name="publicrecord", name="public_record_region"),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["valid_from"],
                name="record_early",
                condition=models.Q(valid_from__gt=TruncDate("updated_at", tzinfo=ZoneInfo("Asia/Shanghai"))),
            ),
        ),
        migrations.AddIndex(
            model_name="publicentry",
            index=models.Index(
                fields=["open_until"],
                name="public_entry_until",
                condition=models.Q(open_until__isnull=False),
            ),
        ),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
    ]
