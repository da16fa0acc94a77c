"""Clients, cases and employers: look-ups on the calls' route, the screen pop's data, sample data."""
