"""Diagnostics as text, annotations and JSON."""
