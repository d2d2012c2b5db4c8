import { useRef } from 'preact/hooks';
import type { QueuesDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { shortTime } from '../format';
import { Action } from '../parts/action';
import { Empty } from '../parts/notice';
import { Table } from '../parts/table';
import { WithDocument } from '../parts/with-document';
import { postJson } from '../requests';

/** Shows the queues: jobs that wait, are being processed, or have failed permanently. */
export const Queues = () => (
  <>
    <h1>Queues</h1>
    <WithDocument loaded={useDocument<QueuesDocument>('queues')}>
      {(document) => <QueueTables {...document} />}
    </WithDocument>
  </>
);

const QueueTables = ({ queues, parkedJobs }: QueuesDocument) => (
  <>
    <Table columns={['Queue', 'Waiting', 'Worked on or retrying', 'Failed for good', 'Action']}>
      {queues.map(({ name, waiting, underWay, parked }) => (
        <tr key={name}>
          <th scope="row" data-title="Queue">
            {name}
          </th>
          <td data-title="Waiting" class="numbers">
            {waiting}
          </td>
          <td data-title="Worked on" class="numbers">
            {underWay}
          </td>
          <td data-title="Failed for good" class={`numbers ${parked > 0 ? 'fault' : ''}`}>
            {parked}
          </td>
          <td data-title="Action">
            <Redrive name={name} parked={parked} />
          </td>
        </tr>
      ))}
    </Table>
    <section aria-labelledby="parked">
      <h2 id="parked">Jobs that failed for good</h2>
      {parkedJobs.length === 0 ? (
        <Empty title="None">A job comes here after its last attempt, and stays for 14 days.</Empty>
      ) : (
        <ul class="plain-list">
          {parkedJobs.map(({ queue, sentAtMs, attempts, body }) => (
            <li key={`${queue} ${sentAtMs} ${body}`} class="card">
              <strong>{queue}</strong>, sent {shortTime(sentAtMs)}, seen {attempts} times
              <pre tabIndex={0}>{body}</pre>
            </li>
          ))}
        </ul>
      )}
    </section>
  </>
);

/** Offers to try the failed jobs again. What the last try said stays after they have left. */
const Redrive = ({ name, parked }: { name: string; parked: number }) => {
  const wasOffered = useRef(false);
  wasOffered.current ||= parked > 0;
  if (!wasOffered.current) return <span class="none">–</span>;
  return (
    <Action
      label={`Try again: ${name}`}
      question={`Move ${parked} failed ${parked === 1 ? 'job' : 'jobs'} back to ${name}? Each gets new attempts.`}
      done="The jobs are on their way back."
      isDisabled={parked === 0}
      run={() => postJson(`queues/${encodeURIComponent(name)}/redrive`)}
    />
  );
};
