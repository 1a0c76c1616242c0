"""The demonstration: one fictional trust, synthetic people, every appointment made by services."""
