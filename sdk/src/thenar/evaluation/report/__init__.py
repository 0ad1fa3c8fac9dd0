"""The report: one page with everything in it, for the person who holds the images."""
