"""The other numbers of editions (joint, dual, European), and those of the editions that are kept already."""

import django.db.models.deletion
from django.db import migrations, models

from pinzhi.rules.standards.identifiers import to_identifier
from pinzhi.rules.standards.second_numbers import second_numbers

#: A number in which a second one may stand; most have none and are not read.
TWO = r"[|]|[0-9)] ?/|IDT|EN (ISO|IEC)|ISO/|IEC/"


def fill(apps, schema_editor):
    edition, other = apps.get_model("standards", "Edition"), apps.get_model("standards", "OtherNumber")
    rows = []
    for pk, number in edition.objects.filter(number__regex=TWO).values_list("pk", "number").iterator():
        one = to_identifier(number)
        for second in second_numbers(one) if one is not None else ():
            rows.append(other(edition_id=pk, key=second.key[:160], series_key=second.series_key[:160]))
    other.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("standards", "0007_fulfilment")]

    operations = [
        migrations.CreateModel(
            name="OtherNumber",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=160)),
                ("series_key", models.CharField(max_length=160)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_numbers",
                        to="standards.edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "other number of an edition",
                "indexes": [
                    models.Index(fields=["series_key"], name="other_number_series"),
                    models.Index(fields=["key"], name="other_number_key"),
                ],
                "constraints": [models.UniqueConstraint(fields=("edition", "key"), name="other_number_once")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
