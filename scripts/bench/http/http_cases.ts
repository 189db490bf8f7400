/** One thing that is measured. `clients` are all that the relay has. */
export type HttpCase =
  | { readonly scenario: "idle" }
  | {
    readonly scenario: "scrape";
    /** Requests in each round. */
    readonly scrapes: number;
  }
  | { readonly scenario: "events" | "page" | "top"; readonly clients: number };

/** How much is done: for figures that are to be published, or only to see that all works. */
export type HttpScale = "full" | "quick";

/** Name of a scenario. */
export type HttpScenarioName = HttpCase["scenario"];

/** What sets the cases of a scenario apart, and what it is about. */
interface HttpScenario {
  readonly about: string;
  cases(scale: HttpScale): readonly HttpCase[];
}

const QUICK_CLIENTS = 40;

/** Every scenario, in the order in which they run. */
export const HTTP_SCENARIOS: Readonly<Record<HttpScenarioName, HttpScenario>> = {
  idle: {
    about: "A relay without --http and one with it, and nobody looking, in turn",
    cases: () => [{ scenario: "idle" }],
  },
  scrape: {
    about: "One GET /metrics after the other",
    cases: (scale) => [{ scenario: "scrape", scrapes: scale === "quick" ? 50 : 300 }],
  },
  events: {
    about: "One reader of /events against none; all clients have news each time",
    cases: (scale) => crowds("events", scale === "quick" ? [QUICK_CLIENTS] : [1_000, 10_000]),
  },
  page: {
    about: "The dashboard in Chromium: main thread of the page",
    cases: (scale) => crowds("page", [scale === "quick" ? QUICK_CLIENTS : 1_000]),
  },
  top: {
    about: "hushcast top in a terminal: processor and memory of its process",
    cases: (scale) => crowds("top", [scale === "quick" ? QUICK_CLIENTS : 10_000]),
  },
};

/** Every name, in the order in which they run. */
export const HTTP_SCENARIO_NAMES = Object.keys(HTTP_SCENARIOS).filter(isHttpScenarioName);

/** Whether a word is the name of a scenario. */
export function isHttpScenarioName(word: string): word is HttpScenarioName {
  return Object.hasOwn(HTTP_SCENARIOS, word);
}

/** Which of all cases are wanted. */
export interface HttpCaseFilter {
  /** An empty list wants all. */
  readonly scenarios: readonly HttpScenarioName[];
  /** How many clients, in place of what the scenarios have. */
  readonly clients: number | undefined;
}

/**
 * The cases that are wanted, in the order in which they run.
 *
 * @param filter What is wanted.
 * @param scale How much is done.
 */
export function selectHttpCases(filter: HttpCaseFilter, scale: HttpScale): HttpCase[] {
  const { scenarios, clients } = filter;
  return HTTP_SCENARIO_NAMES
    .filter((name) => scenarios.length === 0 || scenarios.includes(name))
    .flatMap((name) => {
      const cases = HTTP_SCENARIOS[name].cases(scale);
      const [first] = cases;
      // With one number for all of them, the cases of a scenario are the same.
      if (clients === undefined || first === undefined || !("clients" in first)) return cases;
      return [{ ...first, clients }];
    });
}

/** What a case is called in tables, without its scenario. */
export function httpCaseLabel(httpCase: HttpCase): string {
  return "clients" in httpCase ? `N=${httpCase.clients}` : "no clients";
}

function crowds(scenario: "events" | "page" | "top", sizes: readonly number[]): HttpCase[] {
  return sizes.map((clients) => ({ scenario, clients }));
}
