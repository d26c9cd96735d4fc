//! tuco.
