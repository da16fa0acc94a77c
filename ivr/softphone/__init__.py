"""A SIP phone of our own, on loopback alone: for `ivr call`, for tests and for load."""
