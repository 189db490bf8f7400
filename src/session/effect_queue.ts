/** The effects of one call of a core, gathered by its parts in order. */
export class EffectQueue<Effect> {
  #effects: Effect[] = [];

  /** Appends an effect. */
  push(effect: Effect): void {
    this.#effects.push(effect);
  }

  /** Takes all effects since the last call. */
  take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
