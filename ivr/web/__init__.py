"""The service's web side: REST, live events, sessions. Everything from outside is checked here and refused here."""
