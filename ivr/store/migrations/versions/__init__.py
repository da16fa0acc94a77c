"""One migration a file, in the order of their numbers; each expands first and contracts in a later release."""
