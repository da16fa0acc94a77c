"""Feature codes: what agents ask for from their phones, without a screen (R-STATE-10)."""
