import { cellWidth } from "../../../src/cli/top/top_cells.ts";

/** A control sequence (ECMA-48), or a piece of text without control characters. */
// deno-lint-ignore no-control-regex
const PIECE = /\x1b\[(\?)?([0-9;]*)([A-Za-z])|([^\x00-\x1f\x7f]+)|([\s\S])/gu;

/** As much of a terminal as whole-screen programs need: it shows what they write. */
export class TerminalScreen {
  /** Private modes that are on: 25 is the cursor, 7 wrapping, 1049 the other screen. */
  readonly modes = new Set<string>(["7", "25"]);
  /** The parameters of all SGR sequences so far. */
  readonly styles = new Set<string>();
  /** Everything that this terminal does not understand. */
  readonly unknown: string[] = [];
  /** How often the whole screen was cleared. */
  clearings = 0;
  #cells: string[][];
  #row = 0;
  #column = 0;
  #columns: number;

  /** @param columns Cells of a line. @param rows Lines. */
  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#cells = emptyCells(columns, rows);
  }

  /** The lines as they are seen, without blanks at their ends. */
  get lines(): string[] {
    return this.#cells.map((cells) => cells.join("").trimEnd());
  }

  /** The lines as one text. */
  get text(): string {
    return this.lines.join("\n");
  }

  /** Gives the terminal another size; what it showed is gone. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#cells = emptyCells(columns, rows);
  }

  /** Takes whole control sequences and characters. */
  write(text: string): void {
    for (const [piece, isPrivate, parameters = "", final, plain] of text.matchAll(PIECE)) {
      if (plain !== undefined) this.#print(plain);
      else if (isPrivate !== undefined && final === "h") this.modes.add(parameters);
      else if (isPrivate !== undefined && final === "l") this.modes.delete(parameters);
      else this.#control(final ?? "", parameters, piece);
    }
  }

  #control(final: string, parameters: string, piece: string): void {
    switch (final) {
      case "H": {
        const [row = "1", column = "1"] = parameters.split(";");
        this.#row = Math.min(Number(row), this.#cells.length) - 1;
        this.#column = Number(column) - 1;
        break;
      }
      case "G":
        this.#column = Math.max(1, Number(parameters)) - 1;
        break;
      case "K":
        this.#eraseLine(parameters === "2" ? 0 : this.#column);
        break;
      case "J":
        if (parameters === "2") this.clearings++;
        this.#eraseBelow(parameters === "2" ? 0 : this.#row);
        break;
      case "m":
        this.styles.add(parameters);
        break;
      default:
        this.unknown.push(piece);
    }
  }

  #print(text: string): void {
    const cells = this.#cells[this.#row] ?? [];
    for (const character of text) {
      const width = cellWidth(character);
      if (width === 0) {
        const before = Math.max(0, this.#column - 1);
        cells[before] = (cells[before] ?? "") + character;
        continue;
      }
      // Without wrapping, whatever does not fit goes over the last cell.
      const at = Math.min(this.#column, this.#columns - width);
      cells[at] = character;
      if (width === 2) cells[at + 1] = "";
      this.#column = at + width;
    }
  }

  #eraseLine(from: number): void {
    // As real ones do behind the last column: the cursor is still in it.
    this.#cells[this.#row]?.fill(" ", Math.min(from, this.#columns - 1));
  }

  #eraseBelow(row: number): void {
    for (const cells of this.#cells.slice(row)) cells.fill(" ");
  }
}

function emptyCells(columns: number, rows: number): string[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => " "));
}
