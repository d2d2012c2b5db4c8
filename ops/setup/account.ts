import * as z from 'zod';
import { type Api, ElevenLabsRefusal } from './api';

const optional = <T>(schema: z.ZodType<T>) => schema.nullish().catch(undefined);

/** The header's value is text or a reference to a secret in ElevenLabs' store. */
const initiationWebhook = z.object({
  url: z.string(),
  request_headers: z.record(z.string(), z.union([z.string(), z.object({ secret_id: z.string() })])).catch({}),
});

const postCall = z.object({
  post_call_webhook_id: optional(z.string()),
  events: optional(z.array(z.string())),
  transcript_format: optional(z.enum(['json', 'opentelemetry'])),
});

/** The request that ElevenLabs sends before a call. */
export type InitiationWebhook = z.infer<typeof initiationWebhook>;

/** The webhook that reports ends of calls, and its events. */
export type PostCall = z.infer<typeof postCall>;

const webhook = z.object({
  webhook_id: z.string(),
  name: z.string(),
  webhook_url: z.string(),
  is_disabled: z.boolean().catch(false),
  is_auto_disabled: z.boolean().catch(false),
  /** Missing from the documented list. */
  retry_enabled: optional(z.boolean()),
  most_recent_failure_error_code: optional(z.number()),
});

/** A webhook of the workspace. */
export type Webhook = z.infer<typeof webhook>;

/** The webhooks that a workspace or an agent has in these two places. */
export const attachments = z.object({
  conversation_initiation_client_data_webhook: optional(initiationWebhook),
  webhooks: optional(postCall),
});

/** The webhooks that a workspace or an agent has in these two places. */
export type Attachments = z.infer<typeof attachments>;

const flag = optional(z.boolean());

const agent = z.object({
  agent_id: z.string(),
  name: optional(z.string()),
  platform_settings: optional(
    z.object({
      overrides: optional(
        z.object({
          conversation_config_override: optional(
            z.object({
              tts: optional(z.object({ voice_id: flag })),
              agent: optional(z.object({ first_message: flag })),
              conversation: optional(z.object({ max_duration_seconds: flag })),
            }),
          ),
          enable_conversation_initiation_client_data_from_webhook: flag,
        }),
      ),
      workspace_overrides: optional(attachments),
    }),
  ),
});

/** An agent's settings in one branch, as far as the setup concerns them. */
export interface Agent extends z.infer<typeof agent> {
  /** Undefined if the agent has only one live branch. */
  readonly branch?: string | undefined;
  /** Whether the owner of the key has unpublished procedures in this branch, which a change would publish. */
  readonly hasDrafts?: boolean;
}

const branchList = z.object({
  results: z.array(
    z.object({ id: z.string(), is_archived: z.boolean().catch(false), current_live_percentage: z.number().catch(0) }),
  ),
});
const procedureList = z.object({ procedures: z.array(z.object({ has_draft: z.boolean().catch(false) })) });

const storedSecret = z.object({ secret_id: z.string(), name: z.string() });

/** A secret in ElevenLabs' store. No request returns its value. */
export type StoredSecret = z.infer<typeof storedSecret>;

const madeWebhook = z.object({ webhook_id: z.string(), webhook_secret: z.string() });
const anything = z.unknown();

const webhookCalls = ({ ask }: Api) => ({
  webhooks: async () => {
    const answer = z.object({ webhooks: z.array(webhook) });
    return (await ask({ method: 'GET', path: '/v1/workspace/webhooks', answer })).webhooks;
  },
  createWebhook: (name: string, webhook_url: string) => {
    const json = { settings: { auth_type: 'hmac', name, webhook_url } };
    return ask({ method: 'POST', path: '/v1/workspace/webhooks', json, answer: madeWebhook });
  },
  /** Enables a webhook, with retries. */
  switchOn: (id: string, name: string) => {
    const json = { is_disabled: false, name, retry_enabled: true };
    return ask({ method: 'PATCH', path: `/v1/workspace/webhooks/${id}`, json, answer: anything });
  },
  deleteWebhook: (id: string) => ask({ method: 'DELETE', path: `/v1/workspace/webhooks/${id}`, answer: anything }),
});

