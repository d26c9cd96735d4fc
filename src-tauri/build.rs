//! Hands Tauri the folders that are not where it looks by itself: the package stands at the root of
//! the repository, its sources stand in `src-tauri`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    // A manifest of our own switches the access list on for our commands too: what is not granted
    // by a capability is refused.
    let manifest =
        tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*");
    tauri_build::try_build(
        tauri_build::Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(manifest),
    )?;
    Ok(())
}
