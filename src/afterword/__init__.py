"""Afterword: a static blog generator for notes on talks."""

__version__ = "0.1.0"
