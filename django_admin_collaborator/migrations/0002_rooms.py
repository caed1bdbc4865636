from typing import Any

from django.db import migrations, models

from django_admin_collaborator import conf


class CreateTable(migrations.CreateModel):
    """Only on the database of the rooms, whatever the routers say; on SQLite they are in a file of their own.

    Another database may be chosen later, or have been chosen before, so the table is looked for first.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        connection = schema_editor.connection
        if not self.belongs_to(connection, model) or self.is_there(connection, model):
            return
        schema_editor.create_model(model)
        if connection.vendor == "postgresql":
            # A row finds room for its next version in its own page, and no index has to change.
            table = schema_editor.quote_name(model._meta.db_table)
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 75)")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = from_state.apps.get_model(app_label, self.name)
        if self.is_there(schema_editor.connection, model):
            schema_editor.delete_model(model)

    def belongs_to(self, connection: Any, model: Any) -> bool:
        if connection.alias != conf.get("DATABASE") or connection.vendor not in ("postgresql", "mysql"):
            return False
        # Where each tenant has a schema, the router says whether this one is the shared schema.
        return not hasattr(connection, "schema_name") or self.allow_migrate_model(connection.alias, model)

    def is_there(self, connection: Any, model: Any) -> bool:
        return model._meta.db_table in connection.introspection.table_names()


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
