"""How fast the service is, measured beside the same journey in plain dialplan: ``python -m bench [--quick]``."""
