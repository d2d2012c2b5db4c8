import { greeting, greetingTemplate, type GreetingTerms } from '../voices/greeting';
import type { AgentDetails } from './details';
import { attention, type Finding, ok } from './finding';

const about = 'disclosure';

/** Words that tell a caller that they hear a machine, in the languages of most agents. */
const words = [
  String.raw`\b(AI|A\.I\.|KI|IA)\b`,
  String.raw`artificial|kunstmatig|künstlich|artificiel|artificiale`,
  String.raw`\b(virtual|virtuele|virtuell\w*|virtuel\w*) \w*(assist|agent)`,
  String.raw`\b(digital\w*|automated|automatisch\w*|automatis\w*) \w*(assist|agent)`,
  String.raw`voice ?bot|chat ?bot|\bbot\b|robot|computer|spraakassistent|sprachassistent`,
];
const disclosing = new RegExp(words.join('|'), 'iu');

/** Returns whether a text says that the speaker is not a person. It finds words, not meanings. */
export const disclosesAi = (text: string): boolean => disclosing.test(text);

/** Returns the finding about the agent's first words: whether a caller learns that the speaker is not a person. */
export const disclosureFinding = (
  agentId: string,
  { firstMessage = '', language }: Pick<AgentDetails, 'firstMessage' | 'language'>,
  terms: GreetingTerms,
): Finding => {
  const { template } = greetingTemplate(terms, { agentId, language });
  if (disclosesAi(greeting(template, undefined, firstMessage) ?? ''))
    return ok(about, 'The greeting tells callers that an AI speaks.');
  if (disclosesAi(firstMessage))
    return attention(
      about,
      'The agent’s own first message tells callers that an AI speaks, but the greeting of Precall replaces it.',
      'Put {own} into DEFAULT_FIRST_MESSAGE or GREETINGS, or set KEEP_FIRST_MESSAGE=true.',
    );
  return attention(
    about,
    'Neither the greeting of Precall nor the agent’s own first message tells callers that an AI speaks. ' +
      'Laws may demand that.',
    'Say it in the agent’s first message and keep that with {own}, or in DEFAULT_FIRST_MESSAGE or GREETINGS.',
  );
};
