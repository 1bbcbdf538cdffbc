"""Source files as posts and pages."""
