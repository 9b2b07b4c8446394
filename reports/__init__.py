"""How it is shown: pages, tables and lint output. Everything here only reads an assessment."""
