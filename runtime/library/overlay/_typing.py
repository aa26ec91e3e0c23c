"""Type parameters, type aliases and Generic (CPython's Objects/typevarobject.c).

The compiler calls the functions at the end. What depends on the meaning of types is in typing, imported when it is needed.
"""

import sys
from types import GenericAlias
from types import UnionType as Union

__all__ = [
    "Generic", "NoDefault", "ParamSpec", "ParamSpecArgs", "ParamSpecKwargs", "TypeAliasType", "TypeVar", "TypeVarTuple", "Union",
]


def _idfunc(_, x):
    return x


def _sealed(cls, **kwargs):
    base = cls.__mro__[1]
    raise TypeError(f"type 'typing.{base.__qualname__}' is not an acceptable base type")


def _caller():
    """The name of the module that calls the caller."""
    try:
        return sys._getframemodulename(2)
    except (AttributeError, ValueError):
        return None


def _type_check(arg, msg):
    if arg is None:
        return type(None)
    import typing

    return typing._type_check(arg, msg)


class NoDefaultType:
    """The type of the NoDefault singleton."""

    __slots__ = ()
    __module__ = "typing"

    def __new__(cls, *args, **kwargs):
        if args or kwargs:
            raise TypeError("NoDefaultType takes no arguments")
        return NoDefault

    __init_subclass__ = classmethod(_sealed)

    def __repr__(self):
        return "typing.NoDefault"

    def __reduce__(self):
        return "NoDefault"


NoDefault = object.__new__(NoDefaultType)


class constevaluator:
    """The evaluate function of a bound, a default or a value that is known."""

    __slots__ = ("_value",)
    __module__ = "typing"

    def __init__(self, value):
        self._value = value

    def __call__(self, format=1, /):
        if format == 4:
            from annotationlib import type_repr

            if isinstance(self._value, tuple):
                return "(" + ", ".join(map(type_repr, self._value)) + ("," if len(self._value) == 1 else "") + ")"
            return type_repr(self._value)
        return self._value

    def __repr__(self):
        return f"<constevaluator {self._value!r}>"


class _Parameter:
    """What type parameters have in common."""

    __slots__ = ("_name", "_bound", "_default", "_evaluate_bound", "_evaluate_default", "_covariant", "_contravariant",
                 "_infer_variance")

    __name__ = property(lambda self: self._name)
    __covariant__ = property(lambda self: self._covariant)
    __contravariant__ = property(lambda self: self._contravariant)
    __infer_variance__ = property(lambda self: self._infer_variance)

    def _fill(self, bound, default, covariant, contravariant, infer_variance):
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if infer_variance and (covariant or contravariant):
            raise ValueError("Variance cannot be specified with infer_variance.")
        self._bound = bound
        self._default = default
        self._evaluate_bound = self._evaluate_default = None
        self._covariant = bool(covariant)
        self._contravariant = bool(contravariant)
        self._infer_variance = bool(infer_variance)

    @property
    def __bound__(self):
        if self._evaluate_bound is not None:
            self._bound = self._evaluate_bound(1)
            self._evaluate_bound = None
        return self._bound

    @property
    def __default__(self):
        if self._default is NoDefault and self._evaluate_default is not None:
            self._default = self._evaluate_default(1)
        return self._default

    @property
    def evaluate_default(self):
        if self._evaluate_default is not None:
            return self._evaluate_default
        return None if self._default is NoDefault else constevaluator(self._default)

    def has_default(self):
        return self._evaluate_default is not None or self._default is not NoDefault

    def __repr__(self):
        if self._infer_variance:
            return self._name
        return ("+" if self._covariant else "-" if self._contravariant else "~") + self._name

    def __reduce__(self):
        return self._name

    def __or__(self, other):
        import typing

        return typing.Union[self, other]

    def __ror__(self, other):
        import typing

        return typing.Union[other, self]

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")


