import { CONTROL_CLIENT, CONTROL_TOP } from "./control_client_targets.ts";
import { CONTROL_LINES } from "./control_targets.ts";
import { DIRECT_CLIENT } from "./direct_client_target.ts";
import { DIRECT_SERVER } from "./direct_server_target.ts";
import { FILE_DIRECT_CLIENTS, FILE_DIRECT_KEY } from "./file_direct_targets.ts";
import { FILE_HISTORY } from "./file_history_targets.ts";
import { FILE_AUTH_TOKENS, FILE_BANS } from "./file_json_targets.ts";
import { FILE_IDENTITY, FILE_KNOWN_RELAYS, FILE_SECRETS } from "./file_key_targets.ts";
import { anyTarget, type FuzzTarget } from "./fuzz_target.ts";
import { HTTP_REQUESTS } from "./http_targets.ts";
import { SETTINGS_ANY, SETTINGS_ONE_WRONG } from "./settings_targets.ts";

/** Everything that is fuzzed beside the relay protocol: direct frames, control, HTTP, files, settings. */
export const OTHER_TARGETS: readonly FuzzTarget[] = [
  anyTarget(DIRECT_SERVER),
  anyTarget(DIRECT_CLIENT),
  anyTarget(CONTROL_LINES),
  anyTarget(CONTROL_CLIENT),
  anyTarget(CONTROL_TOP),
  anyTarget(HTTP_REQUESTS),
  anyTarget(FILE_AUTH_TOKENS),
  anyTarget(FILE_BANS),
  anyTarget(FILE_DIRECT_CLIENTS),
  anyTarget(FILE_DIRECT_KEY),
  anyTarget(FILE_HISTORY),
  anyTarget(FILE_IDENTITY),
  anyTarget(FILE_KNOWN_RELAYS),
  anyTarget(FILE_SECRETS),
  anyTarget(SETTINGS_ANY),
  anyTarget(SETTINGS_ONE_WRONG),
];
