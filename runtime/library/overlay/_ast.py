"""The classes of the abstract syntax tree. What makes trees of source text is compile() with PyCF_ONLY_AST."""

PyCF_ONLY_AST = 0x400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8400

_POSITION = "int lineno, int col_offset, int? end_lineno, int? end_col_offset"

# For each kind of node its classes with their fields, and the attributes that all of them have.
_GRAMMAR = {
    "mod": ("", """
        Module(stmt* body, type_ignore* type_ignores)
        Interactive(stmt* body)
        Expression(expr body)
        FunctionType(expr* argtypes, expr returns)"""),
    "stmt": (_POSITION, """
        FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)
        AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)
        ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)
        Return(expr? value)
        Delete(expr* targets)
        Assign(expr* targets, expr value, string? type_comment)
        TypeAlias(expr name, type_param* type_params, expr value)
        AugAssign(expr target, operator op, expr value)
        AnnAssign(expr target, expr annotation, expr? value, int simple)
        For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)
        AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)
        While(expr test, stmt* body, stmt* orelse)
        If(expr test, stmt* body, stmt* orelse)
        With(withitem* items, stmt* body, string? type_comment)
        AsyncWith(withitem* items, stmt* body, string? type_comment)
        Match(expr subject, match_case* cases)
        Raise(expr? exc, expr? cause)
        Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)
        TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)
        Assert(expr test, expr? msg)
        Import(alias* names)
        ImportFrom(identifier? module, alias* names, int? level)
        Global(identifier* names)
        Nonlocal(identifier* names)
        Expr(expr value)
        Pass()
        Break()
        Continue()"""),
    "expr": (_POSITION, """
        BoolOp(boolop op, expr* values)
        NamedExpr(expr target, expr value)
        BinOp(expr left, operator op, expr right)
        UnaryOp(unaryop op, expr operand)
        Lambda(arguments args, expr body)
        IfExp(expr test, expr body, expr orelse)
        Dict(expr?* keys, expr* values)
        Set(expr* elts)
        ListComp(expr elt, comprehension* generators)
        SetComp(expr elt, comprehension* generators)
        DictComp(expr key, expr value, comprehension* generators)
        GeneratorExp(expr elt, comprehension* generators)
        Await(expr value)
        Yield(expr? value)
        YieldFrom(expr value)
        Compare(expr left, cmpop* ops, expr* comparators)
        Call(expr func, expr* args, keyword* keywords)
        FormattedValue(expr value, int conversion, expr? format_spec)
        Interpolation(expr value, constant str, int conversion, expr? format_spec)
        JoinedStr(expr* values)
        TemplateStr(expr* values)
        Constant(constant value, string? kind)
        Attribute(expr value, identifier attr, expr_context ctx)
        Subscript(expr value, expr slice, expr_context ctx)
        Starred(expr value, expr_context ctx)
        Name(identifier id, expr_context ctx)
        List(expr* elts, expr_context ctx)
        Tuple(expr* elts, expr_context ctx)
        Slice(expr? lower, expr? upper, expr? step)"""),
    "expr_context": ("", "Load Store Del"),
    "boolop": ("", "And Or"),
    "operator": ("", "Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv"),
    "unaryop": ("", "Invert Not UAdd USub"),
    "cmpop": ("", "Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn"),
    "comprehension": ("", "comprehension(expr target, expr iter, expr* ifs, int is_async)"),
    "excepthandler": (_POSITION, "ExceptHandler(expr? type, identifier? name, stmt* body)"),
    "arguments": ("", """
        arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)"""),
    "arg": (_POSITION, "arg(identifier arg, expr? annotation, string? type_comment)"),
    "keyword": (_POSITION, "keyword(identifier? arg, expr value)"),
    "alias": (_POSITION, "alias(identifier name, identifier? asname)"),
    "withitem": ("", "withitem(expr context_expr, expr? optional_vars)"),
    "match_case": ("", "match_case(pattern pattern, expr? guard, stmt* body)"),
    "pattern": (_POSITION.replace("?", ""), """
        MatchValue(expr value)
        MatchSingleton(constant value)
        MatchSequence(pattern* patterns)
        MatchMapping(expr* keys, pattern* patterns, identifier? rest)
        MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)
        MatchStar(identifier? name)
        MatchAs(pattern? pattern, identifier? name)
        MatchOr(pattern* patterns)"""),
    "type_ignore": ("", "TypeIgnore(int lineno, string tag)"),
    "type_param": (_POSITION.replace("?", ""), """
        TypeVar(identifier name, expr? bound, expr? default_value)
        ParamSpec(identifier name, expr? default_value)
        TypeVarTuple(identifier name, expr? default_value)"""),
}


