"""People who sign in, their trusts, and their roles in a trust."""
