import { liveValues } from '../change-secret';
import { type Installation, OperationError } from '../installation';
import { readSecret } from '../secrets';
import { type Account, accountOf, type Agent, type Attachments, type StoredSecret, type Webhook } from './account';
import { type Api, elevenLabsApi } from './api';
import { readRecord, type SetupRecord, writeRecord } from './record';

/** Which agents a set-up is about: those that are named, or all, by the settings of the workspace. */
export type Scope = readonly string[] | 'all';

/** What a set-up was asked for. */
export interface SetupRequest {
  readonly scope: Scope;
  /** Whether webhooks that point elsewhere are replaced. */
  readonly replaces: boolean;
  /** Where ElevenLabs reaches the installation. @default the address of the installation */
  readonly publicUrl?: string | undefined;
  /** A key with more permissions than that of the installation. @default the installation's */
  readonly key?: string | undefined;
}

/** What a set-up works with. */
export interface Work {
  readonly installation: Installation;
  readonly account: Account;
  readonly api: Api;
  /** Whether the functions use the same key. */
  readonly isOwnKey: boolean;
  readonly postCallUrl: string;
  readonly initiationUrl: string;
  /** What webhooks and secrets are named after: `Precall-prod`. */
  readonly label: string;
  /** What was made so far. */
  record: SetupRecord;
  /** Changes the record, and stores it. */
  readonly note: (change: Partial<SetupRecord>) => Promise<void>;
}

/** ElevenLabs' side, and the installation's own secrets. */
export interface Seen {
  readonly webhooks: readonly Webhook[];
  readonly workspace: Attachments;
  readonly secrets: readonly StoredSecret[];
  readonly agents: readonly Agent[];
  /** Live values, newest first. */
  readonly webhookSecrets: readonly string[];
  readonly initiationSecrets: readonly string[];
}

/** One change of the set-up. */
export interface Change {
  readonly about: 'secret' | 'webhook' | 'workspace' | 'agent';
  /** What it does, a line each. Never a secret. */
  readonly lines: readonly string[];
  readonly apply: () => Promise<void>;
}

/** Opens the account of an installation. Throws OperationError where ElevenLabs cannot be asked, or cannot answer. */
export const openWork = async (
  installation: Installation,
  { publicUrl, key }: Pick<SetupRequest, 'publicUrl' | 'key'>,
): Promise<Work> => {
  const { elevenLabsUrl, title, isLocal, apiUrl } = installation;
  if (elevenLabsUrl === undefined)
    throw new OperationError('refused', `${title} was deployed by an older version: deploy it again first.`);
  const baseUrl = (publicUrl ?? apiUrl).replace(/\/+$/, '');
  if (isOnThisMachine(baseUrl) && !isOnThisMachine(elevenLabsUrl))
    throw new OperationError(
      'refused',
      `ElevenLabs does not reach ${baseUrl}: name the address of a tunnel to it with --public-url.`,
    );
  const api = elevenLabsApi(elevenLabsUrl, key ?? (await keyOf(installation)));
  const work: Work = {
    installation,
    account: accountOf(api),
    api,
    isOwnKey: key === undefined,
    postCallUrl: `${baseUrl}/webhook/postcall`,
    initiationUrl: `${baseUrl}/webhook/initiation`,
    label: isLocal ? `Precall-local-${new URL(apiUrl).port}` : title,
    record: (await readRecord(installation)) ?? { agents: {} },
    note: async (change) => {
      work.record = { ...work.record, ...change };
      await writeRecord(installation, work.record);
    },
  };
  return work;
};

const isOnThisMachine = (url: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\])/.test(url);

const keyOf = async (installation: Installation): Promise<string> => {
  const key = ((await readSecret(installation, 'ElevenLabsApiKey')) ?? '').split(',')[0]?.trim() ?? '';
  if (key !== '') return key;
  throw new OperationError('refused', 'The secret ElevenLabsApiKey has no value: precall secret set ElevenLabsApiKey');
};

/** Agents that are read at a time. */
const agentsAtOnce = 5;

/** Reads all that a set-up compares. Throws OperationError and ElevenLabsRefusal. */
export const readSeen = async ({ installation, account }: Work, scope: Scope): Promise<Seen> => {
  const [webhooks, workspace, secrets, webhookSecrets, initiationSecrets] = await Promise.all([
    account.webhooks(),
    account.attachments(),
    account.secrets('precall_'),
    liveValues(installation, 'ElevenLabsWebhookSecret'),
    liveValues(installation, 'InitiationSecret'),
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

/** The agents with these ids, once for each live branch. Throws ElevenLabsRefusal for one that does not exist. */
const readAgents = async (account: Account, ids: readonly string[]): Promise<Agent[]> => {
  const found: Agent[] = [];
  for (let start = 0; start < ids.length; start += agentsAtOnce)
    found.push(...(await Promise.all(ids.slice(start, start + agentsAtOnce).map((id) => account.agent(id)))).flat());
  return found;
};
