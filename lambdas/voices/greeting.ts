import * as z from 'zod';

/** Matches `{name}` with the white space before it, but not ElevenLabs' own `{{name}}`. */
const namePlaceholder = /(\s*)(?<!\{)\{name\}(?!\})/g;

/** Matches `{own}` in the same way. */
const ownPlaceholder = /(\s*)(?<!\{)\{own\}(?!\})/g;

/** The key in `GREETINGS` for all other agents or languages. */
const any = '*';

/** `GREETINGS`: templates by agent id and language; `*` stands for every other agent or language. */
const greetings = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.record(z.string(), z.string())));

/** The settings that determine a greeting. */
export interface GreetingTerms {
  /** The greeting for agents and languages that `greetings` does not name. */
  readonly firstMessage: string;
  /** @default none */
  readonly greetings?: z.infer<typeof greetings>;
  /** Whether every agent keeps its own first message. @default false */
  readonly keepsFirstMessage?: boolean;
}

/** The environment variables that determine greetings. */
export const greetingVariables = {
  DEFAULT_FIRST_MESSAGE: z.string().min(1),
  GREETINGS: greetings,
  KEEP_FIRST_MESSAGE: z.stringbool(),
};

/** Returns the greeting settings of this environment. */
export const greetingTerms = (env: {
  readonly DEFAULT_FIRST_MESSAGE: string;
  readonly GREETINGS: z.infer<typeof greetings>;
  readonly KEEP_FIRST_MESSAGE: boolean;
}): GreetingTerms => ({
  firstMessage: env.DEFAULT_FIRST_MESSAGE,
  greetings: env.GREETINGS,
  keepsFirstMessage: env.KEEP_FIRST_MESSAGE,
});

/** The agent that greets. */
export interface GreetingAgent {
  readonly agentId: string;
  /** The agent's language, such as `nl`; undefined if unknown. */
  readonly language: string | undefined;
}

/** The source of a greeting: the event, the agent's own message, `GREETINGS`, or `DEFAULT_FIRST_MESSAGE`. */
export type GreetingSource = 'event' | 'own' | 'greetings' | 'default';

/** A greeting before its placeholders are replaced. */
export interface GreetingTemplate {
  readonly template: string;
  readonly source: GreetingSource;
}

/**
 * Returns the greeting template for an agent. The first of these that is set applies:
 * 1. `KEEP_FIRST_MESSAGE`: the agent's own first message;
 * 2. the event's `first_message`;
 * 3. `GREETINGS`: for the agent and its language, for the agent, for the language, for all others;
 * 4. `DEFAULT_FIRST_MESSAGE`.
 */
export const greetingTemplate = (
  { firstMessage, greetings: templates = {}, keepsFirstMessage = false }: GreetingTerms,
  { agentId, language = any }: GreetingAgent,
  ofEvent?: string | null,
): GreetingTemplate => {
  if (keepsFirstMessage) return { template: '{own}', source: 'own' };
  if (ofEvent != null) return { template: ofEvent, source: 'event' };
  const ofAgent = templates[agentId];
  const ofOthers = templates[any];
  const ofSettings = ofAgent?.[language] ?? ofAgent?.[any] ?? ofOthers?.[language] ?? ofOthers?.[any];
  const template = ofSettings ?? firstMessage;
  return { template, source: template === '{own}' ? 'own' : ofSettings === undefined ? 'default' : 'greetings' };
};

/** Returns whether a greeting has the placeholder for the agent's own first message. */
export const needsOwn = (template: string): boolean => template.search(ownPlaceholder) !== -1;

/**
 * Returns the agent's first message for a caller. Replaces only `{name}` and `{own}`. Without a name, or for an agent
 * that waits for the caller, removes the placeholder and the space before it: `Hallo {name}, fijn dat je belt!` becomes
 * `Hallo, fijn dat je belt!`. Returns undefined if the template needs the agent's own message and it is unknown.
 */
export const greeting = (template: string, name: string | undefined, own?: string): string | undefined => {
  if (!needsOwn(template)) return withName(template, name);
  if (own === undefined) return undefined;
  const text = withName(template, name).replace(ownPlaceholder, (_match, space: string) =>
    own === '' ? '' : `${space}${own}`,
  );
  return own === '' ? text.trimStart() : text;
};

const withName = (template: string, name: string | undefined): string => {
  if (name !== undefined) return template.replace(namePlaceholder, (_match, space: string) => `${space}${name}`);
  const nameless = template.replace(namePlaceholder, '');
  return nameless === template ? template : capitalised(nameless.replace(/^[\s,;:.!?-]+/, ''));
};

const capitalised = (text: string): string => text.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
