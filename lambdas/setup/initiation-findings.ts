import type { AgentDetails, InitiationWebhook, WorkspaceView } from './details';
import { attention, type Finding, ok, problem } from './finding';

/** The header with the secret. */
export const initiationHeader = 'X-Precall-Secret';

const about = 'initiation_webhook';
const path = '/webhook/initiation';

/** Returns the finding about a configured initiation webhook. Does not check the value of its header. */
export const initiationWebhookFinding = ({ url, headerNames }: InitiationWebhook, baseUrl = ''): Finding => {
  if (!pointsTo(url, path, baseUrl))
    return attention(
      about,
      `The initiation webhook does not point to ${baseUrl}${path}.`,
      'To give callers their own voices, set it to the output InitiationUrl.',
    );
  return hasSecret(headerNames)
    ? ok(about, 'The initiation webhook is set, with a secret.')
    : problem(
        about,
        `The initiation webhook has no header ${initiationHeader}: requests get 401, and calls may fail.`,
        `Add ${initiationHeader} to its request_headers, with the value of the secret InitiationSecret.`,
      );
};

const hasSecret = (headerNames: readonly string[]): boolean =>
  headerNames.some((name) => name.toLowerCase() === initiationHeader.toLowerCase());

/** Returns whether an initiation webhook is Precall's, judging by its address and header. */
export const isOwnWebhook = ({ url, headerNames }: InitiationWebhook, baseUrl = ''): boolean =>
  pointsTo(url, path, baseUrl) && hasSecret(headerNames);

/** Returns findings about an agent's initiation webhook: whether the agent asks it, and whether it is configured. */
export const agentInitiationFindings = (
  { asksInitiation, initiationWebhook }: AgentDetails,
  { settings, baseUrl }: Pick<WorkspaceView, 'settings' | 'baseUrl'>,
): readonly Finding[] => {
  const own = initiationWebhook === undefined ? [] : [initiationWebhookFinding(initiationWebhook, baseUrl)];
  const ofWorkspace = 'shown' in settings ? settings.shown.initiationWebhook : undefined;
  const isSet = own.length > 0 || ofWorkspace !== undefined;
  if (!asksInitiation) return [...own, isSet ? notAsked : notWanted];
  if (isSet) return [...own, ok('initiation_data', 'The agent asks the initiation webhook before a call.')];
  return ['failure' in settings ? unseen : noneToAsk];
};

/**
 * Returns the finding about overlapping callers of an agent. Each call gets its own voice only if the agent asks
 * Precall and allows overrides of both voice and greeting.
 */
export const overlapFinding = (
  { overrides, asksInitiation, initiationWebhook: own }: AgentDetails,
  { settings, baseUrl }: Pick<WorkspaceView, 'settings' | 'baseUrl'>,
): Finding => {
  const webhook = own ?? ('shown' in settings ? settings.shown.initiationWebhook : undefined);
  const isUnseen = asksInitiation && own === undefined && 'failure' in settings;
  const asks = asksInitiation && webhook !== undefined && isOwnWebhook(webhook, baseUrl);
  const missing = [
    ...(asks
      ? []
      : [`point the initiation webhook of its calls to ${baseUrl ?? ''}${path}, with the header ${initiationHeader}`]),
    ...(overrides.voice ? [] : ['allow calls to override tts.voice_id']),
    ...(overrides.first_message ? [] : ['allow calls to override agent.first_message']),
  ];
  if (missing.length === 0)
    return ok('overlapping_calls', 'Phone callers who overlap are told apart: each call gets its own voice.');
  return attention(
    'overlapping_calls',
    isUnseen
      ? 'ElevenLabs does not show whether the agent’s calls ask Precall, so overlapping callers may hear each ' +
          'other’s voice.'
      : 'Callers who overlap may hear each other’s voice and name: the agent can only be PATCHed.',
    `To tell phone callers apart, ${missing.join(', and ')}.`,
  );
};

const notAsked = attention(
  'initiation_data',
  'An initiation webhook is set, but the agent does not ask it: inbound callers hear the agent’s own voice.',
  'To give them their own voices, enable ' +
    'platform_settings.overrides.enable_conversation_initiation_client_data_from_webhook.',
);

const notWanted = ok('initiation_data', 'The agent does not ask an initiation webhook, and none is set.');

const unseen = attention(
  about,
  'The agent asks the initiation webhook before a call, but ElevenLabs did not show whether one is set.',
  'See the findings of the workspace.',
);

const noneToAsk = problem(
  about,
  'The agent asks an initiation webhook before a call, but none is set: its calls may not start.',
  `Set the output InitiationUrl as the webhook, with the header ${initiationHeader}, for the workspace or this agent.`,
);

/**
 * Returns whether a URL is that of this path at an installation. If the installation's address is unknown, compares the
 * end of the path only.
 */
export const pointsTo = (url: string, path: string, baseUrl: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { host, pathname: writtenPath } = new URL(url);
  const pathname = writtenPath.replace(/\/+$/, '');
  if (!URL.canParse(baseUrl)) return pathname.endsWith(path);
  const own = new URL(`${baseUrl}${path}`);
  return host === own.host && pathname === own.pathname;
};
