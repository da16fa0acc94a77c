"""An installation's processes: kept running (``supervise``), started and explained to a person (``launch``)."""
