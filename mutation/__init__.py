"""Mutation testing of what judges and scores: `make mutate`, explained in README.md here."""
