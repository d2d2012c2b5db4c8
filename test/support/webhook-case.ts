import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spokenSample } from './samples';
import { newConversationId } from './sender';

/** An event that once went wrong, with what came before it. */
export interface WebhookCase {
  readonly route: string;
  readonly body: Record<string, unknown>;
  readonly before?: { readonly route: string; readonly body: Record<string, unknown> };
  /** The conversation's id as the sender of the pre-call has it. */
  readonly ours: string;
  /** The conversation's id at ElevenLabs. */
  readonly theirs: string;
  /** The body as it is in the file: numbers of 17 digits must reach the service unchanged. */
  readonly text: string;
}

/** A case with ids of its own: all that it says of conversations and agents is this call's alone. */
export const readWebhookCase = (name: string): WebhookCase => {
  const ids = { ours: newConversationId(), theirs: newConversationId() };
  const text = readFileSync(join(__dirname, '..', 'fixtures', 'webhook-cases', `${name}.json`), 'utf8')
    .replaceAll('"<now>"', String(Math.floor(Date.now() / 1000)))
    .replaceAll(/"<(?:any valid WAV of 4 s|…)>"/g, JSON.stringify(spokenSample('caller.wav').toString('base64')))
    .replaceAll('conv_of_the_sender_1', ids.ours)
    .replaceAll(/conv_of_elevenlabs_[12]/g, ids.theirs)
    .replaceAll('agent_a', 'agent_1')
    .replaceAll('agent_b', 'agent_2');
  const body = /"body": (?<body>\{(?:(?!"body")[\s\S])*\n {2}\}),\n {2}"(?:also|expectation)/.exec(text)?.groups?.[
    'body'
  ];
  return { ...(JSON.parse(text) as Pick<WebhookCase, 'route' | 'body'>), ...ids, text: body ?? '' };
};
