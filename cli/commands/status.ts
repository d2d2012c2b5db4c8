import { type Status, statusOf } from '../../ops/status';
import type { Command, Invocation } from '../command';
import { exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';
import { counted } from '../table';
import { moment } from '../times';

/** `precall status`. */
export const status: Command = {
  summary: 'Says how an installation is: health, alarms, voices, agents, queues, failed jobs and errors',
  forms: [''],
  about: 'The exit code is 1 if something needs attention.',
  examples: ['precall status', 'precall status --stage prod', 'precall status --stage prod --json | jq .alarms'],
  run: async (invocation) => {
    noArguments(invocation);
    const nowMs = Date.now();
    const found = await statusOf(await invocation.installation(), nowMs);
    const problems = problemsOf(found);
    invocation.show({ ...found, problems }, [...describe(found, nowMs), '', ...verdict(problems, invocation)]);
    return problems.length === 0 ? exitCodes.done : exitCodes.refused;
  },
};

const describe = (found: Status, nowMs: number): string[] => {
  const { title, apiUrl, health, voices, agents, queues, reconciledAtMs } = found;
  const jobs = queues.filter(({ isParked }) => !isParked);
  const waiting = jobs.map(({ name, waiting, underWay }) => `${name.replace(/Queue$/, '')} ${waiting + underWay}`);
  const last = reconciledAtMs === undefined ? 'not yet' : `${moment(reconciledAtMs)} UTC`;
  return [
    `${title}, ${apiUrl}, at ${moment(nowMs)} UTC`,
    `  health     ${healthLine(health)}`,
    `  voices     ${listOf(voices, 'none')}`,
    `  agents     ${agents.known} known; with a caller's voice: ${agents.withCallersVoice.join(', ') || 'none'}`,
    `  jobs       ${waiting.join(', ')}`,
    `  reconcile  ${last}`,
  ];
};

const healthLine = (health: Status['health']): string => {
  if (health === undefined) return 'no answer';
  const parts = ['database', 'storage', 'queues', 'elevenlabs'].map((name) => `${name} ${health[name] ?? '?'}`);
  return `${health['status'] ?? '?'} (${parts.join(', ')})`;
};

const listOf = (counts: Readonly<Record<string, number>>, none: string): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || none;

const problemsOf = ({ pausedSinceMs, health, alarms, queues, emptySecrets, errors }: Status): string[] => [
  ...(pausedSinceMs === undefined ? [] : [`It is paused since ${moment(pausedSinceMs)} UTC: precall resume`]),
  ...(health === undefined ? ['Nothing answers at GET /health.'] : []),
  ...(health !== undefined && health['status'] !== 'ok' ? [`Health is ${health['status'] ?? 'unknown'}.`] : []),
  ...alarms.map(({ name, description }) => `Alarm ${name}: ${description}`),
  ...queues
    .filter(({ isParked, waiting, underWay }) => isParked && waiting + underWay > 0)
    .map(
      ({ name, waiting, underWay }) =>
        `${counted(waiting + underWay, 'job')} failed for good in ${name}: precall parked`,
    ),
  ...emptySecrets
    .filter((name) => name !== 'FlatPostCallSecret')
    .map((name) => `The secret ${name} has no value: precall secret set ${name}`),
  ...Object.entries(errors).map(([name, count]) => `${counted(count, 'error')} in the last hour: ${name}`),
];

const verdict = (problems: readonly string[], { surroundings: { paint = (text) => text } }: Invocation): string[] =>
  problems.length === 0
    ? [paint('Nothing needs attention.', 'green')]
    : problems.map((problem) => paint(`! ${problem}`, 'yellow'));
