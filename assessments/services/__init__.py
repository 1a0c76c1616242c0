"""What changes in an assessment, by subject."""
