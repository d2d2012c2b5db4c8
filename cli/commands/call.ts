import type { StoredObject } from '../../ops/objects';
import { type Story, storyOf } from '../../ops/story';
import { type Moment, withoutRepeats } from '../../ops/story-moments';
import type { Command, Invocation } from '../command';
import { exitCodes } from '../exit-codes';
import { oneArgument } from '../run-command';
import { clock, moment, readSince } from '../times';

/** `precall call <id>`. */
export const call: Command = {
  summary: 'Tells the whole story of a call: what happened and when, what is stored, and what is still to come',
  forms: ['<conversation id>', '<3CX call id>'],
  flags: {
    since: {
      type: 'string',
      value: '<time>',
      about: 'search the logs from then on; default: the beginning of the call',
    },
    personal: { type: 'boolean', about: "shows the caller's name and number, where they are stored" },
  },
  examples: ['precall call conv_abc123xyz', 'precall call conv_abc123xyz --stage prod --json'],
  run: async (invocation) => {
    const id = oneArgument(invocation, 'id of a call');
    const nowMs = Date.now();
    const since = invocation.text('since');
    const sinceMs = since === undefined ? undefined : readSince(since, nowMs);
    const story = await storyOf(await invocation.installation(), id, { nowMs, sinceMs });
    invocation.show(documentOf(story, invocation.has('personal')), describe(story, invocation));
    return exitCodes.done;
  },
};

/** Builds the JSON document. Of the caller it shows only keyed hashes unless personal data is requested. */
const documentOf = ({ call: known, moments, ledger, objects, next }: Story, isPersonal: boolean): object => {
  const story = { moments, ledger, objects, next };
  const { conversation, record, threeCx, ...others } = known;
  const ids = [...known.ids];
  if (isPersonal) return { ...story, ids, conversation, record, three_cx: threeCx, voice: others.voice };
  return { ...story, ids };
};

const describe = (story: Story, invocation: Invocation): string[] => {
  const { call: known, moments, ledger, objects, next } = story;
  const [first] = moments;
  return [
    `Call ${known.id}${first === undefined ? '' : `, from ${moment(first.atMs)} UTC`}`,
    ...(invocation.has('personal') ? personalLines(story) : []),
    '',
    ...momentLines(withoutRepeats(moments), invocation),
    ...(moments.length === 0 ? ['  The logs have nothing about it (any more).'] : []),
    '',
    'In the ledger',
    ...(ledger.length === 0 ? ['nothing'] : ledger).map((line) => `  ${line}`),
    'In the bucket',
    ...(objects.length === 0 ? ['  nothing'] : objects.map(objectLine)),
    'Still to come',
    ...next.map((line) => `  ${line}`),
  ];
};

const momentLines = (
  moments: readonly Moment[],
  { surroundings: { paint = (text) => text } }: Invocation,
): string[] => {
  const startMs = moments[0]?.atMs ?? 0;
  return moments.map(({ atMs, words, isFault, elevenLabsRequestId }) => {
    const after = `+${((atMs - startMs) / 1000).toFixed(1)} s`.padStart(10);
    const forSupport =
      isFault && elevenLabsRequestId !== undefined ? ` (ElevenLabs' request ${elevenLabsRequestId})` : '';
    const line = `  ${clock(atMs)} ${after}  ${isFault ? '!' : ' '} ${words}${forSupport}`;
    return isFault ? paint(line, 'yellow') : line;
  });
};

const personalLines = ({ call: { conversation, threeCx } }: Story): string[] => {
  const name = conversation?.answer?.caller_info.Name;
  const number = threeCx !== undefined && 'caller_number' in threeCx ? threeCx.caller_number : undefined;
  return [`Caller: ${name ?? 'no name stored'}, ${number ?? 'no number stored'}`];
};

const objectLine = ({ key, bytes }: StoredObject): string => `  ${key} (${bytes.toLocaleString('en-US')} bytes)`;
