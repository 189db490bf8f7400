/**
 * What a client asks for in CLIENT_HELLO, and a relay grants in REGISTRATION_ACCEPTED, bit by bit.
 *
 * @see PROTOCOL 1.2
 */
export const Feature = {
  /** Reliable delivery (PROTOCOL 1.7). */
  RELIABLE_DELIVERY: 0x1,
  /** Group delivery (PROTOCOL 1.8). */
  GROUP_DELIVERY: 0x2,
} as const;

/** One of the bits in `Feature`. */
export type Feature = typeof Feature[keyof typeof Feature];

/**
 * Whether a feature is among those that were asked for or granted.
 *
 * @param features Feature bits, u32.
 * @param feature The bit.
 */
export function hasFeature(features: number, feature: Feature): boolean {
  return (features & feature) !== 0;
}
