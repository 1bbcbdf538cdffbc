"""Memory: what builds find out once and need not find out again.

Pure results are kept with everything that they follow from: readings and bodies by digests (constructive traces), pages
by the answers to their questions (verifying traces), and the last build as a whole by the stamps of all its files. A
cache is disposable: without it, or with a damaged one, a build gives the same site and takes longer.

Import from the modules: a build that finds nothing changed loads two of them.
"""
