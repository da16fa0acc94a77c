"""A call placed from the command line, told as it happens: what the phones see and what the service does, together."""
