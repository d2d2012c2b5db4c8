import { setSecret } from '../change-secret';
import { OperationError } from '../installation';
import type { Webhook } from './account';
import { digestOf } from './record';
import type { Change, AccountSnapshot, Work } from './work';

/** The post-call webhook after the changes. Its id is undefined until it is created. */
export interface PlannedWebhook {
  readonly id: string | undefined;
  readonly changes: readonly Change[];
  /** Webhooks of this installation to delete once they are replaced and no longer used. */
  readonly replaced: readonly Webhook[];
}

const secretName = 'ElevenLabsWebhookSecret';

/**
 * Compares the webhook that reports ends of calls. Keeps an existing webhook if the installation knows its secret, or
 * may know it, because ElevenLabs shows a secret only once. Wants none where post-call events are not served. Throws
 * OperationError if there is no room for a new secret.
 */
export const planWebhook = (work: Work, snapshot: AccountSnapshot): PlannedWebhook => {
  if (!work.serves.postCall) return { id: undefined, changes: [], replaced: [] };
  const ours = snapshot.webhooks.filter(({ webhook_url }) => webhook_url === work.postCallUrl);
  const kept = ours.find(({ webhook_id }) => webhook_id === work.record.webhook?.id) ?? ours[0];
  if (kept !== undefined && mayKnowSecret(kept, work, snapshot))
    return { id: kept.webhook_id, changes: switchedOn(kept, work), replaced: [] };
  const others = otherSecrets(work, snapshot);
  if (others.length > 1)
    throw new OperationError(
      'refused',
      `${secretName} has two live values, and the new webhook needs room for its own. Finish the rotation first: ` +
        `precall secret rotate ${secretName} --finish. If one value is that of a webhook which you no longer use, ` +
        `store the senders' value alone: precall secret set ${secretName}`,
    );
  return { id: undefined, changes: [make(work, others, kept !== undefined)], replaced: ours };
};

/**
 * Tells whether the installation may know a webhook's secret. Once the record names a webhook, no other is trusted,
 * because it may come from an interrupted run.
 */
const mayKnowSecret = (
  { webhook_id, most_recent_failure_error_code: failure }: Webhook,
  { record: { webhook: noted } }: Work,
  { webhookSecrets }: AccountSnapshot,
): boolean => {
  if (noted !== undefined && noted.id !== webhook_id) return false;
  if (noted?.digest !== undefined) return webhookSecrets.some((secret) => digestOf(secret) === noted.digest);
  return webhookSecrets.length > 0 && failure !== 401;
};

/** Returns the secret's values except the value of the webhook that is being replaced. */
const otherSecrets = ({ record }: Work, { webhookSecrets }: AccountSnapshot): string[] =>
  webhookSecrets.filter((secret) => digestOf(secret) !== record.webhook?.digest);

const switchedOn = (webhook: Webhook, work: Work): Change[] => {
  const { webhook_id: id, name, is_disabled, is_auto_disabled, retry_enabled } = webhook;
  const isOff = is_disabled || is_auto_disabled;
  const isNoted = work.record.webhook?.id === id;
  const retries = retry_enabled ?? isNoted;
  const lines = [
    ...(isOff ? [`switch the post-call webhook "${name}" on`] : []),
    ...(retries ? [] : [`turn on retries of the post-call webhook "${name}"`]),
  ];
  const apply = async (): Promise<void> => {
    await work.account.switchOn(id, name);
    if (!isNoted) await work.note({ webhook: { id, is_made: false } });
  };
  return lines.length === 0 ? [] : [{ about: 'webhook', lines, apply }];
};

/** Creates the webhook and stores its secret in Secrets Manager at once. If that fails, deletes the webhook. */
const make = (work: Work, others: readonly string[], isReplacement: boolean): Change => ({
  about: 'webhook',
  lines: [
    `create the post-call webhook ${work.label} for ${work.postCallUrl}, with retries` +
      (isReplacement ? ', in place of one whose secret is not known' : ''),
    `put its secret into ${secretName}${others.length > 0 ? ', beside the value that is there' : ''}`,
  ],
  apply: async () => {
    const { account, installation, label } = work;
    await work.note({ webhook: { id: 'being-made', is_made: true } });
    const { webhook_id: id, webhook_secret: secret } = await account.createWebhook(label, work.postCallUrl);
    try {
      await setSecret(installation, secretName, [...others, secret].join(','));
      await work.note({ webhook: { id, is_made: true, digest: digestOf(secret) } });
    } catch (error) {
      await account.deleteWebhook(id);
      throw error;
    }
    await account.switchOn(id, label);
  },
});

/** Deletes the replaced webhooks. */
export const deleteReplaced = ({ account }: Work, replaced: readonly Webhook[]): Change[] =>
  replaced.map(({ webhook_id, name }) => ({
    about: 'webhook',
    lines: [`delete the post-call webhook "${name}" that was replaced`],
    apply: async () => {
      await account.deleteWebhook(webhook_id);
    },
  }));
