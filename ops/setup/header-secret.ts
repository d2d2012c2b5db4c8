import { randomBytes } from 'node:crypto';
import { setSecret } from '../change-secret';
import type { InitiationWebhook } from './account';
import { digestOf } from './record';
import type { Change, AccountSnapshot, Work } from './work';

/** The secret in ElevenLabs' store after the changes. Its id is undefined until it is created. */
export interface PlannedSecret {
  readonly id: string | undefined;
  readonly changes: readonly Change[];
}

const secretName = 'InitiationSecret';
/** The header that carries the secret. */
export const headerName = 'X-Precall-Secret';

/**
 * Compares the secret in the initiation webhook's header with the installation's secret, which is generated if it has
 * no value. Nothing is wanted where the initiation webhook is not deployed. ElevenLabs never returns values, so a
 * secret that this command did not store is stored again.
 */
export const planHeaderSecret = (work: Work, snapshot: AccountSnapshot): PlannedSecret => {
  if (!work.serves.initiation) return { id: undefined, changes: [] };
  const [value] = snapshot.initiationSecrets;
  const noted = work.record.header_secret;
  const id = knownSecretId(work, snapshot);
  if (id !== undefined && value !== undefined && noted?.id === id && noted.digest === digestOf(value))
    return { id, changes: [] };
  const lines = [
    ...(value === undefined ? [`generate a value for ${secretName}`] : []),
    `${id === undefined ? 'put' : 'renew'} the secret of the initiation webhook ` +
      `${id === undefined ? 'into' : 'in'} ElevenLabs' secret store`,
  ];
  return { id, changes: [{ about: 'secret', lines, apply: () => store(work, id, value) }] };
};

/** Returns the recorded id, otherwise the id in an existing header for this installation. */
const knownSecretId = (
  { record, initiationUrl }: Work,
  { secrets, workspace, agents }: AccountSnapshot,
): string | undefined => {
  const noted = secrets.find(({ secret_id }) => secret_id === record.header_secret?.id)?.secret_id;
  if (noted !== undefined) return noted;
  const places = [workspace, ...agents.map(({ platform_settings }) => platform_settings?.workspace_overrides)];
  const webhooks = places.map((place) => place?.conversation_initiation_client_data_webhook);
  return webhooks.map((webhook) => (webhook?.url === initiationUrl ? secretIdOf(webhook) : undefined)).find(Boolean);
};

/** Returns the id of the secret that a webhook's header references. */
export const secretIdOf = ({ request_headers }: InitiationWebhook): string | undefined => {
  const header = Object.entries(request_headers).find(([name]) => name.toLowerCase() === headerName.toLowerCase());
  const value = header?.[1];
  return typeof value === 'object' ? value.secret_id : undefined;
};

const store = async (work: Work, id: string | undefined, value: string | undefined): Promise<void> => {
  const { installation, account, label, record } = work;
  const used = value ?? randomBytes(32).toString('hex');
  if (value === undefined) await setSecret(installation, secretName, used);
  // Another installation may have the same label.
  const name = `precall_${label.toLowerCase().replaceAll('-', '_')}_${randomBytes(3).toString('hex')}`;
  const stored = id === undefined ? await account.createSecret(name, used) : await account.updateSecret(id, name, used);
  const is_made = id === undefined || (record.header_secret?.id === id && record.header_secret.is_made);
  await work.note({ header_secret: { id: stored.secret_id, is_made, digest: digestOf(used) } });
};
