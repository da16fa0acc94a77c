"""Letters and forms on paper: operations' templates, made into PDF by a process of its own, sent in a daily batch."""
