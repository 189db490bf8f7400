/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { render } from "preact";
import { App } from "./app.tsx";
import { showTheme, storedTheme } from "./theme.ts";

showTheme(storedTheme());
render(<App />, document.body);
