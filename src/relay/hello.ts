import { decodeClientHello } from "../wire/client_hello.ts";
import { decodeClientInstance } from "../wire/client_instance.ts";
import { decodeClientName } from "../wire/client_name.ts";
import { decodeReplay, type Replay } from "../wire/replay.ts";
import { findTlv, type Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";

/** What a client says of itself when it registers. */
export interface Hello {
  /** The name that it asks for. */
  readonly name: string | undefined;
  /** Feature bits that it asks for. */
  readonly features: number;
  /** What its run of a program calls itself, 32 hexadecimal digits, if it says. */
  readonly instance: string | undefined;
  /** What it wants to hear of what was said before, if anything. */
  readonly replay: Replay | undefined;
}

/**
 * Reads the TLVs that a client sealed beside its key.
 *
 * @param tlvs The plaintext of the token; other TLVs are passed over. None at all if it sent its
 *   key alone.
 * @param types The type table in use.
 * @returns What it says.
 * @throws {ClientNameError | ClientHelloError} If one of them is malformed.
 * @see PROTOCOL 1.4
 */
export function readHello(tlvs: readonly Tlv[], types: TlvTypes): Hello {
  const name = findTlv(tlvs, types.CLIENT_NAME);
  const hello = findTlv(tlvs, types.CLIENT_HELLO);
  const instance = findTlv(tlvs, types.CLIENT_INSTANCE);
  const replay = findTlv(tlvs, types.REPLAY);
  return {
    name: name === undefined ? undefined : decodeClientName(name),
    features: hello === undefined ? 0 : decodeClientHello(hello).features,
    // Malformed, they are as good as not there: nothing that a client needs hangs on them.
    instance: instance && decodeClientInstance(instance),
    replay: replay && decodeReplay(replay),
  };
}

/**
 * Reads the token by which a client asks to be let in.
 *
 * @param tlvs As for `readHello`.
 * @param types The type table in use.
 * @returns The value of AUTH_TOKEN, any bytes, or `undefined` if it shows none. A secret.
 */
export function readAuthToken(tlvs: readonly Tlv[], types: TlvTypes): Uint8Array | undefined {
  return findTlv(tlvs, types.AUTH_TOKEN);
}
