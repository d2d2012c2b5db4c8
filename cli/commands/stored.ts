import { writeFile } from 'node:fs/promises';
import { exportCalls } from '../../ops/export-calls';
import { rawEvent, rawEvents, storedOfCall } from '../../ops/raw-events';
import type { Command, Invocation } from '../command';
import { kindOf } from '../event-kinds';
import { type ExitCode, exitCodes } from '../exit-codes';
import { fileProblem, readJsonObject } from '../read-input';
import { noArguments, oneArgument } from '../run-command';
import { sendEvent } from '../send-event';
import { counted } from '../table';
import { type Target, targetOf } from '../target';
import { readSince } from '../times';
import { WrongUse } from '../wrong-use';

/** `precall transcript <id>`. */
export const transcript: Command = {
  summary: 'Prints the transcript of a call; it is personal data',
  forms: ['<conversation id>'],
  examples: ['precall transcript conv_abc123xyz', 'precall transcript conv_abc123xyz --json > call.json'],
  run: async (invocation) => {
    const id = oneArgument(invocation, 'id of a call');
    const kind = invocation.has('json') ? 'transcript-json' : 'transcript';
    invocation.surroundings.print(
      (await storedOfCall(await invocation.installation(), id, kind)).toString('utf8').trimEnd(),
    );
    return exitCodes.done;
  },
};

/** `precall recording <id>`. */
export const recording: Command = {
  summary: 'Stores the recording of a call in a file; it is personal data',
  forms: ['<conversation id>'],
  flags: { out: { type: 'string', value: '<file>', about: 'default: <conversation id>.mp3' } },
  examples: ['precall recording conv_abc123xyz --out call.mp3'],
  run: async (invocation) => {
    const id = oneArgument(invocation, 'id of a call');
    const bytes = await storedOfCall(await invocation.installation(), id, 'recording');
    const path = invocation.text('out') ?? `${id}.mp3`;
    await writeFile(path, bytes, { mode: 0o600 }).catch((error: unknown) => {
      throw new WrongUse(`${path} cannot be written: ${fileProblem(error)}.`);
    });
    invocation.show({ file: path, bytes: bytes.length }, [`${path}: ${bytes.length.toLocaleString('en-US')} bytes.`]);
    return exitCodes.done;
  },
};

/** `precall export`. */
export const exportRecords: Command = {
  summary: 'Prints the records of finished calls, one JSON document a line, without names and numbers',
  forms: [''],
  flags: {
    since: {
      type: 'string',
      value: '<time>',
      about: 'calls that began since then: 30m, 24h, 30d (default), or a date',
    },
    jsonl: { type: 'boolean', about: 'one JSON document a line, which is the only form' },
  },
  examples: ['precall export --since 2026-11-01 --jsonl --stage prod > november.jsonl'],
  run: async (invocation) => {
    noArguments(invocation);
    const sinceMs = readSince(invocation.text('since') ?? '30d', Date.now());
    let count = 0;
    for await (const { bodies, caller_hash, ...record } of exportCalls(await invocation.installation(), sinceMs)) {
      invocation.surroundings.print(JSON.stringify({ ...record, caller: caller_hash, events: bodies.size }));
      count += 1;
    }
    invocation.surroundings.note(`${counted(count, 'call')}.`);
    return exitCodes.done;
  },
};

/** `precall replay <id>`. */
export const replay: Command = {
  summary: 'Sends the stored post-call events of a call again, byte for byte, with new signatures',
  forms: ['<conversation id>'],
  about: 'Precall recognises an event that it has handled, so that nothing happens twice.',
  examples: ['precall replay conv_abc123xyz'],
  run: async (invocation) => {
    const id = oneArgument(invocation, 'id of a call');
    const installation = await invocation.installation();
    const events = await rawEvents(installation, id);
    if (events.length === 0) {
      invocation.surroundings.note(`No event of ${id} is stored.`);
      return exitCodes.refused;
    }
    const codes: ExitCode[] = [];
    const target = await targetOf(invocation);
    for (const { key } of events)
      codes.push(await replayOne(key, await rawEvent(installation, key), target, invocation));
    return codes.find((code) => code !== exitCodes.done) ?? exitCodes.done;
  },
};

const replayOne = async (
  key: string,
  body: Buffer,
  target: Target,
  { surroundings, has }: Invocation,
): Promise<ExitCode> => {
  const kind = kindOf(readJsonObject(key, body)) ?? 'unknown';
  return sendEvent(kind, body, { target, timeoutS: 30, isInvalid: false, isJson: has('json') }, surroundings);
};