class AST:
    """The base of all nodes."""

    _fields = ()
    _attributes = ()
    __match_args__ = ()
    _field_types = {}

    def __init__(self, *args, **kwargs):
        fields = self._fields
        name = type(self).__name__
        if len(args) > len(fields):
            s = "" if len(fields) == 1 else "s"
            raise TypeError(f"{name} constructor takes at most {len(fields)} positional argument{s}")
        for field, value in zip(fields, args):
            setattr(self, field, value)
        missing = list(fields[len(args):])
        for key, value in kwargs.items():
            if key in missing:
                missing.remove(key)
            elif key in fields:
                raise TypeError(f"{name} got multiple values for argument {key!r}")
            elif key not in self._attributes:
                _warn(f"{name}.__init__ got an unexpected keyword argument {key!r}. Support for arbitrary keyword "
                      "arguments is deprecated and will be removed in Python 3.15.")
            setattr(self, key, value)
        if missing:
            _fill(self, name, missing)

    def __reduce__(self):
        state = dict(self.__dict__)
        given = []
        for field in self._fields:
            if field not in state:
                break
            given.append(state.pop(field))
        return type(self), tuple(given), state or None

    def __replace__(self, /, **changes):
        known = set(self._fields) | set(self._attributes)
        extra = [key for key in changes if key not in known]
        if extra:
            raise TypeError(f"{type(self).__name__}.__replace__ got an unexpected keyword argument {extra[0]!r}.")
        state = {**self.__dict__, **changes}
        types = getattr(self, "_field_types", {})
        missing = [f for f in self._fields if f not in state and not _is_optional(types.get(f))]
        if missing:
            s = "" if len(missing) == 1 else "s"
            names = ", ".join(map(repr, missing))
            raise TypeError(f"{type(self).__name__}.__replace__ missing {len(missing)} keyword argument{s}: {names}.")
        return type(self)(**state)

    def __repr__(self):
        return _repr(self, 3)


def _warn(message):
    import warnings
    warnings.warn(message, DeprecationWarning, stacklevel=4)


def _is_optional(annotation):
    return annotation is not None and type(None) in getattr(annotation, "__args__", ())


def _fill(node, name, missing):
    types = node._field_types
    for field in missing:
        annotation = types.get(field)
        if annotation is None:
            if field not in types:
                _warn(f"Field {field!r} is missing from {name}._field_types. "
                      "This will become an error in Python 3.15.")
            continue
        if _is_optional(annotation):
            if not hasattr(type(node), field):
                setattr(node, field, None)
        elif getattr(annotation, "__origin__", None) is list:
            setattr(node, field, [])
        elif annotation is expr_context:
            setattr(node, field, Load())
        else:
            _warn(f"{name}.__init__ missing 1 required positional argument: {field!r}. "
                  "This will become an error in Python 3.15.")


def _repr(node, depth):
    name = type(node).__name__
    if not node._fields:
        return name + "()"
    if depth <= 0:
        return name + "(...)"
    return f"{name}({', '.join(f'{f}={_repr_item(getattr(node, f), depth - 1)}' for f in node._fields)})"


def _repr_item(value, depth):
    if isinstance(value, AST):
        return _repr(value, depth)
    if isinstance(value, list):
        if len(value) > 2:
            return f"[{_repr_item(value[0], depth)}, ..., {_repr_item(value[-1], depth)}]"
        return f"[{', '.join(_repr_item(v, depth) for v in value)}]"
    text = repr(value)
    if len(text) > 200 and isinstance(value, (str, bytes)):
        return text[:100] + "..." + text[-100:]
    return text


def _make():
    names = globals()
    plain = {"identifier": str, "string": str, "int": int, "constant": object}
    waiting = []
    # For compile(): of each class its name, its kind, its fields and its attributes, all with their types.
    shapes = {}
    for kind, (attributes, text) in _GRAMMAR.items():
        classes = text.split("\n") if "(" in text else text.split()
        classes = [line.strip() for line in classes if line.strip()]
        base = AST
        attributes = tuple(tuple(part.split()) for part in attributes.split(", ") if part)
        shapes[kind] = attributes
        # What a class has whether or not it has a base between itself and AST.
        common = {"__module__": "ast", "_attributes": tuple(name for _, name in attributes)}
        common.update((name, None) for of, name in attributes if of.endswith("?"))
        if classes[0].partition("(")[0] != kind:
            doc = f"{kind} = " + f"\n{' ' * (len(kind) + 1)}| ".join(c.replace("()", "") for c in classes)
            base = names[kind] = plain[kind] = type(kind, (AST,), {**common, "_fields": (), "__doc__": doc})
            common = {"__module__": "ast"}
        for line in classes:
            name, _, rest = line.partition("(")
            fields = tuple(tuple(part.split()) for part in rest.rstrip(")").split(", ") if part)
            members = {**common, "_fields": tuple(name for _, name in fields), "__doc__": line.replace("()", "")}
            members["__match_args__"] = members["_fields"]
            members.update((field, None) for of, field in fields if of.endswith("?"))
            names[name] = made = type(name, (base,), members)
            if base is AST:
                plain[name] = made
            waiting.append((made, fields))
            shapes[made] = (name, kind, fields, attributes)
    for made, fields in waiting:
        types = made._field_types = {}
        for of, field in fields:
            inner = plain[of.rstrip("?*")]
            types[field] = list[inner] if of.endswith("*") else inner | None if of.endswith("?") else inner
        if types:
            made.__annotations__ = types
    return shapes


_SHAPES = _make()
__all__ = [name for name in globals() if not name.startswith("_")]
