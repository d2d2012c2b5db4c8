import { GetObjectCommand, NoSuchKey, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { Installation } from './installation';

/** An object of the bucket. */
export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** When it was stored, in unix milliseconds. */
  readonly storedAtMs: number;
}

/** Lists every object whose key has this prefix. */
export const listObjects = async (
  { clients: { s3: client }, bucket: Bucket }: Installation,
  Prefix: string,
): Promise<StoredObject[]> => {
  const found: StoredObject[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix }))
    found.push(
      ...Contents.map(({ Key: key = '', Size: bytes = 0, LastModified }) => ({
        key,
        bytes,
        storedAtMs: LastModified?.getTime() ?? 0,
      })),
    );
  return found;
};

/** Reads the bytes of an object. Returns undefined if it does not exist. */
export const readObject = async (
  { clients: { s3 }, bucket: Bucket }: Installation,
  Key: string,
): Promise<Buffer | undefined> => {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray());
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
};

/** Lists the objects of a conversation in the bucket, by purpose. */
export const objectsOfCall = async (installation: Installation, id: string): Promise<StoredObject[]> => {
  const prefixes = [`samples/${id}/`, `transcripts/${id}/`, `recordings/${id}.mp3`, `postcall/raw/${id}/`];
  return (await Promise.all(prefixes.map((prefix) => listObjects(installation, prefix)))).flat();
};
