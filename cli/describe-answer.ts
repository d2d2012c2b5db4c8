import * as z from 'zod';
import { jsonOf } from './answer-json';
import type { Answer } from './exchange';

const text = z.string().optional().catch(undefined);

/** The useful fields in a response from Precall or AWS. Fields of unexpected types are dropped. */
const facts = z
  .object({
    conversation_id: text,
    voice_id: text,
    voice_name: text,
    conversation_config_override: z
      .object({ agent: z.object({ first_message: text }).optional().catch(undefined) })
      .optional()
      .catch(undefined),
    processing_time_ms: z.number().optional().catch(undefined),
    error_code: text,
    error_message: text,
    message: text,
  })
  .catch({});

/** Formats the response to a pre-call for a person: status, time and meaning first, then its content. */
export const describeAnswer = (answer: Answer, meaning: string): string[] => [
  ...statusLines(answer, meaning),
  ...rows(factsOf(answer)),
];

/** Formats the first lines of every response: status and time, then the meaning. */
export const statusLines = ({ status, statusText, tookMs }: Answer, meaning: string): string[] => [
  `${`${status} ${statusText}`.trim()}, ${tookMs} ms`,
  meaning,
];

/** Formats names and values in two columns. Omits values that are undefined. */
export const rows = (named: Readonly<Record<string, string | undefined>>): string[] => {
  const given = Object.entries(named).filter((row): row is [string, string] => row[1] !== undefined);
  const width = Math.max(...given.map(([name]) => name.length)) + 2;
  return given.map(([name, value]) => `  ${name.padEnd(width)}${value}`);
};

const factsOf = (answer: Answer): Record<string, string | undefined> => {
  const read = facts.parse(jsonOf(answer));
  return {
    voice: read.voice_id === undefined ? undefined : `${read.voice_name ?? 'unnamed'} (${read.voice_id})`,
    greeting: read.conversation_config_override?.agent?.first_message,
    error_code: read.error_code ?? xmlText(answer, 'Code'),
    error_message: read.error_message ?? xmlText(answer, 'Message'),
    message: read.message,
    conversation: read.conversation_id,
    'retry after': answer.retryAfter === undefined ? undefined : `${answer.retryAfter} s`,
    'time in service': read.processing_time_ms === undefined ? undefined : `${read.processing_time_ms} ms`,
  };
};

/** Returns the text of an XML element. S3 responds in XML. */
const xmlText = ({ body }: Answer, name: 'Code' | 'Message'): string | undefined =>
  new RegExp(`<Error>.*<${name}>([^<]*)</${name}>`, 's').exec(body)?.[1];
