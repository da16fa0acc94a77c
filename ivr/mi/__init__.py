"""Management information: what happened, appended as it happens."""
