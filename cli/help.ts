import type { Command } from './command';

/** Returns the help of `precall` itself, with one line per command. */
export const generalHelp = (commands: Readonly<Record<string, Command>>): string =>
  `Operates an installation of Precall, on this machine or on AWS, and tries it by hand.

Usage
  precall <command> [flags]               on the local stack
  precall <command> --stage <stage>       on a deployed stage, by your AWS credentials
  precall <command> --help                all about a command
  precall --version

Look and act
${Object.entries(commands).map(commandLine).join('\n')}

Send and check
  send        sends a signed event of any kind, from a file or a recording
  check       says what is not set up as it should be at ElevenLabs
  sign        signs a sample event afresh

Exit codes
  0 done   1 refused, unknown id, or a problem was found   2 wrong use   3 no answer   4 not allowed`;

const commandLine = ([name, { summary }]: readonly [string, Command]): string => `  ${name.padEnd(12)}${summary}`;

const send = `Sends a signed event and prints what came of it.

Usage
  precall send <payload.json> [flags]
  precall send --sample voice.wav [--name Ivan] [flags]
  precall send --invalid
  precall send --health [--url …] [--json] [--timeout …]

What is sent
  <payload.json>            an event of any kind; its fields say which route takes it and who signs it. A pre-call
                            without conversation_id or event_timestamp gets a new id and the time now; every other
                            event goes as it is
  --sample <file>           WAV, MP3 or OGG; takes the place of the payload's own; repeat it for several
  --name <name>             the caller's name
  --number <number>         the caller's number
  --consent <text version>  the consent that the caller gave just now
  --agent-id <id>           default for a new event: ELEVENLABS_AGENT_ID, else the local stack's agent
  --conversation-id <id>    to send the same conversation again

Where to, and signed by what
  --url <url>               default: the local stack; a stage belongs to it (https://….amazonaws.com/v1);
                            /webhook/precall is added unless it is there
  --stage <stage>           a deployed stage instead, by your AWS credentials; --profile and --region as for AWS
  --port <port>             the local stack on this port; default: PORT, else 3005
  --secret <secret>         default: the installation's; with --url ELEVENLABS_WEBHOOK_SECRET (also in .env), else the
                            local stack's

How
  --multipart               as multipart/form-data, signed in the header
  --form-signature          as multipart/form-data, signed in its field elevenlabs_signature, without a header
  --via-upload              uploads the recording first, for bodies beyond what AWS takes (about 4.4 MB of audio)
  --invalid                 with a wrong signature; 0 when it is refused with 401, else 1; alone: a pre-call
  --health                  asks GET /health instead; 0 for ok and degraded, 1 for error
  --json                    prints the answer as one JSON document, and nothing else, on stdout
  --timeout <seconds>       for each request, default 30

Exit codes
  0 done   1 refused by the service, or not as expected   2 wrong use   3 no answer   4 not allowed`;

const check = `Says what at ElevenLabs is not set up as this installation needs it: its agents, webhooks and plan.
Records what agents allow their calls to override; Precall relies on that from then on.

Usage
  precall check [--url <url>] [--agent <id>] [flags]

  --agent <id>              an agent to check; repeat it for several, up to 20
                            default: those that pre-calls have named, and those of AGENT_IDS and ELEVENLABS_AGENT_ID
  --url <url>               default: the local stack; a stage belongs to it (https://….amazonaws.com/v1)
  --stage <stage>           a deployed stage instead, by your AWS credentials; --profile and --region as for AWS
  --port <port>             the local stack on this port; default: PORT, else 3005
  --secret <secret>         default: the installation's; with --url ELEVENLABS_WEBHOOK_SECRET (also in .env), else the
                            local stack's
  --json                    prints the answer as one JSON document, and nothing else, on stdout
  --timeout <seconds>       default 30

Exit codes
  0 nothing is a problem   1 something is, or the service refused   2 wrong use   3 no answer   4 not allowed`;

const sign = `Signs an event as if its sender had sent it now: ElevenLabs, 3CX (X-Signature) or the initiation webhook.

Usage
  precall sign <event.json> [--secret <secret>] [--write]

An API Gateway event gets a fresh signature for its raw body, and the time of its request; its path says whose:
  precall sign events/precall.json | sam local invoke <function> --event -
Of a bare payload the header line for exactly its bytes is printed:
  curl -H "$(precall sign payload.json)" -H 'Content-Type: application/json' --data-binary @payload.json <url>

  --secret <secret>         default: the sender's, from ELEVENLABS_WEBHOOK_SECRET, FLAT_POSTCALL_SECRET,
                            THREECX_WEBHOOK_SECRET or INITIATION_SECRET (also in .env), else the local stack's
  --write                   rewrites the file of an API Gateway event instead of printing it`;

/** The help texts, by command. */
export const help = { send, check, sign } as const;
