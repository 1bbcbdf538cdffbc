"""The output folder: diff, staging, journal, manifest, lock."""
