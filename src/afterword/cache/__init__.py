"""SQLite store, codec, memoization, version. Independent of the domain."""
