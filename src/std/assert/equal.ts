/**
 * Compares two values by what they hold, as `@std/assert` does.
 *
 * It differs from `deepStrictEqual` of `node:assert` where the real package does: `0` equals `-0`,
 * an object without a prototype equals a plain one, and an instance of a class is compared with its
 * inherited getters as well (so two objects whose state is in `#private` fields differ when what
 * they show differs). A property that is `undefined` is not the same as an absent one.
 *
 * @param a Any value.
 * @param b Any value.
 * @returns Whether both hold the same.
 */
export function equal(a: unknown, b: unknown): boolean {
  return new Comparison().same(a, b);
}

class Comparison {
  /** What is being compared further up, so that circular structures come to an end. */
  readonly #open = new Map<object, object>();

  same(a: unknown, b: unknown): boolean {
    if (a === b || Object.is(a, b)) return true;
    if (!isObject(a) || !isObject(b) || !samePrototype(a, b)) return false;
    if (this.#open.get(a) === b) return true;
    const outer = this.#open.get(a);
    this.#open.set(a, b);
    try {
      return this.#sameContent(a, b);
    } finally {
      if (outer === undefined) this.#open.delete(a);
      else this.#open.set(a, outer);
    }
  }

  #sameContent(a: object, b: object): boolean {
    if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime());
    if (isTypedArray(a) && isTypedArray(b)) return sameElements(a, b);
    if (isRawBuffer(a) && isRawBuffer(b)) return sameElements(new Uint8Array(a), new Uint8Array(b));
    if (isComparedAsText(a)) return String(a) === String(b);
    if (Object.keys(a).length !== Object.keys(b).length) return false;
    if (a instanceof Set && b instanceof Set) return this.#sameMembers(a, b);
    if (a instanceof Map && b instanceof Map) return this.#sameEntries(a, b);
    return this.#sameProperties(a, b);
  }

  #sameMembers(a: Set<unknown>, b: Set<unknown>): boolean {
    if (a.size !== b.size) return false;
    return [...a].every((member) =>
      b.has(member) || [...b].some((other) => this.same(member, other))
    );
  }

  #sameEntries(a: Map<unknown, unknown>, b: Map<unknown, unknown>): boolean {
    if (a.size !== b.size) return false;
    return [...a].every(([key, value]) =>
      (b.has(key) && this.same(value, b.get(key))) ||
      [...b].some(([k, v]) => isObject(k) && this.same(key, k) && this.same(value, v))
    );
  }

  #sameProperties(a: object, b: object): boolean {
    for (const key of new Set([...comparedKeys(a), ...comparedKeys(b)])) {
      if ((key in a) !== (key in b)) return false;
      if (!this.same(Reflect.get(a, key), Reflect.get(b, key))) return false;
    }
    return true;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function samePrototype(a: object, b: object): boolean {
  return (Object.getPrototypeOf(a) ?? Object.prototype) ===
    (Object.getPrototypeOf(b) ?? Object.prototype);
}

function isTypedArray(value: object): value is ArrayLike<number | bigint> & object {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function isRawBuffer(value: object): value is ArrayBuffer | SharedArrayBuffer {
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}

function isComparedAsText(value: object): boolean {
  return value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams;
}

function sameElements(
  a: ArrayLike<number | bigint>,
  b: ArrayLike<number | bigint>,
): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

/** Own enumerable keys of plain objects and arrays; of any other object all, inherited ones too. */
function comparedKeys(value: object): PropertyKey[] {
  if (isPlain(value)) {
    return Reflect.ownKeys(value).filter((key) =>
      Object.prototype.propertyIsEnumerable.call(value, key)
    );
  }
  const keys: PropertyKey[] = [];
  for (let level = value; level !== null && !isRoot(level); level = Object.getPrototypeOf(level)) {
    keys.push(...Reflect.ownKeys(level));
  }
  return keys;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || isRoot(prototype);
}

function isRoot(value: object): boolean {
  return value === Object.prototype || value === Array.prototype;
}
