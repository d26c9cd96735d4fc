import { mount } from "svelte";

import App from "./App.svelte";
import { host } from "./host";
import "./styles/page.css";

const target = document.getElementById("app");
if (target) {
  mount(App, { target, props: { host } });
}
