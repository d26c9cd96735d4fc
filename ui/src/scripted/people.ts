// People who don't exist: names in many scripts and directions, long ones, and ones that would like to
// be something else than a name.
export const people: { name: string | null; address: string }[] = [
  { name: "Ana Ruiz", address: "+1 202 555 0101" },
  { name: "Ben Okafor", address: "+1 202 555 0102" },
  { name: null, address: "+1 904 555 0129" },
  { name: "Chloé Martin", address: "chloe.martin@example.com" },
  { name: "Дмитрий Соколов", address: "+1 202 555 0104" },
  { name: "إيمان حسن", address: "+20 10 5555 0100" },
  { name: "Grace Liu 刘", address: "+1 202 555 0106" },
  { name: "Hugo Brandt", address: "hugo@example.org" },
  { name: "田中さくら", address: "+81 90 5555 0107" },
  { name: "नेहा शर्मा", address: "+91 98 5555 0108" },
  { name: "שרה כהן", address: "+972 50 555 0109" },
  {
    name: "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Jr.",
    address: "wolfe@example.net",
  },
  { name: "👩🏽‍⚕️ Dr. Mia 🦷", address: "+1 202 555 0111" },
  { name: "<img src=x onerror=alert(1)>", address: "+1 202 555 0112" },
  { name: "محمد (Mo) Al-Sayed 3", address: "+1 202 555 0113" },
  { name: "‮evil‬ Name", address: "+1 202 555 0114" },
  { name: "Z̷̢a͎͚l̶g̸o̵ ĺ̈o̷ng", address: "+1 202 555 0115" },
];

export const texts: string[] = [
  "Sounds good, Thursday at 3 works for me",
  "Hi Ben, your whitening kit is ready to pick up.",
  "Who is this?",
  "Bonjour Chloé, un rappel pour votre rendez-vous de demain à 9 h 30",
  "Hi Dmitri, we have an opening on Friday morning",
  "مرحبا إيمان، موعدك مؤكد يوم الأحد الساعة ٣",
  "STOP",
  "Hi Grace, it has been six months since your last cleaning. Would next Tuesday at 10 suit you, or would you rather come in the afternoon, when Dr. Lane is here as well?",
  "❤️ Loved “See you on Monday”",
  "予約を確認しました。ありがとうございます 🙏",
  "<script>alert(document.cookie)</script>",
  "{{7*7}} ${7*7} #{7*7} '; DROP TABLE contacts;--",
  "תודה, נתראה מחר",
  "averylongwordwithoutanyspacesatallthatgoesonandonandonandonandonandonandonandonandon",
];
