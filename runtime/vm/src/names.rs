//! Well-known names, interned at start so that look-ups compare addresses.

use habu_gc::Heap;
use habu_object::Value;
use habu_object::str::{HashKey, Interner};

macro_rules! names {
    ($($name:ident)*) => {
        /// The names; each field is the interned str of its own name.
        #[allow(missing_docs, non_snake_case, reason = "each field is named as the str it holds")]
        pub struct Names {
            /// The empty str.
            pub empty: Value,
            $(pub $name: Value,)*
        }

        impl Names {
            pub(crate) fn new(interner: &mut Interner, heap: &mut Heap, key: HashKey) -> Names {
                let mut intern = |text: &str| {
                    let name = interner.intern(heap, key, text);
                    name.expect("an empty heap has room for the well-known names").value()
                };
                Names { empty: intern(""), $($name: intern(stringify!($name)),)* }
            }
        }
    };
}

names! {
    __abs__ __add__ __aenter__ __aexit__ __aiter__ __all__ __and__ __anext__ __annotate__ __annotations__ __await__
    __bases__ __bool__ __build_class__ __builtins__ __bytes__ __call__ __cause__ __ceil__ __class__
    __class_getitem__ __classcell__ __code__ __complex__ __contains__ __context__ __debug__ __defaults__ __del__
    __delattr__ __delete__ __delitem__ __dict__ __dir__ __divmod__ __doc__ __enter__ __eq__ __exit__ __file__
    __firstlineno__ __float__ __floor__ __floordiv__ __format__ __func__ __ge__ __get__ __getattr__ __getattribute__
    __getitem__ __getnewargs__ __getstate__ __globals__ __gt__ __hash__ __iadd__ __iand__ __ifloordiv__ __ilshift__
    __imatmul__ __imod__ __import__ __imul__ __index__ __init__ __init_subclass__ __instancecheck__ __int__
    __invert__ __ior__ __ipow__ __irshift__ __isub__ __iter__ __itruediv__ __ixor__ __kwdefaults__ __le__ __len__
    __length_hint__ __loader__ __lshift__ __lt__ __main__ __matmul__ __missing__ __mod__ __module__ __mro__
    __mro_entries__ __mul__ __name__ __ne__ __neg__ __new__ __next__ __notes__ __or__ __package__ __path__ __pos__
    __pow__ __prepare__ __qualname__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __repr__ __reversed__
    __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__
    __rsub__ __rtruediv__ __rxor__ __self__ __set__ __set_name__ __setattr__ __setitem__ __slots__ __spec__
    __static_attributes__ __str__ __sub__ __subclasscheck__ __suppress_context__ __traceback__ __truediv__ __trunc__
    __type_params__ __weakref__ __wrapped__ __xor__ __objclass__ __origin__ __args__ __parameters__
    append args close code default encoding end errno errors extend fileno filename flush imag items key keys reverse
    lineno metaclass modules msg name name_from numerator obj offset path print_file_and_line pop read readline real
    remove send sep start step stop strerror text throw update value values write builtins sys
    stdin stdout stderr displayhook breakpointhook
}
