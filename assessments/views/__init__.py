"""Pages of an assessment, by subject."""
