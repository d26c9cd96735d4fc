// Runs in a frame of its own, between the page and the Rust side: whatever the page sends passes
// through here first, so a script that got into the page by way of a library cannot speak to Rust
// in any other form than the app itself does. What may be called is decided on the Rust side.
const commandName = /^[a-z][a-z_]*$/;

window.__TAURI_ISOLATION_HOOK__ = (message) => {
  if (typeof message?.cmd !== "string" || !commandName.test(message.cmd)) {
    throw new TypeError("A message to the app must name one of its commands.");
  }
  return message;
};
