"""The search index: words, weights, postings, shards. Knows nothing of blogs."""
