"""The search index: words, weights, postings, shards. Independent of the domain."""
