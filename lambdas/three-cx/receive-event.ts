import { withExactCallId } from '../calls/raw-field';
import type { Deadline } from '../platform/deadline';
import { ServiceError } from '../platform/errors';
import { parseJson } from '../platform/json';
import { incomingCall, type IncomingCallDeps, type ThreeCxAnswer } from './incoming-call';
import { laterEvent } from './later-event';
import { callDigest } from './three-cx-call';
import { beginsCall, readThreeCxEvent, type ThreeCxEvent, type ThreeCxReading } from './three-cx-event';

/**
 * Reads a 3CX event. Places a new call, and records any later event. Throws 400 for an invalid event or a number that
 * cannot be called, 503 while no agent is configured for 3CX calls.
 */
export const receiveEvent = async (
  body: Buffer,
  signedAtS: number,
  deadline: Deadline,
  deps: IncomingCallDeps,
): Promise<ThreeCxAnswer | Awaited<ReturnType<typeof laterEvent>>> => {
  const { event, oddFields } = read(body);
  if (oddFields.length > 0) deps.log.warn('threecx_fields_ignored', { fields: oddFields.join(', ') });
  deps.log.info('threecx_event', {
    event_type: loggedType(event),
    call: callDigest(event.call_id),
  });
  if (!beginsCall(event)) return laterEvent(event, deps);
  requireAgent(deps);
  deps.log.identify({ agent_id: deps.settings.agentId });
  return incomingCall(event, signedAtS, deadline, deps);
};

/** A type that is not one plain word may contain anything, even a name or a number. */
const loggedType = ({ event_type }: ThreeCxEvent): string =>
  /^[A-Za-z_-]{1,64}$/.test(event_type) ? event_type : 'other';

const read = (body: Buffer): Extract<ThreeCxReading, { ok: true }> => {
  const reading = readThreeCxEvent(withExactCallId(parseJson(body, 'body'), body));
  if (reading.ok) return reading;
  throw new ServiceError({ code: 'INVALID_PAYLOAD', message: `The 3CX event is not valid: ${reading.problem}.` });
};

const requireAgent = ({ settings }: IncomingCallDeps): void => {
  if (settings.agentId !== '' && settings.phoneNumberId !== '') return;
  throw new ServiceError({
    code: 'NOT_CONFIGURED',
    message:
      '3CX calls need the settings ELEVENLABS_AGENT_ID and ELEVENLABS_PHONE_NUMBER_ID. Set them and deploy again.',
    retryAfterS: 60,
  });
};