class TypeVar(_Parameter):
    """Type variable.

    The preferred way to construct a type variable is via the dedicated
    syntax for generic functions, classes, and type aliases::

        class Sequence[T]:  # T is a TypeVar
            ...
    """

    __slots__ = ("_constraints", "_evaluate_constraints", "__dict__", "__weakref__")
    __module__ = "typing"

    def __new__(cls, name, *constraints, bound=None, default=NoDefault, covariant=False, contravariant=False,
                infer_variance=False):
        if not isinstance(name, str):
            raise TypeError(f"typevar() argument 'name' must be str, not {type(name).__name__}")
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if infer_variance and (covariant or contravariant):
            raise ValueError("Variance cannot be specified with infer_variance.")
        if bound is not None:
            bound = _type_check(bound, "Bound must be a type.")
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        self = object.__new__(cls)
        self._name = name
        self._fill(bound, default, covariant, contravariant, infer_variance)
        self._constraints = constraints
        self._evaluate_constraints = None
        module = _caller()
        if module is not None:
            self.__module__ = module
        return self

    __init_subclass__ = classmethod(_sealed)

    @property
    def __constraints__(self):
        if self._evaluate_constraints is not None:
            self._constraints = self._evaluate_constraints(1)
            self._evaluate_constraints = None
        return self._constraints

    @property
    def evaluate_bound(self):
        if self._evaluate_bound is not None:
            return self._evaluate_bound
        return None if self._bound is None else constevaluator(self._bound)

    @property
    def evaluate_constraints(self):
        if self._evaluate_constraints is not None:
            return self._evaluate_constraints
        return constevaluator(self._constraints) if self._constraints else None

    def __typing_subst__(self, arg):
        import typing

        return typing._typevar_subst(self, arg)

    def __typing_prepare_subst__(self, alias, args):
        index = alias.__parameters__.index(self)
        if index < len(args):
            return args
        if index == len(args) and self.has_default():
            return (*args, self.__default__)
        raise TypeError(f"Too few arguments for {alias}")


class ParamSpecArgs:
    """The args for a ParamSpec object.

    Given a ParamSpec object P, P.args returns an instance of ParamSpecArgs.
    """

    __slots__ = ("_origin", "__weakref__")
    __module__ = "typing"
    _suffix = "args"

    def __new__(cls, origin):
        self = object.__new__(cls)
        self._origin = origin
        return self

    __origin__ = property(lambda self: self._origin)

    def __repr__(self):
        name = self._origin.__name__ if isinstance(self._origin, ParamSpec) else repr(self._origin)
        return f"{name}.{self._suffix}"

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self._origin == other._origin

    __hash__ = None

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")


class ParamSpecKwargs:
    """The kwargs for a ParamSpec object.

    Given a ParamSpec object P, P.kwargs returns an instance of ParamSpecKwargs.
    """

    __slots__ = ("_origin", "__weakref__")
    __module__ = "typing"
    _suffix = "kwargs"

    __new__ = ParamSpecArgs.__new__
    __origin__ = property(lambda self: self._origin)
    __repr__ = ParamSpecArgs.__repr__
    __eq__ = ParamSpecArgs.__eq__
    __hash__ = None
    __mro_entries__ = ParamSpecArgs.__mro_entries__


ParamSpecArgs.__init_subclass__ = classmethod(_sealed)
ParamSpecKwargs.__init_subclass__ = classmethod(_sealed)


class ParamSpec(_Parameter):
    """Parameter specification variable.

    The preferred way to construct a parameter specification is via the
    dedicated syntax for generic functions, classes, and type aliases, where
    the use of '**' creates a parameter specification::

        type IntFunc[**P] = Callable[P, int]
    """

    __slots__ = ("__dict__", "__weakref__")
    __module__ = "typing"

    def __new__(cls, name, *, bound=None, default=NoDefault, covariant=False, contravariant=False, infer_variance=False):
        if not isinstance(name, str):
            raise TypeError(f"paramspec() argument 'name' must be str, not {type(name).__name__}")
        bound = _type_check(bound, "Bound must be a type.")
        self = object.__new__(cls)
        self._name = name
        self._fill(bound, default, covariant, contravariant, infer_variance)
        module = _caller()
        if module is not None:
            self.__module__ = module
        return self

    __init_subclass__ = classmethod(_sealed)

    args = property(lambda self: ParamSpecArgs(self), doc="Represents positional arguments.")
    kwargs = property(lambda self: ParamSpecKwargs(self), doc="Represents keyword arguments.")

    def __typing_subst__(self, arg):
        import typing

        return typing._paramspec_subst(self, arg)

    def __typing_prepare_subst__(self, alias, args):
        import typing

        return typing._paramspec_prepare_subst(self, alias, args)


class TypeVarTuple:
    """Type variable tuple. A specialized form of type variable that enables
    variadic generics.

    The preferred way to construct a type variable tuple is via the
    dedicated syntax for generic functions, classes, and type aliases,
    where a single '*' indicates a type variable tuple::

        def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:
            return (*tup[1:], tup[0])
    """

    __slots__ = ("_name", "_default", "_evaluate_default", "__dict__", "__weakref__")
    __module__ = "typing"

    def __new__(cls, name, *, default=NoDefault):
        if not isinstance(name, str):
            raise TypeError(f"typevartuple() argument 'name' must be str, not {type(name).__name__}")
        self = object.__new__(cls)
        self._name = name
        self._default = default
        self._evaluate_default = None
        module = _caller()
        if module is not None:
            self.__module__ = module
        return self

    __init_subclass__ = classmethod(_sealed)

    __name__ = property(lambda self: self._name)
    __default__ = _Parameter.__default__
    evaluate_default = _Parameter.evaluate_default
    has_default = _Parameter.has_default
    __mro_entries__ = _Parameter.__mro_entries__
    __reduce__ = _Parameter.__reduce__

    def __iter__(self):
        import typing

        yield typing.Unpack[self]

    def __repr__(self):
        return self._name

    def __typing_subst__(self, arg):
        raise TypeError("Substitution of bare TypeVarTuple is not supported")

    def __typing_prepare_subst__(self, alias, args):
        import typing

        return typing._typevartuple_prepare_subst(self, alias, args)


