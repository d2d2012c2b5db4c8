import { createHmac } from 'node:crypto';
import { type Caller, caller } from '../lambdas/callers/caller';
import { type Installation, OperationError } from './installation';
import { itemKey, readItem } from './ledger';
import { liveValues } from './secrets';

/** A caller of the ledger, and the key under which it is stored. */
export interface KnownCaller {
  /** HMAC of the phone number. */
  readonly hash: string;
  readonly caller: Caller;
}

/**
 * Returns the hashes of a number in E.164 format, one for each live value of the hash key, newest first. Throws
 * OperationError if the number has another format or the key has no value.
 */
export const callerHashes = async (installation: Installation, phoneNumber: string): Promise<readonly string[]> => {
  const number = phoneNumber.replaceAll(/[\s().-]/g, '');
  if (!/^\+[1-9]\d{6,14}$/.test(number))
    throw new OperationError('refused', `${phoneNumber} is not a number with its country code, such as +31612345678.`);
  const keys = await liveValues(installation, 'CallerHashKey');
  if (keys.length === 0)
    throw new OperationError('refused', 'The secret CallerHashKey has no value: no caller is known.');
  return keys.map((key) => createHmac('sha256', key).update(number).digest('hex'));
};

/** Finds the caller with this number under each of its hashes, newest first. Throws as `callerHashes` does. */
export const findCaller = async (installation: Installation, phoneNumber: string): Promise<KnownCaller[]> => {
  const found = (await callerHashes(installation, phoneNumber)).map(async (hash) => {
    const known = await readItem(installation, itemKey('caller', hash), caller);
    return known === undefined ? [] : [{ hash, caller: known }];
  });
  return (await Promise.all(found)).flat();
};
