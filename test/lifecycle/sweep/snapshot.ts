import { describeAgent } from '../../../local/elevenlabs/agents';
import { claim } from '../history/invariants';
import type { World } from '../history/world';

type Item = Readonly<Record<string, unknown>>;

/**
 * What of a world has to be as it was after a request that failed, and the same after one that was struck and repeated.
 */
export type Snapshot = Readonly<Record<string, unknown>>;

/** Takes it. Voices are named by what they were made for, so that two runs can be compared. */
export const snapshotOf = async ({ rig, made }: World): Promise<Snapshot> => {
  const items = Object.values(await rig.ledger());
  const ofKind = (kind: string): Item[] => items.filter((item) => item['kind'] === kind);
  const { agents } = rig.elevenLabs.state;
  const found = {
    callers: keyed(ofKind('caller').map(callerOf)),
    voices: keyed(
      ofKind('voice')
        .filter(({ state }) => state !== 'deleted')
        .map(voiceOf),
    ),
    conversations: keyed(ofKind('conversation').map(conversationOf)),
    agents: keyed(ofKind('agent').map((item) => agentOf(item, rig.nowMs()))),
    atElevenLabs: {
      agents: agents.map(describeAgent).map(({ agentId, voiceId, firstMessage }) => [agentId, voiceId, firstMessage]),
      clones: rig.clones(),
    },
    samples: (await rig.samples()).filter((key) => !key.startsWith('rights-log/')).sort(),
    jobs: await rig.queue.jobs(),
    deadLetters: rig.queue.deadLetters.map(({ Body }) => Body),
  };
  let text = JSON.stringify(found);
  for (const { voiceId, description } of made)
    text = text.replaceAll(voiceId, `voice of ${/conversation (\S+)/.exec(description)?.[1] ?? description}`);
  const named = JSON.parse(text) as typeof found;
  return { ...named, atElevenLabs: { ...named.atElevenLabs, clones: named.atElevenLabs.clones.toSorted() } };
};

/** The same without what a caller's next call is prepared with: a call goes on where that fails. */
export const withoutPreparation = (snapshot: Snapshot): Snapshot => {
  const callers = snapshot['callers'] as Record<string, Item>;
  const begun = Object.entries(callers).map(([key, { begun: calls }]) => [key, { begun: calls }]);
  return { ...snapshot, callers: Object.fromEntries(begun) as Record<string, Item> };
};

const keyed = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined).toSorted());

const empty = (value: unknown): boolean => value === undefined || JSON.stringify(value) === '{}';

/** All that is known of a caller; undefined for one of whom only a trace is left. */
const callerOf = (item: Item): readonly [string, unknown] => {
  const { name, enrolled, recent, reusable, calls = {}, clone, erased_at } = item;
  const offered = reusable === undefined ? undefined : (reusable as Item)['voice_id'];
  const begun = Object.fromEntries(Object.keys(calls as object).map((id) => [id, true]));
  const known = {
    name,
    enrolled,
    recent,
    offered,
    begun: empty(begun) ? undefined : begun,
    clone,
    erased: erased_at !== undefined || undefined,
  };
  return [String(item['pk']), empty(JSON.parse(JSON.stringify(known))) ? undefined : known];
};

const voiceOf = ({ voice_id, state, users, retain_s, samples }: Item): readonly [string, unknown] => [
  String(voice_id),
  { state, users, retain_s, samples },
];

/** A conversation that is open to its next attempt, or is only known to have ended, is a trace that expires. */
const conversationOf = ({ conversation_id, work, answer, ended_at }: Item): readonly [string, unknown] => {
  const { state, voice_id } = (work ?? {}) as { state?: string; voice_id?: string };
  const isTrace = state === undefined || state === 'open' || ended_at !== undefined;
  return [String(conversation_id), isTrace ? undefined : { state, voice_id, isAnswered: answer !== undefined }];
};

const agentOf = ({ agent_id, activation, pendings }: Item, nowMs: number): readonly [string, unknown] => {
  const inFlight = Object.values(pendings as Record<string, { until: number }>).filter(({ until }) => until > nowMs);
  return [String(agent_id), activation === undefined && inFlight.length === 0 ? undefined : { activation, inFlight }];
};

/** Fails with what is different. */
export const expectSame = (now: Snapshot, wanted: Snapshot, why: string): void => {
  const differences = differencesOf(now, wanted);
  claim(differences.length === 0, () => `${why}:\n    ${differences.join('\n    ')}`);
};

const differencesOf = (now: unknown, wanted: unknown, path = ''): string[] => {
  const [is, was] = [JSON.stringify(now), JSON.stringify(wanted)];
  if (is === was) return [];
  if (!isMap(now) || !isMap(wanted)) return [`${path} is ${is}, not ${was}`];
  const keys = [...new Set([...Object.keys(now), ...Object.keys(wanted)])];
  return keys.flatMap((key) => differencesOf(now[key], wanted[key], path === '' ? key : `${path}.${key}`));
};

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
