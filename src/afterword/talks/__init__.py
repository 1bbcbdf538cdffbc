"""Talks: dates, lengths, recordings, timestamps, chapters."""
