"""Make the shared cache's table, which throttling counts in."""

from django.core.management import call_command
from django.db import migrations


def make(apps, schema_editor):
    """Make it unless it is there."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """After the accounts' own tables."""

    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]
