"""What pickles of definitions call."""


def restore(cls, state: bytes):
    """The definition whose wire form is `state`."""
    return cls.from_proto(state)
