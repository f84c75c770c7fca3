"""Benchmarks: printed, never asserted. `./run bench NAME` runs one.

The programs under test are real processes, reached as the world reaches them. The load and the stand-in for the
provider share another process; `python -m tests.bench.standin` says what that one could take.
"""
