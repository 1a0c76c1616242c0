"""The least that Django can do for one save: a row, inserted. The measurements stand beside it."""
