"""Frameworks, scales, questions and blueprints: what is assessed, and how."""
