import { randomBytes, randomInt } from 'node:crypto';
import * as z from 'zod';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

const randomText = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

/** What an id of ElevenLabs may consist of. */
export const apiId = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must consist of letters, digits, _ and - only');

/** A voice or sample id: 20 letters and digits, as ElevenLabs makes them. */
export const newVoiceId = (): string => randomText(letters + letters.toUpperCase() + digits, 20);

/** The id of an agent's version: `agtvrsn_` and 28 lower-case letters and digits. */
export const newVersionId = (): string => `agtvrsn_${randomText(letters + digits, 28)}`;

/** The id of a conversation: `conv_` and 28 lower-case letters and digits. */
export const newConversationId = (): string => `conv_${randomText(letters + digits, 28)}`;

/** A call's id at its provider: Twilio's `CA` and 32 hex digits, or a SIP trunk's `SCL_` and 12 letters and digits. */
export const newCallSid = (provider: 'twilio' | 'sip_trunk'): string =>
  provider === 'twilio' ? `CA${newRequestId()}` : `SCL_${newVoiceId().slice(0, 12)}`;

/** The id of a request or trace: 32 hex digits. */
export const newRequestId = (): string => randomBytes(16).toString('hex');
