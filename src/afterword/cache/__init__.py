"""SQLite store, codec, memoization, version. Knows nothing of blogs."""
