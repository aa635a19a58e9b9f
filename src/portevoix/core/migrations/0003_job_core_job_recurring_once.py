"""The database allows no second row; apart from the deletion, after which PostgreSQL changes no table at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_recurring_work_once")]

    operations = [
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("owner", "installation")),
                fields=("kind",),
                name="core_job_recurring_once",
            ),
        ),
    ]
