"""Search columns of enterprises, products and bodies, and the numbers of products without a GTIN."""

from django.db import migrations

from pinzhi.kernel.search.columns import add_bigrams


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_parties"), ("search", "0001_bigrams")]

    operations = [
        add_bigrams("parties_enterprise", "search_text"),
        add_bigrams("parties_product", "search_text"),
        add_bigrams("parties_body", "search_text"),
        migrations.RunSQL("CREATE SEQUENCE parties_product_serial", "DROP SEQUENCE parties_product_serial"),
    ]
