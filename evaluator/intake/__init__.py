"""Reading what people send into a Submission; every row is used or rejected with its place."""
