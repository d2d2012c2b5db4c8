import { answeredWork, type Conversation, conversationItem, takenBy } from '../../../lambdas/voices/conversation';
import { type Voice, voiceItem } from '../../../lambdas/voices/voice';
import { foreignVoices, type PhoneCall, type World } from './world';

/** The ledger, parsed. */
export interface Ledger {
  readonly voices: ReadonlyMap<string, Voice>;
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly agents: readonly Record<string, unknown>[];
}

/** Reads the whole ledger. */
export const readLedger = async ({ rig }: World): Promise<Ledger> => {
  const items = Object.values(await rig.ledger());
  const ofKind = (kind: string) => items.filter((item) => item['kind'] === kind);
  return {
    voices: new Map(ofKind('voice').map((item) => [String(item['voice_id']), voiceItem.parse(item)])),
    conversations: new Map(
      ofKind('conversation').map((item) => [String(item['conversation_id']), conversationItem.parse(item)]),
    ),
    agents: ofKind('agent'),
  };
};

/** Fails with a sentence. */
export const claim = (holds: boolean, otherwise: () => string): void => {
  if (!holds) throw new Error(otherwise());
};

/** Clones with our mark, by id, with the conversation that they were made for. */
export const ourClones = ({ rig }: World): Map<string, string> => {
  const marked = rig.elevenLabs.state.voices.flatMap(({ voiceId, description }): [string, string][] => {
    const [, conversationId] = /conversation (\S+) \[precall\/0011223344556677\]$/.exec(description ?? '') ?? [];
    return conversationId === undefined ? [] : [[voiceId, conversationId]];
  });
  return new Map(marked);
};

/** What holds after every step. */
export const checkAlways = async (world: World): Promise<void> => {
  const { state } = world.rig.elevenLabs;
  claim(
    state.incidents.length === 0,
    () => `An agent was left with a voice that does not exist: ${json(state.incidents)}`,
  );
  for (const voiceId of Object.values(foreignVoices))
    claim(
      state.voices.some((known) => known.voiceId === voiceId),
      () => `The voice ${voiceId} of somebody else was deleted.`,
    );
  const ledger = await readLedger(world);
  checkUsers(ledger);
  checkPromises(ledger, world);
  checkPhoneCalls(ledger, world);
};

/** A conversation uses at most one live voice. */
const checkUsers = ({ voices }: Ledger): void => {
  const used = new Map<string, string>();
  for (const { voice_id, users, state } of voices.values()) {
    if (state !== 'live') continue;
    for (const conversationId of Object.keys(users)) {
      const other = used.get(conversationId);
      claim(other === undefined, () => `${conversationId} uses two live voices: ${other} and ${voice_id}.`);
      used.set(conversationId, voice_id);
    }
  }
};

/**
 * A conversation that was answered has its voice until it ends, or until a day after its answer if ElevenLabs does not
 * know it.
 */
const checkPromises = ({ conversations, voices }: Ledger, { rig, calls }: World): void => {
  for (const { conversationId, endWasTold } of calls) {
    const seen = conversations.get(conversationId);
    const isInProgress = rig.elevenLabs.state.conversations.some(
      (known) =>
        [conversationId, seen === undefined ? undefined : takenBy(seen)].includes(known.conversationId) &&
        known.status === 'in-progress',
    );
    const work = seen === undefined ? undefined : answeredWork(seen);
    if (endWasTold || work === undefined || seen?.answer === undefined) continue;
    if (work.voice_expires_at * 1000 <= rig.nowMs() && !isInProgress) continue;
    const { voice_id: voiceId } = seen.answer;
    const item = voices.get(voiceId);
    const exists = rig.elevenLabs.state.voices.some((known) => known.voiceId === voiceId);
    claim(exists, () => `The voice ${voiceId} of ${conversationId}, which goes on, was deleted.`);
    claim(
      (item?.state === 'live' || item?.state === 'expiring') && conversationId in item.users,
      () => `${conversationId} goes on, but the ledger has its voice as ${json(item)}.`,
    );
  }
};

/** A call keeps the pre-call that it was started with until an end is told, and no other live call has it. */
const checkPhoneCalls = ({ conversations }: Ledger, { rig, calls, phoneCalls }: World): void => {
  const atElevenLabs = rig.elevenLabs.state.conversations.filter(({ status }) => status === 'in-progress');
  const isLive = ({ callId }: PhoneCall): boolean => atElevenLabs.some((known) => known.conversationId === callId);
  const live = phoneCalls.filter((call) => call.took !== undefined && isLive(call));
  for (const { callId, took } of live) {
    const wasTold = calls.some(({ conversationId, endWasTold }) => conversationId === took && endWasTold);
    const seen = conversations.get(took!);
    claim(
      wasTold || (seen !== undefined && seen.ended_at === undefined && takenBy(seen) === callId),
      () => `${callId} goes on, but the ledger has its pre-call as ${json(seen)}.`,
    );
  }
};

const json = (value: unknown): string => JSON.stringify(value);
