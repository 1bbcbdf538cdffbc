"""The pipeline, worker pool, stale pages, verification, `why`."""
