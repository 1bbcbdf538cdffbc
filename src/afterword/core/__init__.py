"""Diagnostics, files, fingerprints, text, dates, slugs, URLs and output paths."""
