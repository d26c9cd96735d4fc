//! The program of the window. What it does stands in the library beside it.

// Without this a console opens beside the window on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

/// What is given back is wiped first, also what libraries made of a secret on its way to a service.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> std::process::ExitCode {
    tuco_for_hubspot::keep_memory_private();
    tuco_for_hubspot::run(std::env::args().skip(1))
}
