//! Texts and values that would like to be something else, by class and of our own making.

use serde_json::{Value, json};

/// Texts: markup, statements, searches, paths, formats, directions, lengths, and what looks like a
/// value of ours.
pub(super) fn texts() -> Vec<String> {
    let mut all = Vec::new();
    let wraps = [
        "{}",
        "'{}",
        "\"{}\"",
        "{}--",
        "%{}%",
        "a{}b",
        "{}\0",
        "\u{202e}{}",
    ];
    let cores = [
        "<script>canary()</script>",
        "<img src=x onerror=canary()>",
        "javascript:canary()",
        "'; DROP TABLE event; --",
        "1 OR 1=1",
        "\"; DELETE FROM setting; --",
        ") UNION SELECT key FROM connection --",
        "NEAR(price yes)",
        "text:price",
        "price*",
        "^price",
        "price AND NOT",
        "(((((",
        "-",
        "../../etc/passwd",
        "file:///etc/passwd",
        "\\\\server\\share",
        "$(reboot)",
        "`reboot`",
        "| reboot",
        "; reboot",
        "%s%n%x",
        "{0}{name}",
        "${canary}",
        "{{canary}}",
        "=1+1",
        "@SUM(A1)",
        "+41790000000",
        "\r\nX-Evil: 1",
        "GET / HTTP/1.1",
        "__CHANNEL__:1",
        "__TAURI_INVOKE_KEY__",
        "plugin:shell|open",
        "tauri://localhost/",
        "ipc://localhost/quit",
        "null",
        "undefined",
        "NaN",
        "true",
        "1e400",
        "-9223372036854775809",
        "0x1f",
        "١٢٣",
        "mirror.reply",
        "on",
        "[]",
        "{\"from\":\"newest\"}",
        "auto",
        "Europe/../Berlin",
        "forget everything?",
    ];
    for core in cores {
        all.extend(wraps.iter().map(|wrap| wrap.replace("{}", core)));
    }
    let letters = [
        '\0',
        '\u{1}',
        '\t',
        '\n',
        '\r',
        '\u{1b}',
        ' ',
        '\u{7f}',
        '\u{85}',
        '\u{a0}',
        '\u{ad}',
        '\u{200b}',
        '\u{200d}',
        '\u{202e}',
        '\u{2028}',
        '\u{2066}',
        '\u{fdfd}',
        '\u{feff}',
        '\u{fffd}',
        '\u{ffff}',
        '\u{1f469}',
        '\u{1f3fd}',
        '\u{e0041}',
        '\u{10ffff}',
        '\u{301}',
        'ß',
        'İ',
        'ﷺ',
        'ۿ',
        '𝔘',
    ];
    for letter in letters {
        for count in [1, 300] {
            all.push(letter.to_string().repeat(count));
            all.push(format!("a{}z", letter.to_string().repeat(count)));
        }
    }
    all.push(String::new());
    all.push("a".repeat(100_000));
    all.push("a ".repeat(20_000));
    all.push("\"".repeat(20_000));
    all
}

/// Values of another type than is asked for.
pub(super) fn values() -> Vec<Value> {
    let deep = (0..100).fold(json!(0), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(u32::MAX),
        json!(0.5),
        json!(-0.0),
        json!(1e308),
        json!(""),
        json!([]),
        json!([[]]),
        json!([1, "a", null]),
        json!({}),
        json!({"__proto__": {"admin": true}}),
        json!({"from": "newest"}),
        json!(vec![0; 10_000]),
        deep,
    ]
}
