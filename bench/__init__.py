"""Benchmarks: exonym beside what a user would pick instead. `python -m bench`."""
