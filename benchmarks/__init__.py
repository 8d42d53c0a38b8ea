"""Comparisons that print ratios from one run: Eleven beside a bare Flask application, large beside small.

Absolute numbers say more about the machine than about the program, so there are none here but memory; and nothing
here is a test, because a machine that is busy elsewhere must not fail a build. Begin with `make bench`.
"""
