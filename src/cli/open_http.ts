import type { Endpoint } from "../session/endpoint.ts";
import type { HttpPort, HttpPortOptions } from "./http_port.ts";

/** The settings of an HTTP port. */
export interface HttpSettings {
  /** `--http` */
  readonly http: Endpoint | undefined;
  /** `--http-names` */
  readonly httpNames: string | undefined;
}

/** What the control port and the HTTP port of a server have in common. */
export type PortServices = Pick<HttpPortOptions, "guards" | "commands" | "logs" | "logger">;

/**
 * Opens the HTTP port of a server, if it is to have one.
 *
 * @param settings Where.
 * @param services What it shares with the control port.
 * @param shown The server, and what is shown of it.
 * @returns The port, owned by the caller; `undefined` when none is asked for.
 * @throws What `HttpPort.open` throws.
 */
export async function openHttp(
  { http: address, httpNames: names }: HttpSettings,
  services: PortServices,
  shown: Pick<HttpPortOptions, "server" | "profile">,
): Promise<HttpPort | undefined> {
  if (address === undefined) return undefined;
  // Only now: what it is made of takes longer to load than all the rest.
  const { HttpPort } = await import("./http_port.ts");
  return await HttpPort.open({ ...services, ...shown, address, names });
}
