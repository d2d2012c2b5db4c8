import type { QueuesDocument } from '../../shared/documents';
import { useDocument } from '../document';
import { shortTime } from '../format';
import { Action } from '../parts/action';
import { Empty, Loading } from '../parts/notice';
import { postJson } from '../requests';

/** Shows the queues: jobs that wait, are being processed, or have failed permanently. */
export const Queues = () => {
  const { document, problem } = useDocument<QueuesDocument>('queues');
  return (
    <>
      <h1>Queues</h1>
      {document === undefined ? <Loading problem={problem} /> : <QueueTables {...document} />}
    </>
  );
};

const QueueTables = ({ queues, parkedJobs }: QueuesDocument) => (
  <>
    <table class="stacked">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col">Waiting</th>
          <th scope="col">Worked on or retrying</th>
          <th scope="col">Failed for good</th>
          <th scope="col">Action</th>
        </tr>
      </thead>
      <tbody>
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
              <Action
                label={`Try again: ${name}`}
                question={`Move ${parked} failed jobs back to ${name}? Each gets new attempts.`}
                done="The jobs are on their way back."
                isDisabled={parked === 0}
                run={() => postJson(`queues/${encodeURIComponent(name)}/redrive`)}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
    <h2>Jobs that failed for good</h2>
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
  </>
);
