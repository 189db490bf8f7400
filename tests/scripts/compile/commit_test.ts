import { assertEquals } from "@std/assert";
import { commitOf } from "../../../scripts/compile/commit.ts";

const rows: { name: string; head: string | undefined; changes: string; commit: string }[] = [
  { name: "a clean checkout", head: "1a2b3c4d5e6f\n", changes: "", commit: "1a2b3c4d5e6f" },
  {
    name: "a changed checkout",
    head: "1a2b3c4d5e6f\n",
    changes: " M main.ts\n",
    commit: "1a2b3c4d5e6f-dirty",
  },
  { name: "no repository, or no git", head: undefined, changes: "", commit: "unknown" },
];

for (const { name, head, changes, commit } of rows) {
  Deno.test(`commitOf() describes ${name}`, async () => {
    const found = await commitOf((program, [verb]) => {
      assertEquals(program, "git");
      const stdout = verb === "rev-parse" ? head : changes;
      return Promise.resolve({ success: head !== undefined, stdout: stdout ?? "", stderr: "" });
    });
    assertEquals(found, commit);
  });
}
