import { erasureKeptS } from '../../lambdas/callers/erasure/erasure';
import { callerHashes, findCaller, type KnownCaller } from '../../ops/callers';
import { findErasure } from '../../ops/erasures';
import type { Command, Invocation } from '../command';
import { describeCaller, describeErasure } from '../describe-caller';
import type { KindName } from '../event-kinds';
import { type ExitCode, exitCodes } from '../exit-codes';
import { exportCaller } from '../export-caller';
import { consentNow } from '../pre-call-event';
import type { JsonObject } from '../read-input';
import { readRecordings } from '../recording';
import { actionOf } from '../run-command';
import { sendEvent } from '../send-event';
import { targetOf } from '../target';
import { WrongUse } from '../wrong-use';

const actions = ['show', 'enrol', 'withdraw', 'export', 'erase', 'status'] as const;

/** `precall caller`. */
export const caller: Command = {
  summary: 'Shows what is known of a caller, enrols one, or serves their rights: withdraw, export, erase',
  forms: [
    'show <number>',
    'enrol <number> --sample <recording>',
    'withdraw <number>',
    'export <number> [--out <file>]',
    'erase <number>',
    'erase --conversations <ids>',
    'status <number or erasure id>',
  ],
  about:
    'Numbers have their country code: +31612345678. What is sent is signed with the webhook secret. To erase a\n' +
    'caller without a number, name the conversations: their ids at ElevenLabs, and those of the pre-calls.',
  flags: {
    sample: { type: 'string', value: '<file>', about: 'a recording of the caller, for enrol' },
    name: { type: 'string', value: '<name>', about: "the caller's name, for enrol" },
    consent: { type: 'string', value: '<text version>', about: 'the consent that the caller gave just now, for enrol' },
    conversations: { type: 'string', value: '<ids>', about: 'the conversations to erase, with commas between them' },
    personal: { type: 'boolean', about: "shows the caller's name" },
    out: { type: 'string', value: '<file>', about: 'the archive of an export; default: caller-export-<id>.zip' },
    yes: { type: 'boolean', about: 'erases or withdraws without asking' },
  },
  examples: [
    'precall caller show +31612345678',
    'precall caller enrol +31612345678 --sample voice.wav --name Ada',
    'precall caller enrol +31612345678 --sample voice.wav --consent 2026-01',
    'precall caller export +31612345678 --out ada.zip --stage prod',
    'precall caller erase +31612345678 --yes --stage prod',
    'precall caller erase --conversations conv_7a1b,conv_9c2d --stage prod',
    'precall caller status 0123456789abcdef0123456789abcdef',
  ],
  run: (invocation) => {
    const action = actionOf(invocation, actions);
    const [who, extra] = invocation.args.slice(1);
    const conversations = invocation.text('conversations');
    if (conversations !== undefined && (action !== 'erase' || who !== undefined))
      throw new WrongUse('--conversations takes the place of the number, and only of erase.');
    if (conversations !== undefined) return eraseConversations(conversations, invocation);
    if (who === undefined) throw new WrongUse('The number is missing.');
    if (extra !== undefined) throw new WrongUse(`Give one number only. Remove ${extra}.`);
    return run(action, who, invocation);
  },
};

const run = async (action: (typeof actions)[number], who: string, invocation: Invocation): Promise<ExitCode> => {
  switch (action) {
    case 'show':
      return show(who, invocation);
    case 'status':
      if (!/^[0-9a-f]{32}$/.test(who)) return showStatus(who, invocation);
      return request('erasure-status', { type: 'erasure_status', erasure_id: who }, invocation);
    case 'enrol':
      return request('enrolment', await enrolment(who, invocation), invocation);
    case 'export':
      return exportCaller(who, await targetOf(invocation), invocation);
    case 'withdraw':
      if (!(await invocation.confirm(`Withdraw the consent of ${who}? Voice and samples are deleted.`)))
        return exitCodes.refused;
      return request('withdrawal', { type: 'caller_withdraw', phone_number: who }, invocation);
    case 'erase':
      if (!(await invocation.confirm(`Erase everything that is stored of ${who}? That cannot be undone.`)))
        return exitCodes.refused;
      return request('erasure', { type: 'caller_erase', phone_number: who }, invocation);
  }
};

const eraseConversations = async (text: string, invocation: Invocation): Promise<ExitCode> => {
  const conversation_ids = text.split(',').map((id) => id.trim());
  const what = conversation_ids.length === 1 ? 'this conversation' : `these ${conversation_ids.length} conversations`;
  if (!(await invocation.confirm(`Erase everything that is stored of ${what}? That cannot be undone.`)))
    return exitCodes.refused;
  return request('erasure', { type: 'caller_erase', conversation_ids }, invocation);
};

const request = async (kind: KindName, event: JsonObject, invocation: Invocation): Promise<ExitCode> => {
  const target = await targetOf(invocation);
  const terms = { target, timeoutS: 30, isInvalid: false, isJson: invocation.has('json') };
  return sendEvent(kind, Buffer.from(JSON.stringify(event)), terms, invocation.surroundings);
};

const enrolment = async (phone_number: string, { text }: Invocation): Promise<JsonObject> => {
  const sample = text('sample');
  if (sample === undefined) throw new WrongUse('The recording is missing: name it with --sample.');
  const [recording] = await readRecordings([sample]);
  const [name, consent] = [text('name'), consentNow(text('consent'))];
  return {
    type: 'caller_enrol',
    phone_number,
    ...(name !== undefined && { name }),
    ...(consent !== undefined && { consent }),
    voice_sample: { format: 'base64', data: recording?.bytes.toString('base64') },
  };
};

const show = async (phoneNumber: string, invocation: Invocation): Promise<ExitCode> => {
  const found = await findCaller(await invocation.installation(), phoneNumber);
  const isPersonal = invocation.has('personal');
  const documents = found.map((each) => documentOf(each, isPersonal));
  invocation.show(
    documents,
    found.length === 0 ? [unknownNumber] : found.flatMap((each) => describeCaller(each, { isPersonal })),
  );
  return found.length === 0 ? exitCodes.refused : exitCodes.done;
};

const documentOf = ({ hash, caller: { name, ...item } }: KnownCaller, isPersonal: boolean): object => ({
  hash,
  ...item,
  ...(isPersonal && { name }),
});

const unknownNumber = 'Nothing is known of this number.';

/** Shows the caller and, if the number was erased, the receipt. */
const showStatus = async (phoneNumber: string, invocation: Invocation): Promise<ExitCode> => {
  const installation = await invocation.installation();
  const [found, hashes] = await Promise.all([
    findCaller(installation, phoneNumber),
    callerHashes(installation, phoneNumber),
  ]);
  const erasure = await findErasure(installation, hashes, Date.now() - erasureKeptS * 1000);
  const callers = found.map((each) => documentOf(each, false));
  const isKnown = found.length > 0 || erasure !== undefined;
  invocation.show({ callers, erasure: erasure === undefined ? null : { erasure_id: erasure.id, ...erasure.report } }, [
    ...found.flatMap((each) => describeCaller(each)),
    ...(erasure === undefined ? [] : describeErasure(erasure)),
    ...(isKnown ? [] : [unknownNumber]),
  ]);
  return isKnown ? exitCodes.done : exitCodes.refused;
};
