import { mount } from "svelte";

import { stopClock } from "../parts/clock.svelte";
import "../styles/page.css";
import Gallery from "./Gallery.svelte";
import { noon } from "./samples";

// `?theme=dark` draws it dark. The clock stands still, so that pictures do not differ.
document.documentElement.dataset["theme"] =
  new URLSearchParams(location.search).get("theme") ?? "light";
stopClock(noon);

const target = document.getElementById("app");
if (target) mount(Gallery, { target });
