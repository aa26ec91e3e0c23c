//! Docstrings and signatures that belong to names rather than to one function: special methods, builtin classes.
//!
//! Read only when a program asks (`__doc__`, `__text_signature__`), so nothing of it is made at start. Docstrings of
//! single functions stand in the functions' own rows.

mod types;

pub(crate) use types::{signature as type_signature, text as type_doc};

/// A special method's parameters and what it does.
struct Special {
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
}

/// Rows of special methods with one list of parameters.
macro_rules! specials {
    ($($signature:literal { $($name:literal $doc:literal;)* })*) => {
        &[$($(Special { name: $name, signature: $signature, doc: $doc },)*)*]
    };
}

/// The special methods that classes keep in slots.
static SLOTS: &[Special] = specials! {
    "($self, /)" {
        "__repr__" "Return repr(self).";
        "__str__" "Return str(self).";
        "__hash__" "Return hash(self).";
        "__iter__" "Implement iter(self).";
        "__next__" "Implement next(self).";
        "__len__" "Return len(self).";
        "__bool__" "True if self else False";
        "__neg__" "-self";
        "__pos__" "+self";
        "__abs__" "abs(self)";
        "__invert__" "~self";
        "__int__" "int(self)";
        "__float__" "float(self)";
        "__index__" "Return self converted to an integer, if self is suitable for use as an index into a list.";
        "__await__" "Return an iterator to be used in await expression.";
        "__aiter__" "Return an awaitable, that resolves in asynchronous iterator.";
        "__anext__" "Return a value or raise StopAsyncIteration.";
        "__del__" "Called when the instance is about to be destroyed.";
    }
    "($self, value, /)" {
        "__lt__" "Return self<value.";
        "__le__" "Return self<=value.";
        "__eq__" "Return self==value.";
        "__ne__" "Return self!=value.";
        "__gt__" "Return self>value.";
        "__ge__" "Return self>=value.";
        "__add__" "Return self+value.";
        "__radd__" "Return value+self.";
        "__iadd__" "Return self+=value.";
        "__sub__" "Return self-value.";
        "__rsub__" "Return value-self.";
        "__isub__" "Return self-=value.";
        "__mul__" "Return self*value.";
        "__rmul__" "Return value*self.";
        "__imul__" "Return self*=value.";
        "__matmul__" "Return self@value.";
        "__rmatmul__" "Return value@self.";
        "__imatmul__" "Return self@=value.";
        "__truediv__" "Return self/value.";
        "__rtruediv__" "Return value/self.";
        "__itruediv__" "Return self/=value.";
        "__floordiv__" "Return self//value.";
        "__rfloordiv__" "Return value//self.";
        "__ifloordiv__" "Return self//=value.";
        "__mod__" "Return self%value.";
        "__rmod__" "Return value%self.";
        "__imod__" "Return self%=value.";
        "__divmod__" "Return divmod(self, value).";
        "__rdivmod__" "Return divmod(value, self).";
        "__ipow__" "Return self**=value.";
        "__lshift__" "Return self<<value.";
        "__rlshift__" "Return value<<self.";
        "__ilshift__" "Return self<<=value.";
        "__rshift__" "Return self>>value.";
        "__rrshift__" "Return value>>self.";
        "__irshift__" "Return self>>=value.";
        "__and__" "Return self&value.";
        "__rand__" "Return value&self.";
        "__iand__" "Return self&=value.";
        "__or__" "Return self|value.";
        "__ror__" "Return value|self.";
        "__ior__" "Return self|=value.";
        "__xor__" "Return self^value.";
        "__rxor__" "Return value^self.";
        "__ixor__" "Return self^=value.";
    }
    "($self, value, mod=None, /)" {
        "__pow__" "Return pow(self, value, mod).";
        "__rpow__" "Return pow(value, self, mod).";
    }
    "($self, key, /)" {
        "__getitem__" "Return self[key].";
        "__delitem__" "Delete self[key].";
        "__contains__" "Return bool(key in self).";
    }
    "($self, key, value, /)" { "__setitem__" "Set self[key] to value."; }
    "($self, name, /)" {
        "__getattribute__" "Return getattr(self, name).";
        "__delattr__" "Implement delattr(self, name).";
    }
    "($self, name, value, /)" { "__setattr__" "Implement setattr(self, name, value)."; }
    "($self, instance, owner=None, /)" {
        "__get__" "Return an attribute of instance, which is of type owner.";
    }
    "($self, instance, value, /)" { "__set__" "Set an attribute of instance to value."; }
    "($self, instance, /)" { "__delete__" "Delete an attribute of instance."; }
    "($self, /, *args, **kwargs)" {
        "__call__" "Call self as a function.";
        "__init__" "Initialize self.  See help(type(self)) for accurate signature.";
    }
    "($type, *args, **kwargs)" {
        "__new__" "Create and return a new object.  See help(type) for accurate signature.";
    }
    "($self, flags, /)" {
        "__buffer__" "Return a buffer object that exposes the underlying memory of the object.";
    }
    "($self, buffer, /)" {
        "__release_buffer__" "Release the buffer object that exposes the underlying memory of the object.";
    }
};

/// Methods that many classes have, which are called by name or by the library.
static COMMON: &[Special] = specials! {
    "" {
        "__reduce__" "Return state information for pickling.";
        "__reduce_ex__" "Return state information for pickling.";
        "__setstate__" "Set state information for unpickling.";
        "__sizeof__" "Return the size of the object in memory, in bytes.";
        "__format__" "Format the object as the specification says.";
        "__length_hint__" "Private method returning an estimate of len(list(it)).";
        "__reversed__" "Return a reverse iterator.";
        "__copy__" "Return a shallow copy.";
        "__deepcopy__" "Return a deep copy.";
        "__class_getitem__" "See PEP 585";
        "__complex__" "Convert this value to exact type complex.";
        "__bytes__" "Convert this value to exact type bytes.";
        "__round__" "Round to the given number of digits.";
        "__trunc__" "Return the Integral closest to x between 0 and x.";
        "__floor__" "Return the floor as an Integral.";
        "__ceil__" "Return the ceiling as an Integral.";
        "__dir__" "Default dir() implementation.";
        "__missing__" "Make a value for a key that is not there.";
        "__getnewargs__" "Return the arguments for __new__ when unpickling.";
        "__subclasshook__" "Abstract classes can override this to customize issubclass().";
        "__init_subclass__" "This method is called when a class is subclassed.";
        "__replace__" "Return a copy of the object with new values for the specified fields.";
        "__enter__" "Enter the context.";
        "__exit__" "Leave the context.";
    }
};

fn find(table: &'static [Special], name: &str) -> Option<&'static Special> {
    table.iter().find(|s| s.name == name)
}

/// The docstring of a special method whose own row has none.
pub(crate) fn special_doc(name: &str) -> Option<&'static str> {
    find(SLOTS, name).or_else(|| find(COMMON, name)).map(|s| s.doc)
}

/// The parameters of a method that stands for a slot, whatever its own row says.
pub(crate) fn slot_signature(name: &str) -> Option<&'static str> {
    find(SLOTS, name).map(|s| s.signature)
}
