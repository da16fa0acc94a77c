"""``make soak``: a helpline under people who do anything at any moment, and whether everything came right."""
