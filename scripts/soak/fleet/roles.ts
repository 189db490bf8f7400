/** How a member comes and goes; the names are those of the methods of `Churn`. */
export type Habit = "resident" | "visitor" | "traveller";

/** What a member is. */
export interface MemberRole {
  readonly habit: Habit;
  readonly isMobile: boolean;
  readonly isSpeaker: boolean;
  readonly isReliable: boolean;
  readonly hasGroupDelivery: boolean;
}

/** One of so many members speaks. */
const MEMBERS_PER_SPEAKER = 13;

/** What the members of each eight do. */
const HABITS: readonly Habit[] = [
  "traveller",
  "visitor",
  "resident",
  "resident",
  "traveller",
  "resident",
  "resident",
  "resident",
];

/** Of each eight this one listens by the base protocol alone. */
const PLAIN_PLACE = 7;

/**
 * What a member does: a quarter travels, an eighth comes and goes, every thirteenth speaks (three at
 * least), half have group delivery, of each habit some.
 *
 * @param index From 0.
 * @param members How many there are.
 */
export function memberRole(index: number, members: number): MemberRole {
  const habit = HABITS[index % HABITS.length] ?? "resident";
  const speakers = Math.max(3, Math.floor(members / MEMBERS_PER_SPEAKER));
  const isSpeaker = Math.floor(index * speakers / members) !==
    Math.floor((index - 1) * speakers / members);
  const isPlain = index % HABITS.length === PLAIN_PLACE && !isSpeaker;
  return {
    habit: isSpeaker && habit === "visitor" ? "resident" : habit,
    isMobile: habit === "traveller",
    isSpeaker,
    isReliable: !isPlain,
    // Another half of each four and each eight, so that no habit has it alone.
    hasGroupDelivery: !isPlain &&
      (index + Math.floor(index / 4) + Math.floor(index / HABITS.length)) % 2 === 0,
  };
}
