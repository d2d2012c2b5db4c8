import { type Installation, OperationError } from '../installation';
import { liveValues } from '../secrets';
import { type Account, accountOf, type Agent, type Attachments, type StoredSecret, type Webhook } from './account';
import { type Api, apiKeyOf, elevenLabsApi, elevenLabsUrlOf } from './api';
import { readRecord, type SetupRecord, writeRecord } from './record';

/** The agents that a setup covers: named agents, or all through the workspace's settings. */
export type Scope = readonly string[] | 'all';

/** The options of a setup. */
export interface SetupRequest {
  readonly scope: Scope;
  /** Whether to replace webhooks that point elsewhere. */
  readonly replaces: boolean;
  /** The URL at which ElevenLabs reaches the installation. @default the address of the installation */
  readonly publicUrl?: string | undefined;
  /** A key with more permissions than the installation's key. @default the installation's */
  readonly key?: string | undefined;
}

/** Everything that a setup needs. */
export interface Work {
  readonly installation: Installation;
  readonly account: Account;
  readonly api: Api;
  /** Whether the functions use the same key. */
  readonly isOwnKey: boolean;
  readonly postCallUrl: string;
  readonly initiationUrl: string;
  /** The features that ElevenLabs calls. FEATURES may leave them out; their webhooks are then not wanted. */
  readonly serves: { readonly postCall: boolean; readonly initiation: boolean };
  /** The prefix for names of webhooks and secrets, such as `Precall-prod`. */
  readonly label: string;
  /** What this command has created so far. */
  record: SetupRecord;
  /** Changes and stores the record. */
  readonly note: (change: Partial<SetupRecord>) => Promise<void>;
}

/** The current state at ElevenLabs, and the installation's own secrets. */
export interface AccountSnapshot {
  readonly webhooks: readonly Webhook[];
  readonly workspace: Attachments;
  readonly secrets: readonly StoredSecret[];
  readonly agents: readonly Agent[];
  /** Live values, newest first. */
  readonly webhookSecrets: readonly string[];
  readonly initiationSecrets: readonly string[];
}

/** A change that the setup makes. */
export interface Change {
  readonly about: 'secret' | 'webhook' | 'workspace' | 'agent';
  /** Describes the change, one line each. Never contains a secret. */
  readonly lines: readonly string[];
  readonly apply: () => Promise<void>;
}

/** Opens the ElevenLabs account of an installation. Throws OperationError if ElevenLabs does not answer. */
export const openWork = async (
  installation: Installation,
  { publicUrl, key }: Pick<SetupRequest, 'publicUrl' | 'key'>,
): Promise<Work> => {
  const { title, isLocal, apiUrl } = installation;
  const elevenLabsUrl = elevenLabsUrlOf(installation);
  const baseUrl = (publicUrl ?? apiUrl).replace(/\/+$/, '');
  if (isOnThisMachine(baseUrl) && !isOnThisMachine(elevenLabsUrl))
    throw new OperationError(
      'refused',
      `ElevenLabs does not reach ${baseUrl}: name the address of a tunnel to it with --public-url.`,
    );
  const api = elevenLabsApi(elevenLabsUrl, key ?? (await apiKeyOf(installation)));
  const work: Work = {
    installation,
    account: accountOf(api),
    api,
    isOwnKey: key === undefined,
    postCallUrl: `${baseUrl}/webhook/postcall`,
    initiationUrl: `${baseUrl}/webhook/initiation`,
    serves: { postCall: has(installation, 'PostCallIntake'), initiation: has(installation, 'Initiation') },
    label: isLocal ? `Precall-local-${new URL(apiUrl).port}` : title,
    record: (await readRecord(installation)) ?? { agents: {} },
    note: async (change) => {
      work.record = { ...work.record, ...change };
      await writeRecord(installation, work.record);
    },
  };
  return work;
};

const has = ({ functions }: Installation, name: string): boolean => Object.hasOwn(functions, name);

const isOnThisMachine = (url: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);

/** Number of agents that are read in parallel. */
const agentsAtOnce = 5;

/**
 * Reads everything that a setup compares. Throws OperationError if ElevenLabs cannot be reached, and ElevenLabsRefusal
 * if it rejects a request.
 */
export const readAccount = async ({ installation, account, serves }: Work, scope: Scope): Promise<AccountSnapshot> => {
  const [webhooks, workspace, secrets, webhookSecrets, initiationSecrets] = await Promise.all([
    account.webhooks(),
    account.attachments(),
    account.secrets('precall_'),
    serves.postCall ? liveValues(installation, 'ElevenLabsWebhookSecret') : [],
    serves.initiation ? liveValues(installation, 'InitiationSecret') : [],
  ]);
  const ids = scope === 'all' ? await account.agentIds() : scope;
  return {
    webhooks,
    workspace,
    secrets,
    agents: await readAgents(account, ids),
    webhookSecrets,
    initiationSecrets,
  };
};

/** Reads the agents with these ids, once per live branch. Throws ElevenLabsRefusal if an agent does not exist. */
const readAgents = async (account: Account, ids: readonly string[]): Promise<Agent[]> => {
  const found: Agent[] = [];
  for (let start = 0; start < ids.length; start += agentsAtOnce)
    found.push(...(await Promise.all(ids.slice(start, start + agentsAtOnce).map((id) => account.agent(id)))).flat());
  return found;
};
