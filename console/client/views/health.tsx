import type { HealthDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { dayAndTime } from '../format';
import { Action } from '../parts/action';
import { Loading, Notice } from '../parts/notice';
import { Tag } from '../parts/tag';
import { postJson } from '../requests';

/** Shows the installation's state: its parts, alarms, errors, and the pause. */
export const Health = () => {
  const { document, problem } = useDocument<HealthDocument>('health');
  return (
    <>
      <h1>Health</h1>
      {document === undefined ? <Loading problem={problem} /> : <State now={document} />}
    </>
  );
};

const State = ({ now }: { now: HealthDocument }) => (
  <>
    <dl class="facts">
      {partsOf(now).map(([part, state]) => (
        <div key={part}>
          <dt>{part}</dt>
          <dd>
            <Tag state={state} isFailed={state === 'error' || state === 'no answer'} />
          </dd>
        </div>
      ))}
      <div>
        <dt>last reconcile</dt>
        <dd>{now.reconciledAtMs === undefined ? 'not yet' : dayAndTime(now.reconciledAtMs)}</dd>
      </div>
    </dl>
    <Problems now={now} />
    <section class="card" aria-labelledby="actions">
      <h2 id="actions">Actions</h2>
      <div class="actions">
        <Action
          label="Reconcile now"
          done="Reconcile has looked at everything. Jobs do what it found."
          run={() => postJson('reconcile')}
        />
        {now.pausedSinceMs === undefined ? (
          <Action
            label="Pause"
            question="Pause Precall? Pre-calls are answered 503 until you resume. Ends are still processed."
            done="Precall is paused."
            isDanger
            run={() => postJson('pause')}
          />
        ) : (
          <Action label="Resume" done="Precall takes pre-calls again." run={() => postJson('resume')} />
        )}
      </div>
    </section>
  </>
);

/** Returns the parts of the `GET /health` response, without its time. */
const partsOf = ({ health = { status: 'no answer' } }: HealthDocument): [string, string][] =>
  Object.entries(health).filter(([part]) => part !== 'timestamp');

const Problems = ({ now }: { now: HealthDocument }) => {
  const { pausedSinceMs, alarms, errors, emptySecrets } = now;
  const problems = [
    ...(pausedSinceMs === undefined ? [] : [`Precall is paused since ${dayAndTime(pausedSinceMs)}.`]),
    ...alarms.map(({ name, description }) => `Alarm ${name}: ${description}`),
    ...Object.entries(errors).map(([name, count]) => `${count} errors in the last hour: ${name}`),
    ...emptySecrets.filter((name) => name !== 'FlatPostCallSecret').map((name) => `The secret ${name} has no value.`),
  ];
  if (problems.length === 0) return <Notice kind="good">Nothing needs attention.</Notice>;
  return (
    <>
      {problems.map((text) => (
        <Notice key={text} kind="problem">
          {text}
        </Notice>
      ))}
    </>
  );
};
