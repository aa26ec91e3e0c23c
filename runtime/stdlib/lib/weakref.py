"""weakref: containers of weak references. Dead entries are dropped when the container is next used."""

from _weakref import ReferenceType, getweakrefcount, getweakrefs, ref

__all__ = [
    "ref", "ReferenceType", "getweakrefcount", "getweakrefs", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet",
    "WeakMethod", "finalize",
]


class KeyedRef(ref):
    """A reference that knows the key it stands under."""

    def __new__(cls, object, callback, key):
        self = ref.__new__(cls, object, callback)
        self.key = key
        return self

    def __init__(self, object, callback, key):
        super().__init__(object, callback)


class WeakMethod(ref):
    """A reference to a bound method, alive while its object is."""

    def __new__(cls, method, callback=None):
        try:
            object, function = method.__self__, method.__func__
        except AttributeError:
            raise TypeError(f"argument should be a bound method, not {type(method)}") from None
        self = ref.__new__(cls, object, callback)
        self._function = ref(function)
        self._type = type(method)
        return self

    def __call__(self):
        object, function = ref.__call__(self), self._function()
        if object is None or function is None:
            return None
        return self._type(function, object)


class _Mapping:
    """What the two dictionaries share; `_live` gives the entries that are alive."""

    def __len__(self):
        return sum(1 for _ in self._live())

    def __iter__(self):
        for key, _ in self._live():
            yield key

    def keys(self):
        return iter(self)

    def values(self):
        for _, value in self._live():
            yield value

    def items(self):
        return self._live()

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        try:
            self[key]
        except (KeyError, TypeError):
            return False
        return True

    def setdefault(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            self[key] = default
            return default

    def pop(self, key, *args):
        try:
            value = self[key]
        except KeyError:
            if args:
                return args[0]
            raise
        del self[key]
        return value

    def popitem(self):
        for key, value in self._live():
            del self[key]
            return key, value
        raise KeyError("dictionary is empty")

    def update(self, other=(), /, **kwargs):
        for key, value in dict(other, **kwargs).items():
            self[key] = value

    def clear(self):
        self.data.clear()

    def copy(self):
        new = type(self)()
        for key, value in self._live():
            new[key] = value
        return new

    __copy__ = copy

    def __repr__(self):
        return f"<{type(self).__name__} at {id(self):#x}>"


class WeakValueDictionary(_Mapping):
    """Mapping that references values weakly."""

    def __init__(self, other=(), /, **kw):
        self.data = {}
        self.update(other, **kw)

    def _live(self):
        for key, reference in list(self.data.items()):
            value = reference()
            if value is None:
                if self.data.get(key) is reference:
                    del self.data[key]
            else:
                yield key, value

    def __getitem__(self, key):
        value = self.data[key]()
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self.data[key] = KeyedRef(value, None, key)

    def __delitem__(self, key):
        del self.data[key]

    def valuerefs(self):
        return list(self.data.values())


class WeakKeyDictionary(_Mapping):
    """Mapping that references keys weakly."""

    def __init__(self, dict=None):
        self.data = {}
        if dict is not None:
            self.update(dict)

    def _live(self):
        for reference, value in list(self.data.items()):
            key = reference()
            if key is None:
                self.data.pop(reference, None)
            else:
                yield key, value

    def __getitem__(self, key):
        return self.data[ref(key)]

    def __setitem__(self, key, value):
        self.data[ref(key)] = value

    def __delitem__(self, key):
        del self.data[ref(key)]

    def keyrefs(self):
        return list(self.data)

    def update(self, other=(), /):
        for key, value in other.items() if hasattr(other, "items") else other:
            self[key] = value


class WeakSet:
    """Set of weakly referenced items."""

    def __init__(self, data=None):
        self.data = set()
        if data is not None:
            self.update(data)

    def __iter__(self):
        for reference in list(self.data):
            item = reference()
            if item is None:
                self.data.discard(reference)
            else:
                yield item

    def __len__(self):
        return sum(1 for _ in self)

    def __contains__(self, item):
        try:
            return ref(item) in self.data
        except TypeError:
            return False

    def add(self, item):
        self.data.add(ref(item))

    def discard(self, item):
        self.data.discard(ref(item))

    def remove(self, item):
        self.data.remove(ref(item))

    def pop(self):
        for item in self:
            self.discard(item)
            return item
        raise KeyError("pop from empty WeakSet")

    def clear(self):
        self.data.clear()

    def update(self, other):
        for item in other:
            self.add(item)

    def __ior__(self, other):
        self.update(other)
        return self

    def copy(self):
        return type(self)(self)

    def __or__(self, other):
        new = self.copy()
        new.update(other)
        return new

    union = __or__

    def __repr__(self):
        return repr({*self})


class finalize:
    """A function to be called when an object dies, or at exit."""

    _all = {}

    def __init__(self, obj, func, /, *args, **kwargs):
        self._ref = ref(obj, self)
        self._call = (func, args, kwargs)
        self.atexit = True
        if not finalize._all:
            import atexit

            atexit.register(finalize._exit)
        finalize._all[self] = None

    def __call__(self, _=None):
        """If alive then mark as dead and return func(*args, **kwargs); otherwise return None."""
        if finalize._all.pop(self, self) is None:
            func, args, kwargs = self._call
            return func(*args, **kwargs)

    def detach(self):
        if finalize._all.pop(self, self) is None:
            return (self._ref(), *self._call)

    def peek(self):
        return (self._ref(), *self._call) if self.alive else None

    @property
    def alive(self):
        return self in finalize._all

    @classmethod
    def _exit(cls):
        for one in reversed(list(cls._all)):
            if one.atexit:
                one()
