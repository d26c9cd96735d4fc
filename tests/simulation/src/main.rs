//! simulate.
fn main() {}