const secretCalls = ({ ask }: Api) => ({
  secrets: (prefix: string) => listSecrets({ ask }, prefix),
  createSecret: (name: string, value: string) => {
    const json = { type: 'new', name, value };
    return ask({ method: 'POST', path: '/v1/convai/secrets', json, answer: storedSecret });
  },
  updateSecret: (id: string, name: string, value: string) => {
    const json = { type: 'update', name, value };
    return ask({ method: 'PATCH', path: `/v1/convai/secrets/${id}`, json, answer: storedSecret });
  },
  deleteSecret: (id: string) => ask({ method: 'DELETE', path: `/v1/convai/secrets/${id}`, answer: anything }),
});

/**
 * Creates the operator's interface to an ElevenLabs account. All methods throw ElevenLabsRefusal if ElevenLabs rejects
 * a request, and OperationError if it cannot be reached.
 */
export const accountOf = (api: Api) => ({
  ...webhookCalls(api),
  ...secretCalls(api),
  attachments: () => api.ask({ method: 'GET', path: '/v1/convai/settings', answer: attachments }),
  attach: (json: Attachments) => api.ask({ method: 'PATCH', path: '/v1/convai/settings', json, answer: attachments }),
  agentIds: () => listAgentIds(api),
  /** Reads an agent, once for each branch that callers reach. */
  agent: (id: string) => readBranches(api, id),
  changeAgent: (id: string, branch: string | undefined, platform_settings: object, version_description: string) => {
    const json = { platform_settings, version_description };
    return api.ask({ method: 'PATCH', path: agentPath(id, branch), json, answer: agent });
  },
});

/** The operator's interface to an ElevenLabs account. */
export type Account = ReturnType<typeof accountOf>;

const agentPath = (id: string, branch: string | undefined): string =>
  `/v1/convai/agents/${id}${branch === undefined ? '' : `?branch_id=${encodeURIComponent(branch)}`}`;

/** Reads the branches of an agent. An agent without versions has none. */
const readBranches = async (api: Api, id: string): Promise<Agent[]> => {
  const path = `/v1/convai/agents/${id}/branches`;
  const { results } = await unlessMissing(api.ask({ method: 'GET', path, answer: branchList }), { results: [] });
  const live = results.filter((each) => !each.is_archived && each.current_live_percentage > 0);
  if (live.length === 0) return [await api.ask({ method: 'GET', path: agentPath(id, undefined), answer: agent })];
  const found = live.map(async (each): Promise<Agent> => {
    const branch = live.length === 1 && results.length === 1 ? undefined : each.id;
    const asked = {
      method: 'GET',
      path: `${path}/${encodeURIComponent(each.id)}/procedures`,
      answer: procedureList,
    } as const;
    const { procedures } = await unlessMissing(api.ask(asked), { procedures: [] });
    const settings = await api.ask({ method: 'GET', path: agentPath(id, branch), answer: agent });
    return { ...settings, branch, hasDrafts: procedures.some(({ has_draft }) => has_draft) };
  });
  return Promise.all(found);
};

const unlessMissing = async <T>(asked: Promise<T>, otherwise: T): Promise<T> => {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ElevenLabsRefusal && error.status === 404) return otherwise;
    throw error;
  }
};

const cursorOf = (cursor: string | undefined): string =>
  cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;

const listSecrets = async ({ ask }: Api, prefix: string): Promise<StoredSecret[]> => {
  const answer = z.object({ secrets: z.array(storedSecret), next_cursor: optional(z.string()) });
  const found: StoredSecret[] = [];
  for (let cursor: string | undefined; ;) {
    const path = `/v1/convai/secrets?page_size=100&search=${encodeURIComponent(prefix)}${cursorOf(cursor)}`;
    const page = await ask({ method: 'GET', path, answer });
    found.push(...page.secrets);
    if (page.next_cursor == null) return found;
    cursor = page.next_cursor;
  }
};

const listAgentIds = async ({ ask }: Api): Promise<string[]> => {
  const answer = z.object({
    agents: z.array(z.object({ agent_id: z.string() })),
    has_more: z.boolean(),
    next_cursor: optional(z.string()),
  });
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const path = `/v1/convai/agents?page_size=100&archived=false${cursorOf(cursor)}`;
    const page = await ask({ method: 'GET', path, answer });
    found.push(...page.agents.map(({ agent_id }) => agent_id));
    if (!page.has_more || page.next_cursor == null) return found;
    cursor = page.next_cursor;
  }
};
