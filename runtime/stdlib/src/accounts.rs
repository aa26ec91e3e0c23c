//! Modules `pwd` and `grp`: users and groups, as `/etc/passwd` and `/etc/group` have them.

use crate::structseq::{self, fields};
use crate::util::{arg, new_module, set, text_arg};
use habu_object::str::Str;
use habu_object::{Gc, List, Module, Value, int};
use habu_vm::{Exc, NativeDef, PyResult, Vm};

const USER: &str = "pwd.struct_passwd";
const GROUP: &str = "grp.struct_group";

fields!(USER_FIELDS:
    0 "pw_name", 1 "pw_passwd", 2 "pw_uid", 3 "pw_gid", 4 "pw_gecos", 5 "pw_dir", 6 "pw_shell"
);
fields!(GROUP_FIELDS: 0 "gr_name", 1 "gr_passwd", 2 "gr_gid", 3 "gr_mem");

static USERS: &[NativeDef] = &[
    NativeDef::new("getpwuid", "(uidobj, /)", |vm, args| {
        by_number(vm, arg(args, 0), user, "/etc/passwd", "getpwuid(): uid")
    })
    .doc(
        "Return the password database entry for the given numeric user ID.\n\n\
         See `help(pwd)` for more on password database entries.",
    ),
    NativeDef::new("getpwnam", "(name, /)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "getpwnam() argument")?;
        by_name(vm, &name, user, "/etc/passwd", "getpwnam()")
    })
    .doc(
        "Return the password database entry for the given user name.\n\n\
         See `help(pwd)` for more on password database entries.",
    ),
    NativeDef::new("getpwall", "()", |vm, _| all(vm, user, "/etc/passwd")).doc(
        "Return a list of all available password database entries, in arbitrary order.\n\n\
         See help(pwd) for more on password database entries.",
    ),
];

static GROUPS: &[NativeDef] = &[
    NativeDef::new("getgrgid", "(id)", |vm, args| {
        by_number(vm, arg(args, 0), group, "/etc/group", "getgrgid(): gid")
    })
    .doc(
        "Return the group database entry for the given numeric group ID.\n\n\
         If id is not valid, raise KeyError.",
    ),
    NativeDef::new("getgrnam", "(name)", |vm, args| {
        let name = text_arg(vm, arg(args, 0), "getgrnam() argument")?;
        by_name(vm, &name, group, "/etc/group", "getgrnam()")
    })
    .doc(
        "Return the group database entry for the given group name.\n\n\
         If name is not valid, raise KeyError.",
    ),
    NativeDef::new("getgrall", "()", |vm, _| all(vm, group, "/etc/group")).doc(
        "Return a list of all available group entries, in arbitrary order.\n\n\
         An entry whose name starts with '+' or '-' represents an instruction\n\
         to use YP/NIS and may not be accessible via getgrnam or getgrgid.",
    ),
];

pub(crate) fn pwd_module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "This module provides access to the Unix password database.\n\
               It is available on all Unix versions.\n\n\
               Password database entries are reported as 7-tuples containing the following\n\
               items from the password database (see `<pwd.h>'), in order:\n\
               pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\n\
               The uid and gid items are integers, all others are strings. An\n\
               exception is raised if the entry asked for cannot be found.";
    let m = new_module(vm, "pwd", doc, USERS)?;
    let class = structseq::new_type(vm, "pwd", "struct_passwd", USER_FIELDS, 7)?;
    vm.set_root(USER, class.value());
    set(vm, m, "struct_passwd", class.value())?;
    Ok(m)
}

pub(crate) fn grp_module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let doc = "Access to the Unix group database.\n\n\
               Group entries are reported as 4-tuples containing the following fields\n\
               from the group database, in order:\n\n\
               \x20 gr_name   - name of the group\n\
               \x20 gr_passwd - group password (encrypted); often empty\n\
               \x20 gr_gid    - numeric ID of the group\n\
               \x20 gr_mem    - list of members\n\n\
               The gid is an integer, name and password are strings.  (Note that most\n\
               users are not explicitly listed as members of the groups they are in\n\
               according to the password database.  Check both databases to get\n\
               complete membership information.)";
    let m = new_module(vm, "grp", doc, GROUPS)?;
    let class = structseq::new_type(vm, "grp", "struct_group", GROUP_FIELDS, 4)?;
    vm.set_root(GROUP, class.value());
    set(vm, m, "struct_group", class.value())?;
    Ok(m)
}

