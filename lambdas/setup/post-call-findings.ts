import type { PostCallSettings, Seen, WorkspaceWebhook } from './details';
import { attention, type Finding, fine, listed, problem } from './finding';
import { leadsTo } from './initiation-findings';

const about = 'post_call_webhook';
const path = '/webhook/postcall';
const neededEvents = ['transcript', 'call_initiation_failure'];

/** Nobody is told of the ends of calls. */
export const noPostCallWebhook: Finding = problem(
  about,
  'No post-call webhook is set: the ends of calls are not told, so voices stay until reconcile or their expiry.',
  `Create a webhook that leads to ${path}, and attach it with the events ${neededEvents.join(' and ')}.`,
);

/** Everything there is to say about a post-call webhook that is set, for the workspace or for an agent. */
export const postCallFindings = (
  settings: PostCallSettings,
  webhooks: Seen<readonly WorkspaceWebhook[]>,
): readonly Finding[] => [
  ...('shown' in webhooks ? deliveryFindings(settings, webhooks.shown) : []),
  eventsFinding(settings),
  audioFinding(settings),
  transcriptFinding(settings),
];

const deliveryFindings = ({ webhookId }: PostCallSettings, webhooks: readonly WorkspaceWebhook[]): Finding[] => {
  const webhook = webhooks.find((each) => each.webhookId === webhookId);
  if (webhook === undefined)
    return [
      problem(about, 'The post-call webhook that is set does not exist in the workspace.', 'Attach one that exists.'),
    ];
  return [stateFinding(webhook), repetitionFinding(webhook)];
};

const stateFinding = (webhook: WorkspaceWebhook): Finding => {
  const { url, isDisabled, isAutoDisabled } = webhook;
  if (isAutoDisabled)
    return problem(
      about,
      `ElevenLabs has switched the post-call webhook off after failures${lastFailure(webhook)}.`,
      'Mend what failed (a wrong secret is 401), then switch it on again.',
    );
  if (isDisabled)
    return problem(about, 'The post-call webhook is switched off.', 'Switch it on in the workspace’s settings.');
  return url !== undefined && !leadsTo(url, path)
    ? attention(
        about,
        `The post-call webhook does not lead to ${path}.`,
        'If something of yours passes its events on, all is well; if not, set the output PostCallUrl.',
      )
    : fine(about, `The post-call webhook is on${lastFailure(webhook)}.`);
};

const lastFailure = ({ lastFailureStatus: status, lastFailureAtS: atS }: WorkspaceWebhook): string => {
  if (status === undefined && atS === undefined) return '';
  const time = atS === undefined ? '' : ` at ${isoTime(atS)}`;
  return ` (last failure${time}${status === undefined ? '' : `: HTTP ${status}`})`;
};

/** What is no unix time is shown as it is. */
const isoTime = (unixS: number): string => {
  const time = new Date(unixS * 1000);
  return Number.isNaN(time.getTime()) ? String(unixS) : time.toISOString();
};

const repetitionFinding = ({ repeats }: WorkspaceWebhook): Finding =>
  repeats === true
    ? fine('post_call_retries', 'Deliveries that fail are repeated.')
    : attention(
        'post_call_retries',
        repeats === false
          ? 'Deliveries that fail are not repeated: what does not arrive is only fetched an hour after the call.'
          : 'ElevenLabs does not show whether deliveries that fail are repeated; by default they are not.',
        'Set retry_enabled by PATCH /v1/workspace/webhooks/{webhook_id}.',
      );

const eventsFinding = ({ events }: PostCallSettings): Finding => {
  const attach = `Attach the webhook with the events ${neededEvents.join(' and ')}.`;
  if (events === undefined)
    return attention('post_call_events', 'ElevenLabs does not show which events the webhook is told.', attach);
  const lacking = neededEvents.filter((event) => !events.includes(event));
  return lacking.length === 0
    ? fine('post_call_events', 'The ends of calls and calls that never came about are told.')
    : problem('post_call_events', `The post-call webhook is not told: ${listed(lacking)}.`, attach);
};

const audioFinding = ({ events = [], sendsAudio }: PostCallSettings): Finding =>
  sendsAudio || events.includes('audio')
    ? attention(
        'post_call_audio',
        'Recordings are pushed to the webhook; those of more than some four minutes do not fit through API Gateway, and each such failure counts.',
        'Take the event audio out: with ENABLE_AUDIO_STORAGE recordings are fetched.',
      )
    : fine('post_call_audio', 'Recordings are not pushed.');

const transcriptFinding = ({ transcriptFormat, excludesTranscript }: PostCallSettings): Finding => {
  if (transcriptFormat !== undefined && transcriptFormat !== 'json')
    return problem(
      'transcript_format',
      `Ends of calls are told in the format ${listed([transcriptFormat])}; only json can be read.`,
      'Set transcript_format to json.',
    );
  return excludesTranscript
    ? attention(
        'transcript_format',
        'Ends of calls are told without their transcript, so none is stored.',
        'Set exclude_transcript to false if transcripts are to be stored.',
      )
    : fine('transcript_format', 'Ends of calls are told as JSON, with their transcript.');
};
