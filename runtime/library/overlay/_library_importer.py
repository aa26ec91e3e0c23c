"""Finder and loader of the library that is in the binary."""

import _imp
import sys
from _frozen_importlib import BuiltinImporter, ModuleSpec
from _frozen_importlib_external import SourceLoader, _path_join, spec_from_file_location


class LibraryLoader(SourceLoader):
    """Loads a module of the library."""

    def __init__(self, fullname, path):
        self.name = fullname
        self.path = path

    def __eq__(self, other):
        return self.__class__ == other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def get_filename(self, name=None):
        """The path of the module's source as if it were a file."""
        if name is None or name == self.name:
            return self.path
        raise ImportError(f"loader for {self.name} cannot handle {name}", name=name)

    def get_code(self, fullname):
        """The code object of the module."""
        return _imp._library_code(self.path)

    def get_data(self, path):
        """The contents of a file of the library."""
        data = _imp._library_data(path)
        if data is None:
            raise FileNotFoundError(2, "No such file or directory", path)
        return data

    def path_stats(self, path):
        raise OSError("library files have no time stamps")

    def get_resource_reader(self, name):
        """Access to the files beside the module."""
        from _library_resources import Reader

        return Reader(self.path.rpartition("/")[0])


class LibraryFinder:
    """Finds modules in a folder of the library."""

    def __init__(self, path):
        self.path = path

    def find_spec(self, fullname, target=None):
        """The spec of a module in this folder."""
        found = _imp._library_find(self.path, fullname)
        if found is None:
            return None
        kind, path = found
        if kind == "native":
            return ModuleSpec(fullname, BuiltinImporter, origin="built-in")
        if kind == "namespace":
            spec = ModuleSpec(fullname, None)
            spec.submodule_search_locations = [path]
            return spec
        folder = [path.rpartition("/")[0]] if kind == "package" else None
        loader = LibraryLoader(fullname, path)
        return spec_from_file_location(fullname, path, loader=loader, submodule_search_locations=folder)

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=""):
        """Names of the modules in this folder, for pkgutil."""
        for name, package in _imp._library_modules(self.path):
            yield prefix + name, package


def library_hook(path):
    """Hook for folders of the library."""
    if _imp._library_has(path):
        return LibraryFinder(path)
    raise ImportError("only folders of the library are supported", path=path)


def zip_hook(path):
    """Hook for archives; the module that reads them is imported when there is one."""
    import posix

    head = path
    while True:
        try:
            mode = posix.stat(head).st_mode
        except (OSError, ValueError):
            head, separator, _ = head.rpartition("/")
            if separator and head:
                continue
        else:
            if mode & 0o170000 == 0o100000:
                from zipimport import zipimporter

                return zipimporter(path)
        raise ImportError(f"not a Zip file: {path!r}", path=path)


sys.path_hooks[:0] = [zip_hook, library_hook]
