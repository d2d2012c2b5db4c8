import { createHash } from 'node:crypto';
import { installationId } from '../../lambdas/ledger/installation';
import type { LedgerTable } from '../../lambdas/ledger/table';
import { voiceDescription } from '../../lambdas/voices/voice-identity';
import type { CallsStack } from './calls-stack';
import { newConversationId } from './sender';

const nowS = () => Math.floor(Date.now() / 1000);
const secondsAgo = (seconds: number) => nowS() - seconds;

/** One of each that reconcile looks for, as if whoever had it in hand was gone. */
export const leaveBehind = async (stack: CallsStack, table: LedgerTable): Promise<void> => {
  const installation = await installationId(table);
  stack.elevenLabs.addAgent({ agentId: 'agent_2', voiceId: 'ownVoice2', firstMessage: 'Hello' });
  stack.elevenLabs.addVoice({
    name: 'Lost',
    description: voiceDescription(newConversationId(), installation),
    category: 'cloned',
    createdAtMs: Date.now() - 3600_000,
  });
  stack.elevenLabs.addConversation({
    agentId: 'agent_1',
    status: 'done',
    startTimeUnixS: secondsAgo(3 * 3600),
    durationS: 30,
    transcript: [{ role: 'agent', message: 'Hello' }],
  });
  const conversation = { kind: 'conversation', agent_id: 'agent_1', expires_at: nowS() + 3600 };
  const work = { attempt: 'gone', samples: [] };
  const [stuck, over] = [newConversationId(), newConversationId()];
  const [overdue, used] = [0, 1].map((n) => `voice${createHash('sha256').update(`${n}`).digest('hex').slice(0, 15)}`);
  const voice = { kind: 'voice', state: 'live', users: {}, agents: {}, samples: [] };
  const ended_at = Date.now() - 3600_000;
  for (const Item of [
    {
      ...conversation,
      pk: `CONVERSATION#${stuck}`,
      conversation_id: stuck,
      work: { ...work, state: 'cloning', lease_until: 0, voice_name: 'x' },
    },
    {
      ...conversation,
      pk: `CONVERSATION#${over}`,
      conversation_id: over,
      work: { ...work, state: 'ready', voice_id: used, voice_expires_at: 1 },
      ended_at,
    },
    { ...voice, pk: `VOICE#${overdue}`, voice_id: overdue, expires_at: secondsAgo(60) },
    { ...voice, pk: `VOICE#${used}`, voice_id: used, users: { [over]: 'agent_1' }, expires_at: nowS() + 3600 },
    {
      pk: 'AGENT#agent_2',
      kind: 'agent',
      agent_id: 'agent_2',
      version: 1,
      pendings: {},
      carried: {},
      activation: { conversation_id: stuck, voice_id: used, first_message: 'Hello' },
      expires_at: 9_999_999_999,
    },
  ])
    await table.put({ Item });
};
