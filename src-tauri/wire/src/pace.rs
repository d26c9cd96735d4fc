//! skeleton
/// Who waits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The loop's own work.
    Background,
    /// A person waits.
    Interactive,
}
