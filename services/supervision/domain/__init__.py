"""Pure rules of supervision: standard library and their own frozen types only."""
