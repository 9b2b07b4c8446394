"""What is asked: models, loader and the YAML catalogues. Imports nothing of ours."""
