// libfeast is made of the layer libraries; a shared library needs one source of its own.
