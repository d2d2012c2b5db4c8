import type { PostCallSettings, WorkspaceView, WorkspaceWebhook } from './details';
import { attention, type Finding, ok, listed, problem } from './finding';
import { pointsTo } from './initiation-findings';

const about = 'post_call_webhook';
const path = '/webhook/postcall';
const neededEvents = ['transcript', 'call_initiation_failure'];

/** The finding that no post-call webhook is configured. */
export const noPostCallWebhook: Finding = problem(
  about,
  'No post-call webhook is set: Precall does not learn when calls end, and voices stay until reconcile or expiry.',
  `Create a webhook that points to ${path}, and attach it with the events ${neededEvents.join(' and ')}.`,
);

/** Returns all findings about a post-call webhook of the workspace or of an agent. */
export const postCallFindings = (
  settings: PostCallSettings,
  { webhooks, baseUrl }: Pick<WorkspaceView, 'webhooks' | 'baseUrl'>,
): readonly Finding[] => [
  ...('shown' in webhooks ? deliveryFindings(settings, webhooks.shown, baseUrl) : []),
  eventsFinding(settings),
  audioFinding(settings),
  transcriptFinding(settings),
];

const deliveryFindings = (
  { webhookId }: PostCallSettings,
  webhooks: readonly WorkspaceWebhook[],
  baseUrl: string | undefined,
): Finding[] => {
  const webhook = webhooks.find((each) => each.webhookId === webhookId);
  if (webhook === undefined)
    return [
      problem(about, 'The attached post-call webhook does not exist in the workspace.', 'Attach one that exists.'),
    ];
  return [stateFinding(webhook, baseUrl), repetitionFinding(webhook)];
};

const stateFinding = (webhook: WorkspaceWebhook, baseUrl = ''): Finding => {
  const { url, isDisabled, isAutoDisabled } = webhook;
  if (isAutoDisabled)
    return problem(
      about,
      `ElevenLabs switched the post-call webhook off after failures${lastFailure(webhook)}.`,
      'Fix what failed (401 means a wrong secret), then switch it on again.',
    );
  if (isDisabled)
    return problem(about, 'The post-call webhook is switched off.', 'Switch it on in the settings of the workspace.');
  return url !== undefined && !pointsTo(url, path, baseUrl)
    ? attention(
        about,
        `The post-call webhook does not point to ${baseUrl}${path}.`,
        'If a service of yours does not forward its events, set it to the output PostCallUrl.',
      )
    : ok(about, `The post-call webhook is on${lastFailure(webhook)}.`);
};

const lastFailure = ({ lastFailureStatus: status, lastFailureAtS: atS }: WorkspaceWebhook): string => {
  if (status === undefined && atS === undefined) return '';
  const time = atS === undefined ? '' : ` at ${isoTime(atS)}`;
  return ` (last failure${time}${status === undefined ? '' : `: HTTP ${status}`})`;
};

/** Formats a unix time. Returns a number that is not a unix time unchanged. */
const isoTime = (unixS: number): string => {
  const time = new Date(unixS * 1000);
  return Number.isNaN(time.getTime()) ? String(unixS) : time.toISOString();
};

const repetitionFinding = ({ repeats }: WorkspaceWebhook): Finding =>
  repeats === true
    ? ok('post_call_retries', 'ElevenLabs retries failed deliveries.')
    : attention(
        'post_call_retries',
        repeats === false
          ? 'ElevenLabs does not retry failed deliveries: Precall fetches missed calls only an hour after they end.'
          : 'ElevenLabs does not show whether it retries failed deliveries; by default it does not.',
        'Set retry_enabled with PATCH /v1/workspace/webhooks/{webhook_id}.',
      );

const eventsFinding = ({ events }: PostCallSettings): Finding => {
  const attach = `Attach the webhook with the events ${neededEvents.join(' and ')}.`;
  if (events === undefined)
    return attention('post_call_events', 'ElevenLabs does not show which events it sends to the webhook.', attach);
  const lacking = neededEvents.filter((event) => !events.includes(event));
  return lacking.length === 0
    ? ok('post_call_events', 'The webhook gets finished calls and failed dials.')
    : problem('post_call_events', `The post-call webhook does not get these events: ${listed(lacking)}.`, attach);
};

const audioFinding = ({ events = [], sendsAudio }: PostCallSettings): Finding =>
  sendsAudio || events.includes('audio')
    ? attention(
        'post_call_audio',
        'ElevenLabs pushes recordings to the webhook. Recordings over about four minutes are too large for ' +
          'API Gateway, and each of them counts as a failed delivery.',
        'Remove the event audio. With ENABLE_AUDIO_STORAGE, Precall fetches recordings.',
      )
    : ok('post_call_audio', 'ElevenLabs does not push recordings.');

const transcriptFinding = ({ transcriptFormat, excludesTranscript }: PostCallSettings): Finding => {
  if (transcriptFormat !== undefined && transcriptFormat !== 'json')
    return problem(
      'transcript_format',
      `Transcripts come in the format ${listed([transcriptFormat])}; Precall reads only json.`,
      'Set transcript_format to json.',
    );
  return excludesTranscript
    ? attention(
        'transcript_format',
        'Finished calls come without their transcript, so that none is stored.',
        'To store transcripts, set exclude_transcript to false.',
      )
    : ok('transcript_format', 'Finished calls come as JSON, with their transcript.');
};
