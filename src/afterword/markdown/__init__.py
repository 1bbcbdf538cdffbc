"""Parser, its rules, and the writer of HTML."""
