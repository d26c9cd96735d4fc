//! Carrying out a fault on one call.

use super::{Answer, Manner, Side, World};
use crate::dice::Dice;
use crate::faults::Fault;
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::parse_iso;
use crate::tuco;
use serde_json::{Value, json};

/// What a hotel's network answers before somebody has signed in.
const CAPTIVE_PORTAL: &str = "<!DOCTYPE html><html><head><title>Welcome to Guest Wi-Fi</title></head>\
    <body><h1>Please accept the terms to go online</h1></body></html>";
/// What a proxy answers whose other side is gone.
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n";

impl World {
    /// The call as it goes without a fault.
    pub(super) fn undisturbed(&mut self, side: Side, request: &HttpRequest, now: i64) -> Answer {
        let (response, delay) = self.call(side, request, now);
        let manner = if delay == 0 {
            Manner::Whole
        } else {
            Manner::Delay { ms: delay }
        };
        Answer { response, manner }
    }

    pub(super) fn disturbed(
        &mut self,
        fault: &Fault,
        side: Side,
        request: &HttpRequest,
        now: i64,
    ) -> Answer {
        let nothing = |manner| Answer {
            response: HttpResponse::empty(500),
            manner,
        };
        match fault {
            Fault::Status {
                status,
                name,
                body,
                retry_after,
            } => {
                let response =
                    self.error_answer(side, *status, name.as_deref(), body.as_deref(), now);
                let response = match retry_after {
                    Some(wait) => response.with_header("retry-after", &wait.to_string()),
                    None => response,
                };
                Answer::whole(response)
            }
            Fault::Named(name) => Answer::whole(self.error_answer(side, 0, Some(name), None, now)),
            Fault::HangBefore => nothing(Manner::Hang),
            Fault::ResetBefore => nothing(Manner::ResetBefore),
            Fault::Html200 => Answer::whole(HttpResponse::html(200, CAPTIVE_PORTAL)),
            Fault::Html502 => Answer::whole(HttpResponse::html(502, BAD_GATEWAY)),
            Fault::HangAfterCommit => self.done(side, request, now, Manner::Hang),
            Fault::ResetAfterCommit => self.done(side, request, now, Manner::ResetAfter),
            Fault::WrongLength => self.done(side, request, now, Manner::WrongLength),
            Fault::Drip { bytes_per_second } => self.done(
                side,
                request,
                now,
                Manner::Drip {
                    bytes_per_second: *bytes_per_second,
                },
            ),
            Fault::Delay { ms } => self.done(side, request, now, Manner::Delay { ms: *ms }),
            Fault::HalfBody => {
                let mut answer = self.done(side, request, now, Manner::Whole);
                answer.manner = Manner::Cut {
                    at: answer.response.body.len() / 2,
                };
                answer
            }
            Fault::StaleIndex { ms } => self.stale(side, request, now, *ms),
            Fault::Shuffle => {
                let mut answer = self.undisturbed(side, request, now);
                shuffle(&mut answer.response, &mut self.dice);
                answer
            }
            Fault::Partial207 => match self.partial(side, request, now) {
                Some(response) => Answer::whole(response),
                None => self.undisturbed(side, request, now),
            },
        }
    }

    fn done(&mut self, side: Side, request: &HttpRequest, now: i64, manner: Manner) -> Answer {
        let (response, _) = self.call(side, request, now);
        Answer { response, manner }
    }

    fn call(&mut self, side: Side, request: &HttpRequest, now: i64) -> (HttpResponse, u64) {
        match side {
            Side::HubSpot => (self.hubspot(request, now), 0),
            Side::Tuco => self.workspace.handle(request, now),
        }
    }

    /// An error answer by name where it has one, else by its status; any body where one is given.
    fn error_answer(
        &mut self,
        side: Side,
        status: u16,
        name: Option<&str>,
        body: Option<&str>,
        now: i64,
    ) -> HttpResponse {
        if let Some(body) = body {
            let html = body.trim_start().starts_with('<');
            let kind = if html {
                "text/html; charset=utf-8"
            } else {
                "application/json;charset=utf-8"
            };
            return HttpResponse {
                status: if status == 0 { 500 } else { status },
                headers: vec![("content-type".to_owned(), kind.to_owned())],
                body: body.as_bytes().to_vec(),
            };
        }
        let correlation = format!(
            "{}-{}-7{}-9{}-{}",
            self.dice.hex(8),
            self.dice.hex(4),
            self.dice.hex(3),
            self.dice.hex(3),
            self.dice.hex(12)
        );
        let known = match side {
            Side::HubSpot => {
                let name = name.unwrap_or(hubspot_name(status));
                crate::hubspot::fault_response(name, now, &correlation)
            }
            Side::Tuco => tuco_error(name.unwrap_or(tuco_name(status))),
        };
        let mut response = known.unwrap_or_else(|| {
            let body = json!({
                "status": "error", "error": "Sandbox fault", "message": "Sandbox fault",
                "correlationId": correlation,
            });
            HttpResponse::json(500, &body)
        });
        if status != 0 {
            response.status = status;
        }
        response
    }

