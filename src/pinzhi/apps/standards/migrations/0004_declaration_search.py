from django.db import migrations

from pinzhi.kernel.search.columns import add_bigrams


class Migration(migrations.Migration):
    dependencies = [("standards", "0003_declarations")]

    operations = [add_bigrams("standards_declaration", "search_text")]
