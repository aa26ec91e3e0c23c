# `type[int]` is an alias though `type` has no `__class_getitem__`; other metaclasses and classes have not.
print(type[int], type[int].__args__, isinstance(type[int], type(list[int])))
print(hasattr(type, "__class_getitem__"))


class Meta(type):
    pass


for bad in (Meta, int):
    try:
        bad[int]
    except TypeError as e:
        print(e)

import platform

print(platform.python_implementation(), platform.python_version_tuple()[:2])
