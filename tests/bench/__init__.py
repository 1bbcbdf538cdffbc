"""The benchmark: the same blog built by Afterword and by others, timed in one interleaved run (`make bench`)."""
