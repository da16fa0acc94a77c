"""All that knows Asterisk: its commands (``ari_rest``), its events (``ari_events``, ``session``), channels and bridges
as light handles (``handles``), and the manager interface for what ARI lacks (``ami``).
"""
