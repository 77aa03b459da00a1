from peer import ours, repository, theirs  # noqa: F401  fixtures
