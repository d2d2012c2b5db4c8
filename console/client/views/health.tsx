import type { HealthDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { dayAndTime } from '../format';
import { Action } from '../parts/action';
import { Fact, Facts } from '../parts/facts';
import { Notice } from '../parts/notice';
import { Tag } from '../parts/tag';
import { WithDocument } from '../parts/with-document';
import { postJson } from '../requests';

/** Shows the installation's state: its parts, alarms, errors, and the pause. */
export const Health = () => (
  <>
    <h1>Health</h1>
    <WithDocument loaded={useDocument<HealthDocument>('health')}>{(now) => <State now={now} />}</WithDocument>
  </>
);

const State = ({ now }: { now: HealthDocument }) => (
  <>
    <Facts>
      {partsOf(now).map(([part, state]) => (
        <Fact key={part} name={titles[part] ?? part}>
          <Tag state={state} isFailed={state === 'error' || state === 'no answer'} />
        </Fact>
      ))}
      <Fact name="Last reconcile">{now.reconciledAtMs === undefined ? 'not yet' : dayAndTime(now.reconciledAtMs)}</Fact>
    </Facts>
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
            look="danger"
            run={() => postJson('pause')}
          />
        ) : (
          <Action label="Resume" done="Precall takes pre-calls again." run={() => postJson('resume')} />
        )}
      </div>
    </section>
  </>
);

const titles: Readonly<Record<string, string>> = {
  status: 'All together',
  database: 'Ledger',
  storage: 'Bucket',
  queues: 'Queues',
  elevenlabs: 'ElevenLabs',
};

/** Returns the parts of the `GET /health` response, without its time. */
const partsOf = ({ health = { status: 'no answer' } }: HealthDocument): [string, string][] =>
  Object.entries(health).filter(([part]) => part !== 'timestamp');

const Problems = ({ now }: { now: HealthDocument }) => {
  const { pausedSinceMs, alarms, errors, emptySecrets } = now;
  const problems = [
    ...(pausedSinceMs === undefined ? [] : [`Precall is paused since ${dayAndTime(pausedSinceMs)}.`]),
    ...alarms.map(({ name, description }) => `Alarm ${name}: ${description}`),
    ...Object.entries(errors).map(
      ([name, count]) => `${count === 1 ? '1 error' : `${count} errors`} in the last hour: ${name}`,
    ),
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
