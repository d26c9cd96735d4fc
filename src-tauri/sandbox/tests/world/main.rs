//! The world as a caller sees it: in-process with handed-in time, and over real sockets.

mod calls;
mod faults;
mod replies;
mod sends;
mod served;
mod whole;
