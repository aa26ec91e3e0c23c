//! The embedded library: a folder on `sys.path` whose files are in the binary.
//!
//! The folder need not exist on disk: it is where the library would be if it were installed, `PREFIX/lib/habu3.14`.

use flate2::{Decompress, FlushDecompress};
use habu_bytecode::Code;
use habu_bytecode::image::{File, Image};
use habu_vm::Vm;

/// What the import system knows of the library.
#[derive(Default)]
struct Library {
    image: Option<Image<'static>>,
    folder: String,
}

/// Makes an image the library.
pub(crate) fn install(vm: &mut Vm, image: &'static [u8]) {
    vm.state::<Library>().image = Some(Image::open(image));
}

/// The library's folder as `sys.path` has it, empty if there is none.
pub(crate) fn folder(vm: &mut Vm) -> &str {
    &vm.state::<Library>().folder
}

/// Says where the library is to seem to be.
pub(crate) fn set_folder(vm: &mut Vm, folder: String) {
    vm.state::<Library>().folder = folder;
}

/// The image.
pub(crate) fn image(vm: &mut Vm) -> Image<'static> {
    vm.state::<Library>().image.unwrap_or(Image::open(&[]))
}

/// The path of a file relative to the library, if it lies there.
pub(crate) fn relative<'a>(vm: &mut Vm, path: &'a str) -> Option<&'a str> {
    let folder = folder(vm);
    let rest = path.strip_prefix(folder).filter(|_| !folder.is_empty())?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// The folder of the image that a path names: the library itself is "".
pub(crate) fn subfolder(vm: &mut Vm, path: &str) -> Option<String> {
    let relative = relative(vm, path)?.to_owned();
    if relative.is_empty() || image(vm).has_folder(&relative) { Some(relative) } else { None }
}

/// The file at an absolute path, if the library has it.
pub(crate) fn file(vm: &mut Vm, path: &str) -> Option<File<'static>> {
    let relative = relative(vm, path)?;
    image(vm).find(relative)
}

/// The code of a library file; None if it is not compiled, or not as `-O` asks for.
pub(crate) fn code(vm: &Vm, file: File<'_>, path: &str) -> Option<Code> {
    if vm.options.optimize > 0 { None } else { file.decode(path) }
}

/// The contents of a library file.
pub(crate) fn contents(file: File<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(file.size);
    let mut stream = Decompress::new(true);
    // The build made the text; at worst it comes out short.
    let _ = stream.decompress_vec(file.text, &mut out, FlushDecompress::Finish);
    out
}
