"""The namespace sys.monitoring (PEP 669): tools and their callbacks are kept; the interpreter delivers no events yet."""

from types import SimpleNamespace as _SimpleNamespace

DEBUGGER_ID = 0
COVERAGE_ID = 1
PROFILER_ID = 2
OPTIMIZER_ID = 5

_NAMES = ("PY_START PY_RESUME PY_RETURN PY_YIELD CALL LINE INSTRUCTION JUMP BRANCH_LEFT BRANCH_RIGHT STOP_ITERATION RAISE "
          "EXCEPTION_HANDLED PY_UNWIND PY_THROW RERAISE C_RETURN C_RAISE BRANCH").split()
events = _SimpleNamespace(NO_EVENTS=0, **{name: 1 << i for i, name in enumerate(_NAMES)})

_LOCAL = (1 << _NAMES.index("STOP_ITERATION") + 1) - 1 | events.BRANCH
_ALL = (1 << len(_NAMES)) - 1


class _Sentinel:
    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return self._name


DISABLE = _Sentinel("sys.monitoring.DISABLE")
MISSING = _Sentinel("sys.monitoring.MISSING")


class _Tool:
    def __init__(self, name):
        self.name = name
        self.events = 0
        self.local = {}
        self.callbacks = {}


_tools = {}


def _number(tool_id):
    if not 0 <= tool_id <= 5:
        raise ValueError("invalid tool %d (must be between 0 and 5)" % tool_id)
    return tool_id


def _tool(tool_id):
    tool = _tools.get(_number(tool_id))
    if tool is None:
        raise ValueError("tool %d is not in use" % tool_id)
    return tool


def _code(code):
    if not hasattr(code, "co_code"):
        raise TypeError("code must be a code object")
    return code


def use_tool_id(tool_id, name, /):
    _number(tool_id)
    if not isinstance(name, str):
        raise ValueError("tool name must be a str")
    if tool_id in _tools:
        raise ValueError("tool %d is already in use" % tool_id)
    _tools[tool_id] = _Tool(name)


def clear_tool_id(tool_id, /):
    if _number(tool_id) in _tools:
        _tools[tool_id] = _Tool(_tools[tool_id].name)


def free_tool_id(tool_id, /):
    _tools.pop(_number(tool_id), None)


def get_tool(tool_id, /):
    tool = _tools.get(_number(tool_id))
    return tool.name if tool else None


def register_callback(tool_id, event, func, /):
    _number(tool_id)
    if event <= 0 or event & event - 1:
        raise ValueError("The callback can only be set for one event at a time")
    if event > events.BRANCH:
        raise ValueError("invalid event %d" % event)
    callbacks = _tools.setdefault(tool_id, _Tool(None)).callbacks if tool_id in _tools else {}
    before = callbacks.pop(event, None)
    if func is not None:
        callbacks[event] = func
    return before


def get_events(tool_id, /):
    return _tool(tool_id).events


def _checked(event_set, allowed):
    if event_set < 0 or event_set & ~_ALL:
        raise ValueError("invalid event set 0x%x" % event_set)
    both = events.C_RETURN | events.C_RAISE
    if event_set & both and event_set & (both | events.CALL) != both | events.CALL:
        raise ValueError("cannot set C_RETURN or C_RAISE events independently")
    event_set &= ~both
    if event_set & ~allowed:
        raise ValueError("invalid local event set 0x%x" % event_set)
    return event_set


def set_events(tool_id, event_set, /):
    _number(tool_id)
    event_set = _checked(event_set, _ALL)
    _tool(tool_id).events = event_set


def get_local_events(tool_id, code, /):
    return _tool(tool_id).local.get(_code(code), 0)


def set_local_events(tool_id, code, event_set, /):
    _code(code)
    event_set = _checked(event_set, _LOCAL)
    _tool(tool_id).local[code] = event_set


def restart_events():
    pass


def _all_events():
    return {}
