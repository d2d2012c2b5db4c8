import { randomUUID } from 'node:crypto';
import type { Account, AccountAgent, AccountCall } from './account';
import { agentNotFound, type Answer } from './error-bodies';

interface Override {
  readonly tts?: { readonly voice_id: string };
  readonly agent?: { readonly first_message: string };
  readonly conversation?: { readonly max_duration_seconds: number };
}

interface CallBody {
  readonly agent_id: string;
  readonly to_number: string;
  readonly conversation_initiation_client_data?: { readonly conversation_config_override?: Override };
}

/** A field that is not enabled, and a voice that is not there, let the conversation fail and not the request. */
const mayStart = (override: Override, { allows }: AccountAgent, voices: Account['voices']): boolean =>
  (override.tts === undefined || (allows.voiceId && voices.has(override.tts.voice_id))) &&
  (override.agent === undefined || allows.firstMessage) &&
  (override.conversation === undefined || allows.maxDuration);

/** Places a call whose request has no violations, and makes its conversation: `initiated`, or `failed` when it may not start. */
export const placeCall = (transport: AccountCall['transport'], json: unknown, account: Account): Answer => {
  const body = json as CallBody;
  const agent = account.agents.get(body.agent_id);
  if (agent === undefined) return agentNotFound(body.agent_id);
  const conversationId = `conv_${randomUUID().replaceAll('-', '').slice(0, 28)}`;
  const override = body.conversation_initiation_client_data?.conversation_config_override ?? {};
  const status = mayStart(override, agent, account.voices) ? 'initiated' : 'failed';
  account.conversations.set(conversationId, { conversationId, agentId: agent.agentId, status });
  account.calls.push({ transport, agentId: agent.agentId, toNumber: body.to_number, conversationId });
  const callId = randomUUID().replaceAll('-', '');
  return {
    status: 200,
    body: {
      success: true,
      message: 'Success',
      conversation_id: conversationId,
      ...(transport === 'twilio' ? { callSid: `CA${callId}` } : { sip_call_id: `SCL_${callId.slice(0, 12)}` }),
      a_field_of_tomorrow: null,
    },
  };
};
