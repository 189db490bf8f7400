import { assertEquals } from "@std/assert";
import { commitOf } from "../../../scripts/compile/commit.ts";

interface Row {
  readonly name: string;
  readonly head: string | undefined;
  readonly changes: string;
  /** Whether the repository has the program. */
  readonly isOurs?: boolean;
  readonly commit: string;
}

const rows: Row[] = [
  { name: "a clean checkout", head: "1a2b3c4d5e6f\n", changes: "", commit: "1a2b3c4d5e6f" },
  {
    name: "a changed checkout",
    head: "1a2b3c4d5e6f\n",
    changes: " M main.ts\n",
    commit: "1a2b3c4d5e6f-dirty",
  },
  { name: "no repository, or no git", head: undefined, changes: "", commit: "unknown" },
  {
    name: "an archive unpacked in the repository of something else",
    head: "1a2b3c4d5e6f\n",
    changes: "?? hushcast/\n",
    isOurs: false,
    commit: "unknown",
  },
];

for (const { name, head, changes, isOurs = true, commit } of rows) {
  Deno.test(`commitOf() describes ${name}`, async () => {
    const found = await commitOf((program, [verb]) => {
      assertEquals(program, "git");
      const stdout = verb === "rev-parse" ? head : changes;
      const success = head !== undefined && (verb !== "ls-files" || isOurs);
      return Promise.resolve({ success, stdout: stdout ?? "", stderr: "" });
    });
    assertEquals(found, commit);
  });
}
