import { assertEquals } from "@std/assert";
import {
  type CommandAnswer,
  readCommandAnswer,
} from "../../../src/dashboard/actions/command_answer.ts";

const CASES: readonly { name: string; status: number; body: string; answer: CommandAnswer }[] = [
  {
    name: "a reply",
    status: 200,
    body: '{"type":"reply","ok":true,"lines":["kicked ann"],"data":{"kicked":"ann"}}',
    answer: { ok: true, lines: ["kicked ann"], data: { kicked: "ann" } },
  },
  {
    name: "a refusal",
    status: 404,
    body: '{"ok":false,"error":{"code":"NO_SUCH_CLIENT","text":"No client"}}',
    answer: { ok: false, code: "NO_SUCH_CLIENT", text: "No client" },
  },
  {
    name: "what is no JSON",
    status: 403,
    body: "Wrong origin\n",
    answer: { ok: false, code: "HTTP_403", text: "Wrong origin" },
  },
  {
    name: "nothing",
    status: 502,
    body: "",
    answer: { ok: false, code: "HTTP_502", text: "The server answered with status 502" },
  },
  {
    name: "JSON of another form",
    status: 200,
    body: '{"ok":true,"lines":[1]}',
    answer: { ok: false, code: "HTTP_200", text: '{"ok":true,"lines":[1]}' },
  },
  {
    name: "an error of another form",
    status: 400,
    body: '{"error":{"code":3,"text":"x"}}',
    answer: { ok: false, code: "HTTP_400", text: '{"error":{"code":3,"text":"x"}}' },
  },
  {
    name: "an array",
    status: 200,
    body: "[]",
    answer: { ok: false, code: "HTTP_200", text: "[]" },
  },
  {
    name: "a long page of some proxy, but for its end",
    status: 500,
    body: "x".repeat(1_000),
    answer: { ok: false, code: "HTTP_500", text: "x".repeat(200) },
  },
];

for (const { name, status, body, answer } of CASES) {
  Deno.test(`readCommandAnswer() reads ${name}`, () => {
    assertEquals(readCommandAnswer(status, body), answer);
  });
}
