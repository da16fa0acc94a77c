"""The files of recordings: kept while there is room, whole when their talk ends, deleted when their time is over."""
