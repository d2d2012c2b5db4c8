import { createHash } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Installation } from '../installation';
import { readItem } from '../ledger';

const pk = 'ELEVENLABS_SETUP';

/** The agent permissions that Precall's calls need. */
export const permissions = ['voice', 'first_message', 'max_duration', 'initiation'] as const;

/** An agent permission that Precall's calls need. */
export type Permission = (typeof permissions)[number];

/** What a place had before this command attached something; null if it had nothing, or nothing that can be restored. */
const before = z.object({
  initiation: z
    .object({ url: z.string(), request_headers: z.record(z.string(), z.object({ secret_id: z.string() })) })
    .nullish(),
  post_call: z.object({ post_call_webhook_id: z.string(), events: z.array(z.string()) }).nullish(),
});

/** What a place had before this command attached something. */
export type Before = z.infer<typeof before>;

const made = z.object({
  id: z.string(),
  /** Whether this command created it, so that it may delete it. */
  is_made: z.boolean(),
  /** Digest of the value, as from `digestOf`; absent if the value is unknown. */
  digest: z.string().optional(),
});

const setupRecord = z.object({
  webhook: made.optional(),
  /** The secret in ElevenLabs' store for the header of the initiation webhook. */
  header_secret: made.optional(),
  workspace: before.optional(),
  agents: z.record(z.string(), before.extend({ allowed: z.array(z.enum(permissions)) })).default({}),
});

/** What `precall setup` created at ElevenLabs, so that it can be compared and undone. */
export type SetupRecord = z.infer<typeof setupRecord>;

/** What an agent had before this command changed it. */
export type AgentRecord = SetupRecord['agents'][string];

/** Returns sixteen hex digits that distinguish secrets without revealing them. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);

/** Reads the record of an installation. Returns undefined if this command has set up nothing. */
export const readRecord = async (installation: Installation): Promise<SetupRecord | undefined> =>
  (await readItem(installation, pk, z.object({ record: setupRecord })))?.record;

/** Replaces the record of an installation. */
export const writeRecord = async ({ clients, table }: Installation, record: SetupRecord): Promise<void> => {
  await clients.dynamoDb.send(new PutCommand({ TableName: table, Item: { pk, kind: 'elevenlabs_setup', record } }));
};

/** Deletes the record of an installation. */
export const deleteRecord = async ({ clients, table }: Installation): Promise<void> => {
  await clients.dynamoDb.send(new DeleteCommand({ TableName: table, Key: { pk } }));
};
