//! What users of other products complain about, each as a scene that must end well: `docs/cases.md` says which.

mod limits;
mod matching;
mod reading;
mod rules;
mod rules_late;
