"""An installation as a whole: what it needs put in place (``provision``), its processes kept running (``supervise``),
started and explained to a person (``launch``).
"""
