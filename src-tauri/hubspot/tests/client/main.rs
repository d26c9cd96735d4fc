//! The client against a transport that answers from a script.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod batches;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod script;
