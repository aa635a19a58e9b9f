"""Files say since when they are superseded; those that were before they said it have been for long."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models


def date_what_was_superseded(apps: Any, _editor: Any) -> None:
    """Date the files of superseded segments from long ago, so that the next projection removes them."""
    files = apps.get_model("ledger", "SegmentFile").objects.filter(segment__state="superseded")
    files.update(superseded_at=datetime(2026, 1, 1, tzinfo=UTC))


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_cursors_that_have_read_nothing"),
    ]

    operations = [
        migrations.AddField(
            model_name="segmentfile",
            name="superseded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(date_what_was_superseded, migrations.RunPython.noop),
    ]
