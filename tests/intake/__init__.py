"""Tests of the intake: what people send, read into a Submission."""
