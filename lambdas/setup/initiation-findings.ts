import type { AgentDetails, ConvaiSettings, InitiationWebhook, Seen } from './details';
import { attention, type Finding, fine, problem } from './finding';

/** The header that carries the secret. */
export const initiationHeader = 'X-Precall-Secret';

const about = 'initiation_webhook';
const path = '/webhook/initiation';

/** What there is to say about an initiation webhook that is set; its header's value is not looked at. */
export const initiationWebhookFinding = ({ url, headerNames }: InitiationWebhook): Finding => {
  if (!leadsTo(url, path))
    return attention(
      about,
      `The initiation webhook that is set does not lead to ${path}.`,
      'If calls are to have their callers’ voices, set the output InitiationUrl.',
    );
  return headerNames.some((name) => name.toLowerCase() === initiationHeader.toLowerCase())
    ? fine(about, 'The initiation webhook is set, with a secret.')
    : problem(
        about,
        `The initiation webhook is set without the header ${initiationHeader}: it is refused with 401, and calls may be dropped.`,
        `Add ${initiationHeader} to its request_headers, with the value of the secret InitiationSecret.`,
      );
};

/** What there is to say about an agent and the initiation webhook: whether it asks one, and whether there is one to ask. */
export const agentInitiationFindings = (
  { asksInitiation, initiationWebhook }: AgentDetails,
  settings: Seen<ConvaiSettings>,
): readonly Finding[] => {
  const own = initiationWebhook === undefined ? [] : [initiationWebhookFinding(initiationWebhook)];
  const ofWorkspace = 'shown' in settings ? settings.shown.initiationWebhook : undefined;
  const isSet = own.length > 0 || ofWorkspace !== undefined;
  if (!asksInitiation) return [...own, isSet ? notAsked : notWanted];
  if (isSet) return [...own, fine('initiation_data', 'The agent asks the initiation webhook before a call.')];
  return ['failure' in settings ? unseen : noneToAsk];
};

const notAsked = attention(
  'initiation_data',
  'An initiation webhook is set, but the agent does not ask it: its inbound callers hear the agent’s own voice.',
  'If they are to hear their own, set platform_settings.overrides.enable_conversation_initiation_client_data_from_webhook.',
);

const notWanted = fine('initiation_data', 'The agent does not ask an initiation webhook, and none is set.');

const unseen = attention(
  about,
  'The agent asks the initiation webhook before a call, but whether one is set could not be seen.',
  'See what is said of the workspace.',
);

const noneToAsk = problem(
  about,
  'The agent asks the initiation webhook before a call, but none is set: its calls may not start.',
  `Set the output InitiationUrl with the header ${initiationHeader}, for the workspace or for this agent.`,
);

/** Whether an address ends with this path. */
export const leadsTo = (url: string, path: string): boolean =>
  URL.canParse(url) && new URL(url).pathname.replace(/\/+$/, '').endsWith(path);
