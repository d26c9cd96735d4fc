//! Names, words and places that the default world is made of. All invented; the numbers lie in
//! ranges that are kept for fiction, or belong to nobody in particular.

/// First and last name in one script, and how likely it is against the others.
pub(crate) struct NameStock {
    pub(crate) weight: usize,
    pub(crate) first: &'static [&'static str],
    pub(crate) last: &'static [&'static str],
}

/// Most people of this small business write in Latin script; some do not.
pub(crate) const NAMES: [NameStock; 8] = [
    NameStock {
        weight: 62,
        first: &[
            "Ana", "Ben", "Carla", "Derek", "Emma", "Frank", "Grace", "Hugo", "Irene", "Jonas",
            "Kate", "Liam", "Maria", "Noah", "Olivia", "Peter", "Quinn", "Rosa", "Sam", "Tina",
            "Ursula", "Victor", "Wendy", "Xavier", "Yvonne", "Zack", "Mary Ann", "Jean-Luc",
        ],
        last: &[
            "Ruiz",
            "Smith",
            "O'Brien",
            "Johnson",
            "Nguyen",
            "Garcia",
            "Miller",
            "Davis",
            "Lopez",
            "Wilson",
            "Anderson",
            "Thomas",
            "Moore",
            "Martin",
            "Lee",
            "Clark",
            "Walker",
            "Young",
            "van der Berg",
            "St. Clair",
            "McDonald",
            "Hernandez",
            "King",
            "Wright",
            "Hill",
            "Scott",
        ],
    },
    NameStock {
        weight: 12,
        first: &[
            "Zoë",
            "José",
            "Björn",
            "Łukasz",
            "François",
            "Éloïse",
            "Jürgen",
            "Şebnem",
            "Søren",
        ],
        last: &[
            "Müller",
            "Nuñez",
            "Åkesson",
            "Wałęsa",
            "Lefèvre",
            "Çelik",
            "Kjærgaard",
            "Dvořák",
        ],
    },
    NameStock {
        weight: 5,
        first: &["محمد", "فاطمة", "أحمد", "ليلى", "يوسف"],
        last: &["الحسن", "عبد الله", "المصري", "حداد"],
    },
    NameStock {
        weight: 4,
        first: &["דוד", "שרה", "נועם", "רחל"],
        last: &["כהן", "לוי", "מזרחי", "פרץ"],
    },
    NameStock {
        weight: 6,
        first: &["伟", "芳", "秀英", "敏", "静"],
        last: &["王", "李", "张", "刘", "欧阳"],
    },
    NameStock {
        weight: 5,
        first: &["आरव", "प्रिया", "राहुल", "अनन्या"],
        last: &["शर्मा", "पटेल", "सिंह", "गुप्ता"],
    },
    NameStock {
        weight: 5,
        first: &["Иван", "Ольга", "Дмитрий", "Наталья"],
        last: &["Петров", "Иванова", "Шевченко", "Кузнецов"],
    },
    NameStock {
        weight: 1,
        first: &["🌸 Lily", "Max 🚀", "👩‍💻 Dana"],
        last: &["🌟", "Rocket", "O’Neil ❤️"],
    },
];

pub(crate) const COMPANIES: [&str; 24] = [
    "Harbor Dental",
    "Blue Ridge Roofing",
    "Atlas Fitness",
    "Café Lumière",
    "Northwind Realty",
    "Sunrise Solar",
    "Pioneer Plumbing",
    "Oak & Iron",
    "Bright Smiles",
    "Delta Moving Co.",
    "Kestrel Legal",
    "Marigold Florists",
    "Summit Tutoring",
    "Tidewater Marine",
    "Vista Windows",
    "Juniper Spa",
    "Granite Lending",
    "Cobalt IT",
    "Evergreen Lawn",
    "Magnolia Homes",
    "Redwood Physio",
    "Silver Lake Pets",
    "Union Electric",
    "Wild Rose Weddings",
];

pub(crate) const OWNERS: [(&str, &str); 5] = [
    ("Maya", "Reyes"),
    ("Daniel", "Okafor"),
    ("Sofia", "Lindqvist"),
    ("Tom", "Becker"),
    ("Priya", "Nair"),
];

