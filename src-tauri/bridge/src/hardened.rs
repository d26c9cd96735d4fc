//! What a program that holds secrets asks of the system before it holds any.

/// Lets no picture of this process' memory be written when it crashes, and on Linux no other program of
/// the same user read it. The first thing that a program does.
///
/// Where the system refuses, the program runs all the same: it is then as open as any other.
pub fn keep_memory_private() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{
            DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit,
        };
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        let _refused = setrlimit(Resource::Core, none);
        let _refused = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn nothing_of_this_process_is_written_when_it_crashes() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        super::keep_memory_private();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
