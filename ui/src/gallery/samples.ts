/** The moment at which the gallery's clock stands. */
export const noon = Date.UTC(2026, 10, 21, 14, 2);

/** Names in many scripts and directions, long ones, and ones that would like to be something else. */
export const names = [
  "Ana Ruiz",
  "إيمان حسن",
  "Дмитрий Соколов",
  "田中さくら",
  "नेहा शर्मा",
  "שרה כהן",
  "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Jr.",
  "👩🏽‍⚕️ Dr. Mia 🦷",
  "<img src=x onerror=alert(1)>",
  "محمد (Mo) Al-Sayed 3",
  "‮evil‬ Name",
];

/** What became of an event, as the word that is shown. */
export const lines = [
  "Sounds good, Thursday at 3 works for me",
  "مرحبا إيمان، موعدك مؤكد",
  "Здравствуйте, есть окно в пятницу утром",
  "予約を確認しました。ありがとうございます 🙏",
  "<script>alert(1)</script> {{constructor}} ${7*7}",
  "Hi Grace, it has been six months since your last cleaning. Would next Tuesday at 10 suit you, or would you rather come in the afternoon?",
];
