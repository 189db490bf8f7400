import { importSpkiPem, type RsaPublicKey } from "../../../src/crypto/rsa.ts";
import type { Endpoint } from "../../../src/session/endpoint.ts";
import { UdpSocket } from "../../../src/session/udp_socket.ts";
import { encodeTlvs, findTlv, type Tlv, tryDecodeTlvs } from "../../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../../../src/wire/tlv_types.ts";
import { pause } from "./pause.ts";

/** So long a question is answered without limits (PROTOCOL 1.4). */
const QUESTION_BYTES = 1_000;

const TRIES = 10;
const TRY_MS = 500;

/**
 * Asks a relay for its RSA key, once for all clients of this process.
 *
 * @param relay Where it is.
 * @throws {Error} If it does not answer within 5 seconds, or its key is unusable.
 * @see PROTOCOL 1.4
 */
export async function askRelayKey(relay: Endpoint): Promise<RsaPublicKey> {
  await using socket = UdpSocket.open({ hostname: "127.0.0.1", port: 0 });
  const answer = Promise.withResolvers<Uint8Array>();
  const ask = (cookie: readonly Tlv[]) => {
    const padding = { type: TYPES.PUBLIC_KEY_REQUEST, value: new Uint8Array(QUESTION_BYTES) };
    socket.send(encodeTlvs([...cookie, padding]), relay, answer.reject);
  };
  const receiving = socket.receive((datagram) => {
    const tlvs = tryDecodeTlvs(datagram.slice()) ?? [];
    const pem = findTlv(tlvs, TYPES.SERVER_PUBLIC_KEY_RESPONSE);
    if (pem !== undefined) answer.resolve(pem);
    else ask(tlvs.filter(({ type }) => type === TYPES.COOKIE));
  });
  receiving.catch(answer.reject);
  for (let tries = 0; tries < TRIES; tries++) {
    ask([]);
    const pem = await Promise.race([answer.promise, pause(TRY_MS)]);
    if (pem !== undefined) return await importSpkiPem(pem);
  }
  throw new Error(`Cannot measure: the relay did not give its key in ${TRIES * TRY_MS} ms`);
}
