import type { CommandName } from "../settings/command_settings.ts";
import type { ArgumentWord } from "./argument_word.ts";
import { COMPLETION_SHELLS } from "./completion_shells.ts";
import { TOKEN_ACTIONS } from "./token_actions.ts";

/** A command line worth trying, and what it does. */
export interface Example {
  /** What to type. */
  readonly line: string;
  /** What it does, without a full stop. */
  readonly effect: string;
}

/** What a first positional can be, where it is not any text. */
export type FirstArgument =
  | { readonly kind: "words"; readonly words: readonly ArgumentWord[] }
  /** A command of the control port; only what needs their names loads the room of that port. */
  | { readonly kind: "control command" };

/** What `--help` says of a command beside its options, and which positionals it takes. */
export interface CommandGuide {
  /** A few words for the list of commands. */
  readonly summary: string;
  /** Two lines or so for the command's own page. */
  readonly description: string;
  /** Positionals in the usage line; empty when there are none. */
  readonly arguments: string;
  /** The most positionals that the command takes. */
  readonly maxPositionals: number;
  /** What the first positional can be, where `--help` and TAB can say so. */
  readonly firstArgument?: FirstArgument;
  /** Whether flags end at the first positional, so that what follows may look like flags. */
  readonly flagsFirst: boolean;
  /** Two to five command lines that work. */
  readonly examples: readonly Example[];
}

