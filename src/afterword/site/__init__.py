"""The site model, the planned pages, links, and what templates see of them."""
