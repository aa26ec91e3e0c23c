//! Where tracebacks are written: lines with the margins of the groups that they are in.

use habu_object::{Exception, Gc, Tuple, Type, Value};
use habu_vm::Vm;

/// Groups in groups that are shown.
pub(super) const MAX_DEPTH: usize = 10;
/// Members of a group that are shown.
pub(super) const MAX_WIDTH: usize = 15;

/// The text so far.
#[derive(Default)]
pub(super) struct Page {
    pub(super) out: String,
    /// Boxes around the next line.
    pub(super) depth: usize,
    /// Whether the last box is still to be closed.
    pub(super) open: bool,
}

impl Page {
    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', 2 * self.depth));
    }

    /// Adds lines.
    pub(super) fn emit(&mut self, text: &str, margin: Option<char>) {
        for line in text.split_inclusive('\n') {
            if self.depth > 0 {
                self.indent();
                self.out.push(margin.unwrap_or('|'));
                self.out.push(' ');
            }
            self.out.push_str(line);
        }
    }

    /// Adds the line above a member of a group.
    pub(super) fn rule(&mut self, first: bool, title: &str) {
        self.indent();
        let corner = if first { "+-" } else { "  " };
        self.out.push_str(&format!("{corner}+---------------- {title} ----------------\n"));
    }

    /// Adds the line below the last member.
    pub(super) fn close(&mut self) {
        self.indent();
        self.out.push_str("+------------------------------------\n");
        self.open = false;
    }
}

/// The members of an exception group, None if `e` is none.
pub(super) fn members(vm: &Vm, e: Value) -> Option<Gc<Tuple>> {
    let class = vm.root("BaseExceptionGroup").cast::<Type>()?;
    let group = e.cast::<Exception>().filter(|e| vm.is_instance_exact(e.value(), class))?;
    group.extra1.get().cast::<Tuple>()
}
