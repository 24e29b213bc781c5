from django.db import migrations

from pinzhi.kernel.search.columns import add_bigrams, bigram_column


class Migration(migrations.Migration):
    """Declarations are searched by the text of their records; nothing asks when they were checked."""

    dependencies = [("standards", "0004_declaration_search")]

    operations = [
        migrations.RunSQL(
            f'ALTER TABLE "standards_declaration" DROP COLUMN "{bigram_column("search_text")}"',
            add_bigrams("standards_declaration", "search_text").sql,
        ),
        migrations.RemoveField("declaration", "search_text"),
        migrations.RemoveIndex("declaration", "declaration_checked"),
    ]
