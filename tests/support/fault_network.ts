/** Two hosts on one cable: network namespaces with an interface each. */
export interface Cable extends AsyncDisposable {
  readonly left: CableEnd;
  readonly right: CableEnd;
  /** Takes both interfaces away, and puts new ones in their place, as a new network card is. */
  replace(): Promise<void>;
}

/** A host at one end. */
export interface CableEnd {
  /** Address of its interface. */
  readonly address: string;
  /** What to put before a command to run it there. */
  readonly within: readonly string[];
  /** Takes the link down; the system forgets the routes by it. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Takes the address of the interface away. */
  removeAddress(): Promise<void>;
  addAddress(): Promise<void>;
}

/** Why there can be no such hosts here, or `undefined` when there can. */
export async function whyNoCable(): Promise<string | undefined> {
  try {
    await using _cable = await connectedHosts();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Makes two hosts, connected with each other and nothing else. */
export async function connectedHosts(): Promise<Cable> {
  const id = crypto.randomUUID().slice(0, 6);
  const [left, right] = [new End(`hc-${id}-l`, "10.99.0.1"), new End(`hc-${id}-r`, "10.99.0.2")];
  await using stack = new AsyncDisposableStack();
  for (const { name } of [left, right]) {
    await ip("netns", "add", name);
    stack.defer(() => ip("netns", "delete", name));
    await ip("-n", name, "link", "set", "lo", "up");
  }
  const plugIn = async () => {
    const peer = ["peer", "name", "eth0", "netns", right.name];
    await ip("-n", left.name, "link", "add", "eth0", "type", "veth", ...peer);
    for (const end of [left, right]) {
      await end.addAddress();
      await end.up();
    }
  };
  await plugIn();
  const owned = stack.move();
  return {
    left,
    right,
    replace: async () => {
      await ip("-n", left.name, "link", "delete", "eth0");
      await plugIn();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

class End implements CableEnd {
  readonly within: readonly string[];

  constructor(readonly name: string, readonly address: string) {
    this.within = ["ip", "netns", "exec", name];
  }

  async down(): Promise<void> {
    await ip("-n", this.name, "link", "set", "eth0", "down");
  }

  async up(): Promise<void> {
    await ip("-n", this.name, "link", "set", "eth0", "up");
    await this.#addRoute();
  }

  async removeAddress(): Promise<void> {
    await ip("-n", this.name, "address", "delete", `${this.address}/24`, "dev", "eth0");
  }

  async addAddress(): Promise<void> {
    await ip("-n", this.name, "address", "add", `${this.address}/24`, "dev", "eth0");
  }

  /** As a default route would have it. */
  async #addRoute(): Promise<void> {
    await ip("-n", this.name, "route", "replace", "224.0.0.0/4", "dev", "eth0");
  }
}

async function ip(...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args: [...args] }).output();
  if (success) return;
  const reason = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot run ip ${args.join(" ")}: ${reason}`);
}
