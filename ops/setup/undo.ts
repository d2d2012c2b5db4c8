import { setSecret } from '../change-secret';
import { liveValues } from '../secrets';
import type { Account, Attachments } from './account';
import { settingsOf, versionDescription } from './agent-changes';
import { ElevenLabsRefusal } from './api';
import { type AgentRecord, type Before, deleteRecord, digestOf } from './record';
import type { Change, Work } from './work';

/** Plans to undo what the record names, in reverse order. Anything that a person has deleted meanwhile is skipped. */
export const planUndo = async (work: Work): Promise<readonly Change[]> => {
  const { record } = work;
  const agents = Object.entries(record.agents).map(([id, noted]) => undoAgent(work, id, noted));
  const changes = [
    ...agents,
    ...(record.workspace === undefined ? [] : [undoWorkspace(work, record.workspace)]),
    ...(record.webhook?.is_made === true ? [undoWebhook(work, record.webhook)] : []),
    ...(record.header_secret?.is_made === true ? [undoSecret(work, record.header_secret.id)] : []),
    ...(await undoValue(work)),
  ];
  return changes.length === 0 ? [] : [...changes, removeRecord(work)];
};

const removeRecord = ({ installation }: Work): Change => ({
  about: 'workspace',
  lines: ['remove the record of the set-up'],
  apply: () => deleteRecord(installation),
});

const unlessGone = async (act: Promise<unknown>): Promise<void> => {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof ElevenLabsRefusal && error.status === 404)) throw error;
  }
};

/** Returns what a place had before: no webhook if it had none. */
const attachmentsBefore = ({ post_call, initiation }: Before): Attachments => ({
  ...(post_call !== undefined && {
    webhooks: post_call ?? { post_call_webhook_id: null, events: [] },
  }),
  ...(initiation !== undefined && { conversation_initiation_client_data_webhook: initiation }),
});

const undoAgent = (work: Work, id: string, noted: AgentRecord): Change => ({
  about: 'agent',
  lines: [
    `agent ${id}: ${[
      ...(noted.allowed.length > 0
        ? [`no longer allow calls what they were allowed (${noted.allowed.join(', ')})`]
        : []),
      ...wordsOf(noted),
    ].join('; ')}`,
  ],
  apply: () => unlessGone(changeBack(work.account, id, noted)),
});

const changeBack = (account: Account, key: string, noted: AgentRecord): Promise<unknown> => {
  const [id = '', branch] = key.split('/');
  const settings = settingsOf(noted.allowed, false, attachmentsBefore(noted));
  return account.changeAgent(id, branch, settings, versionDescription);
};

const wordsOf = ({ post_call, initiation }: Before): string[] => [
  ...(post_call === undefined
    ? []
    : [post_call === null ? 'detach the post-call webhook' : 'attach the earlier post-call webhook']),
  ...(initiation === undefined
    ? []
    : [initiation === null ? 'remove the initiation webhook' : 'set the earlier initiation webhook']),
];

const undoWorkspace = ({ account }: Work, before: Before): Change => ({
  about: 'workspace',
  lines: wordsOf(before),
  apply: async () => {
    await account.attach(attachmentsBefore(before));
  },
});

const undoWebhook = ({ account }: Work, { id }: { readonly id: string }): Change => ({
  about: 'webhook',
  lines: ['delete the post-call webhook'],
  apply: () => unlessGone(account.deleteWebhook(id)),
});

const undoSecret = ({ account }: Work, id: string): Change => ({
  about: 'secret',
  lines: ["delete the secret of the initiation webhook from ElevenLabs' secret store"],
  apply: () => unlessGone(account.deleteSecret(id)),
});

/**
 * Removes the webhook's value from the secret. A secret cannot be empty, so its only value stays, although nothing uses
 * it.
 */
const undoValue = async ({ installation, record }: Work): Promise<Change[]> => {
  const name = 'ElevenLabsWebhookSecret';
  if (!Object.hasOwn(installation.secrets, name)) return [];
  const values = await liveValues(installation, name);
  const others = values.filter((value) => digestOf(value) !== record.webhook?.digest);
  if (others.length === 0 || others.length === values.length) return [];
  const apply = (): Promise<void> => setSecret(installation, name, others.join(','));
  return [{ about: 'secret', lines: [`remove the webhook's value from ${name}`], apply }];
};
