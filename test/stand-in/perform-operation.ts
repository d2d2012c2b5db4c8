import { newVoiceId, slotsUsed, type Account } from './account';
import { agentNotFound, failure, invalidField, olderFailure, type Answer } from './error-bodies';
import { listVoices } from './list-voices';
import type { Operation } from './operations';
import { placeCall } from './place-call';
import type { RecordedRequest } from './recorded-request';
import { agentBody, conversationBody, conversationList, subscriptionBody, voiceBody } from './resource-bodies';
import { convaiSettingsBody, webhookList } from './workspace-bodies';

const voiceNotFound = (id: string): Answer =>
  failure(404, 'not_found', 'voice_not_found', `A voice with voice_id '${id}' was not found.`);

const planRefusal = (account: Account): Answer | undefined => {
  const { voiceLimit, maxVoiceAddEdits, voiceAddEditCounter, canUseInstantVoiceCloning } = account.plan;
  const used = slotsUsed(account);
  if (!canUseInstantVoiceCloning) {
    return olderFailure(403, 'can_not_use_instant_voice_cloning', 'Your plan has no access to instant voice cloning.');
  }
  if (used >= voiceLimit) {
    const message = `You have reached your maximum amount of custom voices (${used} / ${voiceLimit}).`;
    return failure(400, 'validation_error', 'voice_limit_reached', message);
  }
  if (voiceAddEditCounter >= maxVoiceAddEdits) {
    const message = `You have reached the monthly limit of ${maxVoiceAddEdits} voice adds and edits.`;
    return failure(400, 'validation_error', 'voice_add_edit_limit_reached', message);
  }
  return undefined;
};

const formRefusal = (name: string, files: readonly Buffer[]): Answer | undefined => {
  if (name === '') return invalidField(['body', 'name'], 'Field required', 'missing');
  if (files.length === 0) return invalidField(['body', 'files'], 'Field required', 'missing');
  if (files.some((file) => file.length === 0)) {
    return failure(400, 'validation_error', 'invalid_audio', 'A file is empty.', 'files');
  }
  if (files.some((file, index) => files.findIndex((other) => other.equals(file)) !== index)) {
    return olderFailure(400, 'duplicated_files', 'You cannot upload the same file twice.');
  }
  return undefined;
};

const addVoice = ({ form }: RecordedRequest, account: Account): Answer => {
  const text = (field: string): string | null =>
    form.find(({ name }) => name === field)?.bytes.toString('utf8') ?? null;
  const files = form.filter(({ name }) => name === 'files');
  const name = text('name') ?? '';
  const refusal =
    formRefusal(
      name,
      files.map(({ bytes }) => bytes),
    ) ?? planRefusal(account);
  if (refusal !== undefined) return refusal;
  const voiceId = newVoiceId();
  account.plan.voiceAddEditCounter += 1;
  account.voices.set(voiceId, {
    voiceId,
    name,
    description: text('description'),
    labels: JSON.parse(text('labels') ?? '{}') as Record<string, string>,
    category: 'cloned',
    createdAtUnix: Math.floor(Date.now() / 1000),
    files: files.map(({ filename, contentType, bytes }) => ({ filename: filename!, contentType: contentType!, bytes })),
  });
  return { status: 200, body: { voice_id: voiceId, requires_verification: false } };
};

const getVoice = ({ id }: RecordedRequest, { voices }: Account): Answer => {
  const voice = voices.get(id);
  return voice === undefined ? voiceNotFound(id) : { status: 200, body: voiceBody(voice) };
};

const deleteVoice = ({ id }: RecordedRequest, { voices }: Account): Answer =>
  voices.delete(id) ? { status: 200, body: { status: 'ok' } } : voiceNotFound(id);

const getAgent = ({ id }: RecordedRequest, { agents }: Account): Answer => {
  const agent = agents.get(id);
  return agent === undefined ? agentNotFound(id) : { status: 200, body: agentBody(agent) };
};

/** Merges the sent leaves. A voice that does not exist is taken as it is: what ElevenLabs does with it is not documented. */
const patchAgent = ({ id, json }: RecordedRequest, { agents }: Account): Answer => {
  const agent = agents.get(id);
  if (agent === undefined) return agentNotFound(id);
  const { conversation_config: change } = json as {
    conversation_config?: { tts?: { voice_id: string }; agent?: { first_message: string } };
  };
  agent.voiceId = change?.tts?.voice_id ?? agent.voiceId;
  agent.firstMessage = change?.agent?.first_message ?? agent.firstMessage;
  agent.version += 1;
  return { status: 200, body: agentBody(agent) };
};

const getConversation = ({ id }: RecordedRequest, { conversations }: Account): Answer => {
  const conversation = conversations.get(id);
  return conversation === undefined
    ? failure(404, 'not_found', 'conversation_not_found', `A conversation with id '${id}' was not found.`)
    : { status: 200, body: conversationBody(conversation) };
};

const operations: Record<Operation, (request: RecordedRequest, account: Account) => Answer> = {
  addVoice,
  getVoice,
  deleteVoice,
  listVoices: ({ query }, { voices }) => listVoices(voices, query),
  getAgent,
  patchAgent,
  getConversation,
  listConversations: ({ query }, { conversations }) => ({
    status: 200,
    body: conversationList([...conversations.values()].filter(({ agentId }) => agentId === query['agent_id'])),
  }),
  twilioOutboundCall: ({ json }, account) => placeCall('twilio', json, account),
  sipTrunkOutboundCall: ({ json }, account) => placeCall('sip_trunk', json, account),
  listWebhooks: ({ query }, account) => ({
    status: 200,
    body: webhookList(account, query['include_usages'] === 'true'),
  }),
  getConvaiSettings: (_request, { settings }) => ({ status: 200, body: convaiSettingsBody(settings) }),
  getSubscription: (_request, account) => ({ status: 200, body: subscriptionBody(account) }),
};

/** Does what a request without violations asks for, at once and as a whole, and says what ElevenLabs would answer. */
export const performOperation = (operation: Operation, request: RecordedRequest, account: Account): Answer =>
  operations[operation](request, account);
