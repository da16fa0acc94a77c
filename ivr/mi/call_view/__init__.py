"""One call's journey on a time line: what is on record of it, put in lanes, into words, and into a picture."""