    /// Half of a batch is done, the rest refused: 207. `None` where HubSpot would not answer so.
    fn partial(&mut self, side: Side, request: &HttpRequest, now: i64) -> Option<HttpResponse> {
        let last = request.path.rsplit('/').next()?;
        let write =
            request.path.contains("/batch/") && ["create", "update", "upsert"].contains(&last);
        if side != Side::HubSpot || !write {
            return None;
        }
        let mut body: Value = serde_json::from_slice(&request.body).ok()?;
        let inputs = body.get_mut("inputs")?.as_array_mut()?;
        let traced = |input: &Value| {
            input
                .get("objectWriteTraceId")
                .is_some_and(Value::is_string)
        };
        if inputs.len() < 2 || !inputs.iter().all(traced) {
            return None;
        }
        let refused: Vec<Value> = {
            let mut place = 0;
            inputs
                .extract_if(.., |_| {
                    place += 1;
                    place % 2 == 0
                })
                .collect()
        };
        let half = HttpRequest {
            body: serde_json::to_vec(&body).ok()?,
            ..request.clone()
        };
        let (response, _) = self.call(side, &half, now);
        if !(200..300).contains(&response.status) {
            return Some(response);
        }
        let mut answer: Value = serde_json::from_slice(&response.body).ok()?;
        let object = answer.as_object_mut()?;
        let mut errors = object
            .get("errors")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        errors.extend(refused.iter().map(|input| {
            json!({
                "status": "error", "category": "INTERNAL_ERROR", "message": "internal error",
                "context": {"objectWriteTraceId": [input.get("objectWriteTraceId")]},
            })
        }));
        object.insert("numErrors".to_owned(), json!(errors.len()));
        object.insert("errors".to_owned(), json!(errors));
        let body = serde_json::to_vec(&answer).ok()?;
        Some(HttpResponse {
            status: 207,
            body,
            ..response
        })
    }

    fn stale(&mut self, side: Side, request: &HttpRequest, now: i64, ms: i64) -> Answer {
        if side == Side::HubSpot {
            return Answer::whole(self.stale_portal(request, now, ms));
        }
        let mut answer = self.undisturbed(side, request, now);
        if request.method == "GET"
            && let Ok(mut body) = serde_json::from_slice::<Value>(&answer.response.body)
            && let Some(replies) = body.get_mut("replies").and_then(Value::as_array_mut)
        {
            replies.retain(|reply| {
                let at = reply
                    .get("respondedAtUtc")
                    .and_then(Value::as_str)
                    .and_then(parse_iso);
                at.is_none_or(|at| at <= now - ms)
            });
            answer.response.body = serde_json::to_vec(&body).unwrap_or_default();
        }
        answer
    }
}

/// Mixes the order of whatever list an answer holds.
fn shuffle(response: &mut HttpResponse, dice: &mut Dice) {
    let Ok(mut body) = serde_json::from_slice::<Value>(&response.body) else {
        return;
    };
    for name in ["results", "replies", "leads", "messages", "entries"] {
        if let Some(items) = body.get_mut(name).and_then(Value::as_array_mut) {
            dice.shuffle(items);
        }
    }
    response.body = serde_json::to_vec(&body).unwrap_or_default();
}

/// The known body that belongs to a status of HubSpot.
fn hubspot_name(status: u16) -> &'static str {
    match status {
        401 => "unauthorized_invalid",
        403 => "missing_scopes",
        423 => "locked_423",
        429 => "rate_ten_secondly",
        477 => "migrating_477",
        488 => "wrong_region_488",
        502 => "bad_gateway_html_502",
        503 => "unavailable_503",
        504 => "timeout_504",
        _ => "internal_500",
    }
}

fn tuco_name(status: u16) -> &'static str {
    match status {
        400 => "no_workspace",
        401 => "unauthorized",
        402 => "read_only",
        403 => "forbidden",
        404 => "not_found",
        429 => "rate_limited",
        503 => "search_timeout",
        _ => "server_error",
    }
}

/// Tuco's error answers by name. <https://docs.tuco.ai/api-reference/errors>
fn tuco_error(name: &str) -> Option<HttpResponse> {
    let (status, text) = match name {
        "no_workspace" => (400, "No active workspace"),
        "unauthorized" => (401, "Unauthorized"),
        "read_only" => {
            let body = json!({"error": "READ_ONLY", "code": "READ_ONLY", "reason": "past_due"});
            return Some(HttpResponse::json(402, &body));
        }
        "forbidden" => (403, "Forbidden"),
        "not_found" => (404, "Not found"),
        "rate_limited" => (429, "Rate limit exceeded"),
        "quota" => (429, "Daily availability check quota exhausted"),
        "server_error" => (500, "Internal server error"),
        "replies_failed" => (500, "Failed to fetch replies"),
        "search_timeout" => (
            503,
            "Search timed out. Try a more specific search or fewer results.",
        ),
        _ => return None,
    };
    Some(tuco::error(status, text))
}
