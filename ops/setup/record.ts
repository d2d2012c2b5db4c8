import { createHash } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Installation } from '../installation';
import { readItem } from '../ledger';

const pk = 'ELEVENLABS_SETUP';

/** What an agent permits that calls of Precall need. */
export const permissions = ['voice', 'first_message', 'max_duration', 'initiation'] as const;

/** What an agent permits that calls of Precall need. */
export type Permission = (typeof permissions)[number];

/** What a place had before this command attached something there; null: nothing, or nothing that can be put back. */
const before = z.object({
  initiation: z
    .object({ url: z.string(), request_headers: z.record(z.string(), z.object({ secret_id: z.string() })) })
    .nullish(),
  post_call: z.object({ post_call_webhook_id: z.string(), events: z.array(z.string()) }).nullish(),
});

/** What a place had before this command attached something there. */
export type Before = z.infer<typeof before>;

const made = z.object({
  id: z.string(),
  /** Whether this command made it, so that it may delete it. */
  is_made: z.boolean(),
  /** Of its value, as `digestOf`; absent where the value is not known. */
  digest: z.string().optional(),
});

const setupRecord = z.object({
  webhook: made.optional(),
  /** In ElevenLabs' store, for the header of the initiation webhook. */
  header_secret: made.optional(),
  workspace: before.optional(),
  agents: z.record(z.string(), before.extend({ allowed: z.array(z.enum(permissions)) })).default({}),
});

/** What `precall setup` made at ElevenLabs, so that it can be compared and taken back. */
export type SetupRecord = z.infer<typeof setupRecord>;

/** What an agent had before this command changed it. */
export type AgentRecord = SetupRecord['agents'][string];

/** Sixteen hex digits that tell one secret from another and reveal neither. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);

/** The record of an installation; undefined if nothing was set up by this command. */
export const readRecord = async (installation: Installation): Promise<SetupRecord | undefined> =>
  (await readItem(installation, pk, z.object({ record: setupRecord })))?.record;

/** Replaces the record. */
export const writeRecord = async ({ clients, table }: Installation, record: SetupRecord): Promise<void> => {
  await clients.dynamoDb.send(new PutCommand({ TableName: table, Item: { pk, kind: 'elevenlabs_setup', record } }));
};

/** Removes the record. */
export const deleteRecord = async ({ clients, table }: Installation): Promise<void> => {
  await clients.dynamoDb.send(new DeleteCommand({ TableName: table, Key: { pk } }));
};
