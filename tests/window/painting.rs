//! The real window paints its real page: the built program, WebKit, a display, and a picture.
//!
//! `cargo xtask test` builds the program, brings a display without a window manager and says where
//! both are. Each test keeps its picture under the target folder, to be looked at.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must fail"
)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// From the start of the program to its line; a cold start under load takes some seconds.
const PATIENCE: Duration = Duration::from_secs(90);

type Colour = [u8; 3];

const PAPER: Colour = [0xff, 0xff, 0xff];
const INK: Colour = [0x17, 0x18, 0x1c];
const NIGHT: Colour = [0x16, 0x17, 0x1b];
const CHALK: Colour = [0xec, 0xed, 0xf1];
const CORAL: Colour = [0xe2, 0x70, 0x4a];

#[test]
#[ignore = "needs the built window and a display: cargo xtask test brings both"]
fn a_wide_window_by_day() {
    Picture::of("wide-day", (1280, 800), "Adwaita").shows(PAPER, INK);
}

#[test]
#[ignore = "needs the built window and a display: cargo xtask test brings both"]
fn the_smallest_window_by_night() {
    Picture::of("small-night", (900, 600), "Adwaita:dark").shows(NIGHT, CHALK);
}

/// The running program, ended with the test that started it.
struct Shell(Child);

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct Picture {
    pixels: Vec<Colour>,
}

impl Picture {
    fn of(name: &str, (width, height): (u32, u32), theme: &str) -> Self {
        let program = std::env::var("TUCO_FOR_HUBSPOT_PROGRAM").expect("where the window is");
        let child = Command::new(program)
            .args(["--smoke-test", "--size", &format!("{width}x{height}")])
            .env("GTK_THEME", theme)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut shell = Shell(child);
        let line = painted(&mut shell.0);
        assert!(line.contains("Tuco for HubSpot (visible: true)"), "{line}");

        let area = format!("{width}x{height}+0+0");
        let pictures = PathBuf::from(std::env::var("TUCO_FOR_HUBSPOT_PICTURES").unwrap());
        std::fs::create_dir_all(&pictures).unwrap();
        photograph(
            &area,
            &pictures.join(format!("{name}.png")).to_string_lossy(),
        );
        let picture = Self::read(&photograph(&area, "ppm:-"), (width, height));

        // The program stays until its input ends, and then leaves by itself and content.
        drop(shell.0.stdin.take());
        assert!(shell.0.wait().unwrap().success());
        picture
    }

    /// Reads the simplest picture format there is: "P6", width, height, 255, then the bytes.
    fn read(ppm: &[u8], size: (u32, u32)) -> Self {
        let mut fields = ppm.splitn(4, u8::is_ascii_whitespace);
        let mut next = || {
            fields
                .next()
                .map(String::from_utf8_lossy)
                .unwrap_or_default()
        };
        let (kind, width, height) = (next(), next(), next());
        assert_eq!(kind, "P6");
        let expected = (size.0.to_string(), size.1.to_string());
        assert_eq!((width.into_owned(), height.into_owned()), expected);
        let count = (size.0 * size.1) as usize * 3;
        let pixels = &ppm[ppm.len() - count..];
        Self {
            pixels: pixels.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect(),
        }
    }

    fn near(&self, colour: Colour) -> usize {
        let near = |pixel: &&Colour| pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 12);
        self.pixels.iter().filter(near).count()
    }

    fn shows(&self, ground: Colour, letters: Colour) {
        let all = self.pixels.len();
        // A window that was never painted is one colour, and none of ours.
        assert!(
            self.near(ground) > all / 10 * 8,
            "ground: {} of {all}",
            self.near(ground)
        );
        assert!(
            self.near(letters) > 1000,
            "letters: {} pixels",
            self.near(letters)
        );
        // The mark is an image: the policy lets the page's own images through.
        assert!(self.near(CORAL) > 100, "mark: {} pixels", self.near(CORAL));
    }
}

fn painted(child: &mut Child) -> String {
    let out = child.stdout.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Other lines may come from helpers of the desktop that share the output.
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if line.starts_with("painted: ") {
                let _ = sender.send(line);
            }
        }
    });
    receiver
        .recv_timeout(PATIENCE)
        .expect("the page painted and said so")
}

fn photograph(area: &str, to: &str) -> Vec<u8> {
    let output = Command::new("import")
        .args([
            "-window", "root", "-crop", area, "+repage", "-depth", "8", to,
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
