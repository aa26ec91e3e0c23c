"""What opcode and dis ask of CPython's instructions.

Habu's bytecode is another one (`habu dis FILE` shows it); these are the facts of the instruction set that opcode lists.
"""

# There is none in Habu's that this module could tell about.
ENABLE_SPECIALIZATION = False
ENABLE_SPECIALIZATION_FT = False

_HAS_ARG_FROM = 43

_NAMES = {"DELETE_ATTR", "DELETE_GLOBAL", "DELETE_NAME", "IMPORT_FROM", "IMPORT_NAME", "LOAD_ATTR", "LOAD_FROM_DICT_OR_GLOBALS",
          "LOAD_GLOBAL", "LOAD_NAME", "LOAD_SUPER_ATTR", "STORE_ATTR", "STORE_GLOBAL", "STORE_NAME"}
_FREE = {"COPY_FREE_VARS", "DELETE_DEREF", "LOAD_DEREF", "LOAD_FROM_DICT_OR_DEREF", "MAKE_CELL", "STORE_DEREF"}
_LOCAL = {"DELETE_FAST", "LOAD_FAST", "LOAD_FAST_AND_CLEAR", "LOAD_FAST_BORROW", "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
          "LOAD_FAST_CHECK", "LOAD_FAST_LOAD_FAST", "STORE_FAST", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST"}
_JUMP = {"END_ASYNC_FOR", "FOR_ITER", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_FORWARD", "POP_JUMP_IF_FALSE",
         "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE", "POP_JUMP_IF_TRUE", "SEND", "JUMP", "JUMP_NO_INTERRUPT"}


def _name(op):
    from _opcode_metadata import _specialized_opmap, opmap
    for names in (opmap, _specialized_opmap):
        for name, number in names.items():
            if number == op:
                return name
    return None


def stack_effect(opcode, oparg=None, /, *, jump=None):
    """Compute the stack effect of the opcode."""
    raise ValueError("invalid opcode or oparg")


def is_valid(opcode):
    return _name(opcode) is not None


def has_arg(opcode):
    return opcode > _HAS_ARG_FROM


def has_const(opcode):
    return _name(opcode) in ("LOAD_CONST", "RETURN_CONST", "LOAD_CONST_IMMORTAL", "LOAD_CONST_MORTAL")


def has_name(opcode):
    return _name(opcode) in _NAMES


def has_jump(opcode):
    return _name(opcode) in _JUMP


def has_free(opcode):
    return _name(opcode) in _FREE


def has_local(opcode):
    return _name(opcode) in _LOCAL


def has_exc(opcode):
    return _name(opcode) in ("SETUP_CLEANUP", "SETUP_FINALLY", "SETUP_WITH")


def get_nb_ops():
    signs = "+ & // << @ * % | ** >> - / ^".split()
    names = "ADD AND FLOOR_DIVIDE LSHIFT MATRIX_MULTIPLY MULTIPLY REMAINDER OR POWER RSHIFT SUBTRACT TRUE_DIVIDE XOR".split()
    plain = [("NB_" + name, sign) for name, sign in zip(names, signs)]
    return plain + [("NB_INPLACE_" + name[3:], sign + "=") for name, sign in plain] + [("NB_SUBSCR", "[]")]


def get_intrinsic1_descs():
    return ["INTRINSIC_1_INVALID", "INTRINSIC_PRINT", "INTRINSIC_IMPORT_STAR", "INTRINSIC_STOPITERATION_ERROR",
            "INTRINSIC_ASYNC_GEN_WRAP", "INTRINSIC_UNARY_POSITIVE", "INTRINSIC_LIST_TO_TUPLE", "INTRINSIC_TYPEVAR",
            "INTRINSIC_PARAMSPEC", "INTRINSIC_TYPEVARTUPLE", "INTRINSIC_SUBSCRIPT_GENERIC", "INTRINSIC_TYPEALIAS"]


def get_intrinsic2_descs():
    return ["INTRINSIC_2_INVALID", "INTRINSIC_PREP_RERAISE_STAR", "INTRINSIC_TYPEVAR_WITH_BOUND",
            "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS", "INTRINSIC_SET_FUNCTION_TYPE_PARAMS", "INTRINSIC_SET_TYPEPARAM_DEFAULT"]


def get_special_method_names():
    return ["__enter__", "__exit__", "__aenter__", "__aexit__"]


def get_executor(*, code, offset):
    raise RuntimeError("Executors are not available in this build")


def get_specialization_stats():
    return None
