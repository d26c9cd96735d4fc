//! The association types that every portal has: one id a direction.

use super::super::kind::Kind;
use super::super::kind::Kind::{
    Call, Communication, Company, Contact, Deal, Email, Meeting, Note, Task, Ticket, Treatment,
};

/// From, to, the id of that direction and the id of the other. Primary ones stand in their own list.
const UNLABELLED: &[(Kind, Kind, u32, u32)] = &[
    (Contact, Company, 279, 280),
    (Contact, Deal, 4, 3),
    (Contact, Ticket, 15, 16),
    (Deal, Company, 341, 342),
    (Company, Ticket, 340, 339),
    (Deal, Ticket, 27, 28),
    (Contact, Contact, 449, 449),
    (Company, Company, 450, 450),
    (Note, Contact, 202, 201),
    (Note, Company, 190, 189),
    (Note, Deal, 214, 213),
    (Note, Ticket, 228, 227),
    (Communication, Contact, 81, 82),
    (Communication, Company, 87, 88),
    (Communication, Deal, 85, 86),
    (Communication, Ticket, 83, 84),
    (Call, Contact, 194, 193),
    (Call, Company, 182, 181),
    (Call, Deal, 206, 205),
    (Call, Ticket, 220, 219),
    (Email, Contact, 198, 197),
    (Email, Company, 186, 185),
    (Email, Deal, 210, 209),
    (Email, Ticket, 224, 223),
    (Meeting, Contact, 200, 199),
    (Meeting, Company, 188, 187),
    (Meeting, Deal, 212, 211),
    (Meeting, Ticket, 226, 225),
    (Task, Contact, 204, 203),
    (Task, Company, 192, 191),
    (Task, Deal, 216, 215),
    (Task, Ticket, 230, 229),
    (Contact, Treatment, 1_101, 1_102),
];

/// The same for "Primary": the first of each pair has one at most.
const PRIMARY: &[(Kind, Kind, u32, u32)] = &[
    (Contact, Company, 1, 2),
    (Deal, Company, 5, 6),
    (Ticket, Company, 26, 25),
];

fn all() -> impl Iterator<Item = (Kind, Kind, u32, u32)> {
    PRIMARY
        .iter()
        .chain(UNLABELLED)
        .copied()
        .flat_map(|(from, to, there, back)| {
            let reverse = (there != back).then_some((to, from, back, there));
            std::iter::once((from, to, there, back)).chain(reverse)
        })
}

/// The unlabelled type from one object type to another.
pub(super) fn default_of(from: Kind, to: Kind) -> Option<u32> {
    UNLABELLED.iter().find_map(|(first, second, there, back)| {
        if (*first, *second) == (from, to) {
            Some(*there)
        } else if (*second, *first) == (from, to) {
            Some(*back)
        } else {
            None
        }
    })
}

/// The type of the other direction, if `id` goes from `from` to `to`.
pub(super) fn inverse_of(from: Kind, to: Kind, id: u32) -> Option<u32> {
    all()
        .find(|one| (one.0, one.1, one.2) == (from, to, id))
        .map(|one| one.3)
}

/// Between which object types an id goes.
pub(super) fn direction(id: u32) -> Option<(Kind, Kind)> {
    all().find(|one| one.2 == id).map(|one| (one.0, one.1))
}

/// Every type from one object type to another.
pub(super) fn between(from: Kind, to: Kind) -> impl Iterator<Item = u32> {
    all()
        .filter(move |one| (one.0, one.1) == (from, to))
        .map(|one| one.2)
}

/// Whether the id means "Primary", in either direction.
pub(super) fn is_primary(id: u32) -> bool {
    PRIMARY.iter().any(|one| one.2 == id || one.3 == id)
}

/// The "Primary" type for records that have one company that stands for them.
pub(super) fn primary_of(from: Kind, to: Kind) -> Option<u32> {
    PRIMARY
        .iter()
        .find(|one| (one.0, one.1) == (from, to))
        .map(|one| one.2)
}

/// What HubSpot calls a type; unlabelled ones have no name.
pub(super) fn label(id: u32) -> Option<&'static str> {
    is_primary(id).then_some("Primary")
}
