//! HTML that somebody wrote, as text that can be read. Nothing of it is ever shown as HTML: what is a tag
//! goes, what begins a line begins one, and all else is text, whatever it says.

/// More of one text is not kept.
const MOST: usize = 4_000;

/// What stands in it, line by line.
pub(super) fn text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        push(&mut out, before);
        let Some((name, after)) = tag(from) else {
            // A lone sign is a sign.
            out.push('<');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        rest = match name.as_str() {
            // What was skipped ends with the tag that closes it, which opens nothing.
            "script" | "style" | "title" if !from.starts_with("</") => skip_to_end(after, &name),
            _ => after,
        };
        if breaks(&name) && !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        if name == "li" && !from.starts_with("</") {
            out.push_str("- ");
        }
        if out.chars().count() > MOST {
            break;
        }
    }
    push(&mut out, rest);
    tidy(&out)
}

/// The name of the tag that a text begins with, and what follows it. None where it is no tag.
fn tag(text: &str) -> Option<(String, &str)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        let after = comment.split_once("-->").map_or("", |(_, after)| after);
        return Some((String::new(), after));
    }
    let inside = text.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let first = inside.chars().next()?;
    if !(first.is_ascii_alphabetic() || first == '!' || first == '?') {
        return None;
    }
    let name: String = inside
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let after = end_of_tag(inside).and_then(|end| inside.get(end..));
    Some((name.to_ascii_lowercase(), after.unwrap_or_default()))
}

/// Behind the sign that ends a tag; one between quotation marks does not.
fn end_of_tag(inside: &str) -> Option<usize> {
    let mut quote = None;
    for (at, sign) in inside.char_indices() {
        match (quote, sign) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(sign),
            (Some(open), sign) if open == sign => quote = None,
            _ => (),
        }
    }
    // A quotation mark that nothing ends is none.
    inside.find('>').map(|at| at + 1)
}

fn skip_to_end<'t>(text: &'t str, name: &str) -> &'t str {
    let end = format!("</{name}");
    let lower = text.to_ascii_lowercase();
    let at = lower.find(&end).unwrap_or(text.len());
    text.get(at..).unwrap_or_default()
}

fn breaks(name: &str) -> bool {
    matches!(
        name,
        "br" | "p"
            | "div"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "table"
            | "blockquote"
            | "hr"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "pre"
    )
}

/// Text between tags: entities become what they stand for, and lines of the source are no lines.
fn push(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(&before.replace(['\n', '\r', '\t'], " "));
        let found = from.get(1..).and_then(|inside| {
            let end = inside.find(';').filter(|end| *end <= 10)?;
            Some((entity(inside.get(..end)?)?, inside.get(end + 1..)?))
        });
        if let Some((sign, after)) = found {
            out.push(sign);
            rest = after;
        } else {
            out.push('&');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    out.push_str(&rest.replace(['\n', '\r', '\t'], " "));
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let number = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(number);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "rdquo" => '”',
        "ldquo" => '“',
        "euro" => '€',
        "copy" => '©',
        _ => return None,
    })
}

/// Without what steers a screen, without a row of empty lines, and not longer than is kept.
fn tidy(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|sign| if sign == '\u{a0}' { ' ' } else { sign })
        .filter(|sign| *sign == '\n' || !sign.is_control())
        .collect();
    let mut lines: Vec<String> = Vec::new();
    for line in clean.lines() {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !line.is_empty() {
            lines.push(line);
        }
    }
    let whole = lines.join("\n");
    if whole.chars().count() <= MOST {
        return whole;
    }
    let mut short: String = whole.chars().take(MOST).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_line_by_line() {
        assert_eq!(
            text(
                "<div style=\"\" dir=\"auto\" data-top-level=\"true\"><p style=\"margin:0;\">Wants the \
                 <strong>blue</strong> one</p><p>Tom &amp; Ann&nbsp;agree &#8212; &lt;3</p><ul><li>one</li>\
                 <li>two</li></ul>a<br>b</div>"
            ),
            "Wants the blue one\nTom & Ann agree — <3\n- one\n- two\na\nb"
        );
        assert_eq!(text("plain\ntext"), "plain text");
        assert_eq!(text("1 < 2 and 3 > 2 &c. AT&T"), "1 < 2 and 3 > 2 &c. AT&T");
        assert_eq!(text(""), "");
    }

    #[test]
    fn nothing_of_a_hostile_note_is_a_tag_any_more_and_nothing_breaks() {
        assert_eq!(
            text(
                "<script>alert('x')</script>Hi<img src=x onerror=\"alert(1)>2\"> there<!-- <b> -->!"
            ),
            "Hi there!"
        );
        // What was escaped is text, and stays what it was: nobody takes it for a tag after this.
        assert_eq!(
            text("&lt;img src=x onerror=alert(1)&gt;"),
            "<img src=x onerror=alert(1)>"
        );
        for odd in [
            "<",
            "<<<",
            "</",
            "<a href=\"",
            "<script>never ends",
            "&#xd800;&#0;&#99999999999;",
            "<!--",
            "a<é>b",
            "\u{1b}[31mred",
        ] {
            let shown = text(odd);
            assert!(!shown.contains('\u{1b}') && !shown.contains('\0'), "{odd}");
        }
        let long = text(&"<p>word</p>".repeat(5_000));
        assert!(long.chars().count() <= MOST + 1, "{}", long.len());
        assert!(long.ends_with('…'));
    }
}
