import { mount } from "svelte";

import App from "../App.svelte";
import { stopClock } from "../parts/clock.svelte";
import "../styles/page.css";
import { scriptedHost } from "./host";
import { scriptedParts } from "./parts";
import { sceneOf } from "./scene";

// `?scripted=NAME` is the scene, `theme=dark` the theme. The clock stands still, so that pictures do
// not differ from run to run.
const asked = new URLSearchParams(location.search);
const noon = Date.UTC(2026, 10, 21, 14, 2);
stopClock(noon);
const theme = asked.get("theme");

const target = document.getElementById("app");
if (target) {
  const host = scriptedHost(
    sceneOf(asked.get("scripted") ?? "", noon),
    noon,
    theme === "dark" || theme === "light" ? theme : "system",
  );
  Object.assign(host, scriptedParts(host.calls, noon, asked));
  mount(App, { target, props: { host } });
  Object.assign(window, { scripted: host });
}
