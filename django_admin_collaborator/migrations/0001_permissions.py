from typing import Any, ClassVar, List

from django.db import migrations, models


class Migration(migrations.Migration):
    """Permissions only; no table is made."""

    initial = True
    dependencies: ClassVar[List[Any]] = []
    operations = [
        migrations.CreateModel(
            name="Editing",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                )
            ],
            options={
                "verbose_name": "editing session",
                "verbose_name_plural": "who edits",
                "permissions": [
                    ("take_over_editing", "Can take over editing"),
                    ("release_editing", "Can release editing"),
                ],
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
    ]
