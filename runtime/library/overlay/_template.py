"""Template strings (PEP 750): the classes behind string.templatelib."""


def _sealed(cls, **kwargs):
    base = cls.__mro__[1]
    raise TypeError(f"type '{base.__module__}.{base.__qualname__}' is not an acceptable base type")


class Interpolation:
    """An interpolation of a template string."""

    __slots__ = ("_value", "_expression", "_conversion", "_format_spec")
    __match_args__ = ("value", "expression", "conversion", "format_spec")
    __module__ = "string.templatelib"

    def __new__(cls, value, expression="", conversion=None, format_spec=""):
        if conversion is not None:
            if not isinstance(conversion, str):
                kind = type(conversion).__name__
                raise TypeError(f"Interpolation() argument 'conversion' must be str, not {kind}")
            if conversion not in ("s", "a", "r"):
                raise ValueError("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
        for name, text in ("expression", expression), ("format_spec", format_spec):
            if not isinstance(text, str):
                kind = type(text).__name__
                raise TypeError(f"Interpolation() argument '{name}' must be str, not {kind}")
        return _make_interpolation(value, expression, conversion, format_spec)

    __init_subclass__ = classmethod(_sealed)

    @classmethod
    def __class_getitem__(cls, item):
        return type(list[int])(cls, item)

    value = property(lambda self: self._value, doc="Value")
    expression = property(lambda self: self._expression, doc="Expression")
    conversion = property(lambda self: self._conversion, doc="Conversion")
    format_spec = property(lambda self: self._format_spec, doc="Format specifier")

    def __repr__(self):
        return f"Interpolation({self._value!r}, {self._expression!r}, {self._conversion!r}, {self._format_spec!r})"

    def __reduce__(self):
        return Interpolation, (self._value, self._expression, self._conversion, self._format_spec)


class Template:
    """A template string: literal parts and interpolations between them."""

    __slots__ = ("_strings", "_interpolations")
    __module__ = "string.templatelib"

    def __new__(cls, *args, **kwargs):
        if kwargs:
            raise TypeError("Template.__new__ only accepts *args arguments")
        strings, interpolations, text = [], [], ""
        for arg in args:
            if isinstance(arg, str):
                text += arg
            elif isinstance(arg, Interpolation):
                strings.append(text)
                interpolations.append(arg)
                text = ""
            else:
                kind = type(arg).__name__
                raise TypeError(f"Template.__new__ *args need to be of type 'str' or 'Interpolation', got {kind}")
        strings.append(text)
        return _make_template(tuple(strings), tuple(interpolations))

    __init_subclass__ = classmethod(_sealed)

    strings = property(lambda self: self._strings, doc="Strings")
    interpolations = property(lambda self: self._interpolations, doc="Interpolations")
    values = property(lambda self: tuple([i._value for i in self._interpolations]), doc="Values of interpolations")

    def __iter__(self):
        return TemplateIter(self)

    def __add__(self, other):
        if not isinstance(other, Template):
            kind = type(other).__name__
            raise TypeError(f'can only concatenate string.templatelib.Template (not "{kind}") to string.templatelib.Template')
        joined = self._strings[-1] + other._strings[0]
        return _make_template(
            self._strings[:-1] + (joined,) + other._strings[1:], self._interpolations + other._interpolations
        )

    def __radd__(self, other):
        kind = type(other).__name__
        if isinstance(other, str):
            raise TypeError(f'can only concatenate str (not "string.templatelib.Template") to str')
        return NotImplemented

    def __repr__(self):
        return f"Template(strings={self._strings!r}, interpolations={self._interpolations!r})"

    def __reduce__(self):
        import string.templatelib

        return string.templatelib._template_unpickle, (self._strings, self._interpolations)


class TemplateIter:
    """Iterates over the strings that are not empty and the interpolations of a template."""

    __slots__ = ("_parts",)
    __module__ = "string.templatelib"

    def __init__(self, template):
        parts = []
        for text, interpolation in zip(template._strings, template._interpolations):
            if text:
                parts.append(text)
            parts.append(interpolation)
        if template._strings[-1]:
            parts.append(template._strings[-1])
        self._parts = iter(parts)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._parts)


def _make_interpolation(value, expression, conversion, format_spec):
    self = object.__new__(Interpolation)
    self._value = value
    self._expression = expression
    self._conversion = conversion
    self._format_spec = format_spec
    return self


def _make_template(strings, interpolations):
    self = object.__new__(Template)
    self._strings = strings
    self._interpolations = interpolations
    return self
