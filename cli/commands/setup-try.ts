import { randomUUID } from 'node:crypto';
import type { Installation } from '../../ops/installation';
import { proveSecret } from '../../ops/prove-secret';
import { readSecret } from '../../ops/secrets';
import type { Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { firstValue } from '../webhook-secret';
import { WrongUse } from '../wrong-use';
import { end } from './end';
import { trigger } from './trigger';

/** Sends a pre-call for an agent with the bundled recording, and ends it. Throws WrongUse if no agent is given. */
export const tryCall = async (
  installation: Installation,
  agentId: string | undefined,
  invocation: Invocation,
): Promise<ExitCode> => {
  if (agentId === undefined) throw new WrongUse('The workspace has no agent that could be called.');
  const name = 'ElevenLabsWebhookSecret';
  await proveSecret(installation, name, firstValue((await readSecret(installation, name)) ?? ''));
  const id = `conv_setup_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const given: Readonly<Record<string, string>> = { 'conversation-id': id, 'agent-id': agentId };
  const text = (flag: string): string | undefined => given[flag] ?? invocation.text(flag);
  const sent = await trigger.run({ ...invocation, args: ['precall'], text });
  if (sent !== exitCodes.done) return sent;
  return end.run({ ...invocation, args: [id] });
};
