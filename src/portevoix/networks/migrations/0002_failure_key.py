"""A failure is kept by its key, so that its advice is said in the language of whoever reads it."""

from typing import Any

from django.db import migrations, models


def name_failures(apps: Any, _editor: object) -> None:
    """Give each failure that was kept as a sentence the key that can be told of it."""
    failing = apps.get_model("networks", "Connection").objects.exclude(failure_advice="")
    failing.filter(is_broken=True).update(failure="needs_reconnection")
    failing.filter(is_broken=False).update(failure="network_error")


class Migration(migrations.Migration):
    dependencies = [("networks", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="failure",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.RunPython(name_failures, migrations.RunPython.noop),
        migrations.RemoveField(model_name="connection", name="failure_advice"),
    ]
