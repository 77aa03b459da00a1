"""What pickles of definitions call."""


def restore(cls, state: bytes):
    """The definition whose wire form is `state`."""
    from feast import _feast

    # Classes of the user's own take messages.
    if issubclass(cls, _feast.DataSource) and cls.__module__ != "feast._feast":
        from feast._messages import load

        state = load("feast.protos.feast.core.DataSource_pb2").DataSource.FromString(state)
    return cls.from_proto(state)


def restore_config(cls, values: dict):
    """The block of a configuration with these values."""
    return cls(**values)


def restore_repo_config(values: dict, repo_path: str, yaml_path: str):
    """The configuration with these values, of that folder and file."""
    from feast import _feast

    return _feast.RepoConfig._from_state(values, repo_path, yaml_path)
