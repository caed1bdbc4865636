"""The rooms of the objects, as one process serves them: no socket, no request."""
