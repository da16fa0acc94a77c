"""All that knows SQL: tables, migrations, the stores and the readers."""
