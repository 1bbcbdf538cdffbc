"""The site model, planned pages, links, and template data."""
