import type { Command } from '../command';
import { eventKinds, type KindName, kindNames } from '../event-kinds';
import { consentNow } from '../pre-call-event';
import { oneArgument } from '../run-command';
import { sampleEvent } from '../sample-event';
import { sendEvent } from '../send-event';
import { targetOf } from '../target';
import { readTimeoutS } from '../timeout';
import { WrongUse } from '../wrong-use';

/** `precall trigger <kind>`. */
export const trigger: Command = {
  summary: 'Sends a sample event of any kind that the service takes, signed as its sender signs it',
  forms: ['<kind>'],
  about: `Kinds: ${Object.entries(eventKinds)
    .map(([name, { about }]) => `\n  ${name.padEnd(16)}${about}`)
    .join('')}`,
  flags: {
    'conversation-id': { type: 'string', value: '<id>', about: 'the conversation of the event; default: a new one' },
    'agent-id': { type: 'string', value: '<id>', about: "its agent; default: ELEVENLABS_AGENT_ID, else the sample's" },
    number: { type: 'string', value: '<number>', about: "the caller's number; default: the sample's" },
    consent: {
      type: 'string',
      value: '<text version>',
      about: 'the consent that the caller gave just now; for precall, upload and enrolment',
    },
    'export-id': { type: 'string', value: '<id>', about: 'of an export, for export-status' },
    'erasure-id': { type: 'string', value: '<id>', about: 'of an erasure, for erasure-status' },
    invalid: { type: 'boolean', about: 'with a wrong signature; 0 when it is refused with 401' },
    url: { type: 'string', value: '<url>', about: 'another address, with --secret' },
    secret: { type: 'string', value: '<secret>', about: "what it is signed with; default: the installation's secret" },
    timeout: { type: 'string', value: '<seconds>', about: 'default 30' },
  },
  examples: [
    'precall trigger precall --conversation-id conv_1',
    'precall trigger transcription --conversation-id conv_1',
    'precall trigger threecx --invalid',
  ],
  run: async (invocation) => {
    const kind = kindNamed(oneArgument(invocation, 'kind of event'));
    const { text, surroundings } = invocation;
    const setAgent = surroundings.env['ELEVENLABS_AGENT_ID'] ?? '';
    const event = await sampleEvent(kind, {
      conversationId: text('conversation-id'),
      agentId: text('agent-id') ?? (setAgent === '' ? undefined : setAgent),
      number: text('number'),
      erasureId: text('erasure-id'),
      exportId: text('export-id'),
      consent: consentNow(text('consent')),
    });
    const target = await targetOf(invocation);
    const timeoutS = readTimeoutS(text('timeout') ?? '30');
    const terms = { target, timeoutS, isInvalid: invocation.has('invalid'), isJson: invocation.has('json') };
    return sendEvent(kind, Buffer.from(JSON.stringify(event)), terms, surroundings);
  },
};

const kindNamed = (name: string): KindName => {
  const kind = kindNames.find((each) => each === name);
  if (kind !== undefined) return kind;
  throw new WrongUse(`There is no sample of the kind ${name}. Use one of: ${kindNames.join(', ')}.`);
};
