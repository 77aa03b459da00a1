"""What pickles of definitions call."""


def restore(cls, state: bytes):
    """The definition whose wire form is `state`."""
    from feast import _feast

    # Classes of the user's own take messages.
    if issubclass(cls, _feast.DataSource) and cls.__module__ != "feast._feast":
        from feast._messages import load

        state = load("feast.protos.feast.core.DataSource_pb2").DataSource.FromString(state)
    return cls.from_proto(state)
