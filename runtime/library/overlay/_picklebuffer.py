"""What pickle passes out of band: an object's buffer."""


class PickleBuffer:
    """Wrapper for potentially out-of-band buffers"""

    __slots__ = ("_view", "__weakref__")
    __module__ = "_pickle"

    def __new__(cls, object, /):
        self = super().__new__(cls)
        self._view = memoryview(object)
        return self

    def __buffer__(self, flags, /):
        return memoryview(self._held())

    def _held(self):
        if self._view is None:
            raise ValueError("operation forbidden on released PickleBuffer object")
        return self._view

    def raw(self, /):
        """Return a memoryview of the raw memory underlying this buffer.

Will raise BufferError is the buffer isn't contiguous."""
        view = self._held()
        if not view.contiguous:
            raise BufferError("cannot extract raw buffer from non-contiguous buffer")
        return view.cast("B") if view.nbytes else memoryview(view)

    def release(self, /):
        """Release the underlying buffer controlled by the PickleBuffer object."""
        self._view = None

    def __init_subclass__(cls, /, **kwargs):
        raise TypeError("type '_pickle.PickleBuffer' is not an acceptable base type")