/** The guide of each command. */
export const COMMAND_GUIDES: Readonly<Record<CommandName, CommandGuide>> = {
  relay: {
    summary: "Run a relay: it passes each client's messages to all the others",
    description:
      "Serves clients on one UDP port, by multicast and by unicast, and operators on a " +
      "TCP control port. Prints one ready line; the log goes to standard error. Ends cleanly on " +
      "SIGINT, SIGTERM or the control command exit.",
    arguments: "",
    maxPositionals: 0,
    flagsFirst: false,
    examples: [
      { line: "hushcast relay --interface 127.0.0.1", effect: "Serve this machine only" },
      {
        line: "hushcast relay --no-multicast --bind 192.0.2.7 --max-clients 50",
        effect: "Serve at most 50 clients that know this address",
      },
      {
        line: "hushcast relay --group-delivery multicast",
        effect: "Seal and send each message once for all clients that ask for it",
      },
      {
        line: "hushcast relay --history sqlite:history.db --history-age 7d",
        effect: "Keep what was said in a file, for a week, through restarts",
      },
      {
        line: "hushcast relay --cluster nats://192.0.2.1:4222",
        effect: "Work as one with all relays that use these NATS servers",
      },
      {
        line: "hushcast relay --config relay.json",
        effect: 'Take settings from a file, such as {"port": 5000, "client_timeout": 30}',
      },
    ],
  },
  control: {
    summary: "Watch and steer a running relay or direct server",
    description: "With a command, prints its reply and exits by its success. Without one, shows " +
      "the server's log as it comes and takes commands from the keyboard; help lists them.",
    arguments: "[COMMAND [ARGS...]]",
    maxPositionals: Infinity,
    firstArgument: { kind: "control command" },
    flagsFirst: true,
    examples: [
      { line: "hushcast control list_clients", effect: "Show who is registered" },
      { line: "hushcast control --json get_stats", effect: "Print the counters as JSON" },
      { line: "hushcast control kick_client pump-3 maintenance", effect: "Remove a client" },
      { line: "hushcast control", effect: "Follow the log and type commands" },
    ],
  },
  top: {
    summary: "Watch a server's clients, traffic and drops in the terminal",
    description:
      "Shows a running relay or direct server, anew each second: what flows, what is dropped, and " +
      "the clients, the busiest first; the key ? lists the keys, q ends. Waits for a server that " +
      "goes away. Without a terminal, or with --once, prints a snapshot of two looks and ends.",
    arguments: "",
    maxPositionals: 0,
    flagsFirst: false,
    examples: [
      { line: "hushcast top", effect: "Watch the server of this machine" },
      {
        line: "hushcast top --sort idle --interval 5",
        effect: "Watch who has been silent, anew every five seconds",
      },
      { line: "hushcast top --once --filter pump", effect: "Print the clients named pump" },
      { line: "hushcast top --json", effect: "Print counters, rates and clients for a program" },
    ],
  },
  chat: {
    summary: "Talk with the other clients of a relay",
    description: "Each line typed is sent to all others; their messages, joins and leaves are " +
      "shown as they come. Finds the relay through the multicast group, unless --relay says " +
      "where it is; /quit ends it.",
    arguments: "",
    maxPositionals: 0,
    flagsFirst: false,
    examples: [
      {
        line: "hushcast chat --interface 127.0.0.1 --name ada",
        effect: "Join the relay on this machine as ada",
      },
      { line: "hushcast chat --relay relay.example:47700", effect: "Join a relay by its address" },
      {
        line: "hushcast chat --join-file invitation --name ada",
        effect: "Join the relay that somebody has invited you to",
      },
      {
        line: "hushcast chat --join -",
        effect: "The same, with the invitation typed or pasted as the first line",
      },
    ],
  },
  send: {
    summary: "Send messages and end",
    description: "Sends TEXT as one message, or a whole file as one message, or, with neither, " +
      "each line of standard input as a message of its own.",
    arguments: "[TEXT...]",
    maxPositionals: Infinity,
    flagsFirst: false,
    examples: [
      { line: 'hushcast send --relay 127.0.0.1 "lunch is ready"', effect: "Send one message" },
      { line: "hushcast send --file report.pdf", effect: "Send a file as one message" },
      { line: "tail -f app.log | hushcast send --name app", effect: "Send each line as it comes" },
      {
        line: 'hushcast send --reliable --token-file ada.token "backup done"',
        effect: "Send until the relay has it, to a relay that asks for an admission token",
      },
      {
        line: 'hushcast send --reliable --relay 192.0.2.7,192.0.2.8 "backup done"',
        effect: "Send to one relay of a cluster, and to the other if that fails",
      },
    ],
  },
  listen: {
    summary: "Print the messages that others send",
    description: "Prints a line for each message: sender, tab, text. With --json each line is a " +
      "JSON object, and joins and leaves are printed too. With --replay or --since, what the relay " +
      "holds of the past comes first.",
    arguments: "",
    maxPositionals: 0,
    flagsFirst: false,
    examples: [
      { line: "hushcast listen --count 1", effect: "Wait for one message and end" },
      {
        line: "hushcast listen --json --relay 192.0.2.7 > messages.jsonl",
        effect: "Keep everything as JSON lines",
      },
      {
        line: "hushcast listen --reliable --join-file invitation",
        effect: "Miss nothing and print in order, from the relay of an invitation",
      },
      {
        line: "hushcast listen --group-delivery --reliable",
        effect: "Take messages sealed once for all, and ask for those that multicast lost",
      },
      {
        line: "hushcast listen --relay relay.example --replay 50",
        effect: "Print the last 50 messages first, then what follows",
      },
    ],
  },
  token: {
    summary: "Make, list and revoke the admission tokens of a relay",
    description: "ACTION is add NAME, list or revoke NAME. add prints a new token, once: the " +
      "file keeps only its SHA-256. Only the client with the token can then be NAME, one at a time: a later one takes the place " +
      "of an earlier. A relay that " +
      "runs with --auth-tokens reads the file again when it changes; revoke ends the sessions of a " +
      "token. With --invite, add prints one line with address, identity and token, which clients " +
      "take by --join-file or --join.",
    arguments: "ACTION [NAME]",
    maxPositionals: 2,
    firstArgument: { kind: "words", words: TOKEN_ACTIONS },
    flagsFirst: false,
    examples: [
      {
        line: "hushcast token add ada --expires 7d > ada.token",
        effect: "Let ada in for a week: hand her the file, for --token-file",
      },
      {
        line: "hushcast token add ben --invite relay.example:47700 > invitation",
        effect: "Invite ben to this machine's relay: hand him the file, for --join-file",
      },
      { line: "hushcast token list", effect: "Show names and times, but no token" },
      { line: "hushcast token revoke ada", effect: "Keep ada out from now on" },
    ],
  },
  identity: {
    summary: "Print the fingerprint of this machine's relay identity",
    description: "Prints SHA256:..., which clients can pin with --identity. Makes the identity " +
      "key if there is none yet.",
    arguments: "",
    maxPositionals: 0,
    flagsFirst: false,
    examples: [
      { line: "hushcast identity", effect: "Print the fingerprint" },
      { line: "hushcast identity --state /var/lib/hushcast", effect: "That of another directory" },
    ],
  },
  direct: {
    summary: "Run a direct server: it takes messages and prints them",
    description:
      "Takes messages for itself, encrypted for its RSA key, and acknowledges each. Prints one " +
      "ready line, then a line for each message: sender, tab, text; whoever reads them slowly " +
      "slows the senders down. The log goes to standard error. Ends cleanly on SIGINT, SIGTERM or " +
      "the control command exit.",
    arguments: "",
    maxPositionals: 0,
    flagsFirst: false,
    examples: [
      { line: "hushcast direct --bind 127.0.0.1", effect: "Take messages from this machine only" },
      {
        line: "hushcast direct --state /var/lib/hushcast-direct",
        effect: "Keep the key across restarts, so that senders can pin it",
      },
      {
        line: "hushcast direct --json --log-level warn",
        effect: "Print JSON lines behind the ready line, and log only what is amiss",
      },
    ],
  },
  "direct-send": {
    summary: "Send messages to a direct server, until it has them",
    description: "Sends TEXT as one message, or a whole file as one message, or, with neither, " +
      "each line of standard input as a message of its own. Sends again what is lost, and exits " +
      "with 0 only after the server has acknowledged everything. What the server says by " +
      "itself meanwhile is printed, a line a message.",
    arguments: "[TEXT...]",
    maxPositionals: Infinity,
    flagsFirst: false,
    examples: [
      {
        line: 'hushcast direct-send --server 127.0.0.1 "lunch is ready"',
        effect: "Send one message",
      },
      {
        line: "hushcast direct-send --server 192.0.2.7:47710 --key ada.pem --file report.pdf",
        effect: "Send a file as one message, signed with this sender's own key",
      },
      {
        line: "tail -f app.log | hushcast direct-send --server 192.0.2.7",
        effect: "Send each line as it comes",
      },
    ],
  },
  completions: {
    summary: "Print what completes hushcast's commands and options on TAB",
    description: "Prints a script for SHELL, which completes commands, options and their values. " +
      "The script knows them by itself and never runs hushcast, so print it again after an update.",
    arguments: "SHELL",
    maxPositionals: 1,
    firstArgument: { kind: "words", words: COMPLETION_SHELLS },
    flagsFirst: false,
    examples: [
      {
        line: "hushcast completions bash >~/.local/share/bash-completion/completions/hushcast",
        effect: "For bash with the bash-completion package; make the folder if need be",
      },
      {
        line: "hushcast completions bash > ~/.hushcast.bash",
        effect: "For bash without it; ~/.bashrc then needs the line '. ~/.hushcast.bash'",
      },
      {
        line: "hushcast completions zsh > ~/.zfunc/_hushcast",
        effect: "For zsh; make the folder; 'fpath+=~/.zfunc' in ~/.zshrc before compinit",
      },
      {
        line: "hushcast completions fish > ~/.config/fish/completions/hushcast.fish",
        effect: "For fish; make the folder if need be",
      },
    ],
  },
};
