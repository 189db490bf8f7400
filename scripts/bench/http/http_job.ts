import type { Endpoint } from "../../../src/session/endpoint.ts";
import type { HttpCase } from "./http_cases.ts";
import type { HttpFigures } from "./http_figures.ts";

/** A relay that is measured. */
export interface HttpJobRelay {
  readonly endpoint: Endpoint;
  readonly pid: number;
  readonly controlPort: number;
  /** Of its dashboard, with a slash behind; `undefined` without `--http`. */
  readonly url: string | undefined;
}

/** What the process that measures is told, as the JSON of its one argument. */
export interface HttpJob {
  readonly relay: HttpJobRelay;
  /** For files of what it starts; goes when all is done. */
  readonly directory: string;
  readonly httpCase: HttpCase;
  /** How often each setting is measured. */
  readonly rounds: number;
  /** How long each of these takes. */
  readonly seconds: number;
  /** How long all goes on before the first. */
  readonly warmUpSeconds: number;
}

/** One round of one setting. */
export interface HttpReading {
  /** What is done; also the name of its row in tables. */
  readonly setting: HttpSetting;
  readonly figures: HttpFigures;
}

/** What sets the rows of a case apart. */
export type HttpSetting =
  | "without --http"
  | "with --http"
  | "GET /metrics"
  | "nobody reads"
  | "one reader"
  | "Chromium"
  | "hushcast top";

/** What it answers, as a line of JSON. */
export type HttpOutcome =
  | { readonly outcome: "measured"; readonly readings: readonly HttpReading[] }
  /** A program is missing here; `reason` is for people. */
  | { readonly outcome: "left_out"; readonly reason: string }
  /** It could not be measured; `reason` is for people. */
  | { readonly outcome: "failed"; readonly reason: string };
