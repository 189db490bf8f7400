/** What the head of a portable executable has to know; byte counts are of unpacked data. */
export interface PortableHeadFields {
  readonly version: string;
  readonly target: string;
  /** SHA-256 of the `SHA256SUMS` that the folder will hold, in hex: the name of the folder. */
  readonly id: string;
  /** Flags of `deno run`, permissions first. */
  readonly flags: readonly string[];
  readonly runtime: {
    readonly sum: string;
    readonly bytes: number;
    /** Length of the packed runtime, which ends the file. */
    readonly packedBytes: number;
  };
  readonly program: {
    readonly sum: string;
    readonly bytes: number;
    /** Length of the packed program, which the packed runtime follows. */
    readonly packedBytes: number;
  };
}

/** Words of the template, which are replaced wherever they stand. */
const FIELD = /@([A-Z_]+)@/g;

/**
 * Fills in the head of a portable executable.
 *
 * @param template The text of `portable_head.sh`; ASCII.
 * @param fields What to fill in.
 * @returns The head, as long as its own fields say it is.
 * @throws {TypeError} If the template has a field that is not known.
 */
export function portableHead(template: string, fields: PortableHeadFields): string {
  // The positions depend on the head's length, and that on how many digits they have.
  let head = "";
  for (let length = 0; head.length !== length || head === "";) {
    length = head.length;
    head = fillIn(template, fields, length);
  }
  return head;
}

function fillIn(template: string, fields: PortableHeadFields, headBytes: number): string {
  const { version, target, id, flags, runtime, program } = fields;
  const values = new Map<string, string | number>([
    ["VERSION", version],
    ["TARGET", target],
    ["ID", id],
    ["FLAGS", flags.join(" ")],
    ["RUNTIME_SUM", runtime.sum],
    ["RUNTIME_BYTES", runtime.bytes],
    ["RUNTIME_AT", headBytes + program.packedBytes + 1], // `tail -c +N` counts from 1
    ["FILE_BYTES", headBytes + program.packedBytes + runtime.packedBytes],
    ["PROGRAM_SUM", program.sum],
    ["PROGRAM_BYTES", program.bytes],
    ["PROGRAM_AT", headBytes + 1],
    ["PROGRAM_PACKED_BYTES", program.packedBytes],
  ]);
  return template.replaceAll(FIELD, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new TypeError(`Cannot fill in @${name}@: no such field`);
    return String(value);
  });
}
