"""What the pages of an assessment read, by subject."""
