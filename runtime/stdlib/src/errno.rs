//! Module `errno`: the system's error numbers.

use crate::util::{new_module, set};
use habu_object::{Gc, Module, Value};
use habu_vm::{PyResult, Vm};

macro_rules! codes {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

static CODES: &[(&str, i32)] = codes! {
    E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD
    ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN EHOSTUNREACH
    EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG
    ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOLCK ENOLINK ENOMEM ENOMSG
    ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTSOCK ENOTSUP ENOTTY ENXIO
    EOPNOTSUPP EOVERFLOW EPERM EPFNOSUPPORT EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EREMOTE EROFS ESHUTDOWN
    ESOCKTNOSUPPORT ESPIPE ESRCH ESTALE ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY EUSERS EWOULDBLOCK EXDEV
};

pub(crate) fn module(vm: &mut Vm) -> PyResult<Gc<Module>> {
    let m =
        new_module(vm, "errno", "This module makes available standard errno system symbols.", &[])?;
    let table = vm.new_dict()?;
    for (name, code) in CODES {
        let code = Value::small_int(i64::from(*code));
        set(vm, m, name, code)?;
        let name = vm.intern(name)?;
        vm.dict_set(table, code, name)?;
    }
    set(vm, m, "errorcode", table.value())?;
    Ok(m)
}