pub(crate) const JOBS: [&str; 8] = [
    "Owner",
    "Office manager",
    "Marketing",
    "Homeowner",
    "Dr.",
    "Operations",
    "Buyer",
    "",
];

pub(crate) const SENDS: [&str; 12] = [
    "Hi {name}, this is Maya from Harbor. Is now a good time for a quick question?",
    "Just checking in about the estimate we sent. Any questions?",
    "Your appointment is confirmed for Thursday at 10:30. Reply C to change it.",
    "Thanks for calling us today! Here is the link: https://example.com/q/7h2",
    "We have an opening tomorrow at 2 pm. Would that work?",
    "Did you get a chance to look at the proposal?",
    "Happy to help. What is the best number to reach you at?",
    "Reminder: the spring offer ends on Friday.",
    "Great talking with you! I'll send the paperwork over.",
    "Hola {name}, ¿sigue interesado en la visita?",
    "Could you send a photo of the roof when you have a moment?",
    "Thank you! 🙏 See you then.",
];

pub(crate) const REPLIES: [&str; 26] = [
    "Sounds good",
    "Yes please",
    "Who is this?",
    "Can we do 3 pm instead?",
    "I'll stop by at 3",
    "Thanks so much 🙏",
    "No thanks, we went with somebody else",
    "👍",
    "How much is it?",
    "Call me after 5",
    "Not interested right now, maybe in the fall",
    "Yes",
    "ok",
    "C",
    "Sorry for the late answer, we were on vacation",
    "Can you send that again? The link is broken",
    "Perfect, see you Thursday!",
    "<b>is this a bot?</b> & why do you have my number",
    "¿Hablan español?",
    "شكرا جزيلا، سأتصل بكم غدا",
    "תודה רבה, נדבר מחר",
    "谢谢,明天见",
    "धन्यवाद, कल बात करते हैं",
    "Спасибо, до завтра",
    "Line one\nLine two\n\nLine four",
    "My wife handles this, her number is 904-555-0144",
];

pub(crate) const LONG_REPLIES: [&str; 4] = [
    "Hi Maya, thanks for getting back to me. So the situation is this: the upstairs bathroom has been \
     leaking since last winter, we had somebody look at it in March who said it was the seal, but it \
     came back after two weeks. We would need somebody on a weekend because both of us work, and the \
     dog has to be out of the house. Could you give me a rough price before you send anyone?",
    "Before I say yes I have a few questions. First, is the quote including the permit? Second, how \
     long will the crew be here, because my mother lives downstairs and she needs quiet from two to \
     four. Third, what happens if it rains? The last company left us with a tarp for nine days and I \
     do not want to go through that again. Please answer all three.",
    "Buenos días, le escribo porque el presupuesto que recibimos no incluye el jardín de atrás, que \
     era lo más importante para nosotros. ¿Podría enviar una versión nueva con las dos partes por \
     separado? También quisiera saber si aceptan pagos mensuales y si el precio cambia en verano. \
     Muchas gracias por su paciencia, quedo atenta a su respuesta.",
    "😀😀😀 we are SO happy with how it turned out!!! 🎉🎉🎉 Everybody at the party asked who did it and I \
     gave your number to at least five people, so expect some calls 📞📞📞. The kids love the colour 💙💙 \
     and even grandpa, who likes nothing, said it is nice 😂😂😂😂. One small thing: the left door sticks \
     a little when it is humid. Could somebody have a look next week? No hurry at all 🙏🙏🙏🙏🙏🙏",
];

pub(crate) const OPT_OUTS: [&str; 5] = ["STOP", "Stop.", "unsubscribe", "Remove me", "OPT OUT"];

pub(crate) const JUNK_NUMBERS: [&str; 6] = [
    "n/a",
    "ask reception",
    "555",
    "0000000000",
    "see notes",
    "-",
];

/// Area codes of the east coast and elsewhere, so that people live in several time zones.
pub(crate) const AREA_CODES: [&str; 10] = [
    "904", "212", "305", "617", "404", "312", "713", "303", "415", "808",
];
