"""functools: what is not in the native module _functools."""

from _functools import Placeholder, _lru_cache_wrapper, cmp_to_key, partial, reduce

__all__ = [
    "update_wrapper", "wraps", "WRAPPER_ASSIGNMENTS", "WRAPPER_UPDATES", "total_ordering", "cmp_to_key", "cache",
    "lru_cache", "reduce", "partial", "partialmethod", "singledispatch", "singledispatchmethod", "cached_property",
    "Placeholder",
]

WRAPPER_ASSIGNMENTS = (
    "__module__", "__name__", "__qualname__", "__doc__", "__annotate__", "__type_params__",
)
WRAPPER_UPDATES = ("__dict__",)


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """Make a wrapper function look like the function it wraps."""
    for name in assigned:
        try:
            value = getattr(wrapped, name)
        except AttributeError:
            continue
        setattr(wrapper, name, value)
    for name in updated:
        getattr(wrapper, name).update(getattr(wrapped, name, {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """Decorator that applies update_wrapper() to a wrapper function."""

    def decorate(wrapper):
        return update_wrapper(wrapper, wrapped, assigned, updated)

    return decorate


def _derived(name, base):
    # Each comparison in terms of one that the class defines.
    # What is NotImplemented stays so.
    def by_not(self, other):
        result = getattr(type(self), base)(self, other)
        return result if result is NotImplemented else not result

    def by_or_equal(self, other):
        result = getattr(type(self), base)(self, other)
        if result is NotImplemented or result:
            return result
        return self == other

    def by_and_unequal(self, other):
        result = getattr(type(self), base)(self, other)
        if result is NotImplemented or not result:
            return result
        return self != other

    def by_neither(self, other):
        result = getattr(type(self), base)(self, other)
        if result is NotImplemented:
            return result
        return not result and self != other

    def by_not_or_equal(self, other):
        result = getattr(type(self), base)(self, other)
        if result is NotImplemented:
            return result
        return not result or self == other

    strict = base in ("__lt__", "__gt__")
    same_side = name[2] == base[2]
    if same_side:
        function = by_or_equal if strict else by_and_unequal
    elif strict:
        function = by_neither if name in ("__lt__", "__gt__") else by_not
    else:
        function = by_not if name in ("__lt__", "__gt__") else by_not_or_equal
    function.__name__ = name
    function.__qualname__ = name
    return function


def total_ordering(cls):
    """Class decorator that fills in missing ordering methods."""
    names = ("__lt__", "__gt__", "__le__", "__ge__")
    present = [n for n in names if getattr(cls, n, None) is not getattr(object, n, None)]
    if not present:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    base = [n for n in ("__lt__", "__le__", "__gt__", "__ge__") if n in present][0]
    for name in names:
        if name not in present:
            setattr(cls, name, _derived(name, base))
    return cls


_CacheInfo = None


def _cache_info_type():
    global _CacheInfo
    if _CacheInfo is None:
        from collections import namedtuple

        _CacheInfo = namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"])
        _CacheInfo.__module__ = "functools"
    return _CacheInfo


def lru_cache(maxsize=128, typed=False):
    """Least-recently-used cache decorator."""
    if isinstance(maxsize, int):
        if maxsize < 0:
            maxsize = 0
    elif callable(maxsize) and isinstance(typed, bool):
        function, maxsize = maxsize, 128
        return _make_cache(function, maxsize, typed)
    elif maxsize is not None:
        raise TypeError("Expected first argument to be an integer, a callable, or None")

    def decorate(function):
        return _make_cache(function, maxsize, typed)

    return decorate


def _make_cache(function, maxsize, typed):
    wrapper = _lru_cache_wrapper(function, maxsize, typed, _cache_info_type())
    wrapper.cache_parameters = lambda: {"maxsize": maxsize, "typed": typed}
    return update_wrapper(wrapper, function)


def cache(user_function, /):
    """Simple lightweight unbounded cache."""
    return lru_cache(maxsize=None)(user_function)


class cached_property:
    """A property that is computed once and then an attribute of the instance."""

    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__
        self.__module__ = func.__module__

    def __set_name__(self, owner, name):
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError(
                "Cannot assign the same cached_property to two different names "
                f"({self.attrname!r} and {name!r})."
            )

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        name = self.attrname
        if name is None:
            raise TypeError("Cannot use cached_property instance without calling __set_name__ on it.")
        try:
            attributes = instance.__dict__
        except AttributeError:
            raise TypeError(
                f"No '__dict__' attribute on {type(instance).__name__!r} "
                f"instance to cache {name!r} property."
            ) from None
        if name in attributes:
            return attributes[name]
        value = self.func(instance)
        try:
            attributes[name] = value
        except TypeError:
            raise TypeError(
                f"The '__dict__' attribute on {type(instance).__name__!r} instance "
                f"does not support item assignment for caching {name!r} property."
            ) from None
        return value

    @classmethod
    def __class_getitem__(cls, item):
        return cls


class partialmethod:
    """A method with some arguments given."""

    def __init__(self, func, /, *args, **keywords):
        if isinstance(func, partialmethod):
            self.func = func.func
            self.args = func.args + args
            self.keywords = {**func.keywords, **keywords}
        else:
            if not callable(func) and getattr(func, "__get__", None) is None:
                raise TypeError(f"the first argument {func!r} must be a callable or a descriptor")
            self.func, self.args, self.keywords = func, args, keywords

    def __repr__(self):
        parts = [repr(self.func)]
        parts += [repr(a) for a in self.args]
        parts += [f"{k}={v!r}" for k, v in self.keywords.items()]
        return f"functools.{type(self).__name__}({', '.join(parts)})"

    def _make_unbound_method(self):
        def _method(cls_or_self, /, *args, **keywords):
            return self.func(cls_or_self, *self.args, *args, **{**self.keywords, **keywords})

        _method.__isabstractmethod__ = self.__isabstractmethod__
        _method.__partialmethod__ = self
        return _method

    def __get__(self, obj, cls=None):
        get = getattr(self.func, "__get__", None)
        if get is not None:
            new_func = get(obj, cls)
            if new_func is not self.func:
                result = partial(new_func, *self.args, **self.keywords)
                try:
                    result.__self__ = new_func.__self__
                except AttributeError:
                    pass
                return result
        return self._make_unbound_method().__get__(obj, cls)

    @property
    def __isabstractmethod__(self):
        return getattr(self.func, "__isabstractmethod__", False)

    @classmethod
    def __class_getitem__(cls, item):
        return cls


def _union_members(cls):
    # The classes of X | Y, None for anything else.
    args = getattr(cls, "__args__", None)
    if type(cls).__name__ in ("Union", "UnionType") and args and all(isinstance(a, type) for a in args):
        return args
    return None


def _find_implementation(cls, registry):
    for base in cls.__mro__:
        if base in registry:
            best = base
            break
    else:
        best = None
    # An abstract class that the class is registered with goes before `object`.
    if best is object or best is None:
        matches = [c for c in registry if c is not object and _is_subclass(cls, c)]
        matches = [c for c in matches if not any(o is not c and _is_subclass(o, c) for o in matches)]
        if len(matches) > 1:
            raise RuntimeError(f"Ambiguous dispatch: {matches[0]} or {matches[1]}")
        if matches:
            best = matches[0]
    return registry.get(best)


def _is_subclass(cls, other):
    try:
        return issubclass(cls, other)
    except TypeError:
        return False


def singledispatch(func):
    """Single-dispatch generic function decorator."""
    registry = {}
    dispatch_cache = {}

    def dispatch(cls):
        """The implementation for a class."""
        try:
            return dispatch_cache[cls]
        except KeyError:
            implementation = registry.get(cls) or _find_implementation(cls, registry)
            dispatch_cache[cls] = implementation
            return implementation

    def register(cls, func=None):
        """Registers an implementation for a class."""
        if isinstance(cls, type) or _union_members(cls):
            if func is None:
                return lambda f: register(cls, f)
        else:
            if func is not None:
                raise TypeError(
                    f"Invalid first argument to `register()`. {cls!r} is not a class or union type."
                )
            annotations = getattr(cls, "__annotations__", {})
            if not annotations:
                raise TypeError(
                    f"Invalid first argument to `register()`: {cls!r}. "
                    "Use either `@register(some_class)` or plain `@register` on an annotated function."
                )
            func = cls
            name, cls = next(iter(annotations.items()))
            if isinstance(cls, str):
                cls = eval(cls, func.__globals__)
            if not isinstance(cls, type) and not _union_members(cls):
                raise TypeError(f"Invalid annotation for {name!r}. {cls!r} is not a class.")
        for one in _union_members(cls) or (cls,):
            registry[one] = func
        dispatch_cache.clear()
        return func

    def wrapper(*args, **kw):
        if not args:
            raise TypeError(f"{name} requires at least 1 positional argument")
        return dispatch(args[0].__class__)(*args, **kw)

    name = getattr(func, "__name__", "singledispatch function")
    registry[object] = func
    wrapper.register = register
    wrapper.dispatch = dispatch
    wrapper.registry = registry
    wrapper._clear_cache = dispatch_cache.clear
    update_wrapper(wrapper, func)
    return wrapper


class singledispatchmethod:
    """Single-dispatch generic method descriptor."""

    def __init__(self, func):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError(f"{func!r} is not callable or a descriptor")
        self.dispatcher = singledispatch(func)
        self.func = func

    def register(self, cls, method=None):
        return self.dispatcher.register(cls, func=method)

    def __get__(self, obj, cls=None):
        dispatch = self.dispatcher.dispatch

        def _method(*args, **kwargs):
            if not args:
                name = getattr(self.func, "__name__", "singledispatchmethod method")
                raise TypeError(f"{name} requires at least 1 positional argument")
            return dispatch(args[0].__class__).__get__(obj, cls)(*args, **kwargs)

        _method.__isabstractmethod__ = self.__isabstractmethod__
        _method.register = self.register
        update_wrapper(_method, self.func)
        return _method

    @property
    def __isabstractmethod__(self):
        return getattr(self.func, "__isabstractmethod__", False)
