import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("programme", "0003_study"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_open", models.BooleanField(default=False, verbose_name="open to the public")),
                ("introduction", models.TextField(blank=True, default="", verbose_name="introduction")),
                ("charter", models.TextField(blank=True, default="", verbose_name="charter")),
                (
                    "contact_email",
                    models.EmailField(
                        blank=True, default="", max_length=254, verbose_name="e-mail address for questions"
                    ),
                ),
                (
                    "contact_url",
                    models.URLField(
                        blank=True, default="", max_length=500, verbose_name="link for questions"
                    ),
                ),
                (
                    "brand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.brand"
                    ),
                ),
            ],
        ),
    ]
