"""The pure centre: numbers, lines, calls, routes, agents, events. No I/O, no clock, no library of the machinery."""
