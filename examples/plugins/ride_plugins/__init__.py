"""Four ways to plug into the feature store, each a file of its own."""
