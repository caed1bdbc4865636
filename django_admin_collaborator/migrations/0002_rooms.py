from typing import Any

from django.db import connections, migrations, models

from django_admin_collaborator import conf


class CreateTable(migrations.CreateModel):
    """Only on the database of the rooms, whatever the routers say; on SQLite they are in a file of their own."""

    def allow_migrate_model(self, connection_alias: str, model: Any) -> bool:
        is_ours: bool = connection_alias == conf.get("DATABASE")
        return is_ours and connections[connection_alias].vendor in ("postgresql", "mysql")

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        model = to_state.apps.get_model(app_label, self.name)
        if schema_editor.connection.vendor == "postgresql" and self.allow_migrate_model(
            schema_editor.connection.alias, model
        ):
            # A row finds room for its next version in its own page, and no index has to change.
            schema_editor.execute(
                f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} SET (fillfactor = 75)"
            )


class Migration(migrations.Migration):
    """The tables of the SQL store."""

    dependencies = [("django_admin_collaborator", "0001_permissions")]
    operations = [
        CreateTable(
            name="Room",
            fields=[
                ("room", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("revision", models.CharField(max_length=64)),
                ("text", models.BinaryField()),
                ("until", models.BigIntegerField()),
            ],
            options={"base_manager_name": "objects", "default_permissions": ()},
        ),
        CreateTable(
            name="News",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("room", models.CharField(max_length=100)),
                ("news", models.BinaryField()),
                ("text", models.BinaryField(null=True)),
                ("moment", models.BigIntegerField(db_index=True)),
            ],
            options={"base_manager_name": "objects", "default_permissions": ()},
        ),
    ]
