"""One row for each kind of recurring work: of those that a race has left, the oldest stays."""

from typing import Any

from django.db import migrations


def keep_the_oldest(apps: Any, _editor: Any) -> None:
    """Delete every row of recurring work for which there is an older one of its kind."""
    rows = apps.get_model("core", "Job").objects.filter(owner="installation")
    oldest: set[str] = set()
    for row in rows.order_by("pk"):
        if row.kind in oldest:
            row.delete()
        oldest.add(row.kind)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunPython(keep_the_oldest, migrations.RunPython.noop),
    ]
