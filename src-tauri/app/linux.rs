//! What WebKitGTK needs on some Linux desktops, all in one place.
//!
//! On Wayland with NVIDIA's driver a window can stay blank (tauri issues 9304, 10702 and 13899).
//! `__NV_DISABLE_EXPLICIT_SYNC=1` keeps the graphics card in use and mends most of it; it is set only
//! there and only where the user has not set it. A second step, `WEBKIT_DISABLE_DMABUF_RENDERER=1`,
//! is for the user to take: it costs speed, and reports differ on when it helps.
//!
//! The environment of a running program can't be changed safely, so the program begins anew in its
//! own place, before it has started any thread.

use std::path::Path;

const EXPLICIT_SYNC: &str = "__NV_DISABLE_EXPLICIT_SYNC";

/// What has to be in the environment and is not.
fn lacking(set: impl Fn(&str) -> bool, nvidia: bool) -> Option<&'static str> {
    let wayland = set("WAYLAND_DISPLAY");
    (wayland && nvidia && !set(EXPLICIT_SYNC)).then_some(EXPLICIT_SYNC)
}

/// Begins anew where something is lacking. Comes back where nothing is, or where that fails: then the
/// window may be blank, which is no worse than before.
pub(crate) fn settle() {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let nvidia = Path::new("/proc/driver/nvidia/version").exists();
    if let Some(name) = lacking(set, nvidia)
        && let Ok(program) = std::env::current_exe()
    {
        use std::os::unix::process::CommandExt;
        let error = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(name, "1")
            .exec();
        eprintln!("The program could not begin anew with {name}=1: {error}.");
    }
}

#[cfg(test)]
mod tests {
    use super::lacking;

    #[test]
    fn only_wayland_with_nvidia_is_changed_and_never_what_the_user_has_set() {
        let with = |names: &'static [&'static str]| move |name: &str| names.contains(&name);
        assert!(lacking(with(&["WAYLAND_DISPLAY"]), true).is_some());
        assert!(lacking(with(&["WAYLAND_DISPLAY"]), false).is_none());
        assert!(lacking(with(&["DISPLAY"]), true).is_none());
        let chosen = &["WAYLAND_DISPLAY", "__NV_DISABLE_EXPLICIT_SYNC"];
        assert!(lacking(with(chosen), true).is_none());
    }
}
