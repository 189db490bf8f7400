export { SeededRandom } from "../../scripts/seeded_random.ts";
