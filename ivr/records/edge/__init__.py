"""The edge to another system of record: asked over HTTP, within a limit, behind a circuit breaker.

`contract` is what is agreed (JSON), `breaker` when it is not asked at all, `mirror` writes what it answers into our own
rows, so that routing, screen pop and every piece of work know the record as they know any; `http` is the whole of it.
"""
