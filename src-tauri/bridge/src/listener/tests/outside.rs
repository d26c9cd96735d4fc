//! From another machine, as far as one can be had: a network of its own beside this one.
//!
//! It takes somebody who may make networks. Elsewhere the test says that it was skipped.

use super::{Stage, reply};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};

/// A second network, with this machine at the other end of a cable.
struct Outside {
    name: String,
    here: Ipv4Addr,
}

impl Outside {
    /// None where this process may not make one.
    fn new() -> Option<Self> {
        let process = std::process::id();
        let [.., three, four] = process.to_be_bytes();
        // A net of benchmarks (RFC 2544), which nobody routes.
        let (here, there) = (
            Ipv4Addr::new(198, 18 + (three & 1), four, 1),
            Ipv4Addr::new(198, 18 + (three & 1), four, 2),
        );
        let name = format!("tuco{process}");
        let outside = Self { name, here };
        let (near, far) = (format!("tn{process}"), format!("tf{process}"));
        let (here, there) = (format!("{here}/30"), format!("{there}/30"));
        let space = outside.name.as_str();
        let made = [
            vec!["netns", "add", space],
            vec![
                "link", "add", &near, "type", "veth", "peer", "name", &far, "netns", space,
            ],
            vec!["addr", "add", &here, "dev", &near],
            vec!["link", "set", &near, "up"],
            vec!["-n", space, "addr", "add", &there, "dev", &far],
            vec!["-n", space, "link", "set", &far, "up"],
            vec!["-n", space, "link", "set", "lo", "up"],
        ]
        .iter()
        .all(|words| ip(words));
        made.then_some(outside)
    }

    /// Whether somebody there gets through to an address.
    fn reaches(&self, address: Ipv4Addr, port: u16) -> bool {
        let connect = format!("exec 3<>/dev/tcp/{address}/{port}");
        ip(&[
            "netns", "exec", &self.name, "timeout", "5", "bash", "-c", &connect,
        ])
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // The cable goes with it.
        ip(&["netns", "del", &self.name]);
    }
}

fn ip(words: &[&str]) -> bool {
    let quiet = || Stdio::null();
    let ran = Command::new("ip")
        .args(words)
        .stdin(quiet())
        .stdout(quiet())
        .stderr(quiet())
        .status();
    ran.is_ok_and(|status| status.success())
}

#[test]
fn nobody_outside_of_this_computer_reaches_it() {
    let Some(outside) = Outside::new() else {
        eprintln!("skipped: this process may not make a second network");
        return;
    };
    // That the cable works is shown by somebody who listens everywhere.
    let open = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = open.local_addr().unwrap().port();
    if !outside.reaches(outside.here, port) {
        eprintln!("skipped: a firewall parts this computer from its second network");
        return;
    }
    let stage = Stage::new();
    assert!(!outside.reaches(outside.here, stage.port()));
    assert!(!outside.reaches(Ipv4Addr::LOCALHOST, stage.port()));
    assert_eq!(stage.deliver(&reply("m1")), 200, "from here it is reached");
}
