"""Mail on its way out: what records have queued goes to an SMTP server, is tried again, and is never lost."""