/// A line of a database: its parts.
type Entry = Vec<Vec<u8>>;
/// Makes an entry an object.
type Make = fn(&mut Vm, &Entry) -> PyResult<Value>;

/// The entries of a database; none if it cannot be read. Name and number are the first and the third part.
fn entries(file: &str) -> Vec<Entry> {
    let text = std::fs::read(file).unwrap_or_default();
    let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty() && line[0] != b'#');
    let parts = lines.map(|line| line.split(|b| *b == b':').map(<[u8]>::to_vec).collect());
    parts.filter(|entry: &Entry| entry.len() >= 4).collect()
}

fn text(vm: &mut Vm, entry: &Entry, i: usize) -> PyResult<Value> {
    let bytes = entry.get(i).map(Vec::as_slice).unwrap_or_default();
    Ok(Str::from_os_bytes(&mut vm.heap, bytes)?.value())
}

fn number(entry: &Entry, i: usize) -> i64 {
    let digits = entry.get(i).and_then(|part| std::str::from_utf8(part).ok());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

fn user(vm: &mut Vm, entry: &Entry) -> PyResult<Value> {
    let (name, password) = (text(vm, entry, 0)?, text(vm, entry, 1)?);
    let (uid, gid) = (Value::small_int(number(entry, 2)), Value::small_int(number(entry, 3)));
    let (words, home, shell) = (text(vm, entry, 4)?, text(vm, entry, 5)?, text(vm, entry, 6)?);
    let class = vm.expect_type(vm.root(USER));
    structseq::new(vm, class, &[name, password, uid, gid, words, home, shell])
}

fn group(vm: &mut Vm, entry: &Entry) -> PyResult<Value> {
    let (name, password) = (text(vm, entry, 0)?, text(vm, entry, 1)?);
    let members = List::new(&mut vm.heap, 0)?;
    for member in entry[3].split(|b| *b == b',').filter(|member| !member.is_empty()) {
        let member = Str::from_os_bytes(&mut vm.heap, member)?.value();
        members.push(&mut vm.heap, member)?;
    }
    let gid = Value::small_int(number(entry, 2));
    let class = vm.expect_type(vm.root(GROUP));
    structseq::new(vm, class, &[name, password, gid, members.value()])
}

fn all(vm: &mut Vm, make: Make, file: &str) -> PyResult<Value> {
    let list = List::new(&mut vm.heap, 0)?;
    for entry in entries(file) {
        let made = make(vm, &entry)?;
        list.push(&mut vm.heap, made)?;
    }
    Ok(list.value())
}

fn by_number(vm: &mut Vm, v: Value, make: Make, file: &str, what: &str) -> PyResult<Value> {
    let index = vm.names.__index__;
    let kind = &what[what.len() - 3..];
    if !int::is_int_like(v) && vm.special(v, index).is_none() {
        let message = format!("{kind} should be integer, not {}", vm.type_name(v));
        return Err(vm.type_error(&message));
    }
    let wanted = int::to_i64_clamped(vm.index(v)?);
    if wanted < -1 || wanted > i64::from(u32::MAX) {
        return Err(vm.raise_msg(Exc::KeyError, &format!("{what} not found")));
    }
    match entries(file).iter().find(|entry| number(entry, 2) == wanted) {
        Some(entry) => make(vm, entry),
        None => Err(vm.raise_msg(Exc::KeyError, &format!("{what} not found: {wanted}"))),
    }
}

fn by_name(vm: &mut Vm, name: &str, make: Make, file: &str, what: &str) -> PyResult<Value> {
    if name.contains('\0') {
        return Err(vm.value_error("embedded null byte"));
    }
    match entries(file).iter().find(|entry| entry[0] == name.as_bytes()) {
        Some(entry) => make(vm, entry),
        None => Err(vm.raise_msg(Exc::KeyError, &format!("{what}: name not found: '{name}'"))),
    }
}
