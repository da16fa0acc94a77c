"""New-application call backs, the small system for callers with no record (R-CB-9 to R-CB-11)."""
