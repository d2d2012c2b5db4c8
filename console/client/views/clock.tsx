import { useSignal } from '@preact/signals';
import type { ClockDocument } from '../../shared/documents';
import { messageOf, useDocument } from '../document';
import { dayAndTime, duration } from '../format';
import { installation } from '../installation';
import { Notice } from '../parts/notice';
import { WithDocument } from '../parts/with-document';
import { postJson } from '../requests';
import { hrefOf } from '../router';

const choices = [
  { minutes: 15, title: '15 minutes' },
  { minutes: 60, title: '1 hour' },
  { minutes: 1_440, title: '24 hours' },
];

/** Lets time pass in the whole local stack, and shows what that did. */
export const Clock = () => (
  <section class="card" aria-labelledby="clock">
    <h2 id="clock">Clock of the stack</h2>
    {installation.value?.isClockMovable === false ? (
      <p class="hint">
        The clock cannot be moved, because AWS_ENDPOINT_URL or ELEVENLABS_API_BASE_URL names a service with its own
        time. Start the stack without them.
      </p>
    ) : (
      <MovableClock />
    )}
  </section>
);

const MovableClock = () => {
  const problem = useSignal<string | undefined>(undefined);
  const loaded = useDocument<ClockDocument>('clock');
  const ask = async (path: string, body: object): Promise<void> => {
    problem.value = undefined;
    await postJson(path, body).catch((error: unknown) => (problem.value = messageOf(error)));
    loaded.reload();
  };
  return (
    <WithDocument loaded={loaded}>
      {(document) => (
        <>
          <p>
            It is {dayAndTime(document.nowMs)} for functions, stores, queues and the simulated ElevenLabs
            {document.aheadMs > 0 && `, ${duration(document.aheadMs)} ahead of this machine`}.
          </p>
          <div class="actions" role="group" aria-label="Let time pass">
            {choices.map(({ minutes, title }) => (
              <button
                key={minutes}
                type="button"
                disabled={document.leftMs > 0}
                onClick={() => void ask('clock', { minutes })}
              >
                Let {title} pass
              </button>
            ))}
          </div>
          <Passed document={document} stop={() => void ask('clock/stop', {})} />
          {(problem.value ?? document.problem) !== undefined && (
            <Notice kind="problem">{problem.value ?? document.problem}</Notice>
          )}
          {document.aheadMs > 0 && <OtherClocks />}
        </>
      )}
    </WithDocument>
  );
};

const Passed = ({ document, stop }: { document: ClockDocument; stop: () => void }) => {
  const { leftMs, passed, agentsInUse, voices } = document;
  if (leftMs > 0)
    return (
      <div class="actions">
        <Notice kind="plain">Time passes: {duration(leftMs)} left.</Notice>
        <button type="button" onClick={stop}>
          Stop here
        </button>
      </div>
    );
  if (passed === undefined)
    return (
      <p class="hint">
        Whatever is due meanwhile happens: voices expire, delayed jobs run, and reconcile runs. Time does not go back.
      </p>
    );
  return (
    <Notice kind="good">
      {duration(passed.ms)} passed. {count(passed.expiredItems, 'item')} of the ledger expired.{' '}
      <a href={hrefOf('agents')}>
        {agentsInUse === 0 ? 'Every agent has its own voice' : `${count(agentsInUse, 'agent')} in use`}
      </a>
      , and <a href={hrefOf('voices')}>{voices === 0 ? 'no cloned voice is left' : `${count(voices, 'voice')} left`}</a>
      .
    </Notice>
  );
};

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const OtherClocks = () => (
  <p class="hint">
    The console and <code>npx precall</code> sign with the stack's time. Other senders are refused once the stack is
    more than 30 minutes ahead of them. Start the stack again to return to the machine's time.
  </p>
);
