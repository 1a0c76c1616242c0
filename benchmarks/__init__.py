"""Measurements beside their floor in the same run; see README.md. Nothing here is a test."""