def _unpacked(params):
    """The parameters with TypeVarTuples unpacked."""
    if not any(isinstance(p, TypeVarTuple) for p in params):
        return params
    import typing

    return tuple([typing.Unpack[p] if isinstance(p, TypeVarTuple) else p for p in params])


class TypeAliasType:
    """Type alias.

    Type aliases are created through the type statement::

        type Alias = int
    """

    __slots__ = ("_name", "_params", "_value", "_evaluate_value", "__dict__", "__weakref__")
    __module__ = "typing"

    def __new__(cls, name, value, *, type_params=()):
        if not isinstance(name, str):
            raise TypeError(f"typealias() argument 'name' must be str, not {type(name).__name__}")
        if not isinstance(type_params, tuple):
            raise TypeError("type_params must be a tuple")
        default = False
        for param in type_params:
            if not isinstance(param, (TypeVar, ParamSpec, TypeVarTuple)):
                raise TypeError(f"Expected a type param, got {param!r}")
            if param.has_default():
                default = True
            elif default:
                raise TypeError(f"non-default type parameter '{param!r}' follows default type parameter")
        return _alias(name, type_params, value, None, _caller())

    __init_subclass__ = classmethod(_sealed)

    __name__ = property(lambda self: self._name)
    __type_params__ = property(lambda self: self._params)
    __parameters__ = property(lambda self: _unpacked(self._params))

    @property
    def __value__(self):
        if self._evaluate_value is not None:
            object.__setattr__(self, "_value", self._evaluate_value(1))
            object.__setattr__(self, "_evaluate_value", None)
        return self._value

    def __setattr__(self, name, value):
        if hasattr(self, name):
            raise AttributeError("readonly attribute")
        raise AttributeError(f"'typing.TypeAliasType' object has no attribute '{name}'", name=name, obj=self)

    def __delattr__(self, name):
        self.__setattr__(name, None)

    @property
    def evaluate_value(self):
        return constevaluator(self._value) if self._evaluate_value is None else self._evaluate_value

    def __getitem__(self, args):
        if not self._params:
            raise TypeError("Only generic type aliases are subscriptable")
        return GenericAlias(self, args)

    def __iter__(self):
        import typing

        yield typing.Unpack[self]

    def __repr__(self):
        return self._name

    def __reduce__(self):
        return self._name

    __or__ = _Parameter.__or__
    __ror__ = _Parameter.__ror__


class Generic:
    """Abstract base class for generic types

    On Python 3.12 and newer, generic classes implicitly inherit from
    Generic when they declare a parameter list after the class's name::

        class Mapping[KT, VT]:
            def __getitem__(self, key: KT) -> VT:
                ...
                # Etc.

    On older versions of Python, however, generic classes have to
    explicitly inherit from Generic.
    """

    __slots__ = ()
    __module__ = "typing"
    _is_protocol = False

    @classmethod
    def __class_getitem__(cls, args):
        import typing

        return typing._generic_class_getitem(cls, args)

    @classmethod
    def __init_subclass__(cls, *args, **kwargs):
        import typing

        return typing._generic_init_subclass(cls, *args, **kwargs)


# What the compiler calls.


def _make_typevar(name, evaluate_bound, evaluate_constraints):
    self = object.__new__(TypeVar)
    self._name = name
    self._fill(None, NoDefault, False, False, True)
    self._evaluate_bound = evaluate_bound
    self._constraints = ()
    self._evaluate_constraints = evaluate_constraints
    return self


def _make_paramspec(name):
    self = object.__new__(ParamSpec)
    self._name = name
    self._fill(None, NoDefault, False, False, True)
    return self


def _make_typevartuple(name):
    self = object.__new__(TypeVarTuple)
    self._name = name
    self._default = NoDefault
    self._evaluate_default = None
    return self


def _set_default(param, evaluate):
    param._evaluate_default = evaluate
    return param


def _subscript_generic(params):
    import typing

    return typing._GenericAlias(Generic, _unpacked(params))


def _make_alias(name, params, evaluate):
    return _alias(name, () if params is None else params, None, evaluate, evaluate.__globals__.get("__name__"))


def _alias(name, params, value, evaluate, module):
    self = object.__new__(TypeAliasType)
    fill = object.__setattr__
    fill(self, "_name", name)
    fill(self, "_params", params)
    fill(self, "_value", value)
    fill(self, "_evaluate_value", evaluate)
    if module is not None:
        self.__dict__["__module__"] = module
    return self
