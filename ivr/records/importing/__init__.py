"""Records from CSV files: checked whole in a staging file, then applied in short steps while calls go on.

Enters: a folder with a file for each kind of record (`columns`, `reading`). The files and what is on record are brought
together in an SQLite file of its own (`schema`, `staging`, `merging`); nothing is changed unless all of it is sound
(`checks`). The differences (`steps`) go into the database in short transactions (`apply`); `run` is the whole of it.
"""
