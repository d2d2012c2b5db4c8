import * as z from 'zod';
import { agentRules } from './agent-settings';
import { type Answer, ApiError, jsonAnswer } from './answers';
import { wholeNumber } from './requests';
import type { SimulatorState } from './state';
import { type JsonObject, newVoiceId } from './values';
import { changeWorkspace, type InitiationWebhook } from './workspace';

/** The query of `GET /v1/convai/secrets`. `search` is the prefix of the name. */
export const secretQuery = z.strictObject({
  page_size: wholeNumber(1, 100).optional(),
  dependency_limit: wholeNumber(1, 100).optional(),
  search: z.string().optional(),
  cursor: z.string().optional(),
});

const fields = { name: z.string().min(1), value: z.string().min(1) };

/** The body of `POST /v1/convai/secrets`. */
export const newSecret = z.strictObject({ type: z.literal('new'), ...fields });

/** The body of `PATCH /v1/convai/secrets/{secret_id}`. */
export const secretPatch = z.strictObject({ type: z.literal('update'), ...fields });

const names = (webhook: InitiationWebhook | null, id: string): boolean =>
  Object.values(webhook?.requestHeaders ?? {}).some((value) => typeof value !== 'string' && value.secretId === id);

const usersOf = ({ workspace, agents }: SimulatorState, id: string): JsonObject => {
  const users = agents.filter(({ body }) => names(agentRules(body).initiationWebhook, id));
  return {
    tools: [],
    agents: users.map(({ agentId }) => ({ type: 'available', id: agentId, name: agentId })),
    phone_numbers: [],
    others: names(workspace.initiationWebhook, id) ? ['conversation_initiation_webhook'] : [],
  };
};

/** Lists the secrets with their names and uses, but without values, in one page. */
export const listSecrets = (state: SimulatorState, { search = '' }: z.output<typeof secretQuery>): Answer => {
  const { secrets, secretNames } = state.workspace;
  const all = Object.keys(secrets).map((id) => ({ secret_id: id, name: secretNames[id] ?? id }));
  const found = all.filter(({ name }) => name.startsWith(search));
  return jsonAnswer(200, {
    secrets: found.map((each) => ({ type: 'stored', ...each, used_by: usersOf(state, each.secret_id) })),
    next_cursor: null,
    field_of_a_later_release: null,
  });
};

const store = (state: SimulatorState, id: string, { name, value }: { name: string; value: string }): Answer => {
  const { secrets, secretNames } = state.workspace;
  state.workspace = changeWorkspace(state.workspace, {
    secrets: { ...secrets, [id]: value },
    secretNames: { ...secretNames, [id]: name },
  });
  return jsonAnswer(200, { type: 'stored', secret_id: id, name });
};

/** Adds a secret to ElevenLabs' store. */
export const createSecret = (state: SimulatorState, secret: z.output<typeof newSecret>): Answer =>
  store(state, newVoiceId(), secret);

const requireSecret = ({ workspace }: SimulatorState, id: string): void => {
  if (Object.hasOwn(workspace.secrets, id)) return;
  throw new ApiError(404, 'secret_not_found', `A secret with secret_id '${id}' was not found.`, 'secret_id');
};

/** Changes a secret's name and value, but not its id. */
export const patchSecret = (state: SimulatorState, id: string, patch: z.output<typeof secretPatch>): Answer => {
  requireSecret(state, id);
  return store(state, id, patch);
};

/** Deletes an unused secret. The error code for a used secret is not documented. */
export const deleteSecret = (state: SimulatorState, id: string): Answer => {
  requireSecret(state, id);
  const isUsed =
    names(state.workspace.initiationWebhook, id) ||
    state.agents.some(({ body }) => names(agentRules(body).initiationWebhook, id));
  if (isUsed) throw new ApiError(400, 'secret_in_use', 'The secret is in use. Remove its uses first.', 'secret_id');
  const without = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([each]) => each !== id));
  const { secrets, secretNames } = state.workspace;
  state.workspace = changeWorkspace(state.workspace, {
    secrets: without(secrets),
    secretNames: without(secretNames),
  });
  return { status: 204, headers: {}, body: '' };
};
